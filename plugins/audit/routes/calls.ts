// The audit's operations.
import { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { AppError, badQuery, IdParams, timestampOf, ref, Type, type App, type Kernel } from '#kernel'
import { tooManyStreams } from '../errors.js'
import { AuditCallers, AuditPage, AuditQuery, AuditRecord, CallersQuery, ExportQuery, TailQuery, type AuditFilters } from '../schemas/calls.js'
import { auditFor, type AuditService } from '../service/calls.js'
import { AuditStatistics, StatisticsQuery, type Range, type Statistics } from '../schemas/statistics.js'
import { exported, tail } from '../service/streams.js'

export function auditRoutes (app: App, kernel: Kernel, audit: AuditService, statistics: (range: Range) => Promise<Statistics>): void {
  const shownTo = (request: FastifyRequest): AuditService => auditFor(audit, request.call.principal?.role ?? null)
  app.get('/audit', {
    config: { operation: 'audit.list', examples: { query: { direction: 'in', statusClass: '2xx', limit: 50 } } },
    schema: { querystring: AuditQuery, response: { 200: ref(AuditPage) } }
  }, async (request, reply) => {
    const { limit, cursor, ...filters } = request.query
    checkTimes(filters)
    return await reply.code(200).send(await shownTo(request).list(filters, limit, cursor))
  })

  app.get(
    '/audit/clients',
    {
      config: { operation: 'audit.clients', examples: { query: { from: '2026-01-31T00:00:00.000Z' } } },
      schema: { querystring: CallersQuery, response: { 200: ref(AuditCallers) } }
    },
    async (request, reply) =>
      await reply.code(200).send({ data: await audit.callers(request.query.from === undefined ? null : timestampOf('from', request.query.from)) })
  )

  app.get('/audit/statistics', {
    config: { operation: 'audit.statistics', examples: { query: { range: 'day' } } },
    schema: { querystring: StatisticsQuery, response: { 200: ref(AuditStatistics) } }
  }, async (request, reply) => await reply.code(200).send(await statistics(request.query.range ?? 'hour')))

  streamRoutes(app, kernel, audit)

  app.get('/audit/:id', {
    config: { operation: 'audit.get' },
    schema: { params: IdParams, response: { 200: ref(AuditRecord) } }
  }, async (request, reply) => await reply.code(200).send(await shownTo(request).get(request.params.id)))
}

/** The connection ends with the stream, so that the end of the service waits for neither. */
const STREAM_HEADERS = { 'cache-control': 'no-store', connection: 'close' }

function checkTimes ({ from, to }: AuditFilters): void {
  if (from !== undefined && to !== undefined && Date.parse(from) >= Date.parse(to)) throw badQuery('to', 'must be after `from`')
}

/** The last event that a stream before this one delivered: browsers send it when they connect again. */
function lastEventId ({ headers }: FastifyRequest): number | null {
  const { 'last-event-id': id } = headers
  if (id === undefined || id === '') return null
  if (typeof id !== 'string' || !/^\d{1,15}$/.test(id)) {
    const message = 'must be the id of an event of this stream, a whole number such as 4711'
    throw new AppError(400, 'request.invalid', `header /last-event-id ${message}`, {
      errors: [{ in: 'header', pointer: '/last-event-id', code: 'invalid', message }]
    })
  }
  return Number(id)
}

/** Of one session, and of all together. */
const MAX_STREAMS_OF_SESSION = 4
const MAX_STREAMS = 32
const CHECK_EVERY_MS = 2_000

/** Their row is written when they begin; a stream ends with its caller, its caller's right to read it, and with the service. */
function streamRoutes (app: App, kernel: Kernel, audit: AuditService): void {
  const closing = new AbortController()
  const open = new Map<string, number>()
  app.addHook('preClose', async () => { closing.abort() })
  // Typed as the text that it streams, as the schema says.
  const stream = (request: FastifyRequest, make: (signal: AbortSignal) => AsyncIterable<string>): string => {
    const session = request.call.principal?.sessionId ?? ''
    if ((open.get(session) ?? 0) >= MAX_STREAMS_OF_SESSION || [...open.values()].reduce((sum, count) => sum + count, 0) >= MAX_STREAMS) throw tooManyStreams()
    open.set(session, (open.get(session) ?? 0) + 1)
    const left = new AbortController()
    const readable = Readable.from(make(AbortSignal.any([closing.signal, left.signal])))
    const check = setInterval(() => {
      kernel.ports.access.isLive(request).then(isLive => { if (!isLive) readable.destroy() }, () => { readable.destroy() })
    }, CHECK_EVERY_MS).unref()
    readable.once('close', () => {
      clearInterval(check)
      left.abort()
      const others = (open.get(session) ?? 1) - 1
      if (others === 0) open.delete(session)
      else open.set(session, others)
    })
    return readable as unknown as string
  }

  app.get('/audit/tail', {
    exposeHeadRoute: false,
    config: { operation: 'audit.tail', examples: { query: { direction: 'in', seconds: 1 } } },
    schema: {
      querystring: TailQuery,
      produces: ['text/event-stream'],
      response: { 200: Type.String({ description: 'Server-sent events `call`, each with an entry of the list.' }) }
    }
  }, async (request, reply) => {
    const { seconds = 300, ...filters } = request.query
    checkTimes(filters)
    const after = lastEventId(request)
    return await reply.type('text/event-stream').headers({ ...STREAM_HEADERS, 'x-accel-buffering': 'no' }).send(stream(request, signal =>
      tail(auditFor(audit, request.call.principal?.role ?? null), filters, { after, forMs: seconds * 1000 }, signal)))
  })

  app.get('/audit/export', {
    exposeHeadRoute: false,
    config: { operation: 'audit.export', examples: { query: { format: 'csv', direction: 'in' } } },
    schema: {
      querystring: ExportQuery, produces: ['text/csv', 'application/x-ndjson'], response: { 200: Type.String({ description: 'The rows, newest first.' }) }
    }
  }, async (request, reply) => {
    const { format = 'csv', ...filters } = request.query
    checkTimes(filters)
    const type = format === 'csv' ? 'text/csv; charset=utf-8; header=present' : 'application/x-ndjson; charset=utf-8'
    return await reply.type(type).headers({ ...STREAM_HEADERS, 'content-disposition': `attachment; filename="audit.${format}"` }).send(stream(request, signal =>
      exported(auditFor(audit, request.call.principal?.role ?? null), filters, format, signal)))
  })
}
