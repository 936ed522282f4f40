// What this process has taken for each receiver, and how fast that answers.
import { SLOTS } from '../store/queue.js'
import type { Claim } from './claim.js'
import type { Result } from './settle.js'

export interface Receiver {
  readonly queue: Claim[]
  /** Calls that are under way. */
  sending: number
  /** Taken and not stored yet: waiting, under way, or on their way into the database. */
  taken: number
  /** Calls that may be under way: more for a receiver that takes many well, fewer for one that is overwhelmed. */
  slots: number
  /** Since there was last a slot more. */
  successes: number
  /** Running mean of a call; 0 while unknown. */
  meanMs: number
  /** By `performance.now()`: the last answer, whatever it said; -Infinity before the first, and after a call without one. */
  answeredAt: number
  /** Kernel clock; the receiver asked for a pause until then. */
  heldUntil: number
  /** The last round may have left something due. */
  isFull: boolean
}

/** Work for so long is taken ahead of a fast receiver, so that rounds are few; a slow one gets what its slots hold. */
const AHEAD_MS = 100
const MAX_AHEAD = 200
/** Additive increase and multiplicative decrease, as TCP finds out what a line can carry (RFC 5681); back to the usual ones it goes at once. */
const MAX_SLOTS = 50
const SUCCESSES_FOR_ONE_MORE = 50
const OVERWHELMED = new Set<number | null>([429, 503])
const WEIGHT = 0.2
const ANSWERING_MS = 60_000

interface Receivers {
  of: (webhookId: string) => Receiver
  all: () => Iterable<Receiver>
  /** Forgets receivers that nothing is taken for. */
  forgetIdle: () => void
}

export function createReceivers (): Receivers {
  const receivers = new Map<string, Receiver>()
  return {
    of (id) {
      let receiver = receivers.get(id)
      if (receiver === undefined) {
        receivers.set(
          id, receiver = { queue: [], sending: 0, taken: 0, slots: SLOTS, successes: 0, meanMs: 0, answeredAt: -Infinity, heldUntil: 0, isFull: false }
        )
      }
      return receiver
    },
    all: () => receivers.values(),
    forgetIdle () {
      for (const [id, receiver] of receivers) if (receiver.taken === 0) receivers.delete(id)
    }
  }
}

/** How many may be taken at a time. */
export function aheadOf ({ meanMs, slots }: Receiver): number {
  if (meanMs === 0) return slots
  return Math.min(Math.max(Math.floor(slots * AHEAD_MS / meanMs), slots), MAX_AHEAD)
}

/** Whether the receiver has answered its last call, and not too long ago. */
export const isAnswering = ({ answeredAt }: Receiver): boolean => performance.now() - answeredAt < ANSWERING_MS

/** Learns from a result how fast the receiver is, how much it takes, and whether it wants a pause. */
/** @param isCurrent false: the webhook has changed since the call was begun */
export function observe (receiver: Receiver, { attempt: { interrupted, durationMs, status, errorClass }, verdict, endedAt }: Result, isCurrent = true): void {
  if (interrupted) return
  receiver.answeredAt = status === null ? -Infinity : performance.now()
  if (isCurrent && verdict.holdMs !== null) receiver.heldUntil = Math.max(receiver.heldUntil, endedAt.getTime() + verdict.holdMs)
  receiver.meanMs = receiver.meanMs === 0 ? durationMs : receiver.meanMs * (1 - WEIGHT) + durationMs * WEIGHT
  if (OVERWHELMED.has(status) || errorClass === 'timeout') {
    receiver.slots = Math.max(1, Math.floor(receiver.slots / 2))
    receiver.successes = 0
  } else if (errorClass === null && ++receiver.successes >= (receiver.slots < SLOTS ? 1 : SUCCESSES_FOR_ONE_MORE)) {
    receiver.slots = Math.min(receiver.slots + 1, MAX_SLOTS)
    receiver.successes = 0
  }
}
