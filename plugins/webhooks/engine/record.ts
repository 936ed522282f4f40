// An attempt as the audit gets it.
import { hash } from 'node:crypto'
import type { CallRecord } from '#kernel'
import type { Attempt, Sendable, Target } from './attempt.js'

/** The attempt as the audit stores it; the recorder takes the credentials out of the headers. */
export function toCallRecord (
  attempt: Attempt, target: Pick<Target, 'id' | 'name' | 'url'>, delivery: Omit<Sendable, 'envelope'> & { envelope?: string | null }, nextAttemptAt: Date | null
): CallRecord {
  const envelope = delivery.envelope ?? null
  return {
    requestId: attempt.id,
    correlationId: delivery.correlationId ?? attempt.id,
    direction: 'out',
    startedAt: attempt.startedAt,
    durationMs: attempt.durationMs,
    method: 'POST',
    route: null,
    url: target.url,
    operation: null,
    status: attempt.status,
    errorCode: attempt.errorClass === null ? null : `delivery.${attempt.errorClass}`,
    principal: null,
    claimedId: null,
    ip: null,
    requestHeaders: attempt.requestHeaders,
    responseHeaders: attempt.responseHeaders,
    requestBody: envelope ?? undefined,
    requestBytes: attempt.requestBytes,
    requestSha256: envelope === null ? null : sha256(envelope),
    responseBody: attempt.responseBody === '' ? null : attempt.responseBody,
    responseBytes: attempt.responseBytes,
    responseSha256: attempt.responseBody === '' ? null : sha256(attempt.responseBody),
    entities: [{ type: delivery.subjectType, id: delivery.subjectId }],
    changes: null,
    outbound: {
      webhookId: target.id,
      webhookName: target.name,
      eventId: delivery.eventId,
      eventType: delivery.eventType,
      deliveryId: delivery.id,
      attempt: attempt.number,
      maxAttempts: delivery.maxAttempts,
      trigger: attempt.trigger,
      nextAttemptAt,
      remoteAddress: attempt.remoteAddress,
      tlsVersion: attempt.tlsVersion,
      timings: attempt.timings,
      errorClass: attempt.errorClass
    }
  }
}

const sha256 = (text: string): string => hash('sha256', text, 'hex')
