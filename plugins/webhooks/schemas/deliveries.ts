// Deliveries and their attempts as operators see them.
import { Type, Timestamp, listParameters, nullable, oneOf, pageOf, ref, strictObject, type Static } from '#kernel'

const DELIVERY_STATUSES = ['pending', 'sending', 'succeeded', 'dead', 'cancelled'] as const
const HOLD_REASONS = ['switched_off', 'webhook_disabled', 'receiver_asked'] as const

const delivery = {
  id: Type.String({ examples: ['dlv_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  webhookId: Type.String({ examples: ['whk_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  eventId: Type.String({ description: 'Sent as `webhook-id`, the same at each try.', examples: ['evt_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  eventType: Type.String({ examples: ['product.created'] }),
  sequence: Type.Integer({ description: 'Place of the event in the log.', examples: [42] }),
  previousSequence: Type.Integer({ description: 'The last sequence addressed to this webhook before.', examples: [41] }),
  subject: Type.Object({
    type: Type.String({ examples: ['product'] }), id: Type.String({ examples: ['prd_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] })
  }, { additionalProperties: false }),
  ownerId: Type.String({ examples: ['own_00000000000000000000000000'] }),
  lane: oneOf(['new', 'retry', 'replay'], { description: '`replay`: sent again by hand.', examples: ['new'] }),
  status: oneOf(DELIVERY_STATUSES, {
    description: '`dead`: given up after its last try. `cancelled`: its webhook was deleted before.', examples: ['succeeded']
  }),
  holdReason: nullable(oneOf(HOLD_REASONS), {
    description: 'Why a pending delivery is not sent although its time may have come: the integration or webhooks are switched off, the webhook is off, ' +
      'or its receiver asked for a pause (Retry-After).'
  }),
  attemptCount: Type.Integer({ description: 'Attempts so far. Interrupted ones do not count.', examples: [1] }),
  maxAttempts: Type.Integer({ examples: [13] }),
  nextAttemptAt: nullable(Timestamp(), { description: 'Not before this timestamp; null when it has ended.' }),
  lastStatus: nullable(Type.Integer(), { description: 'HTTP status of the last try; null when no answer came.', examples: [204] }),
  lastError: nullable(Type.String(), { description: 'What went wrong at the last try.' }),
  occurredAt: Timestamp({ description: 'When the event occurred.' }),
  createdAt: Timestamp(),
  updatedAt: Timestamp(),
  succeededAt: nullable(Timestamp(), { description: 'The first time that the receiver took it.' }),
  finishedAt: nullable(Timestamp())
}

export const Delivery = Type.Object(delivery, { $id: 'Delivery', additionalProperties: false })
export type DeliveryView = Static<typeof Delivery>

export const Attempt = Type.Object({
  id: Type.String({ description: 'Also its `requestId` in the audit.', examples: ['att_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  number: Type.Integer({ description: 'Which try it was; an interrupted one is repeated under the same number.', examples: [1] }),
  trigger: oneOf(['auto', 'manual'], { examples: ['auto'] }),
  startedAt: Timestamp(),
  durationMs: Type.Number({ examples: [38.2] }),
  status: nullable(Type.Integer(), { examples: [204] }),
  errorClass: nullable(Type.String(), {
    description: '`dns`, `connect`, `tls`, `timeout`, `refused_address`, `protocol`, `reset`, `redirect`, `status` or `interrupted`; null on success.',
    examples: [null]
  }),
  errorMessage: nullable(Type.String(), { examples: [null] }),
  remoteAddress: nullable(Type.String(), { examples: ['203.0.113.7'] }),
  timings: Type.Record(Type.String(), Type.Number(), { description: 'Milliseconds per phase.', examples: [{ connectMs: 20.1, ttfbMs: 15.3, totalMs: 38.2 }] }),
  requestBytes: Type.Integer({ examples: [812] }),
  responseBytes: Type.Integer({ description: 'Of the answer as far as it was read.', examples: [0] }),
  responseBody: nullable(Type.String(), { description: 'At most the first 16 KiB; credentials are blanked.' }),
  responseTruncated: Type.Boolean(),
  nextAttemptAt: nullable(Timestamp()),
  interrupted: Type.Boolean({ description: 'We broke it off or ended during it: it does not count as a try.' })
}, { $id: 'Attempt', additionalProperties: false })
export type AttemptView = Static<typeof Attempt>

export const DeliveryPage = pageOf(Delivery, 'DeliveryPage')
export const DeliveryWithAttempts = Type.Object({
  ...delivery, attempts: Type.Array(ref(Attempt), { description: 'Oldest first, the last 100.' })
}, { $id: 'DeliveryWithAttempts', additionalProperties: false })

export const ListDeliveries = strictObject({
  ...listParameters,
  webhookId: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  status: Type.Optional(oneOf(DELIVERY_STATUSES)),
  eventType: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  eventId: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  subjectId: Type.Optional(Type.String({
    minLength: 1,
    maxLength: 200,
    description: 'The object that the event is about: its id, or an alias such as `ref:WEB-536365` or `sku:LANTERN-01`; found as long as the event is kept.'
  })),
  since: Type.Optional(Timestamp({ description: 'Created at or after this timestamp.' })),
  until: Type.Optional(Timestamp({ description: 'Created before this timestamp.' }))
})
export type DeliveryFilters = Omit<Static<typeof ListDeliveries>, 'limit' | 'cursor' | 'subjectId'> & { subjectId?: readonly string[] | undefined }
