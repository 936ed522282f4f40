// The background work of webhooks and what it reports.
import type { Database, Kernel } from '#kernel'
import { BATCH, cancelOfDeleted, hasUnfinishedBefore, queueState, removeDeletedWebhooks, removeEndedCredentials, removeFinished } from '../store/upkeep.js'
import type { Attempt } from './attempt.js'
import { createEngine } from './engine.js'
import { makeDeliveries } from './claim-on-insert.js'
import { createReclaim } from './reclaim.js'

/** Sent when there may be something new to deliver. */
export const DELIVERIES = 'deliveries'
/** Sent when a webhook was deleted. */
export const DELETED = 'webhooks.deleted'
/** State topic of the configuration. */
export const TOPIC = 'webhooks'

const KEEP_DAYS = 30

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
  kernel.background.worker({ name: 'deliveries', everyMs: 250, run: engine.run, close: engine.close })
  kernel.background.worker({ name: 'abandoned-claims', everyMs: 500, run: createReclaim(kernel) })
  kernel.background.worker({ name: 'cancellations', everyMs: 60_000, wakeOn: [DELETED], run: async () => await cancelOfDeleted(kernel.db, kernel.clock.now()) })
  kernel.background.retention({ name: 'deliveries', everyMs: 60_000, wakeOn: [DELETED], remove: async () => await removeOld(kernel.db) })
  kernel.background.partitions({ table: 'Attempt', keepDays: KEEP_DAYS, mayDrop: async (db, before) => !await hasUnfinishedBefore(db, before) })
}

/** What ended longer ago than it is kept. */
async function removeOld (db: Database): Promise<{ removed: Record<string, number>, more: boolean }> {
  const deliveries = await removeFinished(db, KEEP_DAYS)
  if (deliveries === BATCH) return { removed: { Delivery: deliveries }, more: true }
  const credentials = await removeEndedCredentials(db, KEEP_DAYS)
  return { removed: { Delivery: deliveries, WebhookCredential: credentials, Webhook: await removeDeletedWebhooks(db) }, more: false }
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
