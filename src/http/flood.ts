// Calls of callers who are not known, beyond a rate: they are counted, not recorded one by one, so that no one fills the disk with refusals.
import type { CallRecord } from '../kernel/contract/call.js'
import { networkOf } from '../kernel/contract/network.js'
import { createThrottle } from '../kernel/contract/throttle.js'

/** Of one network (of IPv6 a /64) within a minute. */
const MAX_RECORDED = 300
const MINUTE_MS = 60_000

interface Flood {
  /** True: the call is counted and needs no row of its own. */
  swallows: (call: CallRecord) => boolean
  /** Takes what was counted since the last time, by network. */
  take: () => Map<string, number>
}

/** @param isShort of space: then none of them gets a row of its own */
export function createFlood (now: () => Date, isShort: () => boolean): Flood {
  const recorded = createThrottle(now, { max: MAX_RECORDED, windowMs: MINUTE_MS })
  let counted = new Map<string, number>()
  return {
    swallows ({ direction, principal, status, ip }) {
      if (principal !== null || direction === 'out' || ip === null || status === null || status < 400 || status >= 500) return false
      const network = networkOf(ip)
      if (!isShort() && recorded.waitS(network) === null) {
        recorded.count(network)
        return false
      }
      counted.set(network, (counted.get(network) ?? 0) + 1)
      return true
    },
    take () {
      const taken = counted
      counted = new Map()
      return taken
    }
  }
}
