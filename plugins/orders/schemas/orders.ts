// Orders as callers see and write them.
import { Type, Timestamp, listParameters, nullable, oneOf, pageOf, ref, severalOf, strictObject, type Static } from '#kernel'
import { ORDER_STATUSES } from '../domain/states.js'
import { address, attributes, count, customer, day, lineNo, quantity, reason, text, words } from './parts.js'

export const STAGES = ['allocated', 'picked', 'packed', 'shipped'] as const
export const STRATEGIES = ['FEFO', 'FIFO', 'LIFO', 'CLOSEST'] as const
const MAX_LINES = 2000

export const OrderHold = Type.Object({
  code: Type.String({ examples: ['payment'] }),
  note: nullable(Type.String(), { examples: ['Card was refused'] }),
  by: Type.Object({ type: Type.String({ examples: ['client'] }), id: nullable(Type.String(), { examples: ['cli_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }) }, {
    additionalProperties: false
  }),
  at: Timestamp()
}, { $id: 'OrderHold', additionalProperties: false })
export type Hold = Static<typeof OrderHold>

export const OrderAllocation = Type.Object({
  stage: oneOf(STAGES, { examples: ['allocated'] }),
  qty: count('In base units.'),
  batchId: nullable(Type.String(), { examples: ['bat_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  batch: nullable(Type.String(), { description: 'Its code.', examples: ['L2411-A'] }),
  expiryDate: nullable(Type.String({ format: 'date' }), { examples: ['2027-03-31'] }),
  locationId: Type.String({ examples: ['loc_00000000000000000000000000'] }),
  location: Type.String({ description: 'Its code.', examples: ['DEFAULT'] }),
  strategy: oneOf(STRATEGIES, { description: 'How it was chosen.', examples: ['FEFO'] }),
  pinned: Type.Boolean({ description: 'The caller named the batch.', examples: [false] })
}, { $id: 'OrderAllocation', additionalProperties: false })

export const OrderLine = Type.Object({
  lineNo,
  externalLineRef: nullable(Type.String(), { examples: ['10'] }),
  productId: nullable(Type.String(), { description: 'Null: no product has the SKU; the order is on hold.', examples: ['prd_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  sku: Type.String({ examples: ['LANTERN-01'] }),
  name: nullable(Type.String(), { examples: ['White metal lantern'] }),
  uomCode: nullable(Type.String(), { description: 'Null: the base unit.', examples: [null] }),
  qtyUom: count('As ordered, in that unit.'),
  qtyOrdered: count('In base units: always the sum of open, allocated, picked, packed, shipped and cancelled.'),
  qtyOpen: count('Nothing was done for it yet.', 0),
  qtyAllocated: count('Allocated.'),
  qtyPicked: count('Taken from the shelf.', 0),
  qtyPacked: count('In a parcel.', 0),
  qtyShipped: count('Has left.', 0),
  qtyCancelled: count('Will not be sent.', 0),
  qtyBackordered: count('Part of qtyOpen that waits for stock.', 0),
  pinnedBatch: nullable(Type.String(), { description: 'Only this batch will do.', examples: [null] }),
  minShelfLifeDays: nullable(Type.Integer(), { description: 'Days that must remain until expiry when it is shipped.', examples: [null] }),
  unitPrice: nullable(Type.String(), { examples: ['3.39'] }),
  attributes,
  allocations: Type.Array(ref(OrderAllocation))
}, { $id: 'OrderLine', additionalProperties: false })
export type LineView = Static<typeof OrderLine>

const said = {
  channel: nullable(text(50, 'webshop', 'Where it was placed.')),
  type: oneOf(['b2c', 'b2b', 'transfer', 'replacement'], { description: 'Default b2c.', examples: ['b2c'] }),
  customer: nullable(customer),
  shipTo: nullable(address),
  billTo: nullable(address),
  carrierCode: nullable(text(50, 'DPD', 'Who is to carry it.')),
  serviceCode: nullable(text(50, 'NEXT_DAY', 'How.')),
  shippingProcess: nullable(text(50, 'standard', 'The warehouse\'s own name of how it is handled.')),
  priority: Type.Integer({ minimum: 0, maximum: 9, description: '9 is the most urgent. Default 5.', examples: [5] }),
  requestedShipDate: nullable(day('When it is to leave; shelf life is judged by it. Default: today.')),
  requestedDeliveryDate: nullable(day('When it is to arrive.', '2026-12-03')),
  cancelAfterDate: nullable(day('Not wanted any more after it: when the day is over where the warehouse is, what is not picked is cancelled.', '2026-12-24')),
  allowPartialShipment: Type.Boolean({ description: 'May leave in several shipments. Default true.', examples: [true] }),
  currency:
    nullable(Type.String({
      pattern: '^[A-Z]{3}$', errorMessage: 'must be three capital letters, like EUR', description: 'ISO 4217, of the prices.', examples: ['GBP']
    })),
  giftMessage: words(1000, 'Happy birthday', 'Printed on a card.'),
  packingNote: words(1000, 'Handle with care', 'For who packs it.'),
  tags: Type.Array(text(64, 'vip', 'A tag.'), { maxItems: 20, uniqueItems: true, examples: [['vip']] }),
  attributes
}

const header = {
  id: Type.String({ examples: ['ord_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  ownerId: Type.String({ examples: ['own_00000000000000000000000000'] }),
  number: Type.String({ description: 'Ours.', examples: ['SO-1000001'] }),
  externalRef: text(128, 'WEB-536365', 'Yours, unique per owner.'),
  status: oneOf(ORDER_STATUSES, { examples: ['open'] }),
  allocationStatus: oneOf(['none', 'partial', 'full'], { description: 'How much of what is still to be sent is allocated.', examples: ['full'] }),
  holds: Type.Array(ref(OrderHold), { description: 'While there is one, the order is not released, picked, packed or shipped.' }),
  warehouse: Type.Object({
    id: Type.String({ examples: ['whs_00000000000000000000000000'] }), code: Type.String({ examples: ['MAIN'] })
  }, { additionalProperties: false }),
  ...said,
  cancelReason: nullable(Type.String(), { examples: [null] }),
  lineCount: Type.Integer({ examples: [1] }),
  version: Type.Integer({ description: 'Counts changes; the ETag.', examples: [1] }),
  createdAt: Timestamp(),
  updatedAt: Timestamp({ description: 'When its last change began.' })
}

export const OrderSummary = Type.Object({ ...header, lines: Type.Optional(Type.Array(ref(OrderLine), { description: 'With `include=lines`.' })) }, {
  $id: 'OrderSummary', additionalProperties: false
})
export type Summary = Static<typeof OrderSummary>

export const Order = Type.Object({ ...header, lines: Type.Array(ref(OrderLine)) }, { $id: 'Order', additionalProperties: false })
export type OrderView = Static<typeof Order>
export type Said = { [K in keyof typeof said]: Static<(typeof said)[K]> }
export const SAID = Object.keys(said) as Array<keyof Said>

export const OrderPage = pageOf(OrderSummary, 'OrderPage')

const skuField = text(64, 'LANTERN-01', 'SKU of the product, without regard to case.')
const lineInput = {
  sku: skuField,
  qty: quantity('How many, in the unit.'),
  uomCode: Type.Optional(nullable(text(16, 'CASE', 'A unit of the product. Default: its base unit.'))),
  externalLineRef: Type.Optional(nullable(text(64, '10', 'Your own number of the line.'))),
  batch: Type.Optional(nullable(text(50, 'L2411-A', 'Only this batch will do.'))),
  minShelfLifeDays: Type.Optional(nullable(Type.Integer({
    minimum: 0, maximum: 36_500, description: 'Days that must remain until expiry when it is shipped.', examples: [60]
  }))),
  unitPrice: Type.Optional(nullable(Type.String({
    pattern: '^(0|[1-9][0-9]{0,13})(\\.[0-9]{1,4})?$',
    errorMessage: 'must be a decimal string like "12.50": not negative, at most 14 digits before and 4 after the point',
    examples: ['3.39']
  }))),
  attributes: Type.Optional(attributes)
}
const OrderLineInput = strictObject(lineInput)
export type LineInput = Static<typeof OrderLineInput>

export const CreateOrder = strictObject({
  externalRef: header.externalRef,
  warehouse: Type.Optional(text(40, 'MAIN', 'Code or id of the warehouse. Left out: the one that the operator has set, else the oldest.')),
  ...Type.Partial(Type.Object(said)).properties,
  lines: Type.Array(OrderLineInput, { minItems: 1, maxItems: MAX_LINES, description: 'Numbered in their order, from 1. A SKU may come in several.' })
}, { $id: 'CreateOrder' })
export type OrderInput = Static<typeof CreateOrder>

export const UpdateOrder = strictObject({
  ...Type.Partial(Type.Object(said)).properties,
  status: Type.Optional(oneOf(['open', 'picked', 'packed', 'delivered', 'closed'], {
    description:
      'open: submits a draft, takes a release back, or puts picked goods back; picked: unpacks; packed: takes a shipment back; delivered; closed: what ' +
        'was not shipped yet will not be.',
    examples: ['open']
  })),
  reason: Type.Optional(reason)
}, { $id: 'UpdateOrder', minProperties: 1 })
export type OrderPatch = Static<typeof UpdateOrder>

export const UpdateOrderLines = strictObject({
  lines: Type.Array(
    strictObject({
      lineNo: Type.Optional(lineNo), ...lineInput
    }),
    {
      minItems: 1,
      maxItems: MAX_LINES,
      description: 'All lines that the order is to have: those with the lineNo of one change it, those without are added, those that are missing go.'
    }
  )
}, { $id: 'UpdateOrderLines' })
export type LinesInput = Static<typeof UpdateOrderLines>

const PLAIN = { minLength: 1, pattern: '^[^\\x00-\\x1f\\x7f-\\x9f]+$', errorMessage: 'must have no control characters' }

export const ListOrders = strictObject({
  ...listParameters,
  updatedSince: Type.Optional(Timestamp({ description: 'Only orders changed at or after this timestamp.' })),
  createdSince: Type.Optional(Timestamp({ description: 'Only orders made at or after this timestamp.' })),
  status: severalOf(oneOf(ORDER_STATUSES), 'With this status.'),
  allocationStatus: severalOf(oneOf(['none', 'partial', 'full']), 'With this much allocated.'),
  onHold: Type.Optional(Type.Boolean({ description: 'Only orders with a hold, or without.', examples: [true] })),
  externalRef: severalOf(Type.String({ ...PLAIN, maxLength: 128 }), 'With this reference.'),
  number: severalOf(Type.String({ ...PLAIN, maxLength: 20 }), 'With this number.'),
  sku: severalOf(Type.String({ ...PLAIN, maxLength: 64 }), 'With a line of the product with this SKU, without regard to case.'),
  include: Type.Optional(oneOf(['lines'], { description: 'Each order with its lines.' })),
  sort: Type.Optional(oneOf(['updatedAt', '-updatedAt'], { default: 'updatedAt', description: 'By last change, oldest first, if not given.' }))
})
export type OrderFilters = Static<typeof ListOrders>

export const OrderParams = strictObject({
  id: Type.String({
    minLength: 1,
    maxLength: 200,
    pattern: '^[^\\x00-\\x1f\\x7f-\\x9f]+$',
    errorMessage: 'must have no control characters',
    description: 'Id, or an alias: `ref:…` (your externalRef) or `number:…`, URL-encoded.',
    examples: ['ord_01JB3ZK6Q0T8X4M2N7C9V5W1YD']
  })
})

export const CreateSettings = strictObject({
  initialStatus: oneOf(['open', 'draft'], { default: 'open', title: 'Status of new orders', description: 'A draft is not allocated until it is submitted.' }),
  autoAllocate: Type.Boolean({
    default: true, title: 'Allocate on creation', description: 'Stock is allocated in the call that creates or submits an order or changes its lines.'
  }),
  autoRelease: Type.Boolean({ default: false, title: 'Release on creation', description: 'Fully allocated orders without a hold go to the floor at once.' }),
  onShortage: oneOf(['backorder', 'reject', 'partial'], {
    default: 'backorder', title: 'When there is not enough', description: 'Keep the rest waiting for stock, reject the call with 409, or cancel the rest.'
  }),
  onUnknownSku: oneOf(['reject', 'hold'], {
    default: 'reject', title: 'When no product has a SKU', description: 'Reject the call with 422, or take the order and put it on hold.'
  }),
  defaultWarehouse: nullable(text(40, 'MAIN', ''), {
    default: null, title: 'Default warehouse', description: 'Code or id of the warehouse when a call names none; null: the oldest.'
  }),
  duplicateMode: oneOf(['reject', 'return_existing'], {
    default: 'reject', title: 'When the externalRef is taken', description: 'Reject the call with 409, or answer with the order that has it.'
  }),
  maxLines: Type.Integer({ default: MAX_LINES, minimum: 1, maximum: MAX_LINES, title: 'Most lines of an order' })
})
export type CreateSettingsValues = Static<typeof CreateSettings>

export const ReadSettings = strictObject({
  exposePersonalData: Type.Boolean({
    default: true,
    title: 'Show personal data',
    description: 'Customer and addresses; else they are null in answers, events, webhooks and the audit. A webhook that needs them can be allowed to have them.'
  })
})
export type ReadSettingsValues = Static<typeof ReadSettings>

export const UpdateSettings = strictObject({
  editableUntil: oneOf(['open', 'released', 'picking', 'picked', 'packed', 'partially_shipped'], {
    default: 'released', title: 'Editable until', description: 'How far an order may have come when its fields and lines still change.'
  })
})
export type UpdateSettingsValues = Static<typeof UpdateSettings>
