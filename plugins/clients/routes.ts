import { checkIfMatch, etag, IdParams, ref, type App, type Kernel, type Static } from '#kernel'
import type { ClientAdministration } from './service.js'
import type { ClientRow } from './store.js'
import { ClientChange, ClientCreation, ClientPage, ClientQuery, ClientView, ClientWithSecret, Regeneration, SecretParams } from './schemas.js'

const NO_STORE = { 'cache-control': 'no-store', pragma: 'no-cache' }

export function readRoutes (app: App, kernel: Kernel, clients: ClientAdministration): void {
  app.get('/clients', { config: { operation: 'client.list' }, schema: { querystring: ClientQuery, response: { 200: ref(ClientPage) } } }, async request => {
    const { limit, cursor, q = null, enabled = null } = request.query
    return await kernel.page({
      scope: ['client.list', q, enabled],
      limit,
      cursor,
      read: async (before, limit) => await clients.page({ q, enabled }, before?.[0] ?? null, limit),
      positionOf: row => [row.id],
      toView: view
    })
  })

  app.get('/clients/:id', { config: { operation: 'client.get' }, schema: { params: IdParams, response: { 200: ref(ClientView) } } }, async (request, reply) => {
    const client = await clients.get(request.params.id)
    return await reply.header('etag', etag(client.version)).send(view(client))
  })
}

export function changeRoutes (app: App, kernel: Kernel, clients: ClientAdministration): void {
  app.post('/clients', {
    config: { operation: 'client.create', examples: { body: { name: 'My ERP' } } },
    schema: { body: ref(ClientCreation), response: { 201: ref(ClientWithSecret) } }
  }, async (request, reply) =>
    await kernel.writeOrm(request, reply, async tx => {
      const { client, secret } = await clients.create(tx, request.body, request.call.principal!.id)
      request.call.entities.push({ type: 'client', id: client.id })
      request.call.changes = { before: null, after: view(client) }
      return { status: 201, body: { client: view(client), clientSecret: secret }, headers: { ...NO_STORE, etag: etag(client.version) } }
    }))

  app.patch('/clients/:id', {
    config: { operation: 'client.update', examples: { body: { name: 'My ERP', enabled: true } } },
    schema: { params: IdParams, body: ref(ClientChange), response: { 200: ref(ClientView) } }
  }, async (request, reply) =>
    await kernel.writeOrm(request, reply, async tx => {
      const { before, after } = await clients.update(tx, request.params.id, request.body, version => { checkIfMatch(request, version) })
      request.call.entities.push({ type: 'client', id: after.id })
      request.call.changes = { before: view(before), after: view(after) }
      return { body: view(after), headers: { etag: etag(after.version) } }
    }))

  app.delete('/clients/:id', {
    config: { operation: 'client.delete' }, schema: { params: IdParams, response: { 204: { type: 'null', description: 'Deleted; its tokens have ended.' } } }
  }, async (request, reply) =>
    await kernel.writeOrm(request, reply, async tx => {
      const client = await clients.remove(tx, request.params.id, version => { checkIfMatch(request, version) })
      request.call.entities.push({ type: 'client', id: client.id })
      request.call.changes = { before: view(client), after: null }
      return { status: 204 }
    }))
}

export function secretRoutes (app: App, kernel: Kernel, clients: ClientAdministration): void {
  app.post('/clients/:id/regenerate-secret', {
    config: { operation: 'client.regenerateSecret', examples: { body: { graceSeconds: 0 } } },
    schema: { params: IdParams, body: ref(Regeneration), response: { 200: ref(ClientWithSecret) } },
    preValidation: async request => {
      request.body ??= {}
    }
  }, async (request, reply) =>
    await kernel.writeOrm(request, reply, async tx => {
      const { graceSeconds = 0, force = false } = request.body
      const { client, secret } = await clients.regenerate(tx, request.params.id, { graceSeconds, force, by: request.call.principal!.id }, version => {
        checkIfMatch(request, version)
      })
      request.call.entities.push({ type: 'client', id: client.id })
      request.call.changes = { before: null, after: view(client) }
      return { body: { client: view(client), clientSecret: secret }, headers: { ...NO_STORE, etag: etag(client.version) } }
    }))

  app.delete('/clients/:id/secrets/:secretId', {
    config: { operation: 'client.revokeSecret' }, schema: { params: SecretParams, response: { 200: ref(ClientView) } }
  }, async (request, reply) =>
    await kernel.writeOrm(request, reply, async tx => {
      const client = await clients.revokeSecret(tx, request.params.id, request.params.secretId, version => { checkIfMatch(request, version) })
      request.call.entities.push({ type: 'client', id: client.id })
      request.call.changes = { before: { secretId: request.params.secretId }, after: view(client) }
      return { body: view(client), headers: { etag: etag(client.version) } }
    }))
}

function view (client: ClientRow): Static<typeof ClientView> {
  const { id, clientId, name, description, ownerId, warehouseIds, enabled, scopes, version, createdBy, lastUsedIp } = client
  const timestamp = (date: Date | null): string | null => date?.toISOString() ?? null
  return {
    id,
    clientId,
    name,
    description,
    ownerId,
    warehouseIds,
    enabled,
    scopes,
    version,
    createdBy,
    lastUsedIp,
    createdAt: client.createdAt.toISOString(),
    updatedAt: client.updatedAt.toISOString(),
    lastUsedAt: timestamp(client.lastUsedAt),
    secrets: client.secrets.map(secret => ({
      id: secret.id,
      last4: secret.last4,
      createdAt: secret.createdAt.toISOString(),
      createdBy: secret.createdBy,
      expiresAt: timestamp(secret.expiresAt),
      lastUsedAt: timestamp(secret.lastUsedAt),
      lastUsedIp: secret.lastUsedIp
    }))
  }
}
