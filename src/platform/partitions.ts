// Daily partitions of append-only tables: made ahead, dropped when their time is over.
import type { Database } from '../kernel/database.js'
import type { Kernel } from '../kernel/kernel.js'
import type { PartitionedTable, Partitions, Workers } from '../kernel/ports.js'

/** Made before the service answers; the rest follows when the start is over. */
const AT_BOOT_DAYS = 1
const AHEAD_DAYS = 14
const REST_AFTER_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

const day = (time: number): string => new Date(time).toISOString().slice(0, 10)
const partitionName = (table: string, time: number): string => `${table}_${day(time).replaceAll('-', '')}`

/** Partitions of the tables that are added: those of today and tomorrow by `prepare`, all others by a worker. */
export function createPartitions (db: Database, clock: Kernel['clock'], workers: Workers, warn: (message: string) => void): Partitions {
  const tables: PartitionedTable[] = []
  const maintain = async (aheadDays: number): Promise<void> => {
    for (const table of tables) await maintainPartitions(db, table, clock.now(), aheadDays, warn)
  }
  workers.add({ name: 'kernel.partitions', everyMs: HOUR_MS, firstAfterMs: REST_AFTER_MS, run: async () => { await maintain(AHEAD_DAYS); return false } })
  return { add: table => { tables.push(table) }, prepare: async () => { await maintain(AT_BOOT_DAYS) } }
}

/**
 * Makes missing partitions from today to `aheadDays` on and drops those that ended `keepDays` ago. The default partition catches what has
 * none, so a failure here never fails a write.
 */
async function maintainPartitions (db: Database, options: PartitionedTable, now: Date, aheadDays: number, warn: (message: string) => void): Promise<void> {
  const today = Math.floor(now.getTime() / DAY_MS) * DAY_MS
  const existing = await partitionsOf(db, options.table)
  for (let ahead = 0; ahead <= aheadDays; ahead++) {
    const start = today + ahead * DAY_MS
    if (existing.includes(partitionName(options.table, start))) continue
    await create(db, options.table, start).catch(error => warn(`partition ${partitionName(options.table, start)}: ${(error as Error).message}`))
  }
  for (const name of existing) {
    const stamp = /_(\d{4})(\d\d)(\d\d)$/.exec(name)
    if (stamp === null) continue
    const end = new Date(Date.parse(`${stamp[1]}-${stamp[2]}-${stamp[3]}T00:00:00Z`) + DAY_MS)
    if (end.getTime() > today - options.keepDays * DAY_MS) continue
    if (options.mayDrop !== undefined && !await options.mayDrop(db, end)) continue
    await db.query(`DROP TABLE IF EXISTS "${name}"`)
  }
}

async function partitionsOf (db: Database, table: string): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(
    'SELECT c.relname::text AS "name" FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = to_regclass($1)', [`"${table}"`])
  return rows.map(row => row.name)
}

/** One process at a time; the others find it done. */
async function create (db: Database, table: string, start: number): Promise<void> {
  await db.transaction(async tx => {
    await tx.query('SELECT pg_advisory_xact_lock(19670, 2)')
    await tx.query(`CREATE TABLE IF NOT EXISTS "${partitionName(table, start)}" PARTITION OF "${table}"
      FOR VALUES FROM ('${day(start)}T00:00:00Z') TO ('${day(start + DAY_MS)}T00:00:00Z')`)
  })
}
