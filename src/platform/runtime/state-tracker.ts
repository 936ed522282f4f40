// State that processes keep in memory: a version per topic in the database says when to read it again.
import type { Database } from '../../kernel/contract/database.js'
import type { Lifecycle, Signals, StateTracker } from '../../kernel/host/foundation.js'
import type { DatabaseClock } from '../database/clock.js'

/** Memory counts only while the last heartbeat from the database is younger than this. */
const FRESH_MS = 1000
const HEARTBEAT_MS = 250

const READ = {
  name: 'kernel-state-read',
  text: 'SELECT "topic", "version", c."now" FROM (SELECT clock_timestamp() AS "now") c LEFT JOIN "StateVersion" ON true'
}
const BUMP = {
  name: 'kernel-state-bump',
  text: 'INSERT INTO "StateVersion" ("topic", "version") VALUES ($1, 1) ON CONFLICT ("topic") DO UPDATE SET "version" = "StateVersion"."version" + 1'
}

export function createStateTracker (
  db: Database, clock: DatabaseClock, signals: Signals, log: { warn: (message: string) => void, error: (message: string) => void }
): StateTracker & Lifecycle {
  const topics = new Map<string, { reload: () => Promise<void>, version: number }>()
  let currentSince = -Infinity
  let clockProblem: string | null = null
  let running: Promise<void> | null = null
  let next: Promise<void> | null = null
  let timer: NodeJS.Timeout | undefined

  const round = async (): Promise<void> => {
    const sentAt = performance.now()
    const sent = clock.mark()
    const { rows } = await db.query<{ topic: string | null, version: number, now: Date }>(READ)
    clock.observe(rows[0]!.now, sent, clock.mark())
    reportClock()
    for (const { topic, version } of rows) {
      const known = topics.get(topic ?? '')
      if (known === undefined || known.version === version) continue
      await known.reload()
      known.version = version
    }
    // What was read is at least as new as the moment the question was sent.
    currentSince = sentAt
  }

  /** Once when it begins to be wrong, and once when it is right again. */
  const reportClock = (): void => {
    const { problem } = clock
    if (problem !== null && clockProblem === null) log.error(`${problem}: this process deletes nothing and is not ready until they agree`)
    if (problem === null && clockProblem !== null) log.warn('the clock of this machine agrees with the database\'s again')
    clockProblem = problem
  }

  /** Resolves after a round that began after this call. */
  const refresh = async (): Promise<void> => {
    if (running === null) return await (running = round().finally(() => { running = null }))
    next ??= running.catch(() => {}).then(() => { next = null; return refresh() })
    return await next
  }

  const warn = (error: Error): void => { log.warn(`state can't be refreshed: ${error.message}`) }
  const heartbeat = (): void => { refresh().catch(warn) }
  signals.on('state', heartbeat)
  return {
    async watch (topic, reload) {
      topics.set(topic, { reload, version: -1 })
      const { rows } = await db.query<{ version: number }>('SELECT "version" FROM "StateVersion" WHERE "topic" = $1', [topic])
      await reload()
      topics.set(topic, { reload, version: rows[0]?.version ?? 0 })
    },
    async bump (tx, topic) {
      await tx.query(BUMP, [topic])
      tx.afterCommit(async () => {
        // A failed reload must not turn a committed change into an error: memory goes stale and rows are read instead.
        await refresh().catch(error => { currentSince = -Infinity; warn(error as Error) })
        signals.send('state')
      })
    },
    now: clock.now,
    isFresh: () => performance.now() - currentSince < FRESH_MS,
    start () {
      heartbeat()
      timer = setInterval(heartbeat, HEARTBEAT_MS).unref()
    },
    stop: () => { clearInterval(timer) }
  }
}
