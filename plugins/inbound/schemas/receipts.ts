// Receipts as callers see and write them.
import { Type, Timestamp, listParameters, nullable, oneOf, pageOf, ref, severalOf, strictObject, type Static } from '#kernel'
import { InboundOrder } from './inbound.js'
import { batch, count, day, lineNo, location, note, placeRef, positive, sku, text, uomCode, warehouse } from './parts.js'

const STATUSES = ['available', 'quality', 'quarantine', 'damaged', 'blocked'] as const
const status = oneOf(STATUSES, { description: 'What may be done with the goods. Default available.', examples: ['available'] })

export const ReceiptLine = Type.Object({
  lineNo: Type.Integer({ description: 'In the receipt.', examples: [1] }),
  inboundLineNo: nullable(Type.Integer(), { description: 'Null: the line was not announced.', examples: [1] }),
  productId: Type.String({ examples: ['prd_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  sku: Type.String({ examples: ['LANTERN-01'] }),
  qty: count('Received, in base units, good and damaged.'),
  qtyDamaged: count('Of it, in base units.', 0),
  batchId: nullable(Type.String(), { examples: ['bat_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  batch: nullable(Type.String(), { examples: ['L2411-A'] }),
  expiryDate: nullable(Type.String({ format: 'date' }), { examples: ['2027-03-31'] }),
  locationId: Type.String({ examples: ['loc_00000000000000000000000000'] }),
  location: Type.String({ description: 'Its code.', examples: ['DOCK-IN'] }),
  stockStatus: oneOf(STATUSES, { description: 'Of the good part; the damaged part is damaged.', examples: ['available'] }),
  movements: Type.Array(Type.Integer(), { description: '`seq` of its rows in the ledger.', examples: [[4711]] })
}, { $id: 'ReceiptLine', additionalProperties: false })

export const Receipt = Type.Object({
  id: Type.String({ examples: ['rcp_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  ownerId: Type.String({ examples: ['own_00000000000000000000000000'] }),
  number: Type.String({ description: 'Ours.', examples: ['RC-1001'] }),
  reference: nullable(Type.String(), { description: 'Of the caller: the same one books once.', examples: ['DN-99'] }),
  inboundOrderId: nullable(Type.String(), { description: 'Null: goods that no one has announced.', examples: ['inb_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  warehouse: placeRef,
  note: nullable(Type.String(), { examples: [null] }),
  lines: Type.Array(ref(ReceiptLine)),
  reversedAt: nullable(Timestamp(), { description: 'When it was taken back.', examples: [null] }),
  reversalReason: nullable(Type.String(), { examples: [null] }),
  version: Type.Integer({ description: 'Counts changes; the ETag.', examples: [1] }),
  createdAt: Timestamp(),
  updatedAt: Timestamp()
}, { $id: 'Receipt', additionalProperties: false })
export type ReceiptView = Static<typeof Receipt>

export const ReceiptPage = pageOf(Receipt, 'ReceiptPage')

/** The answer to a receipt. */
export const Received = Type.Object({
  receipt: ref(Receipt),
  inboundOrder: ref(InboundOrder)
}, { $id: 'ReceivedInboundOrder', additionalProperties: false })

/** What came of a line of an inbound order. */
export const LineReceived = Type.Object({
  inboundOrderId: Type.String({ examples: ['inb_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  inboundNumber: Type.String({ examples: ['IN-1001'] }),
  externalRef: Type.String({ examples: ['PO-4711'] }),
  receiptId: Type.String({ examples: ['rcp_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  receiptNumber: Type.String({ examples: ['RC-1001'] }),
  warehouse: placeRef,
  line: ref(ReceiptLine)
}, { $id: 'InboundLineReceived', additionalProperties: false })

const line = {
  qty: positive('Received quantity, in the unit, good and damaged.', 24),
  uomCode: Type.Optional(uomCode),
  qtyDamaged: Type.Optional(Type.Number({
    minimum: 0, maximum: 99_999_999_999, decimals: 4, description: 'Of it, in the same unit. It lies there as damaged.', examples: [1]
  })),
  batch: Type.Optional(batch),
  expiryDate: Type.Optional(day('Expiry date of the batch.', '2027-03-31')),
  location: Type.Optional(location),
  status: Type.Optional(status)
}
const reference = text(128, 'DN-99', 'Yours, such as the number of the delivery note: the same one books once, unique per owner.')

export const ReceiveInbound = strictObject({
  reference: Type.Optional(reference),
  note: Type.Optional(note),
  lines: Type.Array(strictObject({ lineNo, ...line }), {
    minItems: 1,
    maxItems: 1000,
    description: 'What came, by line of the inbound order; batch and expiry date as announced if they are left out. A line may come in several parts.',
    examples: [[{ lineNo: 1, qty: 24 }]]
  })
}, { $id: 'ReceiveInboundOrder' })
export type ReceiveInput = Static<typeof ReceiveInbound>

export const CreateReceipt = strictObject({
  reference: Type.Optional(reference),
  warehouse: Type.Optional(warehouse),
  note: Type.Optional(note),
  lines: Type.Array(strictObject({ sku, ...line }), { minItems: 1, maxItems: 1000, examples: [[{ sku: 'LANTERN-02', qty: 24 }]] })
}, { $id: 'CreateReceipt' })
export type ReceiptInput = Static<typeof CreateReceipt>

export const ReverseReceipt = strictObject({ reason: Type.Optional(note) }, { $id: 'ReverseReceipt' })

export const ReceiptParams = strictObject({
  id: Type.String({
    minLength: 1,
    maxLength: 200,
    pattern: '^[^\\x00-\\x1f\\x7f-\\x9f]+$',
    errorMessage: 'must have no control characters',
    description: 'Id, or an alias: `ref:…` (your reference) or `number:…`, URL-encoded.',
    examples: ['rcp_01JB3ZK6Q0T8X4M2N7C9V5W1YD']
  })
})

export const ListReceipts = strictObject({
  ...listParameters,
  updatedSince: Type.Optional(Timestamp({ description: 'Only receipts changed at or after this timestamp.' })),
  inboundOrder: Type.Optional(text(200, 'ref:PO-4711', 'Of this inbound order: its id or an alias.')),
  reference: severalOf(text(128, 'DN-99', 'Reference.'), 'With this reference.')
})
export type ReceiptFilters = Static<typeof ListReceipts>

export const ReverseSettings = strictObject({
  reverseWindowHours: nullable(Type.Integer({ minimum: 1, maximum: 8_760 }), {
    default: null, title: 'Hours', description: 'So long after it was booked a receipt can be reversed; null: any time.'
  })
})
export type ReverseSettingsValues = Static<typeof ReverseSettings>

export const ReceiveSettings = strictObject({
  overReceiptTolerancePct: Type.Integer({
    default: 0, minimum: 0, maximum: 1000, title: 'Tolerance', description: 'So many percent more than announced are taken of a line; more is refused.'
  }),
  autoClose: Type.Boolean({ default: false, title: 'Close by itself', description: 'An inbound order of which everything has come is closed at once.' })
})
export type ReceiveSettingsValues = Static<typeof ReceiveSettings>
