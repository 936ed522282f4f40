// What the audit says about a call, and what it can be asked.
import { Timestamp, listParameters, nullable, oneOf, pageOf, ref, strictObject, Type, type Static } from '#kernel'

const DIRECTIONS = ['in', 'operator', 'out'] as const
const STATUS_CLASSES = ['2xx', '3xx', '4xx', '5xx', 'none'] as const

const text = (description: string, example: string) => nullable(Type.String(), { description, examples: [example] })

const AuditEntity = strictObject({
  type: Type.String({ examples: ['product'] }),
  id: Type.String({ examples: ['prd_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] })
})

/** What an attempt to deliver a webhook adds. */
export const AuditOutbound = strictObject({
  webhookId: Type.String({ examples: ['whk_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  webhookName: Type.String({ description: 'Its name at that time.', examples: ['Shop'] }),
  eventId: Type.String({ examples: ['evt_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  eventType: Type.String({ examples: ['product.created'] }),
  deliveryId: text('Null for a test by hand.', 'dlv_01JB3ZK6Q0T8X4M2N7C9V5W1YD'),
  attempt: Type.Integer({ description: 'Which attempt it was, from 1.', examples: [1] }),
  maxAttempts: Type.Integer({ examples: [8] }),
  trigger: Type.String({ description: 'What caused the attempt: the schedule or a person.', examples: ['schedule'] }),
  nextAttemptAt: nullable(Timestamp(), { description: 'When it is tried again; null when it is not.' }),
  remoteAddress: text('The address that was dialled.', '203.0.113.7'),
  tlsVersion: text('TLS version of the connection.', 'TLSv1.3'),
  timings: Type.Record(Type.String(), Type.Number(), {
    description: 'Milliseconds by phase.', examples: [{ dnsMs: 2, connectMs: 11, ttfbMs: 40, totalMs: 54 }]
  }),
  errorClass: text('Why no answer came.', 'timeout')
}, { $id: 'AuditOutbound' })

const entry = {
  id: Type.String({ description: 'Read the whole record with it.', examples: ['aud_mgv1c5a3_2s'] }),
  seq: Type.Integer({ description: 'Grows by the order of writing.', examples: [100] }),
  occurredAt: Timestamp({ description: 'When the call started.' }),
  direction: oneOf(DIRECTIONS, {
    description: '`in`: from an API client or an unauthenticated caller; `operator`: from an operator; `out`: an attempt of ours.'
  }),
  requestId: Type.String({ description: 'As in the answer; of an attempt, the attempt.', examples: ['req_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  correlationId: Type.String({ description: 'Joins a call, its events and their attempts.', examples: ['req_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  actorType: nullable(oneOf(['client', 'operator']), { description: 'Null for a caller who was not recognised.' }),
  actorId: text('Id of the client or operator.', 'cli_01JB3ZK6Q0T8X4M2N7C9V5W1YD'),
  actorName: text('Its name at that time.', 'ERP'),
  claimedId: text('Who the caller said to be, without proof.', 'wmsc_4kPz0mYc8sQ1vT7nB2xL6d'),
  ip: text('Address of the caller.', '203.0.113.7'),
  method: Type.String({ examples: ['POST'] }),
  route: text('Template of the URL; null when there is none.', '/api/external/v1/products/:id'),
  path: Type.String({ description: 'The URL as called, without secrets.', examples: ['/api/external/v1/products?limit=50'] }),
  operation: text('Id of the operation.', 'product.create'),
  status: nullable(Type.Integer(), { description: 'Null when no answer came; 499 when the caller left before there was one.', examples: [201] }),
  durationMs: Type.Number({ examples: [3.21] }),
  requestBytes: Type.Integer({ description: 'Bytes of the body.', examples: [214] }),
  responseBytes: Type.Integer({ description: 'Bytes of the body.', examples: [743] }),
  errorCode: text('Code of the problem that was answered.', 'request.invalid'),
  entities: Type.Array(AuditEntity, { description: 'What was touched.' }),
  outbound: nullable(ref(AuditOutbound), { description: 'Null except for `direction: out`.' })
}

export const AuditEntry = strictObject(entry, { $id: 'AuditEntry' })

const headers = (description: string) => Type.Record(Type.String(), Type.Union([Type.String(), Type.Array(Type.String())]), { description })

export const AuditRecord = strictObject({
  ...entry,
  sessionId: text('Id of the secret that minted the token, or of the session.', 'sec_01JB3ZK6Q0T8X4M2N7C9V5W1YD'),
  secretLast4: text('Last four characters of that secret.', 'x9Zq'),
  requestHeaders: headers('Without secrets.'),
  requestBody: text('At most 16 kB, without secrets. Null: none, not kept (a successful read), or older than 30 days.', '{"sku":"A-1"}'),
  requestTruncated: Type.Boolean({ description: 'The body was longer than what is kept.' }),
  requestSha256: text('Of the whole body as sent, hexadecimal.', '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'),
  responseHeaders: headers('Without secrets.'),
  responseBody: text('As `requestBody`.', '{"id":"prd_01JB3ZK6Q0T8X4M2N7C9V5W1YD"}'),
  responseTruncated: Type.Boolean({ description: 'The body was longer than what is kept.' }),
  responseSha256: text('Of the whole body as sent, hexadecimal.', '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'),
  changes: nullable(Type.Object({}, { additionalProperties: true }), { description: 'Before and after of an operator\'s change: `{ before, after }`.' })
}, { $id: 'AuditRecord' })

export const AuditPage = pageOf(AuditEntry, 'AuditPage')

const optional = (description: string, options: Record<string, unknown> = {}) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 200, description, ...options }))

const filters = {
  from: Type.Optional(Timestamp({ description: 'Calls that started at or after this timestamp.' })),
  to: Type.Optional(Timestamp({ description: 'Calls that started before this timestamp.' })),
  direction: Type.Optional(oneOf(DIRECTIONS)),
  operatorReads: Type.Optional(Type.Boolean({
    default: true, description: 'False leaves out what operators only read: a page that is open reads all the time.'
  })),
  clientId: optional('Id of the API client that called.'),
  operatorId: optional('Id of the operator that called.'),
  claimedId: optional('Who the caller said to be, also without proof.'),
  method: optional('HTTP method.', { pattern: '^[A-Za-z-]+$', examples: ['POST'] }),
  operation: optional('Id of an operation.', { examples: ['product.create'] }),
  route: optional('Template of the URL.', { examples: ['/api/external/v1/products/:id'] }),
  status: Type.Optional(Type.Integer({ minimum: 100, maximum: 599 })),
  statusClass: Type.Optional(oneOf(STATUS_CLASSES, { description: '`none`: no answer came.' })),
  eventType: optional('Type of the delivered event.', { examples: ['product.created'] }),
  eventId: optional('Id of the delivered event.'),
  entity: optional('What was touched, as `type:id`.', { pattern: '^[A-Za-z][A-Za-z0-9-]*:.+$', examples: ['product:prd_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  ip: optional('Address of the caller.'),
  requestId: optional('Id of a request or attempt.'),
  correlationId: optional('Finds a call, its events\' deliveries and what they caused.'),
  webhookId: optional('Id of a webhook.'),
  deliveryId: optional('Id of a delivery.'),
  q: optional('Part of the path or of the error code, without regard to case.', { examples: ['products'] })
}

export const AuditQuery = strictObject({ ...listParameters, ...filters })

export const TailQuery = strictObject({
  ...filters,
  seconds: Type.Optional(Type.Integer({
    minimum: 1, maximum: 300, default: 300, description: 'How long the stream stays open; browsers open a new one by themselves.'
  }))
})

export const ExportQuery = strictObject({
  ...filters,
  format: Type.Optional(oneOf(['csv', 'ndjson'], {
    default: 'csv',
    description: '`csv`: RFC 4180, safe against formulas. `ndjson`: an entry of the list per line.',
    examples: ['csv']
  }))
})

export const CallersQuery = strictObject({
  from: Type.Optional(Timestamp({ description: 'Calls that started at or after this timestamp. Default: 24 hours ago.' }))
})

export const AuditCallers = strictObject({
  data: Type.Array(strictObject({
    clientId: Type.String({ examples: ['cli_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
    calls: Type.Integer({ examples: [120] }),
    failures: Type.Integer({ description: 'Of them with a status of 400 or above.', examples: [2] })
  }))
}, { $id: 'AuditCallers' })

export type AuditFilters = Omit<Static<typeof AuditQuery>, 'limit' | 'cursor'>
export type Entry = Static<typeof AuditEntry>
export type FullRecord = Static<typeof AuditRecord>
