// `/webhooks`: where events are sent.
import { Type, IdParams, checkIfMatch, etag, operatorPrefix, ref, type App, type Kernel } from '#kernel'
import { CreateWebhook, ListWebhooks, UpdateWebhook, Webhook, WebhookHealth, WebhookPage } from '../schemas/webhooks.js'
import { viewFor, viewOf, type Webhooks } from '../service/webhooks.js'

export function webhookRoutes (app: App, kernel: Kernel, webhooks: Webhooks, { deleted, resumed }: { deleted: string, resumed: string }): void {
  readRoutes(app, webhooks)
  writeRoutes(app, kernel, webhooks)
  resumeRoute(app, kernel, webhooks, resumed)
  deleteRoute(app, kernel, webhooks, deleted)
}

function readRoutes (app: App, webhooks: Webhooks): void {
  app.get('/webhooks', {
    config: { operation: 'webhook.list' },
    schema: { querystring: ListWebhooks, response: { 200: ref(WebhookPage) } }
  }, async (request, reply) => {
    return reply.code(200).send(await webhooks.list(request.query, request.call.principal))
  })

  app.get('/webhooks/health', {
    config: { operation: 'webhook.health' },
    schema: { response: { 200: ref(WebhookHealth) } }
  }, async (_, reply) => reply.code(200).send({ data: await webhooks.health() }))

  app.get('/webhooks/:id', {
    config: { operation: 'webhook.get' },
    schema: { params: IdParams, response: { 200: ref(Webhook) } }
  }, async (request, reply) => {
    const row = await webhooks.read(request.params.id)
    return reply.code(200).header('etag', etag(row.version)).send(viewFor(row, request.call.principal))
  })
}

const EXAMPLE = {
  name: 'ERP orders',
  url: 'https://erp.example.com/hooks/wms',
  events: ['product.created', 'product.updated', 'product.archived'],
  ownerId: null,
  auth: { type: 'basic', username: 'wms', password: 'correct horse battery staple' }
}

function writeRoutes (app: App, kernel: Kernel, webhooks: Webhooks): void {
  app.post('/webhooks', {
    config: { operation: 'webhook.create', examples: { body: EXAMPLE } },
    schema: { body: CreateWebhook, response: { 201: ref(Webhook) } }
  }, async (request, reply) => {
    const draft = await webhooks.check(request.body)
    return await kernel.write(request, reply, async tx => {
      const body = viewOf(await webhooks.create(tx, draft))
      request.call.entities.push({ type: 'webhook', id: body.id })
      request.call.changes = { before: null, after: body }
      return { status: 201, body, headers: { etag: etag(body.version), location: `${operatorPrefix}/webhooks/${body.id}` } }
    })
  })

  app.patch('/webhooks/:id', {
    config: { operation: 'webhook.update', examples: { body: { name: 'ERP', enabled: false } } },
    schema: { params: IdParams, body: UpdateWebhook, response: { 200: ref(Webhook) } }
  }, async (request, reply) => {
    const patch = await webhooks.check(request.body)
    return await kernel.write(request, reply, async tx => {
      const row = await webhooks.lock(tx, request.params.id)
      checkIfMatch(request, row.version)
      const body = viewOf(await webhooks.update(tx, row, patch))
      request.call.entities.push({ type: 'webhook', id: body.id })
      request.call.changes = { before: viewOf(row), after: body }
      return { body, headers: { etag: etag(body.version) } }
    })
  })
}

function resumeRoute (app: App, kernel: Kernel, webhooks: Webhooks, resumed: string): void {
  app.post('/webhooks/:id/resume', {
    config: { operation: 'webhook.resume' },
    schema: { params: IdParams, response: { 200: ref(Webhook) } }
  }, async (request, reply) => await kernel.write(request, reply, async tx => {
    const row = await webhooks.lock(tx, request.params.id)
    checkIfMatch(request, row.version)
    const body = viewOf(await webhooks.resume(tx, row))
    tx.afterCommit(() => kernel.signals.send(resumed))
    request.call.entities.push({ type: 'webhook', id: row.id })
    request.call.changes = { before: viewOf(row), after: body }
    return { body, headers: { etag: etag(body.version) } }
  }))
}

function deleteRoute (app: App, kernel: Kernel, webhooks: Webhooks, deleted: string): void {
  app.delete('/webhooks/:id', {
    config: { operation: 'webhook.delete' },
    schema: { params: IdParams, response: { 204: Type.Null({ description: 'Deleted. What was waiting for it is cancelled.' }) } }
  }, async (request, reply) => await kernel.write(request, reply, async tx => {
    const row = await webhooks.lock(tx, request.params.id)
    checkIfMatch(request, row.version)
    await webhooks.remove(tx, row)
    tx.afterCommit(() => kernel.signals.send(deleted))
    request.call.entities.push({ type: 'webhook', id: row.id })
    request.call.changes = { before: viewOf(row), after: null }
    return { status: 204 }
  }))
}
