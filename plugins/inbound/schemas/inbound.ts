// Inbound orders as callers see and write them.
import { Type, Timestamp, listParameters, nullable, oneOf, pageOf, ref, severalOf, strictObject, type Static } from '#kernel'
import {
  attributes, batch, count, day, INBOUND_STATUSES, kind, KINDS, lineNo, note, placeRef, positive, sku, text, uomCode, warehouse
} from './parts.js'

const header = {
  supplier: nullable(text(32, 'S-100', 'Code of the partner that sends the goods; it must have the role supplier.')),
  expectedAt: nullable(day('When the goods are expected.')),
  carrierCode: nullable(text(50, 'DPD', 'Who brings them.')),
  trackingNumbers: Type.Array(text(100, '1Z999AA10123456784', 'A number of the carrier.'), { maxItems: 100, uniqueItems: true, examples: [[]] }),
  container: nullable(text(50, 'MSKU1234565', 'Container or trailer.')),
  note: nullable(note),
  attributes
}

export const InboundLine = Type.Object({
  lineNo,
  externalLineRef: nullable(Type.String(), { examples: ['10'] }),
  productId: Type.String({ examples: ['prd_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  sku: Type.String({ description: 'As the product had it when the line was made.', examples: ['LANTERN-01'] }),
  uomCode: nullable(Type.String(), { examples: ['CASE'] }),
  qtyUom: count('As announced, in that unit.', 4),
  qtyExpected: count('In base units.'),
  qtyReceived: count('In base units, good and damaged.', 24),
  qtyDamaged: count('Of what was received, in base units.', 0),
  qtyOpen: count('Still expected, in base units; 0 when more has come, and when the order is closed or cancelled.', 24),
  batch: nullable(Type.String(), { description: 'Announced batch.', examples: ['L2411-A'] }),
  expiryDate: nullable(Type.String({ format: 'date' }), { description: 'Announced expiry date.', examples: ['2027-03-31'] })
}, { $id: 'InboundLine', additionalProperties: false })
export type InboundLineView = Static<typeof InboundLine>

export const InboundOrder = Type.Object({
  id: Type.String({ examples: ['inb_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  ownerId: Type.String({ examples: ['own_00000000000000000000000000'] }),
  number: Type.String({ description: 'Ours.', examples: ['IN-1001'] }),
  externalRef: Type.String({ examples: ['PO-4711'] }),
  kind,
  status: oneOf(INBOUND_STATUSES, { examples: ['expected'] }),
  warehouse: placeRef,
  ...header,
  cancelReason: nullable(Type.String(), { examples: [null] }),
  arrivedAt: nullable(Timestamp(), { examples: [null] }),
  closedAt: nullable(Timestamp(), { examples: [null] }),
  lines: Type.Array(ref(InboundLine)),
  version: Type.Integer({ description: 'Counts changes; the ETag.', examples: [1] }),
  createdAt: Timestamp(),
  updatedAt: Timestamp({ description: 'When its last change began.' })
}, { $id: 'InboundOrder', additionalProperties: false })
export type InboundView = Static<typeof InboundOrder>

export const InboundPage = pageOf(InboundOrder, 'InboundOrderPage')

const line = strictObject({
  lineNo: Type.Optional(lineNo),
  externalLineRef: Type.Optional(nullable(text(128, '10', 'Your own reference of the line.'))),
  sku,
  qty: positive('Announced quantity, in the unit.', 4),
  uomCode: Type.Optional(uomCode),
  batch: Type.Optional(nullable(batch)),
  expiryDate: Type.Optional(nullable(day('Announced expiry date.', '2027-03-31')))
})
export type LineInput = Static<typeof line>
const lines = Type.Array(line, {
  minItems: 1,
  maxItems: 1000,
  description: 'All lines. One with the `lineNo` of a line keeps its product; those that are not there any more go.',
  examples: [[{ sku: 'LANTERN-02', qty: 48 }]]
})

const optional = Type.Partial(Type.Object(header)).properties
/** Until goods come it goes forward by hand. */
const status = oneOf(['draft', 'expected', 'in_transit'], {
  description: 'draft: not announced yet, nothing of it is incoming; expected (default); in_transit: on its way. Never backwards.', examples: ['expected']
})
const externalRef = text(128, 'PO-4711', 'Your own reference, unique per owner.')

export const CreateInbound = strictObject({
  externalRef, kind: Type.Optional(kind), status: Type.Optional(status), warehouse: Type.Optional(warehouse), ...optional, lines
}, { $id: 'CreateInboundOrder' })
export type InboundInput = Static<typeof CreateInbound>

export const UpsertInbound = strictObject({
  kind: Type.Optional(kind), status: Type.Optional(status), warehouse: Type.Optional(warehouse), ...optional, lines
}, { $id: 'UpsertInboundOrder' })
export type InboundUpsert = Static<typeof UpsertInbound>

export const UpdateInbound = strictObject({ status: Type.Optional(status), ...optional, lines: Type.Optional(lines) }, {
  $id: 'UpdateInboundOrder', minProperties: 1
})
export type InboundPatch = Static<typeof UpdateInbound>

export const CancelInbound = strictObject({ reason: Type.Optional(note) }, { $id: 'CancelInboundOrder' })
export const ArriveInbound = strictObject({}, { $id: 'ArriveInboundOrder' })
export const CloseInbound = strictObject({}, { $id: 'CloseInboundOrder' })

export const InboundParams = strictObject({
  id: Type.String({
    minLength: 1,
    maxLength: 200,
    pattern: '^[^\\x00-\\x1f\\x7f-\\x9f]+$',
    errorMessage: 'must have no control characters',
    description: 'Id, or an alias: `ref:…` (your externalRef) or `number:…`, URL-encoded.',
    examples: ['ref:PO-4711']
  })
})

export const ListInbound = strictObject({
  ...listParameters,
  updatedSince: Type.Optional(Timestamp({ description: 'Only inbound orders changed at or after this timestamp.' })),
  status: severalOf(oneOf(INBOUND_STATUSES), 'With this status.'),
  kind: Type.Optional(oneOf(KINDS)),
  externalRef: severalOf(text(128, 'PO-4711', 'Reference.'), 'With this reference.'),
  supplier: severalOf(text(32, 'S-100', 'Code of a partner.'), 'From this supplier.'),
  warehouse: Type.Optional(text(40, 'MAIN', 'To this warehouse: its code or id.')),
  expectedUntil: Type.Optional(day('Expected on this day or before.')),
  sort: Type.Optional(oneOf(['updatedAt', '-updatedAt'], { default: 'updatedAt', description: 'By last change, oldest first, if not given.' }))
})
export type InboundFilters = Static<typeof ListInbound>

export const InboundSettings = strictObject({
  requireBatch: Type.Boolean({ default: false, title: 'Lines name the batch', description: 'Of products that are tracked by batch.' }),
  requireExpiry: Type.Boolean({ default: false, title: 'Lines name the expiry date', description: 'Of products that are tracked by expiry date.' }),
  defaultWarehouse: nullable(text(40, 'MAIN', ''), {
    default: null, title: 'Default warehouse', description: 'Code or id of the warehouse where goods come to that no one says a warehouse of; null: the oldest.'
  })
})
export type InboundSettingsValues = Static<typeof InboundSettings>
