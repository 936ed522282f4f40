// A test by hand: one call to the receiver now, recorded in the audit, with neither an event nor a delivery behind it.
import { newId, type Kernel, type Principal, type Tx } from '#kernel'
import { sendAttempt, type Attempt, type Sendable, type Target } from '../engine/attempt.js'
import { toTarget } from '../engine/claim.js'
import { toCallRecord } from '../engine/record.js'
import type { WebhookTestResultView } from '../schemas/tests.js'
import type { WebhookRow } from '../store/webhooks.js'

const TEST_EVENT = 'webhook.test'

/** A test concerns no goods; receivers expect an owner all the same. The one that every installation begins with. */
const SEEDED_OWNER = 'own_00000000000000000000000000'

/** Who asked for the test, and in which call. */
interface TestCause { requestId: string, correlationId: string, principal: Principal }

export interface TestResult { target: Target, sent: Sendable, attempt: Attempt }

export interface WebhookTests {
  /** Sends it and waits for the answer; also when the webhook is off or deliveries are held. */
  send: (webhook: WebhookRow, cause: TestCause) => Promise<TestResult>
  /** Records the call to the receiver with the operator's own, and shows the exchange. */
  record: (tx: Tx, result: TestResult) => WebhookTestResultView
}

export function createTests (kernel: Kernel): WebhookTests {
  return {
    async send (webhook, cause) {
      const sent = toSendable(webhook, cause, kernel.clock.now())
      const target = toTarget(kernel, webhook)
      return { target, sent, attempt: { ...await sendAttempt(kernel, target, sent), trigger: 'test' } }
    },
    record (tx, { target, sent, attempt }) {
      const record = toCallRecord(attempt, target, sent, null)
      kernel.ports.calls.record(tx, [{ ...record, outbound: { ...record.outbound!, deliveryId: null } }])
      return viewOf(target, sent, attempt)
    }
  }
}

function viewOf (target: Target, { eventId, envelope }: Sendable, attempt: Attempt): WebhookTestResultView {
  const {
    id, startedAt, durationMs, timings, remoteAddress, requestHeaders, status, responseHeaders, responseBody, responseTruncated, errorClass, errorMessage
  } = attempt
  return {
    succeeded: errorClass === null,
    attemptId: id,
    eventId,
    startedAt: startedAt.toISOString(),
    durationMs: Math.round(durationMs * 100) / 100,
    timings,
    remoteAddress,
    request: { method: 'POST', url: target.url, headers: { ...requestHeaders, authorization: 'Basic [redacted]' }, body: envelope! },
    response: status === null ? null : { status, headers: responseHeaders, body: responseBody, truncated: responseTruncated },
    errorClass,
    errorMessage
  }
}

function toSendable (webhook: WebhookRow, cause: TestCause, now: Date): Sendable {
  const eventId = newId('evt')
  return {
    id: '',
    webhookId: webhook.id,
    eventId,
    eventType: TEST_EVENT,
    eventSequence: 0,
    previousSequence: webhook.lastSequence,
    subjectType: 'webhook',
    subjectId: webhook.id,
    correlationId: cause.correlationId,
    lane: 'new',
    attemptCount: 0,
    maxAttempts: 1,
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
