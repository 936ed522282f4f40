// Counts wrong passwords per e-mail and network, so that guessing is slow and nobody can lock somebody else out.
import { isIPv6 } from 'node:net'
import { tooManyAttempts } from './errors.js'

const MAX_FAILURES = 10
const WINDOW_MS = 15 * 60_000
/** More pairs than password hashing lets anybody fail within one window. */
const MAX_PAIRS = 10_000

export interface Throttle {
  /** @throws AppError 429 with `Retry-After` while too many passwords were wrong */
  check: (email: string, ip: string) => void
  fail: (email: string, ip: string) => void
  /** The right password was given: earlier failures are forgotten. */
  succeed: (email: string, ip: string) => void
}

/** In the memory of this process: ten failures within 15 minutes of the first one. */
export function createThrottle (now: () => Date): Throttle {
  const failures = new Map<string, { count: number, until: number }>()
  const keyOf = (email: string, ip: string): string => `${networkOf(ip)} ${email}`
  const current = (key: string): { count: number, until: number } | undefined => {
    const entry = failures.get(key)
    if (entry === undefined || entry.until > now().getTime()) return entry
    failures.delete(key)
    return undefined
  }
  return {
    check (email, ip) {
      const entry = current(keyOf(email, ip))
      if (entry === undefined || entry.count < MAX_FAILURES) return
      throw tooManyAttempts(Math.ceil((entry.until - now().getTime()) / 1000))
    },
    fail (email, ip) {
      const key = keyOf(email, ip)
      const entry = current(key)
      if (entry !== undefined) {
        entry.count++
        return
      }
      // The map keeps the order of insertion, so the first key is the one whose window ends first.
      if (failures.size >= MAX_PAIRS) failures.delete(failures.keys().next().value!)
      failures.set(key, { count: 1, until: now().getTime() + WINDOW_MS })
    },
    succeed (email, ip) { failures.delete(keyOf(email, ip)) }
  }
}

/** What one caller can't change at will: the address, of IPv6 its /64 (RFC 4291, section 2.5.4). */
export function networkOf (ip: string): string {
  const address = ip.replace(/%.*$/, '').toLowerCase()
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  if (!isIPv6(address)) return address
  const [head = '', tail] = address.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const groups = [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right]
  return `${groups.slice(0, 4).map(group => parseInt(group, 16).toString(16)).join(':')}::/64`
}
