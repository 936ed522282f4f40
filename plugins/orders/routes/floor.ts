// The HTTP side of allocation and of the floor: allocate, release, pick, pack, ship.
import { ref, type App, type Kernel } from '#kernel'
import { orderAlias } from '../order-alias.js'
import { Order, OrderParams } from '../schemas/orders.js'
import { PackOrder, ShipOrder, ShippedOrder } from '../schemas/shipments.js'
import { AllocatedOrder, AllocateOrder, DeallocateOrder, PickOrder, ReleaseOrder } from '../schemas/steps.js'
import type { Allocations } from '../service/allocate.js'
import type { Fulfilment } from '../service/fulfil.js'
import { answer, scopeOf } from './request.js'

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
