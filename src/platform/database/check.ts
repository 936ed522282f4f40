// What a PostgreSQL server must be for this service, asked once at start.
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'

/** The database can't be used; the message is one line for the terminal. */
export class DatabaseStartError extends Error {
  constructor (message: string) {
    super(message)
    this.name = 'DatabaseStartError'
  }
}

const OLDEST_MAJOR = 15
/** cannot_connect_now: the server starts up or recovers. */
const STARTING_UP = '57P03'
const STARTING_UP_MS = 6_000
const RETRY_MS = 250

/** For how long a server that can't be reached yet is waited for. */
export interface Patience { waitMs?: number, log?: (line: string) => void, signal?: AbortSignal | undefined }

/** @throws DatabaseStartError, or what connecting throws */
export async function checkServer (connect: () => Promise<pg.Client>, patience: Patience = {}): Promise<void> {
  const first = await connectPatiently(connect, patience)
  try {
    const { rows: [facts] } = await first.query<
      { version: string, standby: boolean, readonly: string }
    >(
      'SELECT current_setting(\'server_version_num\') AS "version", pg_is_in_recovery() AS "standby", ' +
        'current_setting(\'default_transaction_read_only\') AS "readonly"'
    )
    const major = Math.floor(Number(facts!.version) / 10_000)
    if (major < OLDEST_MAJOR) throw new DatabaseStartError(`DATABASE_URL leads to PostgreSQL ${major}; ${OLDEST_MAJOR} or newer is needed.`)
    if (facts!.standby || facts!.readonly === 'on') {
      throw new DatabaseStartError('DATABASE_URL leads to a server that only reads (a standby?); the service must write.')
    }
    const second = await connect()
    try {
      await refusePooler(first, second)
    } finally {
      await second.end()
    }
  } finally {
    await first.end()
  }
}

/** What may pass by itself: a server that is not there yet, starts up or recovers, or a name that is not known yet. */
const MAY_PASS = new Set([STARTING_UP, 'ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'ENOENT'])

async function connectPatiently (connect: () => Promise<pg.Client>, { waitMs = 0, log = () => {}, signal }: Patience): Promise<pg.Client> {
  const begun = performance.now()
  for (let isReported = false; ; isReported = true) {
    try {
      return await connect()
    } catch (error) {
      const { code = '', message, errors } = error as Error & { code?: string, errors?: Array<{ code?: string }> }
      const mayPass = MAY_PASS.has(code) || MAY_PASS.has(errors?.[0]?.code ?? '') || /timeout/i.test(message)
      const patienceMs = code === STARTING_UP ? Math.max(waitMs, STARTING_UP_MS) : waitMs
      if (!mayPass || performance.now() - begun > patienceMs) throw error
      if (!isReported) log(`waiting for the database for up to ${Math.round(patienceMs / 1000)} s: ${reason(error)}`)
      await sleep(RETRY_MS)
      signal?.throwIfAborted()
    }
  }
}

/** Behind a transaction pooler a session does not stay on its server connection, so LISTEN and prepared statements break. */
async function refusePooler (first: pg.Client, second: pg.Client): Promise<void> {
  const probe = randomUUID()
  await first.query(`SET lwms.probe = '${probe}'`)
  await second.query('BEGIN')
  try {
    const { rows } = await first.query<{ value: string | null }>('SELECT current_setting(\'lwms.probe\', true) AS "value"')
    if (rows[0]?.value !== probe) {
      throw new DatabaseStartError(
        'DATABASE_URL leads through a transaction pooler (PgBouncer?); use the server\'s own port or a session pool, because LISTEN and ' +
          'prepared statements need sessions.'
      )
    }
  } finally {
    await second.query('ROLLBACK')
  }
}

/**
 * One line that names where it was looked for and the setting that says so, never the password.
 * @param embeddedIn DATA_DIR of a database that the service has started itself
 */
export function startError (error: unknown, url: string, embeddedIn: string | undefined): Error {
  if (error instanceof DatabaseStartError) return error
  if (embeddedIn !== undefined) {
    return new DatabaseStartError(`The embedded database in DATA_DIR ${embeddedIn} can't be used: ${
      reason(error)
    } Restore it from a backup, or move the folder away to begin again.`)
  }
  const { hostname, port, pathname, searchParams } = new URL(url)
  const where = `${searchParams.get('host') ?? hostname}:${port === '' ? '5432' : port}${pathname}`
  return new DatabaseStartError(`The database at ${where} (DATABASE_URL) can't be used: ${reason(error)}`)
}

function reason (error: unknown): string {
  const { message, code, errors } = error as Error & { code?: string, errors?: Error[] }
  if (code === 'ECONNREFUSED') return 'nothing listens there (connection refused).'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'the host name is unknown.'
  if (/timeout/i.test(message)) return 'no answer within 6 s.'
  return (errors?.[0]?.message ?? message ?? code ?? 'unknown error').split('\n')[0]!
}
