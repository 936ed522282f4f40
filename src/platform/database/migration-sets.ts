// SQL scripts that others bring: each is applied once, in the order of its name, under the name of its set.
import { hash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import pg from 'pg'
import { lockOnce } from '../../kernel/contract/locks.js'
import { DatabaseStartError } from './check.js'

/** @property name whose they are @property folder absolute path */
interface ScriptSet { name: string, folder: string }

const CONNECT_TIMEOUT_MS = 8_000

/**
 * Applies what is missing of each set: each script in a transaction of its own together with the note of it, one process at a time.
 * @param signal breaks the connection, which undoes the script under way, and is then the error
 * @throws DatabaseStartError for a script that fails, that was changed after it was applied, or that the database has and the folder has not
 */
export async function applyScripts (
  { connection, sets, signal }: { connection: string, sets: readonly ScriptSet[], signal?: AbortSignal | undefined }
): Promise<void> {
  if (sets.length === 0) return
  const client = new pg.Client({ connectionString: connection, application_name: 'logistics-wms-migrations', connectionTimeoutMillis: CONNECT_TIMEOUT_MS })
  client.on('error', () => {})
  const abort = (): void => { client.end().catch(() => {}) }
  signal?.addEventListener('abort', abort)
  try {
    await client.connect()
    for (const set of sets) await applySet(client, set)
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  } finally {
    signal?.removeEventListener('abort', abort)
    await client.end().catch(() => {})
  }
}

async function applySet (client: pg.Client, { name, folder }: ScriptSet): Promise<void> {
  const files = await readdir(folder).then(found => found.filter(file => file.endsWith('.sql')).sort(), () => {
    throw new DatabaseStartError(`The migrations of ${name} are not where it says: ${folder} is not a folder.`)
  })
  for (const file of files) await applyScript(client, name, file, await readFile(join(folder, file), 'utf8'))
  const { rows } = await client.query<{ script: string }>('SELECT "script" FROM "AppliedScript" WHERE "set" = $1 AND NOT "script" = ANY ($2::text[]) LIMIT 1', [
    name, files
  ])
  if (rows[0] !== undefined) {
    throw new DatabaseStartError(`The database has migration ${rows[0].script} of ${name}, which ${
      basename(folder)
    } does not: a newer version has used it. Start that version.`)
  }
}

async function applyScript (client: pg.Client, set: string, script: string, text: string): Promise<void> {
  const checksum = hash('sha256', text, 'hex')
  await client
    .query(`BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0; ${lockOnce('scripts')}`)
  try {
    const { rows: [known] } = await client.query<{ checksum: string }>('SELECT "checksum" FROM "AppliedScript" WHERE "set" = $1 AND "script" = $2', [set,
      script])
    if (known === undefined) {
      await client.query(text)
      await client.query('INSERT INTO "AppliedScript" ("set", "script", "checksum") VALUES ($1, $2, $3)', [set, script, checksum])
    } else if (known.checksum !== checksum) {
      throw new DatabaseStartError(
        `Migration ${script} of ${set} was changed after it was applied to this database. Restore its file; changes belong into a migration of ` +
          'their own.'
      )
    }
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {})
    if (error instanceof DatabaseStartError) throw error
    throw new DatabaseStartError(`Migration ${script} of ${set} failed, and nothing of it was applied: ${
      (error as Error).message.trim().replaceAll(/\s*\n\s*/g, ' ')
    }`)
  }
}
