// Watches the space that is left where the embedded database keeps its data.
import { statfs } from 'node:fs/promises'

export interface Disk {
  /** Less is left than is kept in reserve: what can be done without is not stored. Always false where nothing is watched. */
  readonly isLow: boolean
  /** In bytes, as of the last look; null where nothing is watched. */
  readonly freeBytes: number | null
  /** Looks again. */
  look: () => Promise<void>
  close: () => void
}

export interface DiskOptions {
  /** On the disk to watch; null: the database is elsewhere, and its disk is watched there. */
  folder: string | null
  /** What must stay free, in bytes; 0 watches nothing. */
  reserve: number
  log: (line: string) => void
  /** Default: what the system says of the folder's disk. */
  free?: (folder: string) => Promise<number>
}

const LOOK_EVERY_MS = 5_000
/** Enough is left again only with so much more than the reserve, so that it does not flicker. */
const ENOUGH = 1.25

/** Available to users who are not root, as for `df`. */
async function freeBytes (folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

/** Looks once before it resolves, and every five seconds then. */
export async function watchDisk ({ folder, reserve, log, free = freeBytes }: DiskOptions): Promise<Disk> {
  const disk = { isLow: false, freeBytes: null as number | null }
  if (folder === null || reserve === 0) return { ...disk, look: async () => {}, close: () => {} }
  const megabytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MB`
  const look = async (): Promise<void> => {
    const left = await free(folder)
    disk.freeBytes = left
    const isLow = left < reserve * (disk.isLow ? ENOUGH : 1)
    if (isLow && !disk.isLow) {
      log(`${megabytes(left)} are left on the disk of ${folder}, less than the ${
        megabytes(reserve)
      } of DISK_RESERVE_MB: the audit keeps no bodies, and counts calls of unknown callers, until there is more.`)
    }
    if (!isLow && disk.isLow) log(`${megabytes(left)} are left on the disk of ${folder}: the audit keeps bodies again.`)
    disk.isLow = isLow
  }
  // A look that fails changes nothing: it would be the disk's last concern.
  await look().catch(() => {})
  const timer = setInterval(() => { look().catch(() => {}) }, LOOK_EVERY_MS).unref()
  return {
    get isLow () { return disk.isLow },
    get freeBytes () { return disk.freeBytes },
    look,
    close: () => { clearInterval(timer) }
  }
}
