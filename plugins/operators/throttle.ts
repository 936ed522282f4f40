// Counts wrong passwords per e-mail and network, and per network, so that guessing is slow and no one can lock someone else out.
import { createThrottle, networkOf } from '#kernel'
import { tooManyAttempts } from './errors.js'

const WINDOW_MS = 15 * 60_000
const MAX_FAILURES = 10
/** With changing e-mails. */
const MAX_FAILURES_OF_NETWORK = 50
const MAX_KNOWN = 1_000

export interface SignInThrottle {
  /** @throws AppError 429 with `Retry-After` while too many passwords were wrong */
  check: (email: string, ip: string) => void
  fail: (email: string, ip: string) => void
  /** The right password was given: earlier failures of the e-mail are forgotten, and its network is known from now on. */
  succeed: (email: string, ip: string) => void
  /** Whether someone has signed in from this network before. */
  isKnown: (ip: string) => boolean
}

/** In the memory of this process. */
export function createSignInThrottle (now: () => Date): SignInThrottle {
  const pairs = createThrottle(now, { max: MAX_FAILURES, windowMs: WINDOW_MS })
  const networks = createThrottle(now, { max: MAX_FAILURES_OF_NETWORK, windowMs: WINDOW_MS })
  const known = new Set<string>()
  const keyOf = (email: string, ip: string): string => `${networkOf(ip)} ${email}`
  return {
    check (email, ip) {
      const waitS = pairs.waitS(keyOf(email, ip)) ?? networks.waitS(networkOf(ip))
      if (waitS !== null) throw tooManyAttempts(waitS)
    },
    fail (email, ip) {
      pairs.count(keyOf(email, ip))
      networks.count(networkOf(ip))
    },
    succeed (email, ip) {
      pairs.forget(keyOf(email, ip))
      if (known.size >= MAX_KNOWN) known.delete(known.values().next().value!)
      known.add(networkOf(ip))
    },
    isKnown: ip => known.has(networkOf(ip))
  }
}
