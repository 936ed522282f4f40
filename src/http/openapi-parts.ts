// Parts of the OpenAPI documents that are the same for all operations: error answers and the calls of webhooks.
import { STATUS_CODES } from 'node:http'
import type { EventType, Operation } from '../kernel/contract/catalogue.js'
import type { PluginManifest } from '../kernel/contract/manifest.js'
import { canRehearse } from '../kernel/host/dry-run.js'
import { codesFor } from './error-codes.js'
import { exampleOf, type Json } from './openapi-schemas.js'

const REQUEST_ID = 'req_01JB3ZK6Q0T8X4M2N7C9V5W1YD'

const DETAILS: Readonly<Record<number, [code: string, detail: string]>> = {
  400: ['request.invalid', 'A part of the request is missing, unknown or of the wrong type; `errors` names it.'],
  401: ['token.invalid', 'No valid credentials.'],
  403: ['insufficient_scope', 'The caller may not call this operation.'],
  404: ['route.not_found', 'There is nothing at this URL: unknown, another owner\'s, or switched off.'],
  409: ['state.conflict', 'It contradicts what is stored, e.g. a key is taken.'],
  412: ['precondition.failed', 'It was changed since it was read: the `If-Match` version is not the current one.'],
  413: ['body.too_large', 'The body is too large.'],
  415: ['body.media_type', 'The Content-Type is not accepted.'],
  422: ['rule.broken', 'A rule of the warehouse is broken; `errors` names the field.'],
  429: ['limit.exceeded', 'Too many calls; `Retry-After` says when to go on.'],
  503: ['audit.unavailable', 'The service can\'t store or record the call at present.']
}

/** The error answers that an operation can give, all of one shape. */
export function errorResponses (
  operation: Operation,
  plugins: readonly PluginManifest[],
  { hasBody, isLimited, accessPlugin }: { hasBody: boolean, isLimited: boolean, accessPlugin: string | undefined }
): Json {
  const writes = operation.method !== 'GET'
  const statuses = [400, ...(operation.access === 'public' ? [] : [401, 403]), 404, ...(writes ? [409, 412, 422] : []), ...(hasBody ? [413, 415] : []),
    ...(isLimited ? [429] : []), 503]
  return Object.fromEntries(statuses.map(status => [status, errorResponse(status, codesFor(operation, status, plugins, accessPlugin))]))
}

function errorResponse (status: number, codes: readonly string[]): Json {
  const [code, detail] = DETAILS[status]!
  const example = { type: 'about:blank', title: STATUS_CODES[status], status, code, detail, requestId: REQUEST_ID }
  const headers = {
    'X-Request-Id': HEADER_REFS['X-Request-Id'],
    ...(status === 429 || status === 503 ? { 'Retry-After': HEADER_REFS['Retry-After'] } : {}),
    ...(status === 412 ? { ETag: HEADER_REFS['ETag'] } : {})
  }
  return {
    description: codes.length === 0 ? detail : `${detail} Codes: ${codes.map(each => `\`${each}\``).join(', ')}.`,
    headers,
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' }, example } }
  }
}

/** Headers of answers, by the name under which the document has them. */
export const HEADERS: Readonly<Record<string, Json>> = {
  'X-Request-Id': { description: 'Finds the call in the audit.', schema: { type: 'string', examples: [REQUEST_ID] } },
  ETag: { description: 'The version, for `If-Match`.', schema: { type: 'string', examples: ['"3"'] } },
  Location: { description: 'Where what was made is read.', schema: { type: 'string', examples: ['/api/external/v1/products/prd_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] } },
  'Idempotency-Replayed': {
    description: '`true`: the call was made before with this key, and this is its answer.', schema: { type: 'string', enum: ['true'] }
  },
  'Retry-After': { description: 'Seconds after which the call may be made again.', schema: { type: 'integer', examples: [5] } },
  'Preference-Applied': { description: 'The preference that was followed.', schema: { type: 'string', examples: ['upsert'] } }
}
const HEADER_REFS: Readonly<Record<string, Json>> = Object.fromEntries(Object.keys(HEADERS).map(name => [name, { $ref: `#/components/headers/${name}` }]))

const isVersioned = ({ url }: Operation): boolean => /\/(products|batches|orders|shipments|clients|webhooks|operators)(\/:id|$)/.test(url)

/** Headers of an answer that is no error. */
export function headersOf (operation: Operation, status: string): Json {
  const writes = canRehearse(operation)
  return {
    'X-Request-Id': HEADER_REFS['X-Request-Id'],
    ...(isVersioned(operation) && (writes || operation.url.endsWith('/:id')) ? { ETag: HEADER_REFS['ETag'] } : {}),
    ...(status === '201' && isVersioned(operation) ? { Location: HEADER_REFS['Location'] } : {}),
    ...(writes ? { 'Idempotency-Replayed': HEADER_REFS['Idempotency-Replayed'] } : {}),
    ...(operation.id === 'product.update' ? { 'Preference-Applied': HEADER_REFS['Preference-Applied'] } : {})
  }
}

