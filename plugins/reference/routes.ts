// The HTTP side of reference data: read by everybody, written by operators.
import type { FastifyRequest } from 'fastify'
import { checkIfMatch, etag, ref, type App, type Kernel, type WriteResult } from '#kernel'
import {
  CreateReferenceEntry, EntryParams, ListParams, ListReference, ReferenceEntry, ReferencePage, UpdateReferenceEntry
} from './schemas.js'
import type { EntryChange, ReferenceService } from './service.js'

export function referenceReadRoute (app: App, reference: ReferenceService, operation: string): void {
  app.get('/reference/:list', {
    config: { operation, examples: { params: { list: 'reasons' } } },
    schema: { params: ListParams, querystring: ListReference, response: { 200: ref(ReferencePage) } }
  }, async (request, reply) => await reply.code(200).send(await reference.entries(request.params.list, request.query)))
}

export function referenceWriteRoutes (app: App, kernel: Kernel, reference: ReferenceService, operations: { add: string, edit: string }): void {
  app.post('/reference/:list', {
    config: { operation: operations.add, examples: { params: { list: 'reasons' }, body: { code: 'water_damage', name: 'Water damage', direction: 'out' } } },
    schema: { params: ListParams, body: ref(CreateReferenceEntry), response: { 201: ref(ReferenceEntry) } }
  }, async (request, reply) => await kernel.write(request, reply, async tx =>
    answer(request, await reference.addEntry(tx, request.params.list, request.body))))

  app.patch('/reference/:list/:code', {
    config: { operation: operations.edit, examples: { params: { list: 'reasons', code: 'damaged' }, body: { name: 'Broken' } } },
    schema: { params: EntryParams, body: ref(UpdateReferenceEntry), response: { 200: ref(ReferenceEntry) } }
  }, async (request, reply) => await kernel.write(request, reply, async tx =>
    answer(request, await reference.editEntry(
      tx, { ...request.params, checkVersion: version => { checkIfMatch(request, version) } }, request.body
    ))))
}

function answer (request: FastifyRequest, { before, after }: EntryChange): WriteResult {
  request.call.entities.push({ type: 'reference', id: `${after.list}:${after.code}` })
  request.call.changes = { before, after }
  return { status: before === null ? 201 : 200, body: after, headers: { etag: etag(after.version) } }
}
