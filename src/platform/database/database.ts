// PostgreSQL for the kernel: a pool of `pg` clients, transactions on it or over Prisma, and connections outside it.
import type { BatchMeasure } from '../../kernel/contract/batcher.js'
import type { Call } from '../../kernel/contract/call.js'
import type { Database, Queryable } from '../../kernel/contract/database.js'
import { checkServer, DatabaseStartError, startError, type Patience } from './check.js'
import { createLookups } from './lookups.js'
import { createOrm } from './orm.js'
import { createPool, openConnection, openClient, run, TRANSACTION_TIMEOUT_MS, type SessionOptions } from './session.js'
import { createTransaction } from './transaction.js'
import { createWatchdog } from './watchdog.js'

export { DatabaseStartError }

export interface PlatformDatabase extends Database {
  /** Null while it answers, else why not. */
  ping: () => Promise<string | null>
  /** The process ends: statements that get no answer are given up sooner. */
  hurry: () => void
  /** Waits for the connections that are in use. */
  close: () => Promise<void>
}

export interface DatabaseOptions extends SessionOptions {
  poolSize: number
  /** Default: one that starts up is waited for, nothing else. */
  patience?: Patience
  /** DATA_DIR of the embedded database that it is. */
  embeddedIn?: string | undefined
  /** Default 20 s. */
  transactionTimeoutMs?: number
  /** Notes the commits that transactions share. */
  measure?: BatchMeasure | undefined
  /** Gets what no one is waiting for: broken idle connections, effects of commits that failed. Default: stderr. */
  log?: (line: string) => void
}

/** One commit that transactions share is under way at a time, and one may be ending a broken connection. */
const COMMITS = 2
const LOOKUPS = 2
/** For what operators change: that a client is disabled must not wait for the calls of that client. */
const RESERVED = 2
/** A statement that has got nothing for so long means that calls are not answered. */
const SILENT_MS = 5_000

/**
 * Opens the pool and makes sure that the server can carry the service: reachable, 15 or newer, writable, no transaction pooler.
 * Errors of PostgreSQL, through `pg` or Prisma, have its SQLSTATE as `code` and the `constraint`; a lost connection is `08006`,
 * a transaction of more than 20 s `25P04`.
 * @throws DatabaseStartError with one line that says what to do
 */
export async function openDatabase (options: DatabaseOptions): Promise<PlatformDatabase> {
  const { transactionTimeoutMs = TRANSACTION_TIMEOUT_MS, log = line => { process.stderr.write(`${line}\n`) } } = options
  try {
    await checkServer(async () => await openClient(options), options.patience)
  } catch (error) {
    options.patience?.signal?.throwIfAborted()
    throw startError(error, options.connection, options.embeddedIn)
  }
  const watchdog = createWatchdog(log)
  const pool = createPool(options, options.poolSize, watchdog, log)
  const reserved = createPool(options, RESERVED, watchdog, log)
  const commits = createPool(options, COMMITS, watchdog, log)
  const own = createPool(options, LOOKUPS, watchdog, log)
  const lookups = createLookups(own, LOOKUPS)
  const query: Queryable['query'] = async (statement, values) =>
    typeof statement !== 'string' && statement.isLookup === true ? await lookups.query(statement, values) : await run(pool, statement, values)
  const orm = createOrm(pool, transactionTimeoutMs, log)
  const reservedOrm = createOrm(reserved, transactionTimeoutMs, log)
  const how = { timeoutMs: transactionTimeoutMs, log, measure: options.measure }
  const transaction = createTransaction(pool, commits, how)
  const reservedTransaction = createTransaction(reserved, commits, how)
  const isReserved = (call: Call | null | undefined): boolean => call?.direction === 'operator'
  return {
    query,
    orm: orm.client,
    transaction: async (work, call) => await (isReserved(call) ? reservedTransaction : transaction)(work, call),
    ormTransaction: async (work, call) => await (isReserved(call) ? reservedOrm : orm).transaction(work, call),
    connect: async purpose => await openConnection({ ...options, applicationName: `${options.applicationName} ${purpose}` }, watchdog),
    async ping () {
      if (watchdog.oldestMs > SILENT_MS) return `a statement has waited for ${Math.round(watchdog.oldestMs / 1000)} s`
      return await query('SELECT 1').then(() => null, (error: Error) => `the database does not answer: ${error.message}`)
    },
    hurry: watchdog.hurry,
    async close () {
      watchdog.hurry()
      await Promise.all([orm.client.$disconnect(), reservedOrm.client.$disconnect()])
      await lookups.close()
      await Promise.all([own, commits, reserved, pool].map(async each => await each.close()))
      watchdog.stop()
    }
  }
}
