// The audit's two operations.
import { badQuery, IdParams, ref, type App } from '#kernel'
import { AuditPage, AuditQuery, AuditRecord } from './schemas.js'
import type { AuditService } from './service.js'

export function auditRoutes (app: App, audit: AuditService): void {
  app.get('/audit', {
    config: { operation: 'audit.list', examples: { query: { direction: 'in', statusClass: '2xx', limit: 50 } } },
    schema: { querystring: AuditQuery, response: { 200: ref(AuditPage) } }
  }, async (request, reply) => {
    const { limit = 50, cursor, ...filters } = request.query
    const { from, to } = filters
    if (from !== undefined && to !== undefined && Date.parse(from) >= Date.parse(to)) throw badQuery('to', 'must be after `from`')
    return await reply.code(200).send(await audit.list(filters, limit, cursor))
  })

  app.get('/audit/:id', {
    config: { operation: 'audit.get' },
    schema: { params: IdParams, response: { 200: ref(AuditRecord) } }
  }, async (request, reply) => await reply.code(200).send(await audit.get(request.params.id)))
}
