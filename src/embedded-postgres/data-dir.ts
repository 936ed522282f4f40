// DATA_DIR: made, and checked before anything is written there.
import { access, constants, mkdir, realpath, rmdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { codeOf, EmbeddedPostgresError, lineOf } from './errors.js'

export interface DataDir {
  /** Absolute, without symbolic links: the same folder always has the same name. */
  folder: string
  /** Removes the folders that were made for it, as far as they are empty. */
  discard (): Promise<void>
}

/**
 * Makes DATA_DIR if it is missing and checks that it can be used.
 * @throws {EmbeddedPostgresError} when it is not a folder or can't be written
 */
export async function openDataDir (given: string): Promise<DataDir> {
  const wanted = path.resolve(given)
  let firstMade: string | undefined
  try {
    // Root's PostgreSQL runs as another user, who has to pass through.
    firstMade = await mkdir(wanted, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 })
    const folder = await realpath(wanted)
    if (!(await stat(folder)).isDirectory()) throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR' })
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK)
    return { folder, discard: async () => await removeEmpty(wanted, firstMade) }
  } catch (error) {
    await removeEmpty(wanted, firstMade)
    throw new EmbeddedPostgresError(`DATA_DIR ${wanted} ${problem(error)}`, { cause: error })
  }
}

function problem (error: unknown): string {
  switch (codeOf(error)) {
    case 'ENOTDIR':
    case 'EEXIST': return 'is not a folder, or lies below a file'
    case 'EACCES':
    case 'EPERM': return 'can not be written by this user'
    case 'EROFS': return 'is on a read-only file system'
    case 'ENOENT': return 'can not be created'
    default: return `can not be used: ${lineOf(error)}`
  }
}

async function removeEmpty (folder: string, firstMade: string | undefined): Promise<void> {
  if (firstMade === undefined) return
  for (let current = folder; current.startsWith(firstMade); current = path.dirname(current)) {
    try {
      await rmdir(current)
    } catch {
      return
    }
  }
}
