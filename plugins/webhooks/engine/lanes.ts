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
  /** Running mean of a call; 0 while unknown. */
  meanMs: number
  /** Kernel clock; the receiver asked for a pause until then. */
  heldUntil: number
  /** The last round may have left something due. */
  isFull: boolean
}

/** Work for so long is taken ahead of a fast receiver, so that rounds are few; a slow one gets what its slots hold. */
const AHEAD_MS = 100
const MAX_AHEAD = 200
const WEIGHT = 0.2

export interface Lanes {
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
      if (lane === undefined) lanes.set(id, lane = { queue: [], sending: 0, taken: 0, meanMs: 0, heldUntil: 0, isFull: false })
      return lane
    },
    all: () => lanes.values(),
    forgetIdle () {
      for (const [id, lane] of lanes) if (lane.taken === 0) lanes.delete(id)
    }
  }
}

/** How many may be taken at a time. */
export function aheadOf (lane: Lane): number {
  if (lane.meanMs === 0) return SLOTS
  return Math.min(Math.max(Math.floor(SLOTS * AHEAD_MS / lane.meanMs), SLOTS), MAX_AHEAD)
}

/** Learns from a result how fast the receiver is, and whether it wants a pause. */
export function observe (lane: Lane, { attempt: { interrupted, durationMs }, verdict, endedAt }: Result): void {
  if (interrupted) return
  if (verdict.holdMs !== null) lane.heldUntil = Math.max(lane.heldUntil, endedAt.getTime() + verdict.holdMs)
  lane.meanMs = lane.meanMs === 0 ? durationMs : lane.meanMs * (1 - WEIGHT) + durationMs * WEIGHT
}
