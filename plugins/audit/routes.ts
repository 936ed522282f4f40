// The audit's operations.
import { Readable } from 'node:stream'
import { badQuery, IdParams, ref, Type, type App } from '#kernel'
import { AuditCallers, AuditPage, AuditQuery, AuditRecord, CallersQuery, ExportQuery, TailQuery, type AuditFilters } from './schemas/calls.js'
import type { AuditService } from './service.js'
import { AuditStatistics, StatisticsQuery, type Range, type Statistics } from './schemas/statistics.js'
import { exported, tail } from './streams.js'

export function auditRoutes (app: App, audit: AuditService, statistics: (range: Range) => Promise<Statistics>): void {
  app.get('/audit', {
    config: { operation: 'audit.list', examples: { query: { direction: 'in', statusClass: '2xx', limit: 50 } } },
    schema: { querystring: AuditQuery, response: { 200: ref(AuditPage) } }
  }, async (request, reply) => {
    const { limit = 50, cursor, ...filters } = request.query
    checkTimes(filters)
    return await reply.code(200).send(await audit.list(filters, limit, cursor))
  })

  app.get('/audit/clients', {
    config: { operation: 'audit.clients', examples: { query: { from: '2026-01-31T00:00:00.000Z' } } },
    schema: { querystring: CallersQuery, response: { 200: ref(AuditCallers) } }
  }, async (request, reply) => await reply.code(200).send({ data: await audit.callers(request.query.from ?? null) }))

  app.get('/audit/statistics', {
    config: { operation: 'audit.statistics', examples: { query: { range: 'day' } } },
    schema: { querystring: StatisticsQuery, response: { 200: ref(AuditStatistics) } }
  }, async (request, reply) => await reply.code(200).send(await statistics(request.query.range ?? 'hour')))

  streamRoutes(app, audit)

  app.get('/audit/:id', {
    config: { operation: 'audit.get' },
    schema: { params: IdParams, response: { 200: ref(AuditRecord) } }
  }, async (request, reply) => await reply.code(200).send(await audit.get(request.params.id)))
}

/** The connection ends with the stream, so that the end of the service waits for neither. */
const STREAM_HEADERS = { 'cache-control': 'no-store', connection: 'close' }

function checkTimes ({ from, to }: AuditFilters): void {
  if (from !== undefined && to !== undefined && Date.parse(from) >= Date.parse(to)) throw badQuery('to', 'must be after `from`')
}

/** Their row is written when they begin; a stream ends with its caller, and with the service. */
function streamRoutes (app: App, audit: AuditService): void {
  const closing = new AbortController()
  app.addHook('preClose', async () => { closing.abort() })
  // Typed as the text that it streams, as the schema says.
  const stream = (make: (signal: AbortSignal) => AsyncIterable<string>): string => {
    const left = new AbortController()
    const readable = Readable.from(make(AbortSignal.any([closing.signal, left.signal])))
    readable.once('close', () => { left.abort() })
    return readable as unknown as string
  }

  app.get('/audit/tail', {
    config: { operation: 'audit.tail', examples: { query: { direction: 'in', seconds: 1 } } },
    schema: { querystring: TailQuery, produces: ['text/event-stream'], response: { 200: Type.String({ description: 'Server-sent events `call`, each with an entry of the list.' }) } }
  }, async (request, reply) => {
    const { seconds = 300, ...filters } = request.query
    checkTimes(filters)
    return await reply.type('text/event-stream').headers({ ...STREAM_HEADERS, 'x-accel-buffering': 'no' }).send(stream(signal => tail(audit, filters, seconds * 1000, signal)))
  })

  app.get('/audit/export', {
    config: { operation: 'audit.export', examples: { query: { format: 'csv', direction: 'in' } } },
    schema: { querystring: ExportQuery, produces: ['text/csv', 'application/x-ndjson'], response: { 200: Type.String({ description: 'The rows, newest first.' }) } }
  }, async (request, reply) => {
    const { format = 'csv', ...filters } = request.query
    checkTimes(filters)
    const type = format === 'csv' ? 'text/csv; charset=utf-8; header=present' : 'application/x-ndjson; charset=utf-8'
    return await reply.type(type).headers({ ...STREAM_HEADERS, 'content-disposition': `attachment; filename="audit.${format}"` }).send(stream(signal => exported(audit, filters, format, signal)))
  })
}
