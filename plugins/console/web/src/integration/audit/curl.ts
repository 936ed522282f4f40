import type { AuditFull } from '../../api/types.ts'

const quote = (text: string): string => `'${text.replaceAll('\'', '\'\\\'\'')}'`
const KEPT = new Set(['content-type', 'idempotency-key', 'if-match', 'x-correlation-id', 'webhook-id'])

/** The call as a command; credentials were never stored, so a placeholder stands for them. */
export function asCurl ({ direction, method, path, requestHeaders, requestBody }: AuditFull): string {
  const url = direction === 'out' ? path : `${window.location.origin}${path}`
  const headers = Object.entries(requestHeaders).filter(([name]) => KEPT.has(name)).map(([name, value]) =>
    `-H ${quote(`${name}: ${[value].flat().join(', ')}`)}`
  )
  const auth = direction === 'out' ? '-u "$USER_NAME:$PASSWORD"' : '-H "authorization: Bearer $TOKEN"'
  return ['curl', `-X ${method}`, quote(url), auth, ...headers, ...requestBody === null ? [] : [`--data-binary ${quote(requestBody)}`]].join(' ')
}
