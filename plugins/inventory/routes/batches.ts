// The HTTP side of batches: what a call says, and how its outcome is answered.
import type { FastifyRequest } from 'fastify'
import { checkIfMatch, etag, IdParams, ref, type App, type Kernel, type Page, type Tx, type WriteResult } from '#kernel'
import {
  Batch, BatchPage, CreateBatch, ListBatches, SetBatchStatus, UpdateBatch, type BatchFilters, type BatchStatusInput,
  type BatchView
} from '../schemas/batches.js'
import type { Batches, BatchScope } from '../service/batches.js'
import { ownerOf } from '../../external-api/public.js'

type BatchLister = (ownerId: string, filters: BatchFilters) => Promise<Page<BatchView>>
type BatchStatusSetter = (tx: Tx, scope: BatchScope, id: string, input: BatchStatusInput) => Promise<BatchView>

export function batchReadRoutes (app: App, batches: Batches, list: BatchLister): void {
  app.get('/batches', {
    config: { operation: 'batch.list' },
    schema: { querystring: ListBatches, response: { 200: ref(BatchPage) } }
  }, async (request, reply) => await reply.code(200).send(await list(ownerOf(request), request.query)))

  app.get('/batches/:id', {
    config: { operation: 'batch.get' },
    schema: { params: IdParams, response: { 200: ref(Batch) } }
  }, async (request, reply) => {
    const batch = await batches.get(ownerOf(request), request.params.id)
    request.call.entities.push({ type: 'batch', id: batch.id })
    return await reply.code(200).header('etag', etag(batch.version)).send(batch)
  })
}

export function batchWriteRoutes (app: App, kernel: Kernel, batches: Batches, setStatus: BatchStatusSetter): void {
  app.post('/batches', {
    config: {
      operation: 'batch.create',
      examples: { body: { sku: 'LANTERN-01', code: 'L2411-A', expiryDate: '2027-03-31', manufacturedDate: '2026-03-31', countryOfOrigin: 'DE' } }
    },
    schema: { body: ref(CreateBatch), response: { 201: ref(Batch) } }
  }, async (request, reply) => await kernel.write(request, reply, async tx => {
    const batch = await batches.create(tx, ownerOf(request), request.body)
    const location = `${kernel.catalogue.plugin(kernel.plugin.id)!.prefix!}/batches/${batch.id}`
    return answer(request, batch, 201, { location })
  }))

  app.patch('/batches/:id', {
    config: { operation: 'batch.update', examples: { body: { supplierBatch: 'S-77120', attributes: { harvest: 2026 } } } },
    schema: { params: IdParams, body: ref(UpdateBatch), response: { 200: ref(Batch) } }
  }, async (request, reply) => await kernel.write(request, reply, async tx =>
    answer(request, await batches.update(tx, scopeOf(request), request.params.id, request.body))))

  app.post('/batches/:id/status', {
    config: { operation: 'batch.setStatus', examples: { body: { status: 'quarantined', reason: 'Waits for the laboratory' } } },
    schema: { params: IdParams, body: ref(SetBatchStatus), response: { 200: ref(Batch) } }
  }, async (request, reply) => await kernel.write(request, reply, async tx =>
    answer(request, await setStatus(tx, scopeOf(request), request.params.id, request.body))))
}

function scopeOf (request: FastifyRequest): BatchScope {
  return { ownerId: ownerOf(request), checkVersion: version => { checkIfMatch(request, version) } }
}

function answer (request: FastifyRequest, batch: BatchView, status = 200, headers: Record<string, string> = {}): WriteResult {
  request.call.entities.push({ type: 'batch', id: batch.id })
  return { status, body: batch, headers: { etag: etag(batch.version), ...headers } }
}
