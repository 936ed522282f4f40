// Whether PostgreSQL can work with a path, and who can reach it.
import { realpathSync, statSync, type Stats } from 'node:fs'
import path from 'node:path'
import type { SystemUser } from './system-user.js'

/** PostgreSQL cuts paths at 1,023 bytes; its own names below a folder stay far under 120. */
const LONGEST_PATH = 900

/**
 * @returns whether PostgreSQL can be given this path. Its tools pass paths through a shell in double quotes, so spaces are fine, but
 *   what a shell expands there is not.
 */
export function isPlainPath (folder: string): boolean {
  if (Buffer.byteLength(folder) > LONGEST_PATH) return false
  return process.platform === 'win32' || !/["$`\\\n]/.test(folder)
}

/** @returns whether the user may pass through every folder down to this one, it included */
export function canEnter (user: SystemUser, folder: string): boolean {
  try {
    for (let current = realpathSync(folder); ; current = path.dirname(current)) {
      if (!allows(statSync(current), user, 1)) return false
      if (current === path.dirname(current)) return true
    }
  } catch {
    return false
  }
}

/** @returns whether the mode of the file lets the user read it; the folders above are not looked at */
export function canRead (user: SystemUser, file: string): boolean {
  try {
    return allows(statSync(file), user, 4)
  } catch {
    return false
  }
}

function allows ({ mode, uid, gid }: Stats, user: SystemUser, right: 1 | 4): boolean {
  const shift = uid === user.uid ? 6 : gid === user.gid ? 3 : 0
  return ((mode >> shift) & right) !== 0
}
