// What this process has taken for each receiver, and how fast that answers.
import { SLOTS } from '../store/queue.js'
import type { Claim } from './claim.js'
import type { Result } from './settle.js'

export interface Lane {
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

interface Lanes {
  of: (webhookId: string) => Lane
  all: () => Iterable<Lane>
  /** Forgets receivers that nothing is taken for. */
  forgetIdle: () => void
}

export function createLanes (): Lanes {
  const lanes = new Map<string, Lane>()
  return {
    of (id) {
      let lane = lanes.get(id)
      if (lane === undefined) lanes.set(id, lane = { queue: [], sending: 0, taken: 0, slots: SLOTS, successes: 0, meanMs: 0, answeredAt: -Infinity, heldUntil: 0, isFull: false })
      return lane
    },
    all: () => lanes.values(),
    forgetIdle () {
      for (const [id, lane] of lanes) if (lane.taken === 0) lanes.delete(id)
    }
  }
}

/** How many may be taken at a time. */
export function aheadOf ({ meanMs, slots }: Lane): number {
  if (meanMs === 0) return slots
  return Math.min(Math.max(Math.floor(slots * AHEAD_MS / meanMs), slots), MAX_AHEAD)
}

/** Whether the receiver has answered its last call, and not too long ago. */
export const isAnswering = ({ answeredAt }: Lane): boolean => performance.now() - answeredAt < ANSWERING_MS

/** Learns from a result how fast the receiver is, how much it takes, and whether it wants a pause. */
/** @param isCurrent false: the webhook has changed since the call was begun */
export function observe (lane: Lane, { attempt: { interrupted, durationMs, status, errorClass }, verdict, endedAt }: Result, isCurrent = true): void {
  if (interrupted) return
  lane.answeredAt = status === null ? -Infinity : performance.now()
  if (isCurrent && verdict.holdMs !== null) lane.heldUntil = Math.max(lane.heldUntil, endedAt.getTime() + verdict.holdMs)
  lane.meanMs = lane.meanMs === 0 ? durationMs : lane.meanMs * (1 - WEIGHT) + durationMs * WEIGHT
  if (OVERWHELMED.has(status) || errorClass === 'timeout') {
    lane.slots = Math.max(1, Math.floor(lane.slots / 2))
    lane.successes = 0
  } else if (errorClass === null && ++lane.successes >= (lane.slots < SLOTS ? 1 : SUCCESSES_FOR_ONE_MORE)) {
    lane.slots = Math.min(lane.slots + 1, MAX_SLOTS)
    lane.successes = 0
  }
}
