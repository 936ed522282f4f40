import { randomBytes } from 'node:crypto'
import { accessSync, chmodSync, constants, lstatSync, mkdirSync, statSync } from 'node:fs'
import { chown, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { codeOf, EmbeddedPostgresError } from './errors.js'
import { canEnter, isPlainPath } from './paths.js'
import { endProcesses, ownIdentity, parseIdentity, serversIn, stateOf } from './processes.js'
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
const LEFTOVER = /^[0-9a-f]{12}\.(new|gone)$/
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
  // The id first: a place that no DATA_DIR names may be swept at any moment.
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

/** Removes a place in which a first start has failed. */
export async function discardPlace (dataDir: string, place: string): Promise<void> {
  await rm(place, { recursive: true, force: true })
  await rm(path.join(dataDir, ID_FILE), { force: true })
}

/** Removes the places whose DATA_DIR was deleted, unless a process still works in them. */
export async function sweepPlaces (log: (line: string) => void): Promise<void> {
  for (const family of families()) {
    for (const name of await readdir(family).catch(() => [])) {
      const folder = path.join(family, name)
      if (LEFTOVER.test(name) && await isOld(folder)) await rm(folder, { recursive: true, force: true })
      if (ID.test(name) && await isAbandoned(folder) && await removePlace(folder)) log(`removed ${folder}: its DATA_DIR is gone`)
    }
  }
}

async function removePlace (place: string): Promise<boolean> {
  const gone = `${place}.gone`
  try {
    await rename(place, gone)
  } catch {
    // Another start was faster.
    return false
  }
  // A start that came in between has written its name into the folder by now.
  if (!(await isAbandoned(gone, path.basename(place)))) {
    await rename(gone, place)
    return false
  }
  await endProcesses(serversIn([path.join(gone, 'postgres')]), [['SIGQUIT', 3_000], ['SIGKILL', 2_000]])
  await rm(gone, { recursive: true, force: true })
  return true
}

async function isAbandoned (place: string, id = path.basename(place)): Promise<boolean> {
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
    // In a temporary folder somebody else may have made it first.
    const stats = lstatSync(family)
    if (!stats.isDirectory() || stats.uid !== 0) return false
    // Whatever the umask of the service is, PostgreSQL's user has to pass through.
    chmodSync(family, 0o711)
    return canEnter(user, family) && isPlainPath(family)
  } catch {
    return false
  }
}
