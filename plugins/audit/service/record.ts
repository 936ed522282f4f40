// Turns call records into rows without secrets, and writes a batch of them with one statement.
import type { CallRecord, Catalogue, Statement } from '#kernel'
import { redactBody, redactHeaders, redactUrl, redactValue, type BodyRules, type KeptBody } from '../domain/redact.js'
import { redactString } from '../domain/secrets.js'

/** What the manifests say about the bodies of an operation. */
type RulesOf = (operation: string | null) => BodyRules | undefined

interface Row { call: CallRecord, request: KeptBody, response: KeptBody }

type Column = readonly [name: string, type: string, read: (row: Row) => unknown]

/** Keeps what is indexed far below the 2,700 bytes that an index entry may have. */
const MAX_NAME = 200

const name = (text: string | null | undefined): string | null => text === null || text === undefined ? null : redactString(text.slice(0, MAX_NAME))
const bytea = (hex: string | null): string | null => hex === null ? null : `\\x${hex}`
const whole = (value: number): number => Number.isFinite(value) ? Math.trunc(value) : 0

/** 0 when no answer came, else the first digit of the status. */
const statusClass = (status: number | null): number => status === null ? 0 : Math.trunc(status / 100)

const COLUMNS: readonly Column[] = [
  ['occurredAt', 'timestamptz', ({ call }) => call.startedAt.toISOString()],
  ['direction', 'text', ({ call }) => call.direction],
  ['requestId', 'text', ({ call }) => call.requestId.slice(0, MAX_NAME)],
  ['correlationId', 'text', ({ call }) => name(call.correlationId)],
  ['actorType', 'text', ({ call }) => call.principal?.type],
  ['actorId', 'text', ({ call }) => call.principal?.id],
  ['actorName', 'text', ({ call }) => name(call.principal?.name)],
  ['secretLast4', 'text', ({ call }) => call.principal?.secretLast4],
  ['sessionId', 'text', ({ call }) => name(call.principal?.sessionId)],
  ['claimedId', 'text', ({ call }) => name(call.claimedId)],
  ['ip', 'text', ({ call }) => call.ip?.slice(0, MAX_NAME)],
  ['method', 'text', ({ call }) => call.method.slice(0, MAX_NAME)],
  ['route', 'text', ({ call }) => call.route],
  ['path', 'text', ({ call }) => redactUrl(call.url)],
  ['operation', 'text', ({ call }) => call.operation],
  ['status', 'integer', ({ call }) => call.status],
  ['statusClass', 'smallint', ({ call }) => statusClass(call.status)],
  ['durationMs', 'float8', ({ call }) => Number.isFinite(call.durationMs) ? Math.round(call.durationMs * 100) / 100 : 0],
  ['requestBytes', 'bigint', ({ call }) => whole(call.requestBytes)],
  ['responseBytes', 'bigint', ({ call }) => whole(call.responseBytes)],
  ['requestSha256', 'bytea', ({ call }) => bytea(call.requestSha256)],
  ['responseSha256', 'bytea', ({ call }) => bytea(call.responseSha256)],
  ['errorCode', 'text', ({ call }) => name(call.errorCode)],
  ['requestHeaders', 'jsonb', ({ call }) => redactHeaders(keptHeaders(call))],
  ['responseHeaders', 'jsonb', ({ call }) => redactHeaders(call.responseHeaders)],
  ['requestTruncated', 'boolean', ({ request }) => request.truncated],
  ['responseTruncated', 'boolean', ({ response }) => response.truncated],
  ['entities', 'text[]', ({ call }) => textArray(call.entities.map(entity => `${entity.type}:${entity.id}`))],
  ['changes', 'jsonb', ({ call }) => call.changes === null ? null : redactValue(call.changes)],
  ['webhookId', 'text', ({ call }) => call.outbound?.webhookId],
  ['webhookName', 'text', ({ call }) => name(call.outbound?.webhookName)],
  ['eventId', 'text', ({ call }) => call.outbound?.eventId],
  ['eventType', 'text', ({ call }) => call.outbound?.eventType],
  ['deliveryId', 'text', ({ call }) => call.outbound?.deliveryId],
  ['attempt', 'integer', ({ call }) => call.outbound?.attempt],
  ['maxAttempts', 'integer', ({ call }) => call.outbound?.maxAttempts],
  ['trigger', 'text', ({ call }) => call.outbound?.trigger],
  ['nextAttemptAt', 'timestamptz', ({ call }) => call.outbound?.nextAttemptAt?.toISOString()],
  ['remoteAddress', 'text', ({ call }) => call.outbound?.remoteAddress],
  ['tlsVersion', 'text', ({ call }) => call.outbound?.tlsVersion],
  ['timings', 'jsonb', ({ call }) => call.outbound?.timings],
  ['errorClass', 'text', ({ call }) => call.outbound?.errorClass]
]

