// Codes of the errors that this plugin throws; test/rules/errors.test.ts compares them with what its sources throw.
import type { ErrorManifest } from '#kernel'

export const errors: readonly ErrorManifest[] = [
  { code: 'allocation.batch_not_allowed', status: 409, message: 'The operator of this service does not let callers choose batches: leave `batch` out.' },
  { code: 'allocation.not_good', status: 409, message: 'Line … has batch … ……, which …: ….' },
  {
    code: 'allocation.strategy_not_allowed',
    status: 409,
    message: 'The operator of this service does not let callers choose the strategy: leave `strategy` out.'
  },
  { code: 'batch.busy', status: 409, message: 'An order has set this batch aside in this very moment: repeat the call.' },
  { code: 'batch.not_tracked', status: 422, message: 'must be left out: … is not tracked by batch' },
  { code: 'order.attributes_too_large', status: 422, message: 'must have at most … bytes as JSON' },
  { code: 'order.currency_unknown', status: 422, message: 'must be a currency of ISO 4217' },
  { code: 'order.dates', status: 422, message: 'must not be before requestedShipDate, which is …' },
  { code: 'order.external_ref_taken', status: 409, message: 'body /externalRef …' },
  { code: 'order.illegal_transition', status: 409, message: 'An order in this state can\'t do this; the answer names the steps that it can.' },
  { code: 'order.line_picked', status: 409, message: 'Line … can\'t be removed: a part of it is picked, shipped or cancelled.' },
  { code: 'order.line_twice', status: 422, message: 'names a line that stands before it already' },
  { code: 'order.not_allocated', status: 409, message: 'Nothing is allocated for the order: allocate it first.' },
  { code: 'order.not_found', status: 404, message: 'There is no such order.' },
  { code: 'order.not_fully_allocated', status: 409, message: 'Not all of the order is allocated, and the operator of this service releases no others.' },
  { code: 'order.nothing_allocated', status: 409, message: 'Nothing is allocated for the order that is not picked yet: allocate it first.' },
  { code: 'order.nothing_picked', status: 409, message: 'Nothing of the order is picked and not packed yet.' },
  { code: 'order.on_hold', status: 409, message: 'The order is on hold (…) and takes no step "…": release its holds first.' },
  { code: 'order.other_product', status: 422, message: 'must be …, which the line has: remove it and add another' },
  { code: 'order.partial_not_allowed', status: 409, message: 'The order may not leave in several shipments, and line … is not packed to the last piece.' },
  { code: 'order.quantity', status: 422, message: 'must be at most …: so much of the line is …' },
  { code: 'order.shortage', status: 409, message: 'body … …' },
  { code: 'order.too_many_lines', status: 422, message: 'must be at most …: the operator of this service takes no longer orders' },
  { code: 'order.too_much_backordered', status: 409, message: 'More of … would wait for stock than this service counts: 99,999,999,999.9999.' },
  { code: 'order.unknown_line', status: 422, message: 'is the number of no line of this order' },
  { code: 'order.unknown_sku', status: 409, message: 'No product has the SKU …: create it, or cancel the line, before the hold is released.' },
  { code: 'pick.batch_required', status: 422, message: 'is required: the operator of this service wants the batch that was taken' },
  { code: 'pick.not_allocated', status: 409, message: 'body … …' },
  { code: 'product.has_orders', status: 422, message: 'can\'t change while it is ordered: order … has a line that has not left' },
  { code: 'product.not_active', status: 422, message: 'names a product that is …' },
  { code: 'product.unknown_sku', status: 422, message: 'is the SKU of no product' },
  { code: 'shipment.cancelled', status: 409, message: 'The shipment was cancelled and takes no news.' },
  { code: 'shipment.left_too_long_ago', status: 409, message: 'The order was shipped at …; it could be taken back for … minutes.' },
  { code: 'shipment.not_found', status: 404, message: 'There is no such shipment.' },
  { code: 'shipment.not_packed', status: 409, message: 'Shipment … has more of line … than is packed.' },
  { code: 'shipment.not_packed', status: 422, message: 'names a parcel that is not packed' },
  {
    code: 'shipment.not_returnable',
    status: 409,
    message: 'Only an order that left in one shipment, of which the carrier has reported nothing yet, can be taken back.'
  },
  { code: 'shipment.parcel_twice', status: 422, message: 'names a parcel that stands before it already' },
  { code: 'shipment.status_twice', status: 422, message: 'is of all parcels: leave it out and say it of each of `parcels`' },
  { code: 'shipment.tracking_known', status: 422, message: 'must be left out: every parcel has one already' },
  { code: 'shipment.tracking_number_missing', status: 422, message: 'must come with the trackingNumber that it leads to' },
  { code: 'shipment.tracking_required', status: 422, message: 'is required: the operator of this service wants one for every parcel' },
  { code: 'shipment.unknown_parcel', status: 422, message: 'is the number of no parcel of this shipment' },
  { code: 'uom.not_divisible', status: 422, message: 'must come to whole base units: … is …' },
  { code: 'uom.unknown', status: 422, message: 'is no unit of this product, which has …' }
]

