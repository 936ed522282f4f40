// HTTP details that handlers share: versions as ETags, and the outgoing client as plugins see it.
import type { FastifyRequest } from 'fastify'
import { AppError } from './errors.js'

/** The strong ETag of a version (RFC 9110, section 8.8.3). */
export const etag = (version: number): string => `"${version}"`

/**
 * Refuses a write whose `If-Match` does not name the current version (RFC 9110, section 13.1.1).
 * @throws AppError 412 with the current ETag; 400 for a header that is no ETag. No header: no check.
 */
export function checkIfMatch (request: FastifyRequest, currentVersion: number): void {
  const header = request.headers['if-match']
  if (header === undefined || header.trim() === '*') return
  const tags = header.split(',').map(tag => tag.trim())
  if (!tags.every(tag => /^(W\/)?"[\x21\x23-\x7e]*"$/.test(tag))) {
    throw new AppError(400, 'request.invalid', 'header if-match must be * or a list of quoted ETags, e.g. "3"',
      { errors: [{ in: 'header', pointer: '/if-match', code: 'invalid', message: 'must be * or a list of quoted ETags, e.g. "3"' }] })
  }
  if (tags.includes(etag(currentVersion))) return
  throw new AppError(412, 'precondition.failed', `It was changed since: the current version is ${etag(currentVersion)}. Read it again and repeat.`,
    { headers: { etag: etag(currentVersion) } })
}

export interface HttpOutcome {
  /** null when no complete answer head came. */
  status: number | null
  headers: Record<string, string>
  /** At most 64 KiB, cut at a character. */
  body: string
  truncated: boolean
  errorClass: null | 'dns' | 'connect' | 'tls' | 'timeout' | 'refused_address' | 'protocol' | 'aborted' | 'reset'
  errorMessage: string | null
  remoteAddress: string | null
  timings: { dnsMs?: number, connectMs?: number, ttfbMs?: number, totalMs: number }
  /** From `Retry-After`, seconds or date. */
  retryAfterMs: number | null
}

/** The guarded client for targets that operators configure: no redirects, public addresses only but for the allow list. */
export interface OutboundHttp {
  post: (request: { url: string, headers: Record<string, string>, body: string | Buffer, timeoutMs?: number, signal?: AbortSignal }) => Promise<HttpOutcome>
  /** Whether a URL may be called, judged when it is saved; `post` judges the address again when it connects. */
  checkTarget: (url: string) => Promise<{ ok: true } | { ok: false, code: string, message: string }>
}
