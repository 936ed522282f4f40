// The delivery engine of one process: looks for what is due as often as there is room and reason.
import { newId, type Kernel } from '#kernel'
import type { Attempt } from './attempt.js'
import { claim, ROUND, type Claim } from './claim.js'
import { Dispatcher } from './dispatcher.js'
import { createLatch } from './latch.js'
import type { Capacity } from './claim-on-insert.js'
import { createPresence } from './presence.js'

/** Finds retries whose time has come, and what a lost signal would have announced. */
const POLL_MS = 250

export interface Engine {
  /** One round: takes what is due, then waits for a reason to look again. */
  run: (signal: AbortSignal) => Promise<boolean>
  wake: () => void
  /** What it could take beside its rounds. */
  capacity: () => Capacity
  /** Sends what was taken beside its rounds. */
  take: (claims: readonly Claim[]) => void
  /** Webhooks have changed. */
  reconfigure: () => void
  close: () => Promise<void>
  /** Calls under way. */
  inFlight: () => number
}

/**
 * @param isHeld true while nothing may be sent
 * @param onAttempt notified of each attempt that ended
 */
export function createEngine (kernel: Kernel, isHeld: () => boolean, onAttempt: (attempt: Attempt) => void): Engine {
  const worker = newId('wrk')
  const gate = createLatch()
  const dispatcher = new Dispatcher(kernel, { isHeld, onAttempt, onRoom: gate.open })

  const presence = createPresence(kernel, worker, gate.open)
  const aheadOf = (id: string): number => dispatcher.aheadOf(id)
  const mayClaim = (): boolean => !isHeld() && !dispatcher.isStopped && presence.isHeld

  /** True: there may be more that could be taken now. */
  const takeDue = async (signal: AbortSignal): Promise<boolean> => {
    const limit = Math.min(ROUND, dispatcher.room)
    if (limit <= 0) return false
    const claims = await claim(kernel, { worker, limit, aheadOf })
    if (signal.aborted) dispatcher.stop()
    dispatcher.accept(claims)
    return claims.length === limit
  }

  return {
    async run (signal) {
      presence.start()
      if (!mayClaim() || !await takeDue(signal)) await gate.wait(signal, POLL_MS)
      return true
    },
    wake: gate.open,
    capacity: () => ({ worker, room: mayClaim() ? dispatcher.room : 0, aheadOf }),
    take: claims => { dispatcher.take(claims) },
    reconfigure () {
      dispatcher.recall()
      gate.open()
    },
    async close () {
      await dispatcher.close()
      await presence.stop()
    },
    inFlight: () => dispatcher.sending
  }
}
