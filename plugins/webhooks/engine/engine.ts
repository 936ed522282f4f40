// The delivery engine of one process: looks for what is due as often as there is room and reason.
import { newId, type Kernel } from '#kernel'
import type { Attempt } from './attempt.js'
import { claim, ROUND } from './claim.js'
import { Dispatcher } from './dispatcher.js'
import { createGate } from './gate.js'

/** Finds retries whose time has come, and what a lost signal would have told. */
const POLL_MS = 250

export interface Engine {
  /** One round: takes what is due, then waits for a reason to look again. */
  run: (signal: AbortSignal) => Promise<boolean>
  wake: () => void
  /** Webhooks have changed. */
  reconfigure: () => void
  close: () => Promise<void>
  /** Calls under way. */
  inFlight: () => number
}

/**
 * @param isHeld true while nothing may be sent
 * @param onAttempt told of each attempt that ended
 */
export function createEngine (kernel: Kernel, isHeld: () => boolean, onAttempt: (attempt: Attempt) => void): Engine {
  const worker = newId('wrk')
  const gate = createGate()
  const dispatcher = new Dispatcher(kernel, { isHeld, onAttempt, onRoom: gate.open })

  /** True: there may be more that could be taken now. */
  const takeDue = async (signal: AbortSignal): Promise<boolean> => {
    const limit = Math.min(ROUND, dispatcher.room)
    if (limit <= 0) return false
    const claims = await claim(kernel, { worker, limit, aheadOf: id => dispatcher.aheadOf(id) })
    if (signal.aborted) dispatcher.stop()
    dispatcher.accept(claims)
    return claims.length === limit
  }

  return {
    async run (signal) {
      if (isHeld() || !await takeDue(signal)) await gate.wait(signal, POLL_MS)
      return true
    },
    wake: gate.open,
    reconfigure () {
      dispatcher.recall()
      gate.open()
    },
    close: async () => await dispatcher.close(),
    inFlight: () => dispatcher.sending
  }
}
