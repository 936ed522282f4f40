// `/deliveries`: what was sent, what waits, and what was given up.
import { badQuery, IdParams, ref, type App, type Kernel } from '#kernel'
import { Delivery, DeliveryPage, DeliveryWithAttempts, ListDeliveries } from '../schemas/deliveries.js'
import type { Deliveries } from '../service/deliveries.js'
import { subjectsOf } from '../service/subjects.js'

export function deliveryRoutes (app: App, kernel: Kernel, deliveries: Deliveries, wake: string): void {
  app.get('/deliveries', {
    config: { operation: 'delivery.list', examples: { query: { status: 'dead' } } },
    schema: { querystring: ListDeliveries, response: { 200: ref(DeliveryPage) } }
  }, async (request, reply) => {
    const { limit, cursor, subjectId, ...rest } = request.query
    const filters = subjectId === undefined ? rest : { ...rest, subjectId: await subjectsOf(kernel, subjectId) }
    if (filters.since !== undefined && filters.until !== undefined && Date.parse(filters.since) >= Date.parse(filters.until)) {
      throw badQuery('until', 'must be after `since`')
    }
    return reply.code(200).send(await deliveries.list(filters, { limit, cursor }))
  })

  app.get('/deliveries/:id', {
    config: { operation: 'delivery.get' },
    schema: { params: IdParams, response: { 200: ref(DeliveryWithAttempts) } }
  }, async (request, reply) => reply.code(200).send(await deliveries.read(request.params.id)))

  app.post('/deliveries/:id/redeliver', {
    config: { operation: 'delivery.redeliver' },
    schema: { params: IdParams, response: { 202: ref(Delivery) } }
  }, async (request, reply) => await kernel.write(request, reply, async tx => {
    const { before, after } = await deliveries.redeliver(tx, request.params.id)
    tx.afterCommit(() => kernel.signals.send(wake))
    request.call.entities.push({ type: 'delivery', id: after.id }, { type: 'webhook', id: after.webhookId })
    request.call.changes = { before, after }
    return { status: 202, body: after }
  }))
}
