// The HTTP side of owners.
import type { FastifyRequest } from 'fastify'
import { checkIfMatch, etag, IdParams, ref, type App, type Kernel, type WriteResult } from '#kernel'
import { CreateOwner, ListOwners, Owner, OwnerPage, UpdateOwner, type OwnerView } from './schemas.js'
import type { Owners } from './service.js'

export function ownerRoutes (app: App, kernel: Kernel, owners: Owners): void {
  app.get('/owners', {
    config: { operation: 'owner.list' },
    schema: { querystring: ListOwners, response: { 200: ref(OwnerPage) } }
  }, async (request, reply) => await reply.code(200).send(await owners.list(request.query)))

  app.get('/owners/:id', {
    config: { operation: 'owner.get' },
    schema: { params: IdParams, response: { 200: ref(Owner) } }
  }, async (request, reply) => {
    const owner = await owners.get(request.params.id)
    request.call.entities.push({ type: 'owner', id: owner.id })
    return await reply.code(200).header('etag', etag(owner.version)).send(owner)
  })

  app.post('/owners', {
    config: { operation: 'owner.create', examples: { body: { code: 'acme-foods', name: 'ACME Foods Ltd' } } },
    schema: { body: ref(CreateOwner), response: { 201: ref(Owner) } }
  }, async (request, reply) => await kernel.write(request, reply, async tx =>
    answer(request, { before: null, after: await owners.create(tx, request.body) }, 201)))

  app.patch('/owners/:id', {
    config: { operation: 'owner.update', examples: { body: { name: 'ACME Foods Ltd' } } },
    schema: { params: IdParams, body: ref(UpdateOwner), response: { 200: ref(Owner) } }
  }, async (request, reply) => await kernel.write(request, reply, async tx =>
    answer(request, await owners.update(tx, request.params.id, request.body, version => { checkIfMatch(request, version) }))))
}

function answer (request: FastifyRequest, { before, after }: { before: OwnerView | null, after: OwnerView }, status = 200): WriteResult {
  request.call.entities.push({ type: 'owner', id: after.id })
  request.call.changes = { before, after }
  return { status, body: after, headers: { etag: etag(after.version) } }
}
