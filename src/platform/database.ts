// PostgreSQL for the kernel: a pool of `pg` clients, transactions on it or over Prisma, and connections outside it.
import type { Database, Queryable } from '../kernel/database.js'
import { checkServer, DatabaseStartError, startError } from './database-check.js'
import { createLookups } from './lookups.js'
import { createOrm } from './orm.js'
import { createPool, openConnection, openClient, run, TRANSACTION_TIMEOUT_MS, type SessionOptions } from './session.js'
import { createTransaction } from './transaction.js'

export { DatabaseStartError }

export interface PlatformDatabase extends Database {
  /** Null while it answers, else why not. */
  ping: () => Promise<string | null>
  /** Waits for the connections that are in use. */
  close: () => Promise<void>
}

export interface DatabaseOptions extends SessionOptions {
  poolSize: number
  /** Default 20 s. */
  transactionTimeoutMs?: number
  /** Gets what nobody is waiting for: broken idle connections, effects of commits that failed. Default: stderr. */
  log?: (line: string) => void
}

/** One commit that transactions share is under way at a time, and one may be ending a broken connection. */
const COMMITS = 2
const LOOKUPS = 2

/**
 * Opens the pool and makes sure that the server can carry the service: reachable, 15 or newer, writable, no transaction pooler.
 * Errors of PostgreSQL, through `pg` or Prisma, have its SQLSTATE as `code` and the `constraint`; a lost connection is `08006`,
 * a transaction of more than 20 s `25P04`.
 * @throws DatabaseStartError with one line that says what to do
 */
export async function openDatabase (options: DatabaseOptions): Promise<PlatformDatabase> {
  const { transactionTimeoutMs = TRANSACTION_TIMEOUT_MS, log = line => { process.stderr.write(`${line}\n`) } } = options
  try {
    await checkServer(async () => await openClient(options))
  } catch (error) {
    throw startError(error, options.connection)
  }
  const pool = createPool(options, options.poolSize, log)
  const commits = createPool(options, COMMITS, log)
  const own = createPool(options, LOOKUPS, log)
  const lookups = createLookups(own, LOOKUPS)
  const query: Queryable['query'] = async (statement, values) =>
    typeof statement !== 'string' && statement.isLookup === true ? await lookups.query(statement, values) : await run(pool, statement, values)
  const orm = createOrm(pool, transactionTimeoutMs, log)
  return {
    query,
    orm: orm.client,
    transaction: createTransaction(pool, commits, transactionTimeoutMs, log),
    ormTransaction: orm.transaction,
    connect: async purpose => await openConnection({ ...options, applicationName: `${options.applicationName} ${purpose}` }),
    ping: async () => await query('SELECT 1').then(() => null, (error: Error) => `the database does not answer: ${error.message}`),
    async close () {
      await orm.client.$disconnect()
      await lookups.close()
      await own.close()
      await commits.close()
      await pool.close()
    }
  }
}