/** The columns of outgoing calls are the last ones; other rows end before them. */
const INBOUND_COLUMNS = COLUMNS.slice(0, COLUMNS.findIndex(([column]) => column === 'webhookId'))

// One row of a change travels as parameters: in two thirds of the time of the JSON below.
const INBOUND_NAMES = INBOUND_COLUMNS.map(([column]) => `"${column}"`).join(', ')
const INBOUND_VALUES = INBOUND_COLUMNS.map(([, type], at) => `$${at + 1}::${type}`).join(', ')
const [REQUEST_PARAMETER, RESPONSE_PARAMETER] = [`$${INBOUND_COLUMNS.length + 1}`, `$${INBOUND_COLUMNS.length + 2}`]

/** Of a caller who is not known only these, and of each so much: it could send any others, as large as it likes. */
const HEADERS_OF_UNKNOWN = ['host', 'user-agent', 'content-type', 'content-length', 'accept', 'authorization', 'cookie', 'origin', 'referer', 'x-forwarded-for',
  'x-correlation-id', 'idempotency-key', 'expect', 'upgrade']
const MAX_HEADER_OF_UNKNOWN = 300

function keptHeaders ({ direction, principal, requestHeaders }: CallRecord): CallRecord['requestHeaders'] {
  if (principal !== null || direction === 'out') return requestHeaders
  const kept: Record<string, string | string[] | undefined> = {}
  for (const header of HEADERS_OF_UNKNOWN) {
    const value = requestHeaders[header]
    if (value !== undefined) kept[header] = String(value).slice(0, MAX_HEADER_OF_UNKNOWN)
  }
  return kept
}

const INSERT_ROW: Statement = { name: 'audit-insert-row', text: `INSERT INTO "Audit" (${INBOUND_NAMES}) VALUES (${INBOUND_VALUES})` }
const INSERT_ROW_WITH_BODIES: Statement = {
  name: 'audit-insert-row-with-bodies',
  text: `WITH written AS (${INSERT_ROW.text} RETURNING "occurredAt", "seq")
    INSERT INTO "AuditBody" ("occurredAt", "seq", "requestBody", "responseBody") SELECT "occurredAt", "seq", ${REQUEST_PARAMETER}, ${RESPONSE_PARAMETER}
      FROM written`
}

// Several rows travel as one JSON array of arrays: one parameter, and two thirds of the time of jsonb_to_recordset.
const NAMES = COLUMNS.map(([column]) => `"${column}"`).join(', ')
const VALUES = COLUMNS.map(([, type], at) => type === 'text' ? `e->>${at}` : type === 'jsonb' ? `nullif(e->${at}, 'null')` : `(e->>${at})::${type}`).join(', ')

const INSERT_ROWS: Statement = {
  name: 'audit-insert-rows',
  text: `INSERT INTO "Audit" (${NAMES}) SELECT ${VALUES} FROM jsonb_array_elements($1::jsonb) AS e`
}

