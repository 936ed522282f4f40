// Makes the deliveries of new events. What may go at once is made as taken by this process: that saves the claim, and writing it once more.
import type { Kernel, SequencedEvent, Tx } from '#kernel'
import { addressEvents, type MadeRow } from '../store/addressed.js'
import { listening, type ClaimedRow, type WebhookNow } from '../store/queue.js'
import type { Target } from './attempt.js'
import { LEASE_MS, toTarget, type Claim } from './claim.js'
import { SCHEDULE } from './schedule.js'

/** What this process can take for sending. */
export interface Capacity {
  worker: string
  /** Of all webhooks together; 0 while it takes nothing. */
  room: number
  /** Of a webhook, while it is the only one. */
  aheadOf: (webhookId: string) => number
}

export interface Made {
  /** To be sent once the transaction is committed. */
  claims: Claim[]
  /** Others wait to be claimed. */
  someWait: boolean
}

/** One that is older goes first: a webhook with something due leaves its new deliveries to the next claim. */
export async function makeDeliveries (kernel: Kernel, tx: Tx, events: readonly SequencedEvent[], { worker, room, aheadOf }: Capacity): Promise<Made> {
  const now = kernel.clock.now()
  const claimedAt = performance.now()
  const { idle, types } = await listening(tx, [...new Set(events.map(event => event.type))], now, room > 0)
  const wanted = events.filter(event => types.has(event.type))
  if (wanted.length === 0) return { claims: [], someWait: false }
  const targets = new Map(idle.flatMap(webhook => targetOf(kernel, webhook)).map(target => [target.id, target]))
  const made = await addressEvents(tx, wanted, { schedule: SCHEDULE, spanning: spanningOf(kernel), now }, {
    worker,
    leaseUntil: new Date(now.getTime() + LEASE_MS),
    share: targets.size === 0 ? 0 : Math.floor(room / targets.size),
    webhooks: [...targets.keys()].map(id => ({ id, ahead: aheadOf(id) }))
  })
  const taken = made.filter(row => row.taken)
  const byId = new Map(wanted.map(event => [event.id, event]))
  return {
    claims: taken.map(row => ({ delivery: toClaimed(row, byId.get(row.eventId)!), target: targets.get(row.webhookId)!, inOrder: false, claimedAt })),
    someWait: taken.length < made.length
  }
}

/** One whose credentials can't be read must not keep events from being numbered: its deliveries wait, and the claim says why. */
function targetOf (kernel: Kernel, webhook: WebhookNow): Target[] {
  try {
    return [toTarget(kernel, webhook)]
  } catch {
    return []
  }
}

function toClaimed ({ id, webhookId, previousSequence, orderKey, envelope }: MadeRow, event: SequencedEvent): ClaimedRow {
  const { id: eventId, type: eventType, sequence: eventSequence, subjectType, subjectId, correlationId } = event
  return {
    ...{ id, webhookId, previousSequence, orderKey, eventId, eventType, eventSequence, subjectType, subjectId, correlationId, envelope },
    lane: 'new',
    attemptCount: 0,
    maxAttempts: SCHEDULE.length,
    schedule: [...SCHEDULE],
    fence: 1
  }
}

/** Types of events that tell of several warehouses at once. */
const spanningOf = ({ catalogue }: Kernel): string[] => [...catalogue.events.values()].filter(event => event.spansWarehouses === true).map(({ id }) => id)
