// Shipments with their parcels, as callers see and write them.
import { Type, Timestamp, listParameters, nullable, oneOf, pageOf, ref, strictObject, type Static } from '#kernel'
import { Order } from './orders.js'
import { count, lineNo, quantity, reason, text } from './parts.js'

const SHIPMENT_STATUSES = ['packed', 'shipped', 'in_transit', 'delivered', 'exception', 'cancelled'] as const
export type ShipmentStatus = (typeof SHIPMENT_STATUSES)[number]

const measure = (description: string, example: number) => nullable(Type.Integer({ minimum: 0, maximum: 1_000_000_000, description, examples: [example] }))
const tracking = {
  trackingNumber: nullable(text(100, '1Z999AA10123456784', 'The carrier\'s number.')),
  trackingUrl: nullable(Type.String({
    maxLength: 2048,
    pattern: '^https?://[^\\s\\x00-\\x1f\\x7f-\\x9f]+$',
    errorMessage: 'must be an http or https URL',
    examples: ['https://carrier.example.com/1Z999AA10123456784']
  }))
}
const box = {
  sscc:
    nullable(Type.String({
      pattern: '^[0-9]{18}$', errorMessage: 'must be 18 digits', description: 'GS1 serial shipping container code.', examples: ['340123450000000018']
    })),
  ...tracking,
  weightG: measure('Grams.', 1200),
  lengthMm: measure('Millimetres.', 300),
  widthMm: measure('Millimetres.', 200),
  heightMm: measure('Millimetres.', 150)
}

