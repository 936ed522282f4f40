// The HTTP side of allocation and of the floor: allocate, release, pick, pack, ship.
import { ref, type App, type Kernel } from '#kernel'
import { orderAlias } from '../domain/order-alias.js'
import { Order, OrderParams } from '../schemas/orders.js'
import { PackOrder, ShipOrder, ShippedOrder, UnpackOrder } from '../schemas/shipments.js'
import { AllocatedOrder, AllocateOrder, DeallocateOrder, PickOrder, ReleaseOrder, SubstituteBatch, UnpickOrder } from '../schemas/steps.js'
import type { Allocations } from '../service/allocate.js'
import type { Exchanges } from '../service/rework.js'
import type { Fulfilment } from '../service/floor.js'
import { answer, scopeOf } from '../service/request.js'

export function allocationRoutes (app: App, kernel: Kernel, allocations: Allocations): void {
  app.post('/orders/:id/allocate', {
    config: { operation: 'order.allocate', examples: { body: { strategy: 'FEFO' } } },
    schema: { params: OrderParams, body: ref(AllocateOrder), response: { 200: ref(AllocatedOrder) } }
  }, async (request, reply) => await kernel.write(request, reply, async tx =>
    answer(request, await allocations.allocate(tx, scopeOf(request), orderAlias(request.params.id), request.body))))

  app.post('/orders/:id/deallocate', {
    config: { operation: 'order.deallocate', examples: { body: {} } },
    schema: { params: OrderParams, body: ref(DeallocateOrder), response: { 200: ref(Order) } }
  }, async (request, reply) => await kernel.write(request, reply, async tx =>
    answer(request, await allocations.deallocate(tx, scopeOf(request), orderAlias(request.params.id), request.body))))

  app.post('/orders/:id/release', {
    config: { operation: 'order.release', examples: { body: {} } },
    schema: { params: OrderParams, body: ref(ReleaseOrder), response: { 200: ref(Order) } }
  }, async (request, reply) => await kernel.write(request, reply, async tx =>
    answer(request, await allocations.release(tx, scopeOf(request), orderAlias(request.params.id)))))
}

export function floorRoutes (app: App, kernel: Kernel, fulfilment: Fulfilment): void {
  app.post('/orders/:id/pick', {
    config: { operation: 'order.pick', examples: { body: {} } },
    schema: { params: OrderParams, body: ref(PickOrder), response: { 200: ref(Order) } }
  }, async (request, reply) => await kernel.write(request, reply, async tx =>
    answer(request, await fulfilment.pick(tx, scopeOf(request), orderAlias(request.params.id), request.body))))

  app.post('/orders/:id/pack', {
    config: { operation: 'order.pack', examples: { body: {} } },
    schema: { params: OrderParams, body: ref(PackOrder), response: { 200: ref(ShippedOrder) } }
  }, async (request, reply) => await kernel.write(request, reply, async tx =>
    answer(request, await fulfilment.pack(tx, scopeOf(request), orderAlias(request.params.id), request.body))))

  app.post('/orders/:id/ship', {
    config: { operation: 'order.ship', examples: { body: { carrierCode: 'DPD', trackingNumber: '1Z999AA10123456784' } } },
    schema: { params: OrderParams, body: ref(ShipOrder), response: { 200: ref(ShippedOrder) } }
  }, async (request, reply) => await kernel.write(request, reply, async tx =>
    answer(request, await fulfilment.ship(tx, scopeOf(request), orderAlias(request.params.id), request.body))))
}

/** Ways back from the floor. */
export function exchangeRoutes (app: App, kernel: Kernel, exchanges: Exchanges): void {
  app.post('/orders/:id/unpack', {
    config: { operation: 'order.unpack', examples: { body: { reason: 'One batch was recalled' } } },
    schema: { params: OrderParams, body: ref(UnpackOrder), response: { 200: ref(Order) } }
  }, async (request, reply) => await kernel.write(request, reply, async tx =>
    answer(request, await exchanges.unpack(tx, scopeOf(request), orderAlias(request.params.id), request.body))))

  app.post('/orders/:id/unpick', {
    config: { operation: 'order.unpick', examples: { body: { lines: [{ lineNo: 1 }], to: 'quarantine', reason: 'Broken' } } },
    schema: { params: OrderParams, body: ref(UnpickOrder), response: { 200: ref(Order) } }
  }, async (request, reply) => await kernel.write(request, reply, async tx =>
    answer(request, await exchanges.unpick(tx, scopeOf(request), orderAlias(request.params.id), request.body))))

  app.post('/orders/:id/substitute', {
    config: { operation: 'order.substitute', examples: { body: { lines: [{ lineNo: 1, batch: 'L2411-A' }], reason: 'Recalled' } } },
    schema: { params: OrderParams, body: ref(SubstituteBatch), response: { 200: ref(Order) } }
  }, async (request, reply) => await kernel.write(request, reply, async tx =>
    answer(request, await exchanges.substitute(tx, scopeOf(request), orderAlias(request.params.id), request.body))))
}
