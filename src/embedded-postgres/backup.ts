// An online backup of the embedded database and the key that belongs to it (PostgreSQL's manual, 25.3.3 "Making a base backup using the low level API").
import { chmod, chown, copyFile, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import pg from 'pg'
import { SUPERUSER } from './cluster.js'
import { openDataDir } from './data-dir.js'
import { urlOf, type Endpoint } from './endpoint.js'
import { codeOf, EmbeddedPostgresError } from './errors.js'
import { findHome } from './home.js'
import { acquireLock } from './lock.js'

/** What a backup says of itself; without it a folder is none, or one that was interrupted. */
interface Description { format: 1, createdAt: string, postgres: string, files: number, bytes: number }

const DESCRIPTION = 'backup.json'
const KEY = 'encryption.key'
/** Names in a data folder that belong to the server that ran there; what is in these folders is made again by the next one. */
const LEFT_OUT = new Set(['postmaster.pid', 'postmaster.opts', 'pg_internal.init', 'backup_label', 'tablespace_map'])
const EMPTIED = new Set(['pg_wal', 'pg_replslot', 'pg_dynshmem', 'pg_notify', 'pg_serial', 'pg_snapshots', 'pg_stat_tmp', 'pg_subtrans', 'pgsql_tmp'])

/**
 * Copies the database of a running server, and the key in `dataDir`, into a new folder. The service goes on meanwhile; what was committed before the
 * call is in it.
 * @throws {EmbeddedPostgresError} when the folder is there already
 */
export async function backUp (endpoint: Endpoint, dataDir: string, target: string): Promise<Description> {
  const folder = path.resolve(target)
  const unfinished = `${folder}.unfinished`
  if (await exists(folder)) throw new EmbeddedPostgresError(`${folder} is there already; name a new folder`)
  if (await exists(unfinished)) throw new EmbeddedPostgresError(`${unfinished} is left of a backup that was interrupted; remove it first`)
  await mkdir(path.join(unfinished, 'postgres'), { recursive: true, mode: 0o700 })
  const size = { files: 0, bytes: 0 }
  const postgres = await copyRunning(endpoint, path.join(unfinished, 'postgres'), size)
  // Without it neither stored passwords nor signing keys can be read. Someone who keeps it in ENCRYPTION_KEY has no such file.
  await copyFile(path.join(dataDir, KEY), path.join(unfinished, KEY)).catch((error: unknown) => { if (codeOf(error) !== 'ENOENT') throw error })
  const description: Description = { format: 1, createdAt: new Date().toISOString(), postgres, ...size }
  await writeFile(path.join(unfinished, DESCRIPTION), `${JSON.stringify(description, null, 2)}\n`, { mode: 0o600, flush: true })
  await rename(unfinished, folder)
  return description
}

async function copyRunning (endpoint: Endpoint, to: string, size: Size): Promise<string> {
  const client = new pg.Client({ connectionString: urlOf(endpoint, SUPERUSER, 'postgres') })
  client.on('error', () => {})
  await client.connect()
  try {
    const { rows: [server] } = await client.query<{ folder: string, version: string }>(
      'SELECT current_setting(\'data_directory\') AS "folder", current_setting(\'server_version_num\') AS "version"')
    const from = server!.folder
    // The slot keeps the log that the copy needs; it goes with this session.
    await client.query('SELECT pg_create_physical_replication_slot($1, true, true)', [`backup_${process.pid}`])
    await client.query('SELECT pg_backup_start($1, true)', ['logistics-wms'])
    await copyTree(from, to, size)
    const { rows: [label] } = await client.query<{ labelfile: string, spcmapfile: string }>('SELECT labelfile, spcmapfile FROM pg_backup_stop(false)')
    await writeFile(path.join(to, 'backup_label'), label!.labelfile, { mode: 0o600, flush: true })
    if (label!.spcmapfile !== '') await writeFile(path.join(to, 'tablespace_map'), label!.spcmapfile, { mode: 0o600, flush: true })
    size.files += label!.spcmapfile === '' ? 1 : 2
    size.bytes += Buffer.byteLength(label!.labelfile) + Buffer.byteLength(label!.spcmapfile)
    await copyTree(path.join(from, 'pg_wal'), path.join(to, 'pg_wal'), size)
    return String(Math.floor(Number(server!.version) / 10_000))
  } finally {
    await client.end()
  }
}

interface Size { files: number, bytes: number }

/** Files that the server removes or replaces meanwhile are repeated from its log. */
async function copyTree (from: string, to: string, size: Size): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o700 })
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = path.join(from, entry.name)
    const target = path.join(to, entry.name)
    if (entry.isDirectory()) {
      if (EMPTIED.has(entry.name)) await mkdir(target, { recursive: true, mode: 0o700 })
      else await copyTree(source, target, size)
    } else if (entry.isFile() && !LEFT_OUT.has(entry.name) && !entry.name.startsWith('pgsql_tmp')) {
      await copyDurably(source, target, size)
    }
  }
}

