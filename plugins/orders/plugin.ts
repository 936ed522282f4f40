// Outbound orders: from the shop's call to the parcel at the door.
import { definePlugin, withErrors } from '#kernel'
import { errors, errorsOf } from './error-codes.js'
import type { CatalogService } from '../catalog/public.js'
import { EXTERNAL_PREFIX } from '../external-api/public.js'
import type { InventoryService } from '../inventory/public.js'
import { guardProducts } from './service/guard.js'
import type { OrdersService } from './public.js'
import { allocationRoutes, exchangeRoutes, floorRoutes } from './routes/floor.js'
import { orderCreateRoute, orderEditRoutes, orderReadRoutes } from './routes/orders.js'
import { shipmentRoutes } from './routes/shipments.js'
import {
  CreateOrder, CreateSettings, Order, OrderAllocation, OrderHold, OrderLine, OrderPage, OrderSummary, ReadSettings, UpdateOrder, UpdateOrderLines,
  UpdateSettings
} from './schemas/orders.js'
import { Backorder, BackorderPage } from './schemas/backorders.js'
import {
  PackOrder, Parcel, ParcelItem, Shipment, ShipmentPage, ShipOrder, ShippedOrder, ShipSettings, UnpackOrder,
  UpdateTracking
} from './schemas/shipments.js'
import {
  AllocatedOrder, AllocateOrder, AllocateSettings, CancelOrder, CancelSettings, Considered, DeallocateOrder, HoldOrder, HoldSettings, LineExplanation,
  OrderCancellation, OrderDeallocation, OrderAllocated, OrderStatusChange, PickOrder, PickSettings, ReleaseHold, ReleaseOrder, ReleaseSettings, SubstituteBatch,
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

const STOCK = ['stock.updated', 'stock.low', 'stock.out', 'stock.back_in_stock']
const MOVES = [...STOCK, 'stock.movement_created']
const SET_ASIDE = ['order.allocated', 'order.backordered', 'order.status_changed', ...STOCK]
const ALIASES = 'The id may be an alias: `ref:…` (your externalRef) or `number:…`, URL-encoded.'

const CANCEL_AFTER_EVERY_MS = 60_000
const FILL_EVERY_MS = 30_000

export default definePlugin({
  id: 'orders',
  title: 'Orders',
  summary: 'Outbound orders with their allocation, picking, packing, shipments and tracking.',
  category: 'Other Integrations',
  requires: ['external-api', 'catalog', 'inventory'],
  prefix: EXTERNAL_PREFIX,
  personalData: { operation: 'order.get', setting: 'exposePersonalData', fields: ['customer', 'shipTo', 'billTo'] },
  operations: withErrors(errorsOf, {
    'order.list': {
      title: 'List orders',
      access: 'client',
      settingsOf: 'order.get',
      description: 'Without their lines. To keep a copy, pass `asOf` of one walk as `updatedSince` of the next.'
    },
    'order.get': { title: 'Read an order', access: 'client', settings: ReadSettings, description: `With its lines and what is allocated for them. ${ALIASES}` },
    'order.create': {
      title: 'Create an order',
      access: 'client',
      settings: CreateSettings,
      emits: ['order.created', 'order.on_hold', 'order.cancelled', ...SET_ASIDE],
      description:
        'Up to 2,000 lines. The operator\'s settings decide whether stock is allocated at once and what happens when there is not enough. 200: the ' +
          'externalRef was taken, and this is the order that has it.'
    },
    'order.update': {
      title: 'Change an order',
      access: 'client',
      settings: UpdateSettings,
      emits: ['order.updated', 'shipment.cancelled', 'shipment.tracking_updated', 'order.cancelled', ...SET_ASIDE, 'stock.movement_created'],
      description: `JSON merge patch of its fields (RFC 7396), and the steps that have no operation of their own: submit, take back, close. ${ALIASES}`
    },
    'order.updateLines': {
      title: 'Change the lines of an order',
      access: 'client',
      settingsOf: 'order.update',
      emits: ['order.updated', 'order.cancelled', ...SET_ASIDE],
      description: `All lines that the order is to have. ${ALIASES}`
    },
    'order.cancel': {
      title: 'Cancel an order or lines of it',
      access: 'client',
      settings: CancelSettings,
      emits: ['order.cancelled', 'order.status_changed', 'shipment.cancelled', ...MOVES],
      description: `What was allocated is free at once; what was picked is put back. Cancelling again is no change. ${ALIASES}`
    },
    'backorder.list': {
      title: 'List backorders',
      access: 'client',
      description: 'Lines that wait for stock, those first that get it first: by priority, requested ship date and age of the order.'
    },
    'order.hold': {
      title: 'Put an order on hold',
      access: 'client',
      settings: HoldSettings,
      emits: ['order.on_hold', 'order.deallocated', 'order.status_changed', ...STOCK],
      description: `It is not released, picked, packed or shipped until all its holds are released. ${ALIASES}`
    },
    'order.releaseHold': {
      title: 'Release holds of an order', access: 'client', emits: ['order.hold_released', 'order.cancelled', ...SET_ASIDE], description: ALIASES
    },
    'order.allocate': {
      title: 'Allocate an order',
      access: 'client',
      on: false,
      settings: AllocateSettings,
      emits: SET_ASIDE,
      description:
        'Allocates what is open, first expired first out unless the product says otherwise; the answer explains why each batch was taken or skipped. ' +
          `What is not there waits. ${ALIASES}`
    },
    'order.deallocate': {
      title: 'Deallocate an order',
      access: 'client',
      on: false,
      emits: ['order.deallocated', 'order.status_changed', ...STOCK],
      description: `Deallocates what is allocated and not picked. ${ALIASES}`
    },
    'order.release': {
      title: 'Release an order to the floor', access: 'client', on: false, settings: ReleaseSettings, emits: ['order.status_changed'], description: ALIASES
    },
    'order.pick': {
      title: 'Confirm picks',
      access: 'client',
      on: false,
      settings: PickSettings,
      emits: ['order.updated', 'order.deallocated', ...SET_ASIDE, 'stock.movement_created'],
      description: `All that is allocated, or the lines named. ${ALIASES}`
    },
    'order.pack': {
      title: 'Pack parcels',
      access: 'client',
      on: false,
      emits: ['shipment.created', 'order.status_changed', 'order.updated'],
      description: `All that is picked in one parcel, or the parcels named. ${ALIASES}`
    },
    'order.ship': {
      title: 'Ship an order',
      access: 'client',
      on: false,
      settings: ShipSettings,
      emits: ['shipment.created', 'shipment.shipped', 'order.status_changed', 'order.updated', ...MOVES],
      description: `All that is packed leaves, and stock goes down by it; what is picked and not packed is packed first if nothing is. ${ALIASES}`
    },
    'order.unpack': {
      title: 'Unpack shipments of an order',
      access: 'client',
      on: false,
      emits: ['shipment.cancelled', 'order.status_changed', 'order.updated'],
      description: `What lies in them is picked and not packed again. ${ALIASES}`
    },
    'order.unpick': {
      title: 'Put picked goods back',
      access: 'client',
      on: false,
      emits: ['order.updated', 'order.deallocated', ...SET_ASIDE, 'stock.movement_created'],
      description: `To the shelf or into quarantine, until the order has left; other stock is looked for. ${ALIASES}`
    },
    'order.substitute': {
      title: 'Exchange a batch of an order',
      access: 'client',
      on: false,
      emits: ['order.deallocated', ...SET_ASIDE, 'stock.movement_created'],
      description: `Another batch takes its place, on the shelf or on the floor. 409 when there is not enough of another. ${ALIASES}`
    },
    'shipment.list': { title: 'List shipments', access: 'client', description: 'With parcels, and batch and expiry date of each item.' },
    'shipment.get': { title: 'Read a shipment', access: 'client', description: 'With parcels, and batch and expiry date of each item.' },
    'shipment.updateTracking': {
      title: 'Update the tracking of a shipment',
      access: 'client',
      emits: ['shipment.tracking_updated', 'shipment.delivered', 'order.status_changed'],
      description: 'Of all parcels, or of those named. 409 for news that would take a delivery back.'
    }
  }),
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
    const services = { kernel, catalog: kernel.services.use<CatalogService>('catalog'), inventory: kernel.services.use<InventoryService>('inventory') }
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
