// Sessions with PostgreSQL: how they are opened and set up, and how statements run in them.
import pg from 'pg'
import type { DatabaseConnection, Rows, Statement } from '../../kernel/contract/database.js'
import { encoded } from './arrays.js'
import { asDatabaseError } from './errors.js'
import { cut } from './client-socket.js'
import { LeasingPool } from './pool.js'
import type { Watchdog } from './watchdog.js'

export interface SessionOptions {
  /** `postgresql://…` */
  connection: string
  /** Shown in pg_stat_activity; how running transactions of this service are recognised. */
  applicationName: string
  /** How long to wait for a connection. Default `CONNECT_TIMEOUT_MS`. */
  connectTimeoutMs?: number | undefined
}

export const TRANSACTION_TIMEOUT_MS = 20_000
/** For a connection, also when all of the pool are in use. */
const CONNECT_TIMEOUT_MS = 6_000
const STATEMENT_TIMEOUT_MS = 10_000
/** For the server to close a connection that is ended. */
const GOODBYE_MS = 1_000
/** The server steps in only when the process itself could not. */
const SERVER_TRANSACTION_TIMEOUT_MS = TRANSACTION_TIMEOUT_MS + 2_000

/**
 * Lists read along an index also while a young table has no statistics yet: reading a page of an index costs little more than the
 * next page on today's disks, and no statement here is long enough to be worth compiling.
 */
const PLANNER = 'SET random_page_cost TO 1.1; SET jit TO off;'

/** By statement, because poolers refuse settings at the start of a session; `transaction_timeout` came with PostgreSQL 17. */
const SETTINGS = `${PLANNER}
  SET timezone TO 'UTC';
  SET default_transaction_isolation TO 'read committed';
  SET statement_timeout TO ${STATEMENT_TIMEOUT_MS};
  SET idle_in_transaction_session_timeout TO ${TRANSACTION_TIMEOUT_MS};
  SELECT set_config('transaction_timeout', '${SERVER_TRANSACTION_TIMEOUT_MS}', false) WHERE current_setting('server_version_num')::int >= 170000`

/**
 * Statements in a transaction find rows by their keys, many in one array: a plan made for each array costs more than its execution, and
 * one made while a table was small must not scan it for ever.
 */
export const BEGIN = 'BEGIN; SET LOCAL plan_cache_mode TO force_generic_plan; SET LOCAL enable_seqscan TO off'

const INT8_ARRAY = 1016
const { INT8, NUMERIC, DATE, TIMESTAMPTZ } = pg.types.builtins
const int8Array = pg.types.getTypeParser(INT8_ARRAY as typeof INT8) as (text: string) => Array<string | null>

const anyDate = pg.types.getTypeParser(TIMESTAMPTZ) as (text: string) => Date
const IN_UTC = '+00'

/** Sessions run in UTC: what PostgreSQL writes is what ECMAScript reads, except for its blank and its zone. Before our era and infinity it is not. */
function toDate (text: string): Date {
  if (!text.endsWith(IN_UTC) || text[10] !== ' ') return anyDate(text)
  return new Date(`${text.slice(0, 10)}T${text.slice(11, -IN_UTC.length)}Z`)
}

/** bigint and numeric as numbers: sequences and quantities stay far below 2^53. Dates without time stay text. */
const types = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (oid === INT8 || oid === NUMERIC) return Number
    if (oid === INT8_ARRAY) return (text: string) => int8Array(text).map(item => item === null ? null : Number(item))
    if (oid === DATE) return String
    if (oid === TIMESTAMPTZ) return toDate
    return pg.types.getTypeParser(oid, format as 'text')
  }) as typeof pg.types.getTypeParser
}

function clientConfig ({ connection, applicationName, connectTimeoutMs = CONNECT_TIMEOUT_MS }: SessionOptions): pg.ClientConfig {
  return {
    connectionString: connection,
    application_name: applicationName,
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types
  }
}

export function createPool (options: SessionOptions, size: number, watchdog: Watchdog, log: (line: string) => void): LeasingPool {
  const setUp = async (client: pg.ClientBase): Promise<void> => {
    // The pool listens to idle ones only; an error without a listener ends the process, and the next statement fails anyway.
    client.on('error', () => {})
    watchdog.watch(client)
    await client.query(SETTINGS)
  }
  const pool = new LeasingPool({ ...clientConfig(options), pipeline: true, max: size, idleTimeoutMillis: 0, onConnect: setUp })
  pool.on('error', error => log(`an idle database connection broke: ${error.message}`))
  return pool
}

/** A client outside the pool, set up like those in it. */
export async function openClient (options: SessionOptions): Promise<pg.Client> {
  const client = new pg.Client(clientConfig(options))
  // The caller that waits for an answer learns of it; `end` notifies the others.
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query(SETTINGS)
  } catch (error) {
    await client.end().catch(() => {})
    throw error
  }
  return client
}

export async function openConnection (options: SessionOptions, watchdog: Watchdog): Promise<DatabaseConnection> {
  const client = await openClient(options).catch((error: unknown) => { throw asDatabaseError(error) })
  watchdog.watch(client)
  return {
    query: async (statement, values) => await run(client, statement, values),
    on (event, listener) {
      if (event === 'notification') client.on('notification', message => { listener(message.payload ?? '') })
      else client.on('end', () => { listener('') })
    },
    async end () {
      // One that is silent does not say goodbye.
      const timer = setTimeout(cut, GOODBYE_MS, client)
      await client.end().finally(() => { clearTimeout(timer) })
    }
  }
}

/** @throws with `code` and `constraint` as in `asDatabaseError` */
export async function run<Row> (client: pg.Pool | pg.ClientBase, statement: string | Statement, values: readonly unknown[] = []): Promise<Rows<Row>> {
  const config = typeof statement === 'string' ? { text: statement, values: [...values] } : { ...statement, values: encoded(statement, values) }
  try {
    const result = await client.query(config)
    return { rows: result.rows as Row[], rowCount: result.rowCount ?? 0 }
  } catch (error) {
    throw asDatabaseError(error)
  }
}
