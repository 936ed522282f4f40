// The live Swagger: what is switched on now, for API clients in the open, for operators behind their session.
import type { FastifyInstance } from 'fastify'
import swaggerUi from '@fastify/swagger-ui'
import { definePlugin, Type } from '#kernel'
import { cacheDocuments } from './cache.js'
import { errorPage } from './error-page.js'

/** Everything comes from this host; the page needs its own styles inline, and nothing else. */
const POLICY = {
  'content-security-policy':
    'default-src \'none\'; script-src \'self\'; style-src \'self\' \'unsafe-inline\'; img-src \'self\' data:; font-src \'self\'; connect-src \'self\'; ' +
    'base-uri \'none\'; form-action \'none\'; frame-ancestors \'none\'',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer'
}

/** One document, so no bar to choose one; and on a phone the text of a tag goes below its name. */
const STYLE = `.swagger-ui .topbar { display: none }
@media (max-width: 640px) { .swagger-ui .opblock-tag { flex-wrap: wrap } .swagger-ui .opblock-tag small { flex-basis: 100%; padding: 4px 0 }
  .swagger-ui .opblock .opblock-summary { flex-wrap: wrap } }`

export default definePlugin({
  id: 'docs',
  title: 'API documentation',
  summary: 'The Swagger of what is switched on at present, at /docs.',
  category: 'System',
  requires: [],
  operations: {
    'docs.operator': { title: 'Read the OpenAPI document of the operator API', access: 'operator', role: 'viewer' }
  },
  async register (app, kernel) {
    app.get('/docs/operator/json', {
      config: { operation: 'docs.operator' },
      schema: { response: { 200: Type.Record(Type.String(), Type.Unknown(), { description: 'OpenAPI 3.1', examples: [{ openapi: '3.1.0' }] }) } }
    }, async () => kernel.openapi.document('operator'))

    await app.register(async pages => {
      // Pages are no calls: no row in the audit, no credentials.
      pages.addHook('onRoute', route => { route.config = { ...route.config, asset: true } as NonNullable<typeof route.config> })
      pages.addHook('onSend', async (_, reply, payload) => { reply.headers(POLICY); return payload })
      cacheDocuments(pages as unknown as FastifyInstance, kernel)
      pages.get('/docs/errors', async (_, reply) => await reply.type('text/html; charset=utf-8').send(errorPage(kernel)))
      await pages.register(swaggerUi, {
        routePrefix: '/docs',
        staticCSP: false,
        transformSpecification: () => kernel.openapi.document('external'),
        theme: { title: 'LogisticsWMS API & Webhooks', css: [{ filename: 'wms.css', content: STYLE }] },
        uiConfig: { docExpansion: 'list', deepLinking: true, filter: true, persistAuthorization: false, tryItOutEnabled: true, displayRequestDuration: true }
      })
    })
  }
})