/** Headers that a call may have, besides its credentials. */
export function headerParameters (operation: Operation): Json[] {
  const optional = (name: string, description: string, maxLength: number): Json => ({
    name, in: 'header', required: false, description, schema: { type: 'string', maxLength }
  })
  return [
    optional('X-Correlation-Id', 'Your own id of what the call belongs to: it is kept in the audit and in events.', 100),
    ...(canRehearse(operation)
      ? [
          optional(
            'Idempotency-Key',
            'A key of your own: a call that is repeated with it, within a day, is answered as the first time and not made again.',
            255
          )
        ]
      : []),
    ...(canRehearse(operation) && operation.url.includes('/:id')
      ? [optional('If-Match', 'ETags of the versions that may be changed; 412 when it is another.', 1000)]
      : []),
    ...(operation.id === 'product.update' ? [optional('Prefer', '`upsert` makes a product that is not there.', 100)] : [])
  ]
}

/** The 200 of an operation that supports dry runs: its own answer, if it has one, or what a dry run says. */
export function withRehearsal (own: { content?: Record<string, Json> } | undefined): { description: string, content: Record<string, Json> } {
  const dryRun = { $ref: '#/components/schemas/DryRun' }
  const given = own?.content?.['application/json']?.['schema']
  const schema = given === undefined ? dryRun : { anyOf: [given, dryRun] }
  return {
    description: given === undefined ? 'What would happen, with `dryRun=true`' : 'Success; with `dryRun=true` what would happen',
    content: { 'application/json': { schema } }
  }
}

const text = (description: string, example: string): Json => ({ type: 'string', description, examples: [example] })
const optionalText = (description: string, example: string): Json => ({ type: ['string', 'null'], description, examples: [example] })

/** The OpenAPI webhook of an event: the envelope around its data. */
export function eventWebhook (event: EventType, schemas: Readonly<Record<string, Json>>): Json {
  const data = { $ref: `#/components/schemas/${event.data.$id}` }
  const schema = envelope(event, data)
  return {
    operationId: `event.${event.id}`,
    summary: event.title,
    description: `${
      event.description ?? ''
    } At least once, in no promised order: use \`id\` to drop repeats and \`sequence\` or \`subject.version\` to drop what is older.`.trim(),
    tags: ['Events'],
    security: [],
    parameters: [
      header('webhook-id', 'The id of the event, the same at each try.', 'evt_01JB3ZK6Q0T8X4M2N7C9V5W1YD'),
      header('webhook-timestamp', 'Unix seconds of this try.', '1764000000'),
      header('webhook-previous-sequence', 'The last sequence addressed to this webhook before this event: a gap shows what was missed.', '41')
    ],
    requestBody: { required: true, content: { 'application/json': { schema, example: exampleOf(schema, schemas) } } },
    responses: {
      '2XX': { description: 'Received. Anything else is tried again on the schedule of the delivery.' },
      '4XX': { description: 'Refused: tried again, some statuses only a few times.' }
    }
  }
}

function header (name: string, description: string, example: string): Json {
  return { name, in: 'header', required: true, description, schema: { type: 'string' }, example }
}

function envelope (event: EventType, data: Json): Json {
  const properties = {
    id: text('The same at each try and in each channel.', 'evt_01JB3ZK6Q0T8X4M2N7C9V5W1YD'),
    type: { const: event.id },
    schemaVersion: { type: 'integer', examples: [1] },
    occurredAt: { type: 'string', format: 'date-time', examples: ['2026-01-31T08:15:30.123Z'] },
    subject: {
      type: 'object',
      properties: {
        type: text('Kind of the object.', event.id.split('.')[0]!),
        id: text('Its id.', 'prd_01JB3ZK6Q0T8X4M2N7C9V5W1YD'),
        version: { type: 'integer', examples: [3] },
        externalRef: optionalText('The caller\'s own key.', 'ERP-1001')
      },
      required: ['type', 'id', 'version', 'externalRef']
    },
    ownerId: text('Whose goods.', 'own_00000000000000000000000000'),
    warehouseId: optionalText('Where, if at one place.', 'whs_00000000000000000000000000'),
    actor: {
      type: 'object',
      properties: {
        type: { enum: ['client', 'operator', 'system'] },
        id: optionalText('Who did it.', 'cli_01JB3ZK6Q0T8X4M2N7C9V5W1YD'),
        name: optionalText('The name at that time.', 'ERP')
      },
      required: ['type', 'id', 'name']
    },
    requestId: optionalText('The call that caused it.', REQUEST_ID),
    correlationId: optionalText('`X-Correlation-ID` of that call.', REQUEST_ID),
    causedBy: optionalText('The operation of that call.', 'product.create'),
    test: { type: 'boolean', description: 'True for a test that an operator sent.', examples: [false] },
    data,
    previous: { type: ['object', 'null'], description: 'Former values of the changed fields.', examples: [null] },
    sequence: { type: 'integer', description: 'Place in the gap-free log of all events.', examples: [42] }
  }
  return { type: 'object', properties, required: Object.keys(properties) }
}
