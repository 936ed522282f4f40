// Databases for tests on one real server: the one that the test run has started, or one for this file.
import { createHash, randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { startEmbeddedPostgres } from '../embedded-postgres/server.js'
import { lockSession } from '../kernel/contract/locks.js'
import { migrate } from '../platform/database/migrations.js'

export const MIGRATIONS = fileURLToPath(new URL('../../../prisma/migrations', import.meta.url))

/** Where test files find the URL of the server that `run.ts` has started. */
export const SERVER_VARIABLE = 'WMS_TEST_SERVER'

let server: Promise<string> | null = null
let endServer = async (): Promise<void> => {}

/** Ends the server of this file, where no tap does. */
export const closeServer = async (): Promise<void> => { await endServer() }

/** URL of the server, with its maintenance database. */
export async function serverUrl (): Promise<string> {
  return await (server ??= findServer())
}

async function findServer (): Promise<string> {
  const shared = process.env[SERVER_VARIABLE]
  if (shared !== undefined) return shared
  const folder = mkdtempSync(join(tmpdir(), 'wms-test-postgres-'))
  // Root's PostgreSQL runs as another user, who has to pass through.
  chmodSync(folder, 0o711)
  const own = await startEmbeddedPostgres({ dataDir: join(folder, 'data'), log: () => {} })
  // Not at the top: the runner, which is no test, imports this file too. Who uses another library ends the server by `closeServer`.
  const { default: t } = await import('tap').catch(() => ({ default: { teardown: (work: () => Promise<void>) => { endServer = work } } }))
  t.teardown(async () => {
    await own.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  return own.url
}

/** Runs `work` on a connection of its own to the database of this URL. */
export async function onServer<T> (url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** The same server, another database. */
export function withDatabase (url: string, database: string): string {
  const result = new URL(url)
  result.pathname = `/${database}`
  return result.href
}

interface DatabaseContents {
  /** With all migrations applied. */
  migrated?: boolean
  /** What is done once to a migrated database of which all that ask for it get a copy, on first use. */
  prepare?: (url: string) => Promise<void>
}

/** A database of its own, dropped at the end of the test; empty by default. */
export async function createDatabase (
  test: { teardown: (work: () => unknown) => unknown }, { migrated = false, prepare }: DatabaseContents = {}
): Promise<{ url: string }> {
  const url = await serverUrl()
  const name = `test_${randomBytes(6).toString('hex')}`
  const template = await templateFor(url, migrated, prepare)
  await onServer(url, async client => await client.query(`CREATE DATABASE "${name}" TEMPLATE "${template}" ENCODING 'UTF8'`))
  test.teardown(async () => { await drop(url, name) })
  return { url: withDatabase(url, name) }
}

/** Repeated while an autovacuum worker, which only a superuser may end, is at work there. */
async function drop (url: string, name: string): Promise<void> {
  for (let attempts = 1; ; attempts++) {
    const failure = await onServer(url, async client => await client.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`)).then(
      () => null, (error: Error) => error
    )
    if (failure === null) return
    if (attempts === 20) throw failure
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}

async function templateFor (url: string, migrated: boolean, prepare: DatabaseContents['prepare']): Promise<string> {
  if (!migrated && prepare === undefined) return 'template0'
  const empty = await template(url, 'migrated', 'template0', async own => await migrate({ connection: own, folder: MIGRATIONS }))
  return prepare === undefined ? empty : await template(url, 'prepared', empty, prepare)
}

/** Made once per state of the migrations, by the first test file that needs it. */
async function template (url: string, kind: string, from: string, fill: (url: string) => Promise<void>): Promise<string> {
  const name = `template_${kind}_${await migrationsHash()}`
  await onServer(url, async client => {
    await client.query(lockSession('testTemplates'))
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name])
    if (rowCount === 1) return
    await client.query(`DROP DATABASE IF EXISTS "${name}_new" WITH (FORCE)`)
    await client.query(`CREATE DATABASE "${name}_new" TEMPLATE "${from}" ENCODING 'UTF8'`)
    await fill(withDatabase(url, `${name}_new`))
    await client.query(`ALTER DATABASE "${name}_new" RENAME TO "${name}"`)
  })
  return name
}

async function migrationsHash (): Promise<string> {
  const hash = createHash('sha256')
  for (const folder of (await readdir(MIGRATIONS)).sort()) {
    hash.update(folder).update(await readFile(join(MIGRATIONS, folder, 'migration.sql')).catch(() => ''))
  }
  return hash.digest('hex').slice(0, 16)
}
