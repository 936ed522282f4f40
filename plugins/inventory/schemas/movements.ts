// Rows of the ledger, and the documents that write them.
import { Type, Timestamp, listParameters, nullable, oneOf, pageOf, ref, severalOf, strictObject, type Static } from '#kernel'
import {
  batchCode, batchRef, day, locationField, note, placeRef, positive, productRef, quantity, shelfRef, signed, skuField, stockStatus, sum, text, warehouseField
} from './parts.js'

const MOVEMENT_TYPES = ['opening', 'receipt', 'transfer', 'status_change', 'pick', 'unpick', 'ship', 'unship', 'adjustment', 'count'] as const
export type MovementType = (typeof MOVEMENT_TYPES)[number]

const side = (description: string) => nullable(shelfRef, { description })

export const StockMovement = Type.Object({
  seq: Type.Integer({ description: 'Grows with every movement; those of one product in one warehouse are in order.', examples: [4711] }),
  groupId: Type.String({ description: 'Movements of one call have the same.', examples: ['grp_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  type: oneOf(MOVEMENT_TYPES, { examples: ['adjustment'] }),
  product: productRef,
  batch: batchRef,
  qty: sum('Always positive: `from` and `to` say the direction.', 2),
  warehouse: placeRef,
  from: side('Null: it came from outside.'),
  to: side('Null: it left.'),
  balanceFromAfter: nullable(Type.Number(), { description: 'On hand there afterwards.', examples: [10] }),
  balanceToAfter: nullable(Type.Number(), { description: 'On hand there afterwards.', examples: [null] }),
  reasonCode: nullable(Type.String(), { examples: ['damaged'] }),
  note: nullable(Type.String(), { examples: ['Fell off the shelf'] }),
  doc: nullable(Type.Object({
    type: Type.String({ examples: ['order'] }),
    id: Type.String({ examples: ['ord_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
    lineNo: nullable(Type.Integer(), { examples: [1] })
  }, { additionalProperties: false }), { description: 'What it belongs to.' }),
  actor: Type.Object({
    type: oneOf(['client', 'operator', 'system'], { examples: ['client'] }),
    id: nullable(Type.String(), { examples: ['cli_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] })
  }, { additionalProperties: false }),
  requestId: nullable(Type.String(), { examples: ['req_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  reversalOf: nullable(Type.Integer(), { description: '`seq` of the movement that this one takes back.', examples: [null] }),
  postedAt: Timestamp({ description: 'When its transaction began.' })
}, { $id: 'StockMovement', additionalProperties: false })
export type MovementView = Static<typeof StockMovement>

export const MovementPage = pageOf(StockMovement, 'MovementPage')

export const ListMovements = strictObject({
  ...listParameters,
  updatedSince: Type.Optional(Timestamp({ description: 'Only movements posted at or after this timestamp.' })),
  product: Type.Optional(text(200, 'sku:LANTERN-01', 'Of this product: its id or an alias.')),
  batch: Type.Optional(text(200, 'L2411-A', 'Of this batch: its code, of all products that have it unless `product` names one, or its id.')),
  doc: Type.Optional(text(200, 'ref:WEB-536365', 'Of this document: the id of an order, `ref:…` or `number:…`; or the reference of an adjustment.')),
  type: severalOf(oneOf(MOVEMENT_TYPES), 'Of this type.'),
  sort: Type.Optional(oneOf(['postedAt', '-postedAt'], { default: 'postedAt', description: 'Oldest first, if not given.' }))
})
export type MovementFilters = Static<typeof ListMovements>

const stockKey = {
  sku: skuField,
  batch: Type.Optional(batchCode),
  expiryDate: Type.Optional(day('Expiry date of the batch: the last good day. Required where goods of a product with expiry dates come in.'))
}

const ADJUST_LINES = 500
const SET_LINES = 200

export const AdjustStock = strictObject({
  warehouse: Type.Optional(warehouseField),
  reason: text(
    40, 'damaged', 'Code of a reason: opening, found, customer_return, damaged, lost, expired, theft, sample, return_to_supplier, correction, recount or one ' +
      'that the operator has added; `GET /reference/reasons` lists them.'
  ),
  note: Type.Optional(note),
  reference: Type.Optional(text(128, 'INV-2026-17', 'Your own document: `doc.id` of the movements.')),
  lines: Type.Array(strictObject({
    ...stockKey,
    location: Type.Optional(locationField),
    status: Type.Optional(stockStatus('Default available.')),
    delta: signed('How much comes (positive) or goes (negative), not 0.')
  }), { minItems: 1, maxItems: ADJUST_LINES })
}, { $id: 'AdjustStock' })
export type Adjustment = Static<typeof AdjustStock>

export const SetStock = strictObject({
  warehouse: Type.Optional(warehouseField),
  reason: Type.Optional(text(40, 'recount', 'Code of a reason. Default recount.')),
  note: Type.Optional(note),
  reference: Type.Optional(text(128, 'COUNT-2026-3', 'Your own document: `doc.id` of the movements.')),
  lines: Type.Array(strictObject({
    ...stockKey,
    location: Type.Optional(locationField),
    status: Type.Optional(stockStatus('Default available.')),
    onHand: quantity('What lies there.', 118),
    expectedOnHand: Type.Optional(signed('What you believe to lie there now; when it is something else, nothing is changed.', 120))
  }), { minItems: 1, maxItems: SET_LINES })
}, { $id: 'SetStock' })
export type StockSetting = Static<typeof SetStock>

const shelf = strictObject({
  location: Type.Optional(locationField),
  status: Type.Optional(stockStatus('Default available.'))
})

export const TransferStock = strictObject({
  warehouse: Type.Optional(warehouseField),
  note: Type.Optional(note),
  reference: Type.Optional(text(128, 'MOVE-2026-5', 'Your own document: `doc.id` of the movements.')),
  lines: Type.Array(strictObject({
    ...stockKey,
    qty: positive('How much; only what is not reserved can move.'),
    from: shelf,
    to: strictObject({
      ...shelf.properties,
      warehouse: Type.Optional(text(40, 'NORTH', 'Code or id of another warehouse, where the operator allows it. Default: that of the document.'))
    })
  }), { minItems: 1, maxItems: ADJUST_LINES })
}, { $id: 'TransferStock' })
export type Transfer = Static<typeof TransferStock>

export const StockChange = Type.Object({
  groupId: Type.String({ description: '`groupId` of the movements.', examples: ['grp_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  reason: nullable(Type.String(), { examples: ['damaged'] }),
  note: nullable(Type.String(), { examples: ['Fell off the shelf'] }),
  reference: nullable(Type.String(), { examples: ['INV-2026-17'] }),
  warehouse: placeRef,
  lines: Type.Array(Type.Object({
    product: productRef,
    batch: batchRef,
    warehouse: Type.Optional(Type.Unsafe<{ id: string, code: string }>({ ...placeRef, description: 'Where it is another than that of the document.' })),
    locationId: Type.String({ examples: ['loc_00000000000000000000000000'] }),
    location: Type.String({ examples: ['DEFAULT'] }),
    status: stockStatus('Of the stock.'),
    before: sum('On hand before.', 12),
    after: sum('On hand after.', 10),
    delta: sum('The difference.', -2)
  }, { additionalProperties: false }), { description: 'What changed, one line per stock key; lines of the request on the same key are summed.' })
}, { $id: 'StockChange', additionalProperties: false })
export type StockChangeView = Static<typeof StockChange>

export const StockChangeAnswer = Type.Object({
  ...StockChange.properties,
  movements: Type.Array(ref(StockMovement))
}, { $id: 'StockChangeAnswer', additionalProperties: false })

export const AdjustSettings = strictObject({
  defaultWarehouse: nullable(text(40, 'MAIN', ''), {
    default: null, title: 'Default warehouse', description: 'Code or id of the warehouse when a call names none; null: the oldest.'
  }),
  allowedReasons: Type.Array(text(40, 'damaged', ''), {
    default: [], maxItems: 50, title: 'Allowed reasons', description: 'Codes that callers may give; empty: all.'
  }),
  maxAbsDelta: nullable(Type.Number({ exclusiveMinimum: 0, maximum: 99_999_999_999 }), {
    default: null, title: 'Largest change of one line', description: 'Null: no limit.'
  }),
  requireNote: Type.Boolean({ default: false, title: 'Require a note', description: 'Every adjustment says why in words.' })
})
export type AdjustSettingsValues = Static<typeof AdjustSettings>

export const SetSettings = strictObject({
  requireExpected: Type.Boolean({
    default: true,
    title: 'Require expectedOnHand',
    description: 'Callers say what they believe to be there, so that nothing that happened in between is overwritten.'
  })
})
export type SetSettingsValues = Static<typeof SetSettings>

export const TransferSettings = strictObject({
  allowCrossWarehouse: Type.Boolean({
    default: false, title: 'Between warehouses', description: 'Lines may name another warehouse in `to`: the goods leave one and come into the other at once.'
  })
})
export type TransferSettingsValues = Static<typeof TransferSettings>
