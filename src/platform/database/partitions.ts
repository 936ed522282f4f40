// Daily partitions of append-only tables: created ahead, dropped when their time is over.
import type { PartitionedTable } from '../../kernel/contract/background.js'
import { lockOnce } from '../../kernel/contract/locks.js'
import type { Database } from '../../kernel/contract/database.js'
import type { Partitions, Retention, Workers } from '../../kernel/host/foundation.js'

/** Created before the service answers; the rest follows when the start is over. */
const AT_BOOT_DAYS = 1
const AHEAD_DAYS = 14
const REST_AFTER_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

const day = (time: number): string => new Date(time).toISOString().slice(0, 10)
const partitionName = (table: string, time: number): string => `${table}_${day(time).replaceAll('-', '')}`

/** Partitions of the tables that are added: those of today and tomorrow by `prepare`, all others by a worker. Days are those of the database's clock. */
export function createPartitions (db: Database, workers: Workers, retention: Retention, warn: (message: string) => void): Partitions {
  const tables: PartitionedTable[] = []
  const ensure = async (aheadDays: number): Promise<void> => {
    for (const { table } of tables) await ensurePartitions(db, table, aheadDays, warn)
  }
  workers.add({ name: 'kernel.partitions', everyMs: HOUR_MS, firstAfterMs: REST_AFTER_MS, run: async () => { await ensure(AHEAD_DAYS); return false } })
  retention.add({
    name: 'kernel.partitions',
    everyMs: HOUR_MS,
    firstAfterMs: REST_AFTER_MS,
    remove: async () => {
      const removed: Record<string, number> = {}
      for (const table of tables) for (const name of await dropEnded(db, table)) removed[name] = 1
      return { removed }
    }
  })
  return { add: table => { tables.push(table) }, prepare: async () => { await ensure(AT_BOOT_DAYS) } }
}

/** Creates missing partitions from today to `aheadDays` on. The default partition catches what has none, so a failure here never fails a write. */
async function ensurePartitions (db: Database, table: string, aheadDays: number, warn: (message: string) => void): Promise<void> {
  const { now, names } = await partitionsOf(db, table)
  const today = Math.floor(now.getTime() / DAY_MS) * DAY_MS
  for (let ahead = 0; ahead <= aheadDays; ahead++) {
    const start = today + ahead * DAY_MS
    if (names.includes(partitionName(table, start))) continue
    await create(db, table, start).catch(error => warn(`partition ${partitionName(table, start)}: ${(error as Error).message}`))
  }
}

/** Drops partitions that ended `keepDays` ago and whose rows are not needed any more. Returns their names. */
async function dropEnded (db: Database, { table, keepDays, mayDrop }: PartitionedTable): Promise<string[]> {
  const dropped: string[] = []
  const { now, names } = await partitionsOf(db, table)
  const today = Math.floor(now.getTime() / DAY_MS) * DAY_MS
  for (const name of names.sort()) {
    const stamp = /_(\d{4})(\d\d)(\d\d)$/.exec(name)
    if (stamp === null) continue
    const end = new Date(Date.parse(`${stamp[1]}-${stamp[2]}-${stamp[3]}T00:00:00Z`) + DAY_MS)
    if (end.getTime() > today - keepDays * DAY_MS) continue
    if (mayDrop !== undefined && !await mayDrop(db, end)) continue
    await db.query(`DROP TABLE IF EXISTS "${name}"`)
    dropped.push(name)
  }
  return dropped
}

async function partitionsOf (db: Database, table: string): Promise<{ now: Date, names: string[] }> {
  const { rows: [row] } = await db.query<{ now: Date, names: string[] }>(
    'SELECT now() AS "now", array(SELECT c.relname::text FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = to_regclass($1)) ' +
      'AS "names"',
    [`"${table}"`]
  )
  return row!
}

/** One process at a time; the others find it done. */
async function create (db: Database, table: string, start: number): Promise<void> {
  await db.transaction(async tx => {
    await tx.query(lockOnce('partitions'))
    await tx.query(`CREATE TABLE IF NOT EXISTS "${partitionName(table, start)}" PARTITION OF "${table}"
      FOR VALUES FROM ('${day(start)}T00:00:00Z') TO ('${day(start + DAY_MS)}T00:00:00Z')`)
  })
}