export const ParcelItem = Type.Object({
  lineNo,
  externalLineRef: nullable(Type.String(), { examples: ['10'] }),
  productId: nullable(Type.String(), { examples: ['prd_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  sku: Type.String({ examples: ['LANTERN-01'] }),
  qty: count('In base units.'),
  batchId: nullable(Type.String(), { examples: ['bat_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  batch: nullable(Type.String(), { description: 'Its code.', examples: ['L2411-A'] }),
  expiryDate: nullable(Type.String({ format: 'date' }), { examples: ['2027-03-31'] })
}, { $id: 'ParcelItem', additionalProperties: false })

export const Parcel = Type.Object({
  no: Type.Integer({ examples: [1] }),
  ...box,
  status: oneOf(SHIPMENT_STATUSES, { examples: ['packed'] }),
  carrierStatus: nullable(Type.String(), { description: 'As the carrier calls it.', examples: [null] }),
  statusAt: nullable(Timestamp()),
  items: Type.Array(ref(ParcelItem))
}, { $id: 'Parcel', additionalProperties: false })
export type ParcelView = Static<typeof Parcel>

const shipment = {
  id: Type.String({ examples: ['shp_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  ownerId: Type.String({ examples: ['own_00000000000000000000000000'] }),
  orderId: Type.String({ examples: ['ord_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  orderNumber: Type.String({ examples: ['SO-1000001'] }),
  externalRef: Type.String({ description: 'Yours, of the order.', examples: ['WEB-536365'] }),
  warehouse: Type.Object({ id: Type.String({ examples: ['whs_00000000000000000000000000'] }), code: Type.String({ examples: ['MAIN'] }) }, {
    additionalProperties: false
  }),
  status: oneOf(SHIPMENT_STATUSES, { examples: ['packed'] }),
  isFinal: Type.Boolean({ description: 'Nothing of the order was left to be sent when it left.', examples: [true] }),
  carrierCode: nullable(text(50, 'DPD', 'Who carries it.')),
  serviceCode: nullable(text(50, 'NEXT_DAY', 'How.')),
  shippedAt: nullable(Timestamp()),
  deliveredAt: nullable(Timestamp()),
  parcels: Type.Array(ref(Parcel)),
  version: Type.Integer({ description: 'Counts changes; the ETag.', examples: [1] }),
  createdAt: Timestamp(),
  updatedAt: Timestamp({ description: 'When its last change began.' })
}

export const Shipment = Type.Object(shipment, { $id: 'Shipment', additionalProperties: false })
export type ShipmentView = Static<typeof Shipment>

export const ShipmentPage = pageOf(Shipment, 'ShipmentPage')

export const ShippedOrder = Type.Object({ ...Order.properties, shipments: Type.Array(ref(Shipment), { description: 'Those that this call made or sent.' }) }, {
  $id: 'ShippedOrder', additionalProperties: false
})

const { sscc, trackingNumber, trackingUrl, ...measures } = box
export const PackOrder = strictObject({
  parcels: Type.Optional(Type.Array(strictObject({
    ...Type.Partial(Type.Object({ sscc, trackingNumber, trackingUrl, ...measures })).properties,
    items: Type.Array(strictObject({
      lineNo,
      qty: Type.Optional(quantity('In base units. Default: all that is picked.')),
      batch: Type.Optional(text(50, 'L2411-A', 'Only of this batch.'))
    }), { minItems: 1, maxItems: 2000 })
  }), { minItems: 1, maxItems: 100, description: 'One parcel with all that is picked, if left out.' }))
}, { $id: 'PackOrder' })
export type PackInput = Static<typeof PackOrder>

const shipments = Type.Array(Type.String({ minLength: 1, maxLength: 200, examples: ['shp_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }), {
  minItems: 1, maxItems: 100, description: 'Ids of packed shipments; all if left out.'
})

export const UnpackOrder = strictObject({ shipments: Type.Optional(shipments), reason: Type.Optional(reason) }, { $id: 'UnpackOrder' })
export type UnpackInput = Static<typeof UnpackOrder>

export const ShipOrder = strictObject({
  shipments: Type.Optional(shipments),
  carrierCode: Type.Optional(nullable(shipment.carrierCode)),
  serviceCode: Type.Optional(nullable(shipment.serviceCode)),
  trackingNumber: Type.Optional(tracking.trackingNumber),
  trackingUrl: Type.Optional(tracking.trackingUrl)
}, { $id: 'ShipOrder', description: 'Tracking here is of the first parcel that has none.' })
export type ShipInput = Static<typeof ShipOrder>

export const UpdateTracking = strictObject({
  carrierCode: Type.Optional(shipment.carrierCode),
  serviceCode: Type.Optional(shipment.serviceCode),
  status: Type.Optional(oneOf(['in_transit', 'delivered', 'exception'], {
    description: 'Of all parcels. A parcel that is delivered stays so.',
    examples: ['in_transit']
  })),
  carrierStatus: Type.Optional(nullable(text(100, 'OUT_FOR_DELIVERY', 'As the carrier calls it.'))),
  at: Type.Optional(Timestamp({ description: 'When the carrier saw it. Default: now.' })),
  parcels: Type.Optional(Type.Array(strictObject({
    no: Type.Integer({ minimum: 1, maximum: 100, examples: [1] }),
    trackingNumber: Type.Optional(tracking.trackingNumber),
    trackingUrl: Type.Optional(tracking.trackingUrl),
    status: Type.Optional(oneOf(['in_transit', 'delivered', 'exception'], { examples: ['delivered'] })),
    carrierStatus: Type.Optional(nullable(text(100, 'DELIVERED', 'As the carrier calls it.')))
  }), { minItems: 1, maxItems: 100, description: 'Only these parcels; the others stay as they are.' }))
}, { $id: 'UpdateTracking', minProperties: 1 })
export type TrackingInput = Static<typeof UpdateTracking>

export const ListShipments = strictObject({
  ...listParameters,
  updatedSince: Type.Optional(Timestamp({ description: 'Only shipments changed at or after this timestamp.' })),
  status: Type.Optional(oneOf(SHIPMENT_STATUSES)),
  order: Type.Optional(text(200, 'ref:WEB-536365', 'Of this order: its id, or `ref:…` or `number:…`.')),
  sort: Type.Optional(oneOf(['updatedAt', '-updatedAt'], { default: 'updatedAt', description: 'By last change, oldest first, if not given.' }))
})
export type ShipmentFilters = Static<typeof ListShipments>

export const ShipmentParams = strictObject({
  id: Type.String({ minLength: 1, maxLength: 200, description: 'Id.', examples: ['shp_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] })
})

export const ShipSettings = strictObject({
  shipWithoutPick: Type.Boolean({ default: false, title: 'Ship in one step', description: 'Allocated goods are picked, packed and shipped by the one call.' }),
  requireTracking: Type.Boolean({ default: false, title: 'Require tracking numbers', description: 'Every parcel has one before it leaves.' }),
  unshipWindowMinutes: Type.Integer({
    default: 60, minimum: 0, maximum: 10_080, title: 'Minutes to take a shipment back', description: 'So long after it has left.'
  })
})
export type ShipSettingsValues = Static<typeof ShipSettings>
