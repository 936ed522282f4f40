// The audit as a stream: new calls as they are recorded, and all that fit a filter as a file.
import type { AuditFilters, Entry } from '../schemas/calls.js'
import type { AuditService } from './calls.js'

const PAGE = 200

/**
 * Server-sent events (HTML Living Standard, section 9.2): one per call, with its `seq` as id, in the order in which they were recorded, from now on or from
 * `after` on. At least each second there is a comment with the position as id, so that a broken connection is noticed and the next one goes on where
 * this one ended.
 */
export async function * tail (
  audit: AuditService, filters: AuditFilters, { after, forMs }: { after: number | null, forMs: number }, signal: AbortSignal
): AsyncGenerator<string> {
  yield 'retry: 1000\n\n'
  for await (const { data, position } of audit.follow(filters, after, AbortSignal.any([signal, AbortSignal.timeout(forMs)]))) {
    yield data.map(entry => `id: ${entry.seq}\nevent: call\ndata: ${JSON.stringify(entry)}\n\n`).join('') +
      `id: ${position}\n: ${data.length === 0 ? 'nothing new' : 'all until here'}\n\n`
  }
}

const COLUMNS: ReadonlyArray<[string, (entry: Entry) => unknown]> = [
  ['occurredAt', entry => entry.occurredAt],
  ['direction', entry => entry.direction],
  ['method', entry => entry.method],
  ['path', entry => entry.path],
  ['operation', entry => entry.operation],
  ['status', entry => entry.status],
  ['errorCode', entry => entry.errorCode],
  ['durationMs', entry => entry.durationMs],
  ['actorType', entry => entry.actorType],
  ['actorId', entry => entry.actorId],
  ['actorName', entry => entry.actorName],
  ['claimedId', entry => entry.claimedId],
  ['ip', entry => entry.ip],
  ['requestId', entry => entry.requestId],
  ['correlationId', entry => entry.correlationId],
  ['entities', entry => entry.entities.map(({ type, id }) => `${type}:${id}`).join(' ')],
  ['webhook', entry => entry.outbound?.webhookName],
  ['eventType', entry => entry.outbound?.eventType],
  ['deliveryId', entry => entry.outbound?.deliveryId],
  ['attempt', entry => entry.outbound?.attempt]
]

/** What a spreadsheet takes for the start of a formula, full-width forms too, behind blanks, marks and control characters that it drops. */
const FORMULA = /^([\s\p{Cc}\p{Cf}]*)([=+\-@\uff1d\uff0b\uff0d\uff20])/u
/** Where semicolons separate cells, one begins after each. */
const AFTER_SEMICOLON = /;([\s\p{Cc}\p{Cf}]*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])/gu

/** RFC 4180; what would become a formula gets an apostrophe in front (OWASP ASVS 5, 1.2.10), and so does what begins with a control character. */
function cell (value: unknown): string {
  const text = value === null || value === undefined ? '' : String(value)
  const safe = typeof value === 'string' ? (FORMULA.test(text) || /^\p{Cc}/u.test(text) ? `'${text}` : text).replace(AFTER_SEMICOLON, ';$1\'') : text
  return /[",;\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** All that fit, newest first, page by page: however many they are, few are in memory. */
export async function * exported (audit: AuditService, filters: AuditFilters, format: 'csv' | 'ndjson', signal: AbortSignal): AsyncGenerator<string> {
  if (format === 'csv') yield `${COLUMNS.map(([name]) => name).join(',')}\r\n`
  for (let cursor: string | null | undefined; cursor !== null && !signal.aborted;) {
    const page = await audit.list(filters, PAGE, cursor)
    yield page.data.map(entry => format === 'csv' ? `${COLUMNS.map(([, read]) => cell(read(entry))).join(',')}\r\n` : `${JSON.stringify(entry)}\n`).join('')
    cursor = page.nextCursor
  }
}
