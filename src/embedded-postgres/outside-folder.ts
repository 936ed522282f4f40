// Data folders outside DATA_DIR, for a service that runs as root.
import { randomBytes } from 'node:crypto'
import { accessSync, chmodSync, constants, existsSync, lstatSync, mkdirSync, statSync } from 'node:fs'
import { chown, mkdir, readdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { codeOf, EmbeddedPostgresError } from './errors.js'
import { canEnter, isPlainPath } from './path-checks.js'
import { ownIdentity, parseIdentity, stateOf } from './processes.js'
import type { SystemUser } from './system-user.js'

/**
 * A place is a folder outside DATA_DIR. When the service runs as root, PostgreSQL's user often can't reach DATA_DIR; its data are then in
 * a place, and DATA_DIR keeps the id of it.
 */
const FAMILY = 'logistics-wms-postgres'
const ID_FILE = 'postgres-place'
const RECORD = 'data-dir.json'
const OWNER = 'owner'
const ID = /^[0-9a-f]{12}$/
const UNFINISHED = /^[0-9a-f]{12}\.new$/
/** Earlier versions renamed a place before they removed it. */
const PLACE = /^([0-9a-f]{12})(\.gone)?$/
const LEFTOVER_AGE_MS = 600_000

/** The folder that a place belongs to, and its device: an unmounted disk looks like a deleted folder. */
interface PlaceRecord { dataDir: string, device: number }

/** @returns the id of the place that DATA_DIR names, and whether a database was made there; undefined when it names none */
export async function placeOf (dataDir: string): Promise<{ id: string, initialised: boolean } | undefined> {
  const [id = '', state] = (await readFile(path.join(dataDir, ID_FILE), 'utf8').catch(() => '')).split('\n')
  return ID.test(id) ? { id, initialised: state === 'initialised' } : undefined
}

/** Notes in DATA_DIR that its place holds a database from now on. */
export async function markInitialised (dataDir: string, place: string): Promise<void> {
  await writeFile(path.join(dataDir, ID_FILE), `${path.basename(place)}\ninitialised\n`, { mode: 0o600 })
}

/**
 * Makes a new place and writes its id to DATA_DIR.
 * @throws {EmbeddedPostgresError} when no system folder can be used
 */
export async function makePlace (dataDir: string, user: SystemUser): Promise<string> {
  const family = families().find(folder => prepareFamily(folder, user))
  if (family === undefined) {
    throw new EmbeddedPostgresError(`the user ${user.name} of PostgreSQL can reach neither ${dataDir} nor a system folder; set DATABASE_URL`)
  }
  const id = randomBytes(6).toString('hex')
  // The id first: a place that no DATA_DIR names could not be found again.
  await writeFile(path.join(dataDir, ID_FILE), `${id}\n`, { mode: 0o600 })
  const place = path.join(family, id)
  try {
    await mkdir(`${place}.new`, { mode: 0o700 })
    await writeRecord(`${place}.new`, dataDir)
    await chown(`${place}.new`, user.uid, user.gid)
    await rename(`${place}.new`, place)
  } catch (error) {
    await rm(`${place}.new`, { recursive: true, force: true })
    await rm(path.join(dataDir, ID_FILE), { force: true })
    throw error
  }
  return place
}

/**
 * Finds a place by its id and makes it the place of this DATA_DIR and this process.
 * @returns undefined when it does not exist any more
 * @throws {EmbeddedPostgresError} when it belongs to another folder, of which DATA_DIR is a copy
 */
export async function openPlace (id: string, dataDir: string): Promise<string | undefined> {
  for (const place of families().map(family => path.join(family, id))) {
    const record = await readRecord(place)
    if (record === undefined) continue
    if (record.dataDir !== dataDir && (await placeOf(record.dataDir))?.id === id) {
      throw new EmbeddedPostgresError(`${dataDir} is a copy of ${record.dataDir} and can not share its database in ${place}; ` +
        `delete ${path.join(dataDir, ID_FILE)} to begin with an empty database`)
    }
    await writeRecord(place, dataDir)
    return place
  }
  return undefined
}

/** Removes a place in which a first start has failed, unless it holds a database. */
export async function discardPlace (dataDir: string, place: string): Promise<void> {
  if (existsSync(path.join(place, 'postgres'))) return
  await rm(place, { recursive: true, force: true })
  await rm(path.join(dataDir, ID_FILE), { force: true })
}

/**
 * Lines for the terminal about databases in places that no DATA_DIR leads to. They are never removed here: a DATA_DIR that was renamed,
 * or that another container mounts, looks like one that was deleted.
 */
export async function describeAbandonedPlaces (): Promise<string[]> {
  const lines: string[] = []
  for (const family of families()) {
    for (const name of await readdir(family).catch(() => [])) {
      const folder = path.join(family, name)
      if (UNFINISHED.test(name) && await isOld(folder)) await removeUnfinished(folder)
      const id = PLACE.exec(name)?.[1]
      if (id === undefined || !await isAbandoned(folder, id)) continue
      const dataDir = (await readRecord(folder))?.dataDir ?? 'unknown'
      lines.push(
        `${folder} holds the database of ${dataDir}, which does not lead there any more. ` +
          `If that folder was moved, start with DATA_DIR set to its new name; if the data are not needed, remove them: rm -rf ${folder}`
      )
    }
  }
  return lines
}

/** Of a first start that was interrupted before there was a database: a folder with its two files, and nothing else is touched. */
async function removeUnfinished (folder: string): Promise<void> {
  for (const name of [OWNER, RECORD]) await rm(path.join(folder, name), { force: true })
  await rmdir(folder).catch(() => {})
}

async function isAbandoned (place: string, id: string): Promise<boolean> {
  if (!existsSync(path.join(place, 'postgres'))) return false
  const owner = parseIdentity(await readFile(path.join(place, OWNER), 'utf8').catch(() => ''))
  if (owner !== undefined && !['gone', 'other-boot'].includes(stateOf(owner))) return false
  const record = await readRecord(place)
  if (record === undefined) return false
  try {
    await stat(record.dataDir)
  } catch (error) {
    return ['ENOENT', 'ENOTDIR'].includes(codeOf(error)) && deviceAbove(record.dataDir) === record.device
  }
  return (await placeOf(record.dataDir))?.id !== id
}

async function writeRecord (place: string, dataDir: string): Promise<void> {
  await writeFile(path.join(place, OWNER), ownIdentity())
  const record: PlaceRecord = { dataDir, device: statSync(dataDir).dev }
  await writeFile(path.join(place, RECORD), JSON.stringify(record))
}

async function readRecord (place: string): Promise<PlaceRecord | undefined> {
  try {
    const record: unknown = JSON.parse(await readFile(path.join(place, RECORD), 'utf8'))
    if (typeof record !== 'object' || record === null || !('dataDir' in record) || !('device' in record)) return undefined
    return { dataDir: String(record.dataDir), device: Number(record.device) }
  } catch {
    return undefined
  }
}

/** The device of the nearest folder that exists. */
function deviceAbove (folder: string): number {
  const parent = path.dirname(folder)
  return statSync(parent, { throwIfNoEntry: false })?.dev ?? deviceAbove(parent)
}

/** By the time of the last change of the folder itself: that is when it got its present name. */
async function isOld (folder: string): Promise<boolean> {
  return Date.now() - ((await stat(folder).catch(() => undefined))?.ctimeMs ?? Date.now()) > LEFTOVER_AGE_MS
}

function families (): string[] {
  return [...new Set(['/var/lib', tmpdir(), '/tmp'])].map(folder => path.join(folder, FAMILY))
}

function prepareFamily (family: string, user: SystemUser): boolean {
  try {
    accessSync(path.dirname(family), constants.W_OK)
    mkdirSync(family, { recursive: true })
    // In a temporary folder someone else may have made it first.
    const stats = lstatSync(family)
    if (!stats.isDirectory() || stats.uid !== 0) return false
    // Whatever the umask of the service is, PostgreSQL's user has to pass through.
    chmodSync(family, 0o711)
    return canEnter(user, family) && isPlainPath(family)
  } catch {
    return false
  }
}
