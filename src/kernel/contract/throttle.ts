// Counts what may happen only so often: wrong passwords and secrets, tokens of one client. In the memory of this process.

export interface Throttle {
  /** Seconds until the window of this key ends, if it has happened too often; null to go on. */
  waitS: (key: string) => number | null
  count: (key: string) => void
  forget: (key: string) => void
}

/** More keys than anything that is counted here lets anybody use within one window. */
const MAX_KEYS = 10_000

/** @param max so many within `windowMs` of the first one */
export function createThrottle (now: () => Date, { max, windowMs }: { max: number, windowMs: number }): Throttle {
  const windows = new Map<string, { count: number, until: number }>()
  const current = (key: string): { count: number, until: number } | undefined => {
    const entry = windows.get(key)
    if (entry === undefined || entry.until > now().getTime()) return entry
    windows.delete(key)
    return undefined
  }
  return {
    waitS (key) {
      const entry = current(key)
      return entry === undefined || entry.count < max ? null : Math.ceil((entry.until - now().getTime()) / 1000)
    },
    count (key) {
      const entry = current(key)
      if (entry !== undefined) {
        entry.count++
        return
      }
      // The map keeps the order of insertion, so the first key is the one whose window ends first.
      if (windows.size >= MAX_KEYS) windows.delete(windows.keys().next().value!)
      windows.set(key, { count: 1, until: now().getTime() + windowMs })
    },
    forget (key) { windows.delete(key) }
  }
}
