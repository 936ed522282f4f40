// The operator console: a web page that does what the operator API does, and uses nothing else.
import { readFile } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import type { FastifyReply } from 'fastify'
import fastifyStatic from '@fastify/static'
import { definePlugin } from '#kernel'

/** What `build.mjs` makes of `web/`. */
const BUILT = fileURLToPath(new URL('../../console/', import.meta.url))
const NONCE = '__NONCE__'
const YEAR_S = 31_536_000

/** Scripts and styles of this host only; the component library writes its theme into `<style>` elements that carry the nonce. */
const policy = (nonce: string): Record<string, string> => ({
  'content-security-policy':
    `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; font-src 'self'; connect-src 'self'; ` +
    'base-uri \'none\'; form-action \'none\'; frame-ancestors \'none\'',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin'
})

export default definePlugin({
  id: 'console',
  title: 'Operator console',
  summary: 'The web page for operators, at /console.',
  category: 'System',
  requires: [],
  operations: {},
  async register (app) {
    const html = await readFile(`${BUILT}index.html`, 'utf8').catch(() => null)
    // Pages are no calls: no row in the audit, no credentials.
    const config = { asset: true }
    const page = async (_: unknown, reply: FastifyReply): Promise<FastifyReply> => {
      if (html === null) return reply.code(503).type('text/plain; charset=utf-8').send('The console is not built: npm run build\n')
      const nonce = randomBytes(16).toString('base64')
      return reply.headers(policy(nonce)).header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(html.replaceAll(NONCE, nonce))
    }
    await app.register(fastifyStatic, { root: BUILT, serve: false, preCompressed: true, logLevel: 'silent' })
    app.get<{ Params: { '*': string } }>('/console/assets/*', { config }, async (request, reply) =>
      reply.header('x-content-type-options', 'nosniff').sendFile(`assets/${request.params['*']}`, { maxAge: YEAR_S * 1000, immutable: true }))
    app.get('/console/theme.js', { config }, async (_, reply) =>
      reply.header('x-content-type-options', 'nosniff').header('cache-control', 'no-cache').sendFile('theme.js', { cacheControl: false }))
    app.get('/console', { config }, page)
    app.get('/console/*', { config }, page)
  }
})
