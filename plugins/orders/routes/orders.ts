// The HTTP side of orders: reading, creating, editing, cancelling and holding them.
import { bulk, etag, ref, type App, type BulkWork, type Kernel } from '#kernel'
import { isTakenMeanwhile } from '../errors.js'
import { orderAlias } from '../domain/order-alias.js'
import { BackorderPage, ListBackorders } from '../schemas/backorders.js'
import { CreateOrder, ListOrders, Order, OrderPage, OrderParams, UpdateOrder, UpdateOrderLines, type OrderInput } from '../schemas/orders.js'
import { CancelOrder, HoldOrder, ReleaseHold } from '../schemas/steps.js'
import type { Cancels } from '../service/cancel-hold.js'
import type { Edits } from '../service/edit.js'
import type { Reads } from '../service/reads.js'
import { reachOf } from '../../external-api/public.js'
import { answer, scopeOf } from '../service/request.js'

export function orderReadRoutes (app: App, reads: Reads): void {
  app.get('/orders', {
    config: { operation: 'order.list' },
    schema: { querystring: ListOrders, response: { 200: ref(OrderPage) } }
  }, async (request, reply) => await reply.code(200).send(await reads.list(reachOf(request), request.query)))

  app.get('/backorders', {
    config: { operation: 'backorder.list' },
    schema: { querystring: ListBackorders, response: { 200: ref(BackorderPage) } }
  }, async (request, reply) => await reply.code(200).send(await reads.backorders(reachOf(request), request.query)))

  app.get('/orders/:id', {
    config: { operation: 'order.get' },
    schema: { params: OrderParams, response: { 200: ref(Order) } }
  }, async (request, reply) => {
    const order = await reads.get(reachOf(request), orderAlias(request.params.id))
    request.call.entities.push({ type: 'order', id: order.id })
    return await reply.code(200).header('etag', etag(order.version)).send(order)
  })
}

export function orderCreateRoute (app: App, kernel: Kernel, create: BulkWork<OrderInput>): void {
  app.post('/orders', {
    config: { operation: 'order.create', examples: { body: CREATE_EXAMPLE } },
    schema: { body: ref(CreateOrder), response: { 200: ref(Order), 201: ref(Order) } }
  }, async (request, reply) => {
    return await kernel.write(request, reply, bulk(create, request.body)).catch(async (error: unknown) => {
      if (!isTakenMeanwhile(error)) throw error
      // The order that has the reference is committed: now it is found. The one that was made here never was.
      return await kernel.write(request, reply, bulk(create, request.body))
    })
  })
}

export function orderEditRoutes (app: App, kernel: Kernel, edits: Edits, cancels: Cancels): void {
  app.patch('/orders/:id', {
    config: { operation: 'order.update', examples: { body: { priority: 9, packingNote: 'Handle with care' } } },
    schema: { params: OrderParams, body: ref(UpdateOrder), response: { 200: ref(Order) } }
  }, async (request, reply) => await kernel.write(request, reply, async tx =>
    answer(request, await edits.update(tx, scopeOf(request), orderAlias(request.params.id), request.body))))

  app.put('/orders/:id/lines', {
    config: { operation: 'order.updateLines', examples: { body: { lines: [{ lineNo: 1, sku: 'LANTERN-02', qty: 8 }, { sku: 'LANTERN-02', qty: 2 }] } } },
    schema: { params: OrderParams, body: ref(UpdateOrderLines), response: { 200: ref(Order) } }
  }, async (request, reply) => await kernel.write(request, reply, async tx =>
    answer(request, await edits.updateLines(tx, scopeOf(request), orderAlias(request.params.id), request.body))))

  app.post('/orders/:id/cancel', {
    config: { operation: 'order.cancel', examples: { body: { reason: 'Customer changed their mind' } } },
    schema: { params: OrderParams, body: ref(CancelOrder), response: { 200: ref(Order) } }
  }, async (request, reply) => await kernel.write(request, reply, async tx =>
    answer(request, await cancels.cancel(tx, scopeOf(request), orderAlias(request.params.id), request.body))))

  app.post('/orders/:id/hold', {
    config: { operation: 'order.hold', examples: { body: { code: 'payment', note: 'Card was refused' } } },
    schema: { params: OrderParams, body: ref(HoldOrder), response: { 200: ref(Order) } }
  }, async (request, reply) => await kernel.write(request, reply, async tx =>
    answer(request, await cancels.hold(tx, scopeOf(request), orderAlias(request.params.id), request.body))))

  app.post('/orders/:id/release-hold', {
    config: { operation: 'order.releaseHold', examples: { body: { code: 'payment' } } },
    schema: { params: OrderParams, body: ref(ReleaseHold), response: { 200: ref(Order) } }
  }, async (request, reply) => await kernel.write(request, reply, async tx =>
    answer(request, await cancels.releaseHold(tx, scopeOf(request), orderAlias(request.params.id), request.body))))
}

const CREATE_EXAMPLE = {
  externalRef: 'WEB-536365',
  channel: 'webshop',
  customer: { ref: 'C-17850', name: 'Ada Lovelace', email: 'ada@example.com' },
  shipTo: { name: 'Ada Lovelace', street1: '12 St James\'s Square', postcode: 'SW1Y 4JH', city: 'London', country: 'GB' },
  currency: 'GBP',
  lines: [{ sku: 'LANTERN-02', qty: 6, unitPrice: '3.39', externalLineRef: '10' }]
}
