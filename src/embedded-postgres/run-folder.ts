// The folder of the socket, short enough for its address.
import { randomBytes } from 'node:crypto'
import { accessSync, constants } from 'node:fs'
import { chown, lchown, lstat, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { EmbeddedPostgresError } from './errors.js'
import { canEnter, isPlainPath } from './path-checks.js'
import { ownIdentity, parseIdentity, stateOf } from './processes.js'
import type { SystemUser } from './system-user.js'

/** The address of a Unix socket ends at 107 bytes on Linux and at 103 on macOS. */
const LONGEST_SOCKET = 103
const SOCKET = '.s.PGSQL.5432'
const OWNER = 'owner'
const HOME = 'home'
const NAME = /^lwms-[0-9a-f]{12}$/
/** Folder and owner file are not made in one step; an empty folder is left alone for this long. */
const SETTLE_MS = 600_000

/**
 * Chooses a short folder for the socket, and makes nothing yet.
 * @throws {EmbeddedPostgresError} when no temporary folder can be used
 */
export function planRunFolder (user: SystemUser | undefined): string {
  for (const base of bases()) {
    const folder = path.join(base, `lwms-${randomBytes(6).toString('hex')}`)
    if (Buffer.byteLength(path.join(folder, SOCKET)) > LONGEST_SOCKET || !isPlainPath(folder)) continue
    if (isWritable(base) && (user === undefined || canEnter(user, base))) return folder
  }
  throw new EmbeddedPostgresError(`none of ${bases().join(', ')} can hold the socket folder of PostgreSQL; set DATABASE_URL`)
}

/** Makes the folder, for PostgreSQL's user alone. */
export async function makeRunFolder (folder: string, user: SystemUser | undefined): Promise<void> {
  await mkdir(folder, { mode: 0o700 })
  await writeFile(path.join(folder, OWNER), ownIdentity())
  if (user !== undefined) await chown(folder, user.uid, user.gid)
}

/** @returns `home` itself, or a short link to it in the run folder when PostgreSQL could not work with its path */
export async function plainPathTo (home: string, runFolder: string): Promise<string> {
  if (isPlainPath(home)) return home
  const link = path.join(runFolder, HOME)
  await symlink(home, link)
  return link
}

/** Removes a run folder of this service; anything else is left as it is. */
export async function removeRunFolder (folder: string): Promise<void> {
  const stats = await lstat(folder).catch(() => undefined)
  if (!NAME.test(path.basename(folder)) || stats?.isDirectory() !== true) return
  // Root takes the folder of PostgreSQL's user over first: it must not be led elsewhere by a link that is exchanged meanwhile.
  if (stats.uid !== ownUid()) await lchown(folder, ownUid(), process.getgid?.() ?? 0).catch(() => {})
  const owned = await lstat(folder).catch(() => undefined)
  if (owned?.isDirectory() === true && owned.uid === ownUid()) await rm(folder, { recursive: true, force: true })
}

/** Removes the run folders of processes that were killed and whose DATA_DIR was never started again. */
export async function sweepRunFolders (user: SystemUser | undefined): Promise<void> {
  for (const base of bases()) {
    for (const name of await readdir(base).catch(() => [])) {
      const folder = path.join(base, name)
      if (NAME.test(name) && await isAbandoned(folder, user)) await removeRunFolder(folder)
    }
  }
}

async function isAbandoned (folder: string, user: SystemUser | undefined): Promise<boolean> {
  const stats = await lstat(folder).catch(() => undefined)
  if (stats === undefined || ![ownUid(), user?.uid].includes(stats.uid)) return false
  const owner = parseIdentity(await readFile(path.join(folder, OWNER), 'utf8').catch(() => ''))
  // Those who tidy up a temporary folder spare sockets in use, but may have taken the owner file.
  if (owner === undefined) return Date.now() - stats.mtimeMs > SETTLE_MS && (await readdir(folder)).length === 0
  const state = stateOf(owner)
  return state === 'other-boot' || (state === 'gone' && !await hasServer(folder))
}

/** An orphaned server keeps its folder until the next start on its DATA_DIR ends both. Its socket's lock begins with its process id. */
async function hasServer (folder: string): Promise<boolean> {
  const pid = Number.parseInt(await readFile(path.join(folder, `${SOCKET}.lock`), 'utf8').catch(() => ''), 10)
  if (!(pid > 0)) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function bases (): string[] {
  return [...new Set(['/tmp', tmpdir(), '/var/tmp'])]
}

/** Windows knows no user ids and reports every file as 0. */
function ownUid (): number {
  return process.getuid?.() ?? 0
}

function isWritable (folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
    return true
  } catch {
    return false
  }
}
