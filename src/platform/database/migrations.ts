// Applies prisma/migrations at start: all of what is missing or nothing, once for all processes.
import { hash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { lockOnce } from '../../kernel/contract/locks.js'
import { DatabaseStartError } from './check.js'
import { applyMigrations } from './migration-engine.js'

interface Recorded { name: string, finished: boolean, checksum: string }

const CONNECT_TIMEOUT_MS = 8_000

/**
 * Brings the database to the newest migration in one transaction: a process that is killed, or a script that fails, leaves it
 * as it was. Processes that start together wait for the one that applies; when nothing is missing the engine is not even loaded.
 * @param folder of migrations, laid out as `prisma migrate` does
 * @param signal breaks the connection, which undoes the transaction, and is then the error
 * @throws DatabaseStartError when a migration fails, or when the database is newer than this program
 */
export async function migrate ({ connection, folder, signal }: { connection: string, folder: string, signal?: AbortSignal | undefined }): Promise<void> {
  const names = (await readdir(folder, { withFileTypes: true })).filter(entry => entry.isDirectory()).map(entry => entry.name).sort()
  const pool = singleConnection(connection, signal)
  try {
    const known = await recorded(pool)
    await checkUnedited(known, folder, names)
    if (isCurrent(known, names)) return
    // What the role or the database sets for ordinary work must not cut a long migration.
    await pool.query('BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0')
    await pool.query(lockOnce('migrations'))
    // Another process may have applied them while this one waited.
    if (!isCurrent(await recorded(pool), names)) await applyMigrations(pool, folder, names)
    await pool.query('COMMIT')
  } catch (error) {
    signal?.throwIfAborted()
    throw startError(error)
  } finally {
    await pool.end()
  }
}

/** The engine wants a pool; a transaction wants one connection, and none in its place when it breaks. */
function singleConnection (connection: string, signal: AbortSignal | undefined): pg.Pool {
  let connected = false
  const pool = new pg.Pool({
    connectionString: connection,
    application_name: 'logistics-wms-migrations',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    max: 1,
    idleTimeoutMillis: 0,
    onConnect (client) {
      signal?.throwIfAborted()
      if (connected) throw new Error('the connection was lost')
      connected = true
      signal?.addEventListener('abort', async () => { await (client as pg.Client).end() })
    }
  })
  pool.on('error', () => {})
  return pool
}

async function recorded (pool: pg.Pool): Promise<Recorded[]> {
  const { rows: [table] } = await pool.query<{ exists: boolean }>('SELECT to_regclass(\'_prisma_migrations\') IS NOT NULL AS "exists"')
  if (table?.exists !== true) return []
  const { rows } = await pool.query<Recorded>(
    'SELECT "migration_name" AS "name", "finished_at" IS NOT NULL AS "finished", "checksum" FROM "_prisma_migrations" WHERE "rolled_back_at" IS NULL')
  return rows
}

/** A script that was changed after it was applied: the database is not what this program takes it for. @throws DatabaseStartError */
async function checkUnedited (rows: readonly Recorded[], folder: string, names: readonly string[]): Promise<void> {
  await Promise.all(rows.filter(({ name, finished }) => finished && names.includes(name)).map(async ({ name, checksum }) => {
    const script = await readFile(join(folder, name, 'migration.sql'))
    if (hash('sha256', script, 'hex') !== checksum) {
      throw new DatabaseStartError(
        `Migration ${name} was changed after it was applied to this database. Restore its file; changes belong into a migration of their own.`
      )
    }
  }))
}

function isCurrent (rows: readonly Recorded[], names: readonly string[]): boolean {
  // Not left by this program, which commits finished ones only.
  const failed = rows.find(row => !row.finished)
  if (failed !== undefined) {
    throw new DatabaseStartError(
      `Migration ${failed.name} was begun and not finished, by another program. Look at its row in the table _prisma_migrations, repair the ` +
        'database, then use "npx prisma migrate resolve".'
    )
  }
  const unknown = rows.find(row => !names.includes(row.name))
  if (unknown !== undefined) {
    throw new DatabaseStartError(
      `The database has migration ${unknown.name}, which this program does not know: a newer version has used it. Start that version.`
    )
  }
  return names.every(name => rows.some(row => row.name === name))
}

function startError (error: unknown): DatabaseStartError {
  if (error instanceof DatabaseStartError) return error
  return new DatabaseStartError(`The database could not be migrated: ${(error as Error).message.trim().replaceAll(/\s*\n\s*/g, ' ')}`)
}
