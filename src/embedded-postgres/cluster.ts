// The data folder: created by initdb, or checked before it is used.
import { chown, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Binaries } from './binaries.js'
import type { Endpoint } from './endpoint.js'
import { codeOf, EmbeddedPostgresError, lineOf } from './errors.js'
import type { Home } from './home.js'
import { endOf, familyGone, kill, launch } from './launch.js'
import { readOutput } from './output.js'

export const SUPERUSER = 'postgres'

/** A write that stopped in the middle is all that some file systems report. */
const DISK_FULL = /No space left on device|wrote only \d+ of \d+ bytes|Disk quota exceeded/

/** Where initdb works; it becomes the data folder in one step, so a half made one is never taken for a database. */
export function unfinishedFolder (home: Home): string {
  return `${home.dataFolder}.new`
}

/** What a cluster is made with. */
interface Making {
  /** The home under a path that PostgreSQL can work with. */
  plainHome: string
  binaries: Binaries
  endpoint: Endpoint
}

/**
 * Checks the data folder and fills it if there is none yet.
 * @param signal ends initdb, and nothing of its work is kept
 * @returns whether it was filled now
 * @throws {EmbeddedPostgresError} when the data are of another version, or are no database
 */
export async function prepareCluster (home: Home, how: Making, signal: AbortSignal): Promise<boolean> {
  const version = await readVersion(home.dataFolder)
  if (version === undefined) {
    await requireEmpty(home.dataFolder)
    await createCluster(home, how, signal)
    return true
  }
  const { majorVersion } = how.binaries
  if (version !== majorVersion) {
    throw new EmbeddedPostgresError(`${home.dataFolder} was written by PostgreSQL ${version} and this service brings PostgreSQL ` +
      `${majorVersion}; move the data over with pg_dump, or set DATABASE_URL`)
  }
  return false
}

async function readVersion (dataFolder: string): Promise<string | undefined> {
  try {
    return (await readFile(path.join(dataFolder, 'PG_VERSION'), 'utf8')).trim()
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw new EmbeddedPostgresError(`${dataFolder} can not be read: ${lineOf(error)}`, { cause: error })
  }
}

async function requireEmpty (dataFolder: string): Promise<void> {
  const names = await readdir(dataFolder).catch(error => {
    if (codeOf(error) === 'ENOENT') return []
    throw new EmbeddedPostgresError(`${dataFolder} can not be read: ${lineOf(error)}`, { cause: error })
  })
  if (names.length > 0) {
    throw new EmbeddedPostgresError(`${dataFolder} is not empty and is not a PostgreSQL database; move it away`)
  }
}

async function createCluster (home: Home, how: Making, signal: AbortSignal): Promise<void> {
  const folder = unfinishedFolder(home)
  await mkdir(folder, { mode: 0o700 })
  try {
    if (home.user !== undefined) await chown(folder, home.user.uid, home.user.gid)
    await runInitdb(home, how, signal)
    await rename(folder, home.dataFolder)
    await syncFolder(home.folder)
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
  await home.initialised()
}

async function runInitdb (home: Home, { plainHome, binaries, endpoint: { passwordFile } }: Making, signal: AbortSignal): Promise<void> {
  const dataPath = path.join(plainHome, path.basename(unfinishedFolder(home)))
  const args = [
    '-D', dataPath, '-U', SUPERUSER, '--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8',
    '--auth-host=scram-sha-256', '--no-instructions', '-c', 'timezone=UTC', '-c', 'log_timezone=UTC',
    ...(passwordFile === undefined ? ['--auth-local=trust'] : ['--auth-local=scram-sha-256', `--pwfile=${passwordFile}`])
  ]
  signal.throwIfAborted()
  const child = launch(binaries.initdb, args, { user: home.user, cwd: unfinishedFolder(home), deathSignal: 'KILL' })
  const output = readOutput(child.stderr, () => {})
  const stop = (): void => { kill(child) }
  signal.addEventListener('abort', stop)
  const outcome = await endOf(child)
  signal.removeEventListener('abort', stop)
  await output.drained()
  // A process that still writes would put files back into the folder that is about to be removed.
  if (signal.aborted) await familyGone(child)
  signal.throwIfAborted()
  if (outcome === 'exit code 0') return
  const lines = output.tail()
  if (lines.some(line => DISK_FULL.test(line))) {
    throw new EmbeddedPostgresError(`PostgreSQL could not create its data in ${home.dataFolder}: the disk is full; a new database takes about 50 MB`)
  }
  // Where nothing is marked as an error, what was said last is the reason.
  const marked = lines.filter(line => /error:|fatal|panic/i.test(line))
  const reported = (marked.length > 0 ? marked : lines.slice(-3)).join('; ')
  throw new EmbeddedPostgresError(`PostgreSQL could not create its data in ${home.dataFolder} (${outcome}): ${reported}`)
}

/** Makes a rename survive a power failure. Windows has nothing like it. */
async function syncFolder (folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  await handle.sync().finally(async () => await handle.close())
}
