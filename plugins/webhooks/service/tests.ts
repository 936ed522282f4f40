// A test by hand: one call to the receiver now, with everything but a change behind it.
import { newId, type Kernel, type Principal, type Tx } from '#kernel'
import { sendAttempt, type Sendable } from '../engine/attempt.js'
import { LEASE_MS, toTarget } from '../engine/claim.js'
import { conclude, storeResults, type Result } from '../engine/settle.js'
import { insertTest, listAttempts } from '../store/deliveries.js'
import type { WebhookRow } from '../store/webhooks.js'
import type { DeliveryTestView } from '../schemas/deliveries.js'
import { attemptView } from './deliveries.js'

export const TEST_EVENT = 'webhook.test'

/** A test concerns no goods; receivers expect an owner all the same. The one that every installation begins with. */
const SEEDED_OWNER = 'own_00000000000000000000000000'

/** Who asked for the test, and in which call. */
export interface TestCause { requestId: string, correlationId: string, principal: Principal }

export interface WebhookTests {
  /** Sends it and waits for the answer. It counts also when the webhook is off or deliveries are held. */
  send: (webhook: WebhookRow, cause: TestCause) => Promise<Result>
  /** Stores the attempt with the operator's call. */
  store: (tx: Tx, result: Result) => Promise<DeliveryTestView>
}

export function createTests (kernel: Kernel): WebhookTests {
  const worker = newId('wrk')
  return {
    async send (webhook, cause) {
      const now = kernel.clock.now()
      const delivery = toDelivery(webhook, cause, now)
      // Stored first: should this process end before the answer, the expired lease tells of the attempt.
      await insertTest(kernel.db, {
        ...delivery, webhookId: webhook.id, correlationId: cause.correlationId, occurredAt: now, ownerId: webhook.ownerId ?? SEEDED_OWNER, worker, leaseUntil: new Date(now.getTime() + LEASE_MS)
      })
      const target = toTarget(kernel, webhook)
      const attempt = await sendAttempt(kernel, target, delivery)
      return conclude(target, delivery, attempt, false, kernel.clock.now())
    },
    async store (tx, result) {
      await storeResults(kernel, tx, [result])
      const [attempt] = await listAttempts(tx, result.delivery.id, 1)
      return { deliveryId: result.delivery.id, eventId: result.delivery.eventId, succeeded: result.verdict.status === 'succeeded', attempt: attemptView(attempt!) }
    }
  }
}

function toDelivery (webhook: WebhookRow, cause: TestCause, now: Date): Sendable & Pick<Result['delivery'], 'fence' | 'schedule' | 'orderKey'> {
  const eventId = newId('evt')
  return {
    id: newId('dlv'),
    webhookId: webhook.id,
    eventId,
    eventType: TEST_EVENT,
    eventSequence: 0,
    previousSequence: webhook.lastSequence,
    subjectType: 'webhook',
    subjectId: webhook.id,
    correlationId: cause.correlationId,
    orderKey: `webhook:${webhook.id}`,
    lane: 'test',
    attemptCount: 0,
    maxAttempts: 1,
    schedule: [0],
    fence: 1,
    envelope: envelope(webhook, cause, eventId, now)
  }
}

/** The same fields as of any event; it has no place in the log. */
function envelope (webhook: WebhookRow, { requestId, correlationId, principal }: TestCause, id: string, now: Date): string {
  return JSON.stringify({
    id,
    type: TEST_EVENT,
    schemaVersion: 1,
    occurredAt: now.toISOString(),
    subject: { type: 'webhook', id: webhook.id, version: webhook.version, externalRef: null },
    ownerId: webhook.ownerId ?? SEEDED_OWNER,
    warehouseId: null,
    actor: { type: principal.type, id: principal.id, name: principal.name },
    requestId,
    correlationId,
    causedBy: TEST_EVENT,
    test: true,
    data: { webhookId: webhook.id, name: webhook.name, message: 'This is a test. Nothing has changed.' },
    previous: null,
    sequence: 0
  })
}
