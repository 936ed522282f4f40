// The programs of PostgreSQL: found in the npm package, or copied where its user can reach them.
import { constants } from 'node:fs'
import { access, chmod, copyFile, lstat, mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { EmbeddedPostgresError } from './errors.js'
import { packageFolder, packageVersion } from './package.js'
import { canEnter, canRead, isPlainPath } from './path-checks.js'
import type { SystemUser } from './system-user.js'

export interface Binaries { postgres: string, initdb: string, majorVersion: string }

const STAMP = 'version'

/**
 * Finds the programs of PostgreSQL: those of the npm package, or a copy when its user can't reach them, when their path is nothing
 * PostgreSQL can work with, or when library links are missing and can't be made there.
 * @param copyFolders where a copy may be, the preferred folder first; unfinished copies there are removed, and those not needed any more
 */
export async function provideBinaries (user: SystemUser | undefined, copyFolders: string[]): Promise<Binaries> {
  const native = path.join(packageFolder(), 'native')
  const version = packageVersion()
  const majorVersion = version.split('.')[0] ?? ''
  for (const folder of copyFolders) await rm(unfinished(folder), { recursive: true, force: true })
  if (isPlainPath(native) && isReachable(native, user) && await completeLinks(native)) {
    for (const folder of copyFolders) await rm(folder, { recursive: true, force: true })
    return programsIn(native, majorVersion)
  }
  const copy = copyFolders.find(isPlainPath)
  if (copy === undefined) throw new EmbeddedPostgresError(`the path ${native} is too long or too unusual for PostgreSQL; set DATABASE_URL`)
  if (!(await isComplete(copy, native, version))) await makeCopy(native, copy, version)
  return programsIn(copy, majorVersion)
}

function programsIn (native: string, majorVersion: string): Binaries {
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const program = (name: string): string => path.join(native, 'bin', name + suffix)
  return { postgres: program('postgres'), initdb: program('initdb'), majorVersion }
}

function isReachable (native: string, user: SystemUser | undefined): boolean {
  if (user === undefined) return true
  return ['bin', 'lib', 'share/postgresql'].every(folder => canEnter(user, path.join(native, folder))) &&
    ['bin/postgres', 'share/postgresql/postgres.bki'].every(file => canRead(user, path.join(native, file)))
}

/**
 * The package can't carry symbolic links; its install script makes them, but npm may be configured to run none.
 * @returns false when some are missing and can't be made
 */
async function completeLinks (native: string): Promise<boolean> {
  for (const { link, target } of await readLinks(native)) {
    try {
      await lstat(link)
    } catch {
      try {
        await symlink(target, link)
      } catch {
        // Another process may have made it in this moment.
        if (await lstat(link).catch(() => undefined) === undefined) return false
      }
    }
  }
  return true
}

async function readLinks (native: string): Promise<Array<{ link: string, target: string }>> {
  const text = await readFile(path.join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  const entries: unknown = JSON.parse(text)
  if (!Array.isArray(entries)) return []
  return entries.map(({ source, target }: { source: string, target: string }) => ({
    link: path.join(path.dirname(native), target), target: path.relative(path.dirname(target), source)
  }))
}

async function makeCopy (native: string, copy: string, version: string): Promise<void> {
  await rm(copy, { recursive: true, force: true })
  await mkdir(path.dirname(copy), { recursive: true })
  await copyTree(native, unfinished(copy))
  await writeFile(path.join(unfinished(copy), STAMP), version)
  await linkLibraries(native, unfinished(copy))
  await rename(unfinished(copy), copy)
}

async function linkLibraries (native: string, copy: string): Promise<void> {
  for (const { link, target } of await readLinks(native)) {
    await symlink(target, path.join(copy, path.relative(native, link))).catch(() => {})
  }
}

function unfinished (copy: string): string {
  return `${copy}.new`
}

/** Everyone may read the copy, whatever the modes of the original: the folder around it decides who gets there. */
async function copyTree (from: string, to: string): Promise<void> {
  await mkdir(to)
  await chmod(to, 0o755)
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = path.join(from, entry.name)
    const target = path.join(to, entry.name)
    if (entry.isDirectory()) {
      await copyTree(source, target)
    } else if (entry.isFile() && !entry.name.endsWith('.a')) {
      await copyFile(source, target, constants.COPYFILE_FICLONE)
      await chmod(target, path.basename(from) === 'bin' ? 0o755 : 0o644)
    }
  }
}

/** A copy of another version, or one cut short by a power failure, is made again. */
async function isComplete (copy: string, native: string, version: string): Promise<boolean> {
  try {
    if (await readFile(path.join(copy, STAMP), 'utf8') !== version) return false
    for (const folder of ['bin', 'lib']) {
      for (const entry of await readdir(path.join(native, folder), { withFileTypes: true })) {
        if (!entry.isFile() || entry.name.endsWith('.a')) continue
        const [original, copied] = await Promise.all([native, copy].map(async root => await stat(path.join(root, folder, entry.name))))
        if (original?.size !== copied?.size) return false
      }
    }
    for (const { link } of await readLinks(native)) await access(path.join(copy, path.relative(native, link)))
    return true
  } catch {
    return false
  }
}
