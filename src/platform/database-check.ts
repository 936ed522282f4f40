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
const PATIENCE_MS = 6_000
const RETRY_MS = 250

/** @throws DatabaseStartError, or what connecting throws */
export async function checkServer (connect: () => Promise<pg.Client>): Promise<void> {
  const first = await connectPatiently(connect)
  try {
    const { rows: [facts] } = await first.query<{ version: string, standby: boolean, readonly: string }>(
      'SELECT current_setting(\'server_version_num\') AS "version", pg_is_in_recovery() AS "standby", current_setting(\'default_transaction_read_only\') AS "readonly"')
    const major = Math.floor(Number(facts!.version) / 10_000)
    if (major < OLDEST_MAJOR) throw new DatabaseStartError(`DATABASE_URL leads to PostgreSQL ${major}; ${OLDEST_MAJOR} or newer is needed.`)
    if (facts!.standby || facts!.readonly === 'on') throw new DatabaseStartError('DATABASE_URL leads to a server that only reads (a standby?); the service must write.')
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

async function connectPatiently (connect: () => Promise<pg.Client>): Promise<pg.Client> {
  const until = performance.now() + PATIENCE_MS
  for (;;) {
    try {
      return await connect()
    } catch (error) {
      if ((error as { code?: string }).code !== STARTING_UP || performance.now() > until) throw error
      await sleep(RETRY_MS)
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
      throw new DatabaseStartError('DATABASE_URL leads through a transaction pooler (PgBouncer?); use the server\'s own port or a session pool, because LISTEN and prepared statements need sessions.')
    }
  } finally {
    await second.query('ROLLBACK')
  }
}

/** One line that names where it was looked for, never the password. */
export function startError (error: unknown, url: string): Error {
  if (error instanceof DatabaseStartError) return error
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