// Bodies are mostly JSON: inside of JSON they would be quoted here and unquoted there, so they travel beside it.
const INSERT_WITH_BODIES: Statement = {
  name: 'audit-insert-with-bodies',
  text: `WITH input AS MATERIALIZED (
      SELECT nextval('"Audit_seq_seq"') AS seq, i.*
        FROM ROWS FROM (jsonb_array_elements($1::jsonb), unnest($2::text[]), unnest($3::text[])) AS i (e, request, response)
    ), written AS (INSERT INTO "Audit" ("seq", ${NAMES}) SELECT seq, ${VALUES} FROM input)
    INSERT INTO "AuditBody" ("occurredAt", "seq", "requestBody", "responseBody")
    SELECT (e->>0)::timestamptz, seq, request, response FROM input WHERE request IS NOT NULL OR response IS NOT NULL`
}

/** Looked up once for each operation. */
export function rulesFrom (catalogue: Catalogue): RulesOf {
  const known = new Map([...catalogue.operations.values()].flatMap(({ id, pluginId, recordedFields }): Array<[string, BodyRules]> => {
    const { secretFields } = catalogue.plugin(pluginId)!
    if (recordedFields === undefined && secretFields === undefined) return []
    return [[id, {
      only: recordedFields === undefined ? undefined : new Set(recordedFields), secret: secretFields === undefined ? undefined : new Set(secretFields)
    }]]
  }))
  return operation => operation === null ? undefined : known.get(operation)
}

/** One statement, with its values, that writes all calls with their bodies. Nothing that a caller sent can make it fail. */
export function insertionOf (calls: readonly CallRecord[], rulesOf: RulesOf = () => undefined): [Statement, unknown[]] {
  const rows = calls.map(call => toRow(call, rulesOf(call.operation)))
  const [first] = rows
  return rows.length === 1 && first!.call.outbound === null ? insertionOfOne(first!) : insertionOfMany(rows)
}

function toRow (call: CallRecord, rules: BodyRules | undefined): Row {
  const kept = keepsBodies(call)
  return { call, request: redactBody(kept ? call.requestBody : undefined, rules), response: redactBody(kept ? call.responseBody : undefined, rules) }
}

const hasBodies = ({ request, response }: Row): boolean => request.text !== null || response.text !== null

function insertionOfOne (row: Row): [Statement, unknown[]] {
  const values = INBOUND_COLUMNS.map(([, type, read]) => {
    const value = read(row) ?? null
    return type === 'jsonb' && value !== null ? storable(JSON.stringify(value)) : storableText(value)
  })
  if (!hasBodies(row)) return [INSERT_ROW, values]
  return [INSERT_ROW_WITH_BODIES, [...values, storableText(row.request.text), storableText(row.response.text)]]
}

function insertionOfMany (rows: readonly Row[]): [Statement, unknown[]] {
  const list = storable(JSON.stringify(rows.map(row => (row.call.outbound === null ? INBOUND_COLUMNS : COLUMNS).map(([,, read]) => read(row) ?? null))))
  if (!rows.some(hasBodies)) return [INSERT_ROWS, [list]]
  return [INSERT_WITH_BODIES, [list, rows.map(({ request }) => storableText(request.text)), rows.map(({ response }) => storableText(response.text))]]
}

/** A successful read leaves the size and the digest of its answer; writes, refusals and attempts keep what was said. */
function keepsBodies (call: CallRecord): boolean {
  if (call.direction === 'out') return true
  const read = call.method === 'GET' || call.method === 'HEAD'
  return !read || call.status === null || call.status < 200 || call.status >= 400
}

function storableText (value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\0', '\ufffd').toWellFormed() : value
}

/** PostgreSQL takes neither NUL nor half a surrogate pair: each becomes U+FFFD. JSON.stringify writes both as escapes. */
function storable (json: string): string {
  if (!/\\u(?:0000|d[89a-f])/.test(json)) return json
  return json.replace(/(\\\\)|\\u(?:0000|d[89a-f][0-9a-f]{2})/g, (_, backslash: string | undefined) => backslash ?? '\\ufffd')
}

/** An array literal of PostgreSQL (section 8.15.2 of its manual); null when empty, so that no index entry is made. */
function textArray (items: readonly string[]): string | null {
  if (items.length === 0) return null
  return `{${items.map(item => `"${item.slice(0, MAX_NAME).replace(/["\\]/g, '\\$&')}"`).join(',')}}`
}
