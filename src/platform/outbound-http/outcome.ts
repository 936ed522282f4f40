// What an outcome keeps of a response.
export type { ErrorClass, HttpOutcome, Timings } from '../../kernel/contract/outbound-http.js'

const MAX_HEADERS = 64
/** The caller, who knows the secrets that a receiver may repeat, cuts further once it has blanked them. */
const MAX_HEADER_LENGTH = 16_384
const MAX_MESSAGE_LENGTH = 300
// RFC 9110 5.6.7: IMF-fixdate, RFC 850 and asctime. Date.parse alone also takes "5 apples".
const HTTP_DATE = /^(?:[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} [\d:]{8} GMT|[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} [\d:]{8} GMT)$/
const ASCTIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d [\d:]{8} \d{4}$/

/**
 * Reads Retry-After (RFC 9110 10.2.3): whole seconds, or an HTTP-date in one of its three formats.
 * @param value the header's text
 * @param nowMs the wall clock, in milliseconds since 1970
 * @returns milliseconds to wait from now, never negative, not bounded above; null for no or unreadable text
 */
export function parseRetryAfter (value: string | undefined, nowMs: number): number | null {
  if (value === undefined) return null
  const text = value.trim()
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1_000, Number.MAX_SAFE_INTEGER)
  const dated = ASCTIME.test(text) ? `${text} GMT` : HTTP_DATE.test(text) ? text : ''
  const time = Date.parse(dated)
  return Number.isNaN(time) ? null : Math.max(0, time - nowMs)
}

/** Keeps a bounded copy of received headers, as {@link HttpOutcome.headers} describes. */
export function boundHeaders (received: Record<string, string | string[] | undefined>): Record<string, string> {
  const kept: Record<string, string> = {}
  let count = 0
  for (const name in received) {
    const value = received[name]
    if (value === undefined || name === '__proto__' || name.length > MAX_HEADER_LENGTH) continue
    if (++count > MAX_HEADERS) break
    const text = typeof value === 'string' ? value : value.join(', ')
    kept[name] = text.length > MAX_HEADER_LENGTH ? text.slice(0, MAX_HEADER_LENGTH) : text
  }
  return kept
}

/** Makes one bounded line of an error's text: certificates and hosts may hold anything. */
export function oneLine (text: string): string {
  return Array.from(text.slice(0, MAX_MESSAGE_LENGTH), char => char < ' ' || char === '\x7f' ? ' ' : char).join('')
}