/** Codes that an operation may answer, besides those that any call may get. Whatever tests are answered must be here. */
export const errorsOf: Readonly<Record<string, readonly string[]>> = {
  'backorder.list': ['order.not_found', 'product.not_found'],
  'order.allocate': [
    'allocation.batch_not_allowed', 'allocation.strategy_not_allowed', 'order.illegal_transition', 'order.line_twice', 'order.not_found',
    'order.on_hold', 'order.shortage', 'order.unknown_line'
  ],
  'order.cancel': ['order.illegal_transition', 'order.line_twice', 'order.not_found', 'order.quantity', 'order.unknown_line', 'uom.not_divisible'],
  'order.create': [
    'warehouse.archived',
    'allocation.batch_not_allowed', 'batch.not_tracked', 'order.attributes_too_large', 'order.currency_unknown', 'order.dates',
    'order.external_ref_taken', 'order.quantity', 'order.shortage', 'order.too_many_lines', 'order.too_much_backordered', 'product.not_active',
    'product.unknown_sku', 'uom.not_divisible', 'uom.unknown', 'warehouse.unknown'
  ],
  'order.deallocate': ['order.illegal_transition', 'order.line_twice', 'order.not_found', 'order.unknown_line'],
  'order.get': ['order.not_found'],
  'order.hold': ['order.illegal_transition', 'order.not_found'],
  'order.list': [],
  'order.pack': [
    'allocation.not_good', 'order.illegal_transition', 'order.not_found', 'order.nothing_picked', 'order.on_hold', 'order.quantity',
    'order.unknown_line', 'uom.not_divisible'
  ],
  'order.pick': [
    'location.locked', 'location.mixed_batches', 'location.mixed_products', 'location.too_heavy',
    'allocation.not_good', 'order.illegal_transition', 'order.not_found', 'order.nothing_allocated', 'order.on_hold', 'order.quantity',
    'order.unknown_line', 'pick.batch_required', 'pick.not_allocated', 'uom.not_divisible'
  ],
  'order.release': ['order.illegal_transition', 'order.not_allocated', 'order.not_found', 'order.not_fully_allocated', 'order.on_hold'],
  'order.releaseHold': ['order.illegal_transition', 'order.not_found', 'order.shortage', 'order.unknown_sku', 'uom.unknown'],
  'order.ship': [
    'location.locked', 'location.mixed_batches', 'location.mixed_products', 'location.too_heavy',
    'allocation.not_good', 'order.illegal_transition', 'order.not_found', 'order.nothing_picked', 'order.on_hold', 'order.partial_not_allowed',
    'shipment.not_packed', 'shipment.tracking_known', 'shipment.tracking_number_missing', 'shipment.tracking_required'
  ],
  'order.substitute': [
    'location.locked',
    'location.mixed_batches',
    'location.mixed_products',
    'location.too_heavy',
    'allocation.not_good',
    'order.illegal_transition',
    'order.not_found',
    'order.on_hold',
    'order.quantity',
    'order.shortage'
  ],
  'order.unpack': ['order.illegal_transition', 'order.not_found'],
  'order.unpick': ['order.illegal_transition', 'order.not_found', 'order.on_hold', 'order.quantity', 'order.unknown_line'],
  'order.update': [
    'order.attributes_too_large', 'order.currency_unknown', 'order.dates', 'order.illegal_transition', 'order.not_found', 'order.on_hold',
    'order.shortage', 'shipment.left_too_long_ago', 'shipment.not_returnable'
  ],
  'order.updateLines': [
    'allocation.batch_not_allowed', 'batch.not_tracked', 'order.attributes_too_large', 'order.illegal_transition', 'order.line_picked',
    'order.line_twice', 'order.not_found', 'order.on_hold', 'order.other_product', 'order.quantity', 'order.shortage', 'order.too_many_lines',
    'order.too_much_backordered', 'order.unknown_line', 'product.not_active', 'product.unknown_sku', 'uom.not_divisible', 'uom.unknown'
  ],
  'shipment.get': ['shipment.not_found'],
  'shipment.list': ['order.not_found'],
  'shipment.updateTracking': [
    'order.illegal_transition', 'shipment.cancelled', 'shipment.not_found', 'shipment.parcel_twice', 'shipment.status_twice',
    'shipment.unknown_parcel'
  ]
}
