// The HTTP side of partners: the same for API clients and for operators, each under its own prefix and operations.
import type { FastifyRequest } from 'fastify'
import { checkIfMatch, etag, ref, type App, type Kernel, type TObject, type WriteResult } from '#kernel'
import { badUpsertId } from './errors.js'
import { CreatePartner, ListPartners, Partner, PartnerPage, PartnerParams, UpdatePartner, UpsertPartner, type PartnerFilters } from './schemas.js'
import type { PartnerChange, PartnersService, PartnerTarget } from './service.js'

interface PartnerOperations {
  list: string
  get: string
  create: string
  update: string
  /** Left out: there is no such route. */
  upsert?: string
}

/** Who asks: whose partners, and what of the query says so. */
interface Asking {
  /** Query parameters besides those of the routes. */
  query: TObject
  ownerOf: (request: FastifyRequest) => string | Promise<string>
}

export function partnerRoutes (app: App, kernel: Kernel, partners: PartnersService, { operations, asking }: {
  operations: PartnerOperations, asking: Asking
}): void {
  const { query, ownerOf } = asking
  const listed = { ...ListPartners, properties: { ...ListPartners.properties, ...query.properties } }

  app.get('/partners', {
    config: { operation: operations.list },
    schema: { querystring: listed, response: { 200: ref(PartnerPage) } }
  }, async (request, reply) => {
    const { ownerId: _, ...filters } = request.query as PartnerFilters & { ownerId?: string }
    return await reply.code(200).send(await partners.partners(await ownerOf(request), filters))
  })

  app.get('/partners/:id', {
    config: { operation: operations.get },
    schema: { params: PartnerParams, querystring: query, response: { 200: ref(Partner) } }
  }, async (request, reply) => {
    const partner = await partners.partner(await ownerOf(request), request.params.id)
    request.call.entities.push({ type: 'partner', id: partner.id })
    return await reply.code(200).header('etag', etag(partner.version)).send(partner)
  })

  app.post('/partners', {
    config: { operation: operations.create, examples: { body: CREATE_EXAMPLE } },
    schema: { querystring: query, body: ref(CreatePartner), response: { 201: ref(Partner) } }
  }, async (request, reply) => {
    const ownerId = await ownerOf(request)
    return await kernel.write(request, reply, async tx => answer(request, await partners.createPartner(tx, ownerId, request.body)))
  })

  app.patch('/partners/:id', {
    config: { operation: operations.update, examples: { body: { phone: '+44 20 7946 0000' } } },
    schema: { params: PartnerParams, querystring: query, body: ref(UpdatePartner), response: { 200: ref(Partner) } }
  }, async (request, reply) => {
    const ownerId = await ownerOf(request)
    return await kernel.write(request, reply, async tx =>
      answer(request, await partners.updatePartner(tx, ownerId, targetOf(request, request.params.id), request.body)))
  })

  if (operations.upsert === undefined) return
  app.put('/partners/:id', {
    config: { operation: operations.upsert, examples: { params: { id: 'code:S-200' }, body: { name: 'Candle Makers Ltd', roles: ['supplier'] } } },
    schema: { params: PartnerParams, body: ref(UpsertPartner), response: { 200: ref(Partner), 201: ref(Partner) } }
  }, async (request, reply) => {
    const ownerId = await ownerOf(request)
    if (!/^code:[A-Za-z0-9][A-Za-z0-9._/-]{0,31}$/.test(request.params.id)) throw badUpsertId()
    return await kernel.write(request, reply, async tx =>
      answer(request, await partners.upsertPartner(tx, ownerId, targetOf(request, request.params.id), request.body)))
  })
}

const CREATE_EXAMPLE = {
  code: 'S-100',
  name: 'Lantern Works Ltd',
  roles: ['supplier'],
  externalRef: 'ERP-S-100',
  email: 'goods@example.com',
  addresses: [{ type: 'pickup', street1: '1 Dock Road', postcode: 'E16 2BG', city: 'London', country: 'GB' }]
}

const targetOf = (request: FastifyRequest, name: string): PartnerTarget =>
  ({ name, checkVersion: version => { checkIfMatch(request, version) }, namesVersion: request.headers['if-match'] !== undefined })

function answer (request: FastifyRequest, { before, after }: PartnerChange): WriteResult {
  request.call.entities.push({ type: 'partner', id: after.id })
  if (request.call.principal?.type === 'operator') request.call.changes = { before, after }
  return { status: before === null ? 201 : 200, body: after, headers: { etag: etag(after.version) } }
}
