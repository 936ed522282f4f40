// The HTTP side of inbound orders.
import type { FastifyRequest } from 'fastify'
import { checkIfMatch, etag, ref, type App, type Kernel, type WriteResult } from '#kernel'
import { ownerOf, reachOf } from '../../external-api/public.js'
import { docName } from '../domain/names.js'
import { badUpsertId } from '../errors.js'
import {
  ArriveInbound, CancelInbound, CloseInbound, CreateInbound, InboundOrder, InboundPage, InboundParams, ListInbound, UpdateInbound, UpsertInbound
} from '../schemas/inbound.js'
import type { Announcements, Changed } from '../service/announce.js'
import type { InboundReads } from '../service/reads.js'
import type { Target } from '../service/services.js'

export function inboundReadRoutes (app: App, reads: InboundReads): void {
  app.get('/inbound-orders', {
    config: { operation: 'inbound.list' },
    schema: { querystring: ListInbound, response: { 200: ref(InboundPage) } }
  }, async (request, reply) => await reply.code(200).send(await reads.list(reachOf(request), request.query)))

  app.get('/inbound-orders/:id', {
    config: { operation: 'inbound.get' },
    schema: { params: InboundParams, response: { 200: ref(InboundOrder) } }
  }, async (request, reply) => {
    const inbound = await reads.get(reachOf(request), request.params.id)
    request.call.entities.push({ type: 'inbound_order', id: inbound.id })
    return await reply.code(200).header('etag', etag(inbound.version)).send(inbound)
  })
}

export function inboundWriteRoutes (app: App, kernel: Kernel, announcements: Announcements): void {
  app.post('/inbound-orders', {
    config: { operation: 'inbound.create', examples: { body: CREATE_EXAMPLE } },
    schema: { body: ref(CreateInbound), response: { 201: ref(InboundOrder) } }
  }, async (request, reply) => await kernel.write(request, reply, async tx =>
    answer(request, await announcements.create(tx, ownerOf(request), request.body))))

  app.put('/inbound-orders/:id', {
    config: { operation: 'inbound.upsert', examples: { params: { id: 'ref:PO-4712' }, body: { lines: [{ sku: 'LANTERN-02', qty: 96 }] } } },
    schema: { params: InboundParams, body: ref(UpsertInbound), response: { 200: ref(InboundOrder), 201: ref(InboundOrder) } }
  }, async (request, reply) => {
    const { by, key } = docName(request.params.id)
    if (by !== 'ref' || key === '' || [...key].length > 128) throw badUpsertId()
    return await kernel.write(request, reply, async tx => answer(request, await announcements.upsert(tx, targetOf(request), key, request.body)))
  })

  app.patch('/inbound-orders/:id', {
    config: { operation: 'inbound.update', examples: { body: { expectedAt: '2026-12-15' } } },
    schema: { params: InboundParams, body: ref(UpdateInbound), response: { 200: ref(InboundOrder) } }
  }, async (request, reply) => await kernel.write(request, reply, async tx =>
    answer(request, await announcements.update(tx, targetOf(request), request.body))))

  app.post('/inbound-orders/:id/arrive', {
    config: { operation: 'inbound.arrive', examples: { body: {} } },
    schema: { params: InboundParams, body: ref(ArriveInbound), response: { 200: ref(InboundOrder) } }
  }, async (request, reply) => await kernel.write(request, reply, async tx => answer(request, await announcements.arrive(tx, targetOf(request)))))

  app.post('/inbound-orders/:id/cancel', {
    config: { operation: 'inbound.cancel', examples: { body: { reason: 'The supplier has none' } } },
    schema: { params: InboundParams, body: ref(CancelInbound), response: { 200: ref(InboundOrder) } }
  }, async (request, reply) => await kernel.write(request, reply, async tx =>
    answer(request, await announcements.cancel(tx, targetOf(request), request.body.reason ?? null))))

  app.post('/inbound-orders/:id/close', {
    config: { operation: 'inbound.close', examples: { body: {} } },
    schema: { params: InboundParams, body: ref(CloseInbound), response: { 200: ref(InboundOrder) } }
  }, async (request, reply) => await kernel.write(request, reply, async tx => answer(request, await announcements.close(tx, targetOf(request)))))
}

const CREATE_EXAMPLE = {
  externalRef: 'PO-4711', kind: 'purchase_order', expectedAt: '2026-12-15', lines: [{ sku: 'LANTERN-02', qty: 48, externalLineRef: '10' }]
}

export const targetOf = (request: FastifyRequest): Target => ({
  ...reachOf(request),
  name: (request.params as { id: string }).id,
  checkVersion: version => { checkIfMatch(request, version) },
  namesVersion: request.headers['if-match'] !== undefined
})

function answer (request: FastifyRequest, { inbound, isNew }: Changed): WriteResult {
  request.call.entities.push({ type: 'inbound_order', id: inbound.id })
  return { status: isNew ? 201 : 200, body: inbound, headers: { etag: etag(inbound.version) } }
}
