// Versions as ETags.
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
