// Inbound: goods that are to come, and goods that have come.
import { definePlugin, withErrors } from '#kernel'
import type { CatalogService } from '../catalog/public.js'
import { EXTERNAL_PREFIX } from '../external-api/public.js'
import type { InventoryService } from '../inventory/public.js'
import type { PartnersService } from '../partners/public.js'
import { docName } from './domain/names.js'
import { errors, errorsOf } from './error-codes.js'
import { inboundReadRoutes, inboundWriteRoutes } from './routes/inbound.js'
import { receiptReadRoutes, receiptWriteRoutes, reverseRoute } from './routes/receipts.js'
import {
  ArriveInbound, CancelInbound, CloseInbound, CreateInbound, InboundLine, InboundOrder, InboundPage, InboundSettings, UpdateInbound, UpsertInbound
} from './schemas/inbound.js'
import {
  CreateReceipt, LineReceived, Receipt, ReceiptLine, ReceiptPage, Received, ReceiveInbound, ReceiveSettings, ReverseReceipt, ReverseSettings
} from './schemas/receipts.js'
import { createAnnouncements } from './service/announce.js'
import { guardAnnounced } from './service/guard.js'
import { createInboundReads } from './service/reads.js'
import { createReceiving } from './service/receive.js'
import { createReversal } from './service/reverse.js'
import { inboundIdsNamed } from './store/inbound.js'

const ALIASES = 'The id may be an alias: `ref:…` or `number:…`, URL-encoded.'
const STOCK_EVENTS = ['stock.movement_created', 'stock.updated', 'stock.low', 'stock.out', 'stock.back_in_stock']

export default definePlugin({
  id: 'inbound',
  title: 'Inbound',
  summary: 'Goods that are announced or ordered, and receipts of what has come.',
  category: 'Other Integrations',
  requires: ['external-api', 'partners', 'catalog', 'inventory'],
  prefix: EXTERNAL_PREFIX,
  operations: withErrors(errorsOf, {
    'inbound.list': {
      title: 'List inbound orders',
      access: 'client',
      description: 'With their lines, by last change, oldest first. To keep a copy, pass `asOf` of one walk as `updatedSince` of the next.'
    },
    'inbound.get': { title: 'Read an inbound order', access: 'client', description: ALIASES },
    'inbound.create': {
      title: 'Announce an inbound order',
      access: 'client',
      settings: InboundSettings,
      emits: ['inbound.created', 'stock.updated'],
      description: 'What it announces is `incoming` in the stock of its warehouse until it has come, unless it is a draft.'
    },
    'inbound.upsert': {
      title: 'Announce or replace an inbound order by reference',
      access: 'client',
      settingsOf: 'inbound.create',
      emits: ['inbound.created', 'inbound.updated', 'stock.updated'],
      description:
        'The id must be `ref:…`. The body is all of it: what it leaves out gets its default; `kind` and warehouse stay. Until something of it has come.'
    },
    'inbound.update': {
      title: 'Change an inbound order',
      access: 'client',
      settingsOf: 'inbound.create',
      emits: ['inbound.updated', 'stock.updated'],
      description: `JSON merge patch (RFC 7396); \`lines\` are replaced as a whole. Until something of it has come. ${ALIASES}`
    },
    'inbound.arrive': {
      title: 'Say that an inbound order has arrived',
      access: 'client',
      emits: ['inbound.arrived'],
      description: `It is at the dock, not received yet. ${ALIASES}`
    },
    'inbound.cancel': {
      title: 'Cancel an inbound order',
      access: 'client',
      emits: ['inbound.cancelled', 'stock.updated'],
      description: `Until something of it has come; later it is closed instead. ${ALIASES}`
    },
    'inbound.close': {
      title: 'Close an inbound order',
      access: 'client',
      on: false,
      emits: ['inbound.closed', 'stock.updated'],
      description: `No more comes: what is missing stays short, and is incoming no longer. ${ALIASES}`
    },
    'inbound.receive': {
      title: 'Receive an inbound order',
      access: 'client',
      on: false,
      settings: ReceiveSettings,
      emits: ['receipt.created', 'inbound.line_received', 'inbound.updated', 'inbound.received', 'inbound.closed', 'batch.created', ...STOCK_EVENTS],
      description:
        'In one or more receipts, each all or none. The same `reference` again books nothing and answers the receipt that there is (200). What comes ' +
        `fills backorders before new orders. ${ALIASES}`
    },
    'receipt.list': { title: 'List receipts', access: 'client', description: 'By last change, oldest first.' },
    'receipt.get': { title: 'Read a receipt', access: 'client', description: ALIASES },
    'receipt.create': {
      title: 'Receive goods that no one has announced',
      access: 'client',
      on: false,
      emits: ['receipt.created', 'batch.created', ...STOCK_EVENTS],
      description: 'All or none. The same `reference` again books nothing and answers the receipt that there is (200).'
    },
    'receipt.reverse': {
      title: 'Reverse a receipt',
      access: 'client',
      on: false,
      settings: ReverseSettings,
      emits: ['receipt.reversed', 'inbound.updated', ...STOCK_EVENTS],
      description: 'All of it, once, while its goods lie where they were put and are not reserved. What its inbound order expects is incoming again, ' +
        `unless it is closed. ${ALIASES}`
    }
  }),
  events: {
    'inbound.created': { title: 'An inbound order was announced', data: InboundOrder, kind: 'fact' },
    'inbound.updated': {
      title: 'An inbound order was changed', description: '`previous` has the former values of the changed fields.', data: InboundOrder, kind: 'state'
    },
    'inbound.arrived': { title: 'An inbound order has arrived', data: InboundOrder, kind: 'fact' },
    'inbound.line_received': { title: 'Goods of a line were received', data: LineReceived, kind: 'fact' },
    'inbound.received': { title: 'All of an inbound order has come', data: InboundOrder, kind: 'fact' },
    'inbound.closed': { title: 'An inbound order was closed', description: 'Its lines say what is short.', data: InboundOrder, kind: 'fact' },
    'inbound.cancelled': { title: 'An inbound order was cancelled', data: InboundOrder, kind: 'fact' },
    'receipt.created': { title: 'Goods were received', description: 'For an inbound order or without one.', data: Receipt, kind: 'fact' },
    'receipt.reversed': { title: 'A receipt was reversed', description: 'Its movements were taken back.', data: Receipt, kind: 'fact' }
  },
  errors,
  schemas: [
    InboundLine, InboundOrder, InboundPage, CreateInbound, UpsertInbound, UpdateInbound, CancelInbound, ArriveInbound, CloseInbound,
    ReceiptLine, Receipt, ReceiptPage, Received, LineReceived, ReceiveInbound, CreateReceipt, ReverseReceipt
  ],
  register (app, kernel) {
    const inventory = kernel.services.use<InventoryService>('inventory')
    const services = { kernel, inventory, catalog: kernel.services.use<CatalogService>('catalog'), partners: kernel.services.use<PartnersService>('partners') }
    guardAnnounced(services.catalog)
    const reads = createInboundReads(kernel, inventory)
    kernel.events.aliases(async alias => await inboundIdsNamed(kernel.db, docName(alias)))
    inboundReadRoutes(app, reads)
    inboundWriteRoutes(app, kernel, createAnnouncements(services))
    receiptReadRoutes(app, reads)
    receiptWriteRoutes(app, kernel, createReceiving(services))
    reverseRoute(app, kernel, createReversal(services))
  }
})
