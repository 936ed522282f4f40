// New rows for all who follow: one look at the database for everybody, each row once, in the order of its number.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '#kernel'
import type { AuditFilters } from '../schemas/calls.js'
import { findMissed, findNext, readNumbering, type Numbering } from '../store/feed.js'
import type { EntryRow } from '../store/calls.js'

const LOOK_EVERY_MS = 250
/** So often a follower hears of the feed, also when there is nothing new: a broken connection is noticed. */
const BEAT_MS = 1_000
/** Of all rows in one look, and of a follower's own in a page. */
const MAX_ROWS = 1_000
const PAGE = 200
/** So many numbers a page of a filter that fits few looks at. */
const SPAN = 20_000
/** A call is recorded within minutes of its begin: its row is in today's partition or yesterday's. */
const RECENT_MS = 86_400_000
/** No transaction of the service lives so long: one that does is someone else's, and writes no calls. */
const PATIENCE_MS = 60_000

interface Feed {
  /** Each row that fits and has a number above `after`, in order; null: from now on. Every value says up to where the follower knows all. */
  follow: (filters: AuditFilters, after: number | null, signal: AbortSignal) => AsyncGenerator<{ rows: EntryRow[], position: number }>
}

interface Batch { from: number, to: number, rows: EntryRow[] }
interface Follower { filters: AuditFilters, batch: Batch | null, wake: () => void }

/**
 * Numbers are given out before their transaction commits, so a row may appear behind one with a higher number. A number is settled when every
 * transaction that ran after it was given out has ended: what one look reads, the next but one may take for final.
 */
function createSettling (now: () => number): (numbering: Numbering) => number | null {
  let readings: Array<Numbering & { at: number }> = []
  return numbering => {
    const at = now()
    readings.push({ ...numbering, at })
    const settled = readings.findLastIndex((_, index) => {
      const following = readings[index + 1]
      return following !== undefined && index + 1 < readings.length - 1 && (following.next <= numbering.oldest || at - following.at > PATIENCE_MS)
    })
    if (settled === -1) return null
    const { last } = readings[settled]!
    readings = readings.slice(settled)
    return last
  }
}

/** @param now of the calls' own clock */
export function createFeed (db: Database, now: () => Date): Feed {
  const followers = new Set<Follower>()
  let running = false
  /** Up to here no row is missing. */
  let settledTo: number | null = null

  const publish = async (from: number, to: number): Promise<number> => {
    const listening = [...followers]
    const rows = await findNext(db, { after: from, to, since: new Date(now().getTime() - RECENT_MS), limit: MAX_ROWS }, listening.map(({ filters }) => filters))
    const end = rows.length === MAX_ROWS ? rows.at(-1)!.seq : to
    listening.forEach((follower, index) => {
      follower.batch = { from, to: end, rows: rows.filter(({ fits }) => fits[index]) }
      follower.wake()
    })
    return end
  }

  const publishUpTo = async (to: number): Promise<void> => {
    settledTo ??= to
    while (settledTo < to && followers.size > 0) settledTo = await publish(settledTo, to)
  }

  const run = async (): Promise<void> => {
    running = true
    settledTo = null
    const settle = createSettling(() => performance.now())
    while (followers.size > 0) {
      try {
        const to = settle(await readNumbering(db))
        if (to !== null) await publishUpTo(to)
      } catch {
        // Nothing is lost: the next look begins where this one ended. Who may follow is checked by the same database.
      }
      await sleep(LOOK_EVERY_MS)
    }
    running = false
  }

  return {
    async * follow (filters, after, signal) {
      const follower: Follower = { filters, batch: null, wake: () => {} }
      const newest = (await readNumbering(db)).last
      let position = Math.min(after ?? newest, newest)
      followers.add(follower)
      if (!running) run().catch(() => {})
      try {
        while (!signal.aborted) {
          const { batch } = follower
          follower.batch = null
          let rows: EntryRow[] = []
          if (batch !== null && batch.from <= position) {
            rows = batch.rows.filter(({ seq }) => seq > position)
            position = Math.max(position, batch.to)
          } else if (settledTo !== null && position < settledTo) ({ rows, position } = await missed(db, filters, position, settledTo))
          yield { rows, position }
          if (follower.batch === null && (settledTo === null || position >= settledTo)) await heard(follower, signal)
        }
      } finally {
        followers.delete(follower)
      }
    }
  }
}

/** What a follower has not got by a batch, because it came later or reads slowly. */
async function missed (db: Database, filters: AuditFilters, after: number, to: number): Promise<{ rows: EntryRow[], position: number }> {
  const end = Math.min(to, after + SPAN)
  const rows = await findMissed(db, { after, to: end, limit: PAGE }, filters)
  return { rows, position: rows.length === PAGE ? rows.at(-1)!.seq : end }
}

/** Resolves with the next batch, at the latest with the next beat. */
async function heard (follower: Follower, signal: AbortSignal): Promise<void> {
  await new Promise<void>(resolve => {
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, BEAT_MS)
    follower.wake = done
    signal.addEventListener('abort', done)
  })
}
