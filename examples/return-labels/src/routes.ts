// The HTTP side of labels.
import { AppError, brokenRule, etag, IdParams, newId, ref, type App, type Kernel } from 'logistics-wms-api-webhooks/plugin'
import type { Configuration } from './configuration.js'
import { CreateReturnLabel, ListReturnLabels, ReturnLabel, ReturnLabelPage } from './schemas.js'
import { countLabels, insertLabel, listLabels, readLabel } from './store.js'

const LABELS = '/api/external/v1/return-labels'

interface Settings { prefix: string, reasonRequired: boolean }

export function labelRoutes (app: App, kernel: Kernel): void {
  const { carrier } = kernel.plugin.config<Configuration>()

  app.post(LABELS, {
    config: { operation: 'returnLabel.create', examples: { body: { orderRef: 'WEB-536365', reason: 'Too small' } } },
    schema: { body: CreateReturnLabel, response: { 201: ref(ReturnLabel) } }
  }, async (request, reply) =>
    await kernel.write(request, reply, async tx => {
      const { prefix, reasonRequired } = kernel.settings<Settings>('returnLabel.create')
      const { orderRef, reason = null } = request.body
      if (reasonRequired && reason === null) throw brokenRule('returnLabel.reason_missing', '/reason', 'must say why the goods come back')
      const ownerId = request.call.principal!.ownerId!
      const label = await insertLabel(tx, { id: newId('rlb'), ownerId, prefix, orderRef, carrier, reason })
      kernel.events.emit(tx, 'returnLabel.created', {
        subject: { type: 'returnLabel', id: label.id, version: label.version, externalRef: orderRef }, ownerId, data: label
      })
      request.call.entities.push({ type: 'returnLabel', id: label.id })
      return { status: 201, body: label, headers: { etag: etag(label.version), location: `${LABELS}/${label.id}` } }
    }))

  app.get(LABELS, {
    config: { operation: 'returnLabel.list' },
    schema: { querystring: ListReturnLabels, response: { 200: ref(ReturnLabelPage) } }
  }, async (request, reply) => {
    const { limit, cursor } = request.query
    const ownerId = request.call.principal!.ownerId!
    return await reply.code(200).send(await kernel.page({
      scope: ['returnLabel.list', ownerId],
      limit,
      cursor,
      read: async (after, limit) => await listLabels(kernel.db, ownerId, after, limit),
      positionOf: label => [label.updatedAt, label.id],
      toView: label => label
    }))
  })

  app.get(`${LABELS}/:id`, {
    config: { operation: 'returnLabel.get' },
    schema: { params: IdParams, response: { 200: ref(ReturnLabel) } }
  }, async (request, reply) => {
    const label = await readLabel(kernel.db, request.call.principal!.ownerId!, request.params.id)
    if (label === undefined) throw new AppError(404, 'returnLabel.not_found', `There is no return label ${request.params.id}.`)
    return await reply.code(200).header('etag', etag(label.version)).send(label)
  })
}

/** A page that the console links to: no call, so no row in the audit. It says what anybody may know. */
export function pageRoute (app: App, kernel: Kernel): void {
  app.get('/return-labels', { config: { asset: true } }, async (_, reply) => {
    const count = await countLabels(kernel.db)
    return await reply.code(200).type('text/html; charset=utf-8')
      .send(`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Return labels</title></head>
<body><h1>Return labels</h1><p>${count} so far.</p></body></html>`)
  })
}