async function copyDurably (source: string, target: string, size: Size): Promise<void> {
  try {
    await copyFile(source, target)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return
    throw error
  }
  const handle = await open(target, 'r+')
  try {
    await handle.sync()
    size.bytes += (await handle.stat()).size
    size.files++
  } finally {
    await handle.close()
  }
}

/**
 * Puts a backup into a DATA_DIR that has no database yet; the next start of the service finds it there.
 * @returns where the data are
 * @throws {EmbeddedPostgresError} when the folder is no whole backup, or DATA_DIR has a database or another key
 */
export async function restore (source: string, dataDir: string): Promise<{ description: Description, folder: string }> {
  const backup = path.resolve(source)
  const description = await readDescription(backup)
  const { folder: opened } = await openDataDir(dataDir)
  const lock = await acquireLock(opened, new AbortController().signal)
  try {
    const home = await findHome(opened)
    if (await exists(home.dataFolder)) throw new EmbeddedPostgresError(`${home.dataFolder} is there already; set DATA_DIR to a new folder`)
    const key = path.join(opened, KEY)
    const theirs = await readFile(path.join(backup, KEY), 'utf8').catch(() => null)
    const own = await readFile(key, 'utf8').catch(() => null)
    if (own !== null && own !== theirs) throw new EmbeddedPostgresError(`${key} is another key than the backup's; set DATA_DIR to a new folder`)
    const unfinished = `${home.dataFolder}.new`
    await rm(unfinished, { recursive: true, force: true })
    const size = { files: 0, bytes: 0 }
    await restoreTree(path.join(backup, 'postgres'), unfinished, size, home.user)
    if (size.files !== description.files || size.bytes !== description.bytes) {
      await rm(unfinished, { recursive: true, force: true })
      throw new EmbeddedPostgresError(
        `${backup} is not whole: it has ${size.files} files with ${size.bytes} bytes instead of ${description.files} with ${description.bytes}`
      )
    }
    if (theirs !== null && own === null) await writeFile(key, theirs, { mode: 0o600, flag: 'wx', flush: true })
    // Of a database that was here before; the next start gives the restored one a password of its own.
    await rm(path.join(opened, 'postgres-password'), { force: true })
    await rename(unfinished, home.dataFolder)
    await home.initialised()
    return { description, folder: home.dataFolder }
  } finally {
    await lock.release()
  }
}

async function readDescription (backup: string): Promise<Description> {
  const text = await readFile(path.join(backup, DESCRIPTION), 'utf8').catch(() => null)
  if (text === null) throw new EmbeddedPostgresError(`${backup} is no backup: it has no ${DESCRIPTION}`)
  const description = JSON.parse(text) as Description
  if (description.format !== 1) throw new EmbeddedPostgresError(`${backup} was made by a newer version of this service`)
  return description
}

async function restoreTree (from: string, to: string, size: Size, user: { uid: number, gid: number } | undefined): Promise<void> {
  await mkdir(to, { mode: 0o700 })
  if (user !== undefined) await chown(to, user.uid, user.gid)
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = path.join(from, entry.name)
    const target = path.join(to, entry.name)
    if (entry.isDirectory()) {
      await restoreTree(source, target, size, user)
    } else if (entry.isFile()) {
      await copyDurably(source, target, size)
      await chmod(target, 0o600)
      if (user !== undefined) await chown(target, user.uid, user.gid)
    }
  }
}

async function exists (file: string): Promise<boolean> {
  return await stat(file).then(() => true, () => false)
}
