// The background work of webhooks and what it reports.
import type { Kernel } from '#kernel'
import { cancelOfDeleted, hasUnfinishedBefore, queueState, removeDeletedWebhooks, removeEndedCredentials, removeFinished } from '../store/upkeep.js'
import type { Attempt } from './attempt.js'
import { createEngine } from './engine.js'
import { makeDeliveries } from './newborn.js'
import { reclaimExpired } from './reclaim.js'

/** Sent when there may be something new to deliver. */
export const DELIVERIES = 'deliveries'
/** Sent when a webhook was deleted. */
export const DELETED = 'webhooks.deleted'
/** State topic of the configuration. */
export const TOPIC = 'webhooks'

const KEEP_DAYS = 30
const DAY_MS = 86_400_000

/** @param isHeld true while nothing may be sent */
export async function startDeliveries (kernel: Kernel, isHeld: () => boolean): Promise<void> {
  const attempts = kernel.metrics.counter('attempts_total', 'Attempts by outcome', ['outcome'])
  const engine = createEngine(kernel, isHeld, attempt => attempts.inc({ outcome: outcomeOf(attempt) }))
  addGauges(kernel, engine.inFlight)

  kernel.events.onSequenced(async (tx, events) => {
    const { claims, someWait } = await makeDeliveries(kernel, tx, events, engine.capacity())
    tx.afterCommit(() => {
      engine.take(claims)
      if (someWait) kernel.signals.send(DELIVERIES)
    })
  })
  kernel.events.retain(async before => !await hasUnfinishedBefore(kernel.db, before))
  kernel.signals.on(DELIVERIES, engine.wake)
  await kernel.state.watch(TOPIC, async () => engine.reconfigure())

  // Free slots are known here alone, so the engine waits by itself; `everyMs` is its pause after an error.
  kernel.worker({ name: 'deliveries', everyMs: 250, run: engine.run, close: engine.close })
  kernel.worker({ name: 'expired-claims', everyMs: 5_000, run: async () => await reclaimExpired(kernel) })
  kernel.worker({ name: 'upkeep', everyMs: 60_000, wakeOn: [DELETED], run: async () => await upkeep(kernel) })
  kernel.partitions({ table: 'Attempt', keepDays: KEEP_DAYS })
}

async function upkeep (kernel: Kernel): Promise<boolean> {
  const now = kernel.clock.now()
  const before = new Date(now.getTime() - KEEP_DAYS * DAY_MS)
  const cancelled = await cancelOfDeleted(kernel.db, now)
  const removed = await removeFinished(kernel.db, before)
  if (cancelled || removed) return true
  await removeEndedCredentials(kernel.db, before)
  await removeDeletedWebhooks(kernel.db)
  return false
}

function outcomeOf ({ errorClass, status }: Attempt): string {
  if (errorClass === null) return 'succeeded'
  return errorClass === 'status' ? `${Math.trunc((status ?? 0) / 100)}xx` : errorClass
}

function addGauges (kernel: Kernel, inFlight: () => number): void {
  kernel.metrics.gauge('in_flight', 'Calls to receivers under way in this process', inFlight)
  kernel.metrics.gauge('queue_depth', 'Deliveries that wait, held ones included', async () => (await queueState(kernel.db)).depth)
  kernel.metrics.gauge('queue_oldest_seconds', 'Age of the oldest delivery that waits', async () => {
    const { oldest } = await queueState(kernel.db)
    return oldest === null ? 0 : (kernel.clock.now().getTime() - oldest.getTime()) / 1_000
  })
}
