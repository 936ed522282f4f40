// Outbound orders: from the shop's call to the parcel at the door.
import { definePlugin } from '#kernel'
import { errors } from './error-codes.js'
import type { PartnersService } from '../partners/public.js'
import type { CatalogService } from '../catalog/public.js'
import { EXTERNAL_PREFIX } from '../external-api/public.js'
import type { InventoryService } from '../inventory/public.js'
import { guardProducts } from './service/guard.js'
import { operations } from './operations.js'
import type { OrdersService } from './public.js'
import { allocationRoutes, exchangeRoutes, floorRoutes } from './routes/floor.js'
import { orderCreateRoute, orderEditRoutes, orderReadRoutes } from './routes/orders.js'
import { shipmentRoutes } from './routes/shipments.js'
import {
  CreateOrder, Order, OrderAllocation, OrderHold, OrderLine, OrderPage, OrderSummary, UpdateOrder, UpdateOrderLines
} from './schemas/orders.js'
import { Backorder, BackorderPage } from './schemas/backorders.js'
import {
  PackOrder, Parcel, ParcelItem, Shipment, ShipmentPage, ShipOrder, ShippedOrder, UnpackOrder,
  UpdateTracking
} from './schemas/shipments.js'
import {
  AllocatedOrder, AllocateOrder, CancelOrder, Considered, DeallocateOrder, HoldOrder, LineExplanation,
  OrderCancellation, OrderDeallocation, OrderAllocated, OrderStatusChange, PickOrder, ReleaseHold, ReleaseOrder, SubstituteBatch,
  UnpickOrder
} from './schemas/steps.js'
import { createAllocations } from './service/allocate.js'
import { createFill, createFillRound, FILL_DUE } from './service/backorders.js'
import { createCancelAfter } from './service/cancel-after.js'
import { createCancels } from './service/cancel-hold.js'
import { createOrders } from './service/create.js'
import { createOrderWork } from './service/create-work.js'
import { createEdits } from './service/edit.js'
import { createExchanges } from './service/rework.js'
import { createFulfilment } from './service/floor.js'
import { createReads } from './service/reads.js'
import { createRecall } from './service/recall.js'
import { createTracking } from './service/tracking.js'
import { orderIdsNamed } from './store/list.js'

const CANCEL_AFTER_EVERY_MS = 60_000
const FILL_EVERY_MS = 30_000

export default definePlugin({
  id: 'orders',
  title: 'Orders',
  summary: 'Outbound orders with their allocation, picking, packing, shipments and tracking.',
  category: 'Other Integrations',
  requires: ['external-api', 'partners', 'catalog', 'inventory'],
  prefix: EXTERNAL_PREFIX,
  personalData: { operation: 'order.get', setting: 'exposePersonalData', fields: ['customer', 'shipTo', 'billTo'] },
  operations,
  events: {
    'order.created': { title: 'An order was created', data: Order, kind: 'fact' },
    'order.updated': { title: 'An order was changed', description: '`previous` has the former values of the changed fields.', data: Order, kind: 'state' },
    'order.status_changed': { title: 'An order changed its status', description: '`change` has from, to and reason.', data: OrderStatusChange, kind: 'fact' },
    'order.allocated': {
      title: 'Stock was allocated for an order',
      description: 'For all or a part: `allocationStatus` says it; `cause` what made the stock available.',
      data: OrderAllocated,
      kind: 'fact'
    },
    'order.deallocated': { title: 'Stock was deallocated from an order', data: OrderDeallocation, kind: 'fact' },
    'order.backordered': { title: 'An order waits for stock', description: '`qtyBackordered` of its lines.', data: Order, kind: 'fact' },
    'order.cancelled': { title: 'An order was cancelled', description: 'All of it or a part: `cancellation` says it.', data: OrderCancellation, kind: 'fact' },
    'order.on_hold': { title: 'An order was put on hold', data: Order, kind: 'fact' },
    'order.hold_released': { title: 'Holds of an order were released', data: Order, kind: 'fact' },
    'shipment.created': { title: 'A shipment was packed', data: Shipment, kind: 'fact' },
    'shipment.shipped': { title: 'A shipment has left', description: 'With tracking, and batch and expiry date of each item.', data: Shipment, kind: 'fact' },
    'shipment.tracking_updated': { title: 'A shipment\'s tracking was updated', data: Shipment, kind: 'state' },
    'shipment.delivered': { title: 'A shipment was delivered', data: Shipment, kind: 'fact' },
    'shipment.cancelled': { title: 'A shipment was unpacked', data: Shipment, kind: 'fact' }
  },
  errors,
  schemas: [
    OrderHold, OrderAllocation, OrderLine, OrderSummary, Order, OrderPage, CreateOrder, UpdateOrder, UpdateOrderLines, CancelOrder, HoldOrder,
    ReleaseHold, AllocateOrder, DeallocateOrder, Considered, LineExplanation, AllocatedOrder, ReleaseOrder, PickOrder, UnpickOrder, SubstituteBatch,
    UnpackOrder, PackOrder, ShipOrder, ShippedOrder, OrderStatusChange, OrderCancellation, OrderDeallocation, OrderAllocated, Backorder,
    BackorderPage, ParcelItem, Parcel, Shipment, ShipmentPage, UpdateTracking
  ],
  register (app, kernel) {
    const services = {
      kernel,
      catalog: kernel.services.use<CatalogService>('catalog'),
      inventory: kernel.services.use<InventoryService>('inventory'),
      partners: kernel.services.use<PartnersService>('partners')
    }
    guardProducts(services.catalog)
    kernel.events.aliases(async alias => await orderIdsNamed(kernel.db, alias))
    services.inventory.onBatchUnsold(createRecall(services))
    services.inventory.onStockFreed(createFill(services))
    kernel.background.worker({ name: 'backorders', everyMs: FILL_EVERY_MS, wakeOn: [FILL_DUE], run: createFillRound(services) })
    kernel.background.worker({ name: 'cancel-after', everyMs: CANCEL_AFTER_EVERY_MS, run: createCancelAfter(services) })
    const reads = createReads(services)
    kernel.services.provide(reads satisfies OrdersService)
    orderReadRoutes(app, reads)
    orderCreateRoute(app, kernel, createOrderWork(createOrders(services), kernel.plugin.prefix))
    orderEditRoutes(app, kernel, createEdits(services), createCancels(services))
    allocationRoutes(app, kernel, createAllocations(services))
    floorRoutes(app, kernel, createFulfilment(services))
    exchangeRoutes(app, kernel, createExchanges(services))
    shipmentRoutes(app, kernel, reads, createTracking(services))
  }
})
