// How often a token may be asked for. Failures count per network, so that no one can lock out who holds the right secret elsewhere.
import { createThrottle, networkOf, type LimitProvider } from '#kernel'
import type { TokensConfig } from './configuration.js'
import { tooManyCalls, tooManyFailures, tooManyTokens } from './errors.js'

const FAILURES_WINDOW_MS = 5 * 60_000
const MAX_FAILURES_OF_ID = 10
/** With changing ids. */
const MAX_FAILURES_OF_NETWORK = 50
const MINUTE_MS = 60_000

export interface TokenLimits {
  /** For the gate: a network with too many failures, and a client with too many calls, are refused before the body is read. */
  provider: LimitProvider
  /** @throws AppError 429 while this id had too many failures from this network */
  check: (clientId: string, ip: string) => void
  failed: (clientId: string, ip: string) => void
  /** @throws AppError 429 when the client, which has proved its secret, has had too many tokens within a minute */
  minting: (clientId: string) => void
}

function refuse (waitS: number | null, error: (waitS: number) => Error): void {
  if (waitS !== null) throw error(waitS)
}

export function createTokenLimits (now: () => Date, { mintsPerMinute, callsPerMinute }: TokensConfig): TokenLimits {
  const ofId = createThrottle(now, { max: MAX_FAILURES_OF_ID, windowMs: FAILURES_WINDOW_MS })
  const ofNetwork = createThrottle(now, { max: MAX_FAILURES_OF_NETWORK, windowMs: FAILURES_WINDOW_MS })
  const mints = createThrottle(now, { max: mintsPerMinute, windowMs: MINUTE_MS })
  const calls = createThrottle(now, { max: callsPerMinute, windowMs: MINUTE_MS })
  const checkCall = (clientId: string): void => {
    if (callsPerMinute === 0) return
    refuse(calls.waitS(clientId), waitS => tooManyCalls(waitS, callsPerMinute))
    calls.count(clientId)
  }
  const keyOf = (clientId: string, ip: string): string => `${networkOf(ip)} ${clientId.slice(0, 100)}`
  return {
    provider: {
      covers: ({ id, access }) => id === 'auth.token' || (access === 'client' && callsPerMinute > 0),
      check (request, principal, operation) {
        if (operation === 'auth.token') refuse(ofNetwork.waitS(networkOf(request.ip)), tooManyFailures)
        else if (principal?.type === 'client') checkCall(principal.id)
      }
    },
    check (clientId, ip) { refuse(ofId.waitS(keyOf(clientId, ip)), tooManyFailures) },
    failed (clientId, ip) {
      ofId.count(keyOf(clientId, ip))
      ofNetwork.count(networkOf(ip))
    },
    minting (clientId) {
      refuse(mints.waitS(clientId), tooManyTokens)
      mints.count(clientId)
    }
  }
}
