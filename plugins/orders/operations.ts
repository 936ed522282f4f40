// What can be done with orders and shipments: who may, what operators can set, and which events come of it.
import { withErrors } from '#kernel'
import { errorsOf } from './error-codes.js'
import { CreateSettings, ReadSettings, UpdateSettings } from './schemas/orders.js'
import { ShipSettings } from './schemas/shipments.js'
import { AllocateSettings, CancelSettings, HoldSettings, PickSettings, ReleaseSettings } from './schemas/steps.js'

const STOCK = ['stock.updated', 'stock.low', 'stock.out', 'stock.back_in_stock']
const MOVES = [...STOCK, 'stock.movement_created']
const SET_ASIDE = ['order.allocated', 'order.backordered', 'order.status_changed', ...STOCK]
const ALIASES = 'The id may be an alias: `ref:…` (your externalRef) or `number:…`, URL-encoded.'

export const operations = withErrors(errorsOf, {
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
})
