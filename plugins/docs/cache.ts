// The documents are made once per state of the switches: to make one takes tens of milliseconds, and anybody may ask for it.
import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Kernel } from '#kernel'

interface Kept { version: string, etag: string, type: string, text: Buffer, gzip: Buffer }

const DOCUMENT = /^\/docs\/(json|yaml)(?:\?|$)/

/** Answers `/docs/json` and `/docs/yaml` from memory, compressed and with an ETag, as long as nothing is switched. */
export function cacheDocuments (pages: FastifyInstance, { switches, publicUrl }: Kernel): void {
  const kept = new Map<string, Kept>()
  const version = (): string => `${switches.current.version} ${publicUrl}`
  pages.addHook('onRequest', async (request, reply) => {
    const found = kept.get(DOCUMENT.exec(request.url)?.[1] ?? '')
    if (found?.version !== version()) return
    return await reply.send(answer(found, request, reply))
  })
  pages.addHook('onSend', async (request, reply, payload) => {
    const name = DOCUMENT.exec(request.url)?.[1]
    if (name === undefined || typeof payload !== 'string' || reply.statusCode !== 200 || request.method !== 'GET') return payload
    const text = Buffer.from(payload)
    const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`
    const made: Kept = { version: version(), etag, type: String(reply.getHeader('content-type')), text, gzip: gzipSync(text) }
    kept.set(name, made)
    return answer(made, request, reply)
  })
}

/** RFC 9110, sections 13.1.2 and 12.5.3. */
function answer ({ etag, type, text, gzip }: Kept, { headers }: FastifyRequest, reply: FastifyReply): Buffer | string {
  reply.headers({ etag, vary: 'accept-encoding', 'cache-control': 'no-cache' })
  if (headers['if-none-match']?.split(',').some(tag => tag.trim().replace(/^W\//, '') === etag) === true) {
    reply.code(304).removeHeader('content-length')
    return ''
  }
  const body = /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:,|$))/i.test(String(headers['accept-encoding'] ?? '')) ? gzip : text
  if (body === gzip) reply.header('content-encoding', 'gzip')
  reply.type(type).header('content-length', body.length)
  return body
}
