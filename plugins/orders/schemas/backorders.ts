// Lines that wait for stock, as callers see them.
import { Type, Timestamp, listParameters, nullable, oneOf, pageOf, strictObject, type Static } from '#kernel'
import { ORDER_STATUSES } from '../domain/states.js'
import { count, lineNo, text } from './parts.js'

export const Backorder = Type.Object({
  orderId: Type.String({ examples: ['ord_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  orderNumber: Type.String({ examples: ['SO-1000001'] }),
  externalRef: Type.String({ examples: ['WEB-536365'] }),
  status: oneOf(ORDER_STATUSES, { description: 'Of the order.', examples: ['open'] }),
  onHold: Type.Boolean({ examples: [false] }),
  priority: Type.Integer({ examples: [5] }),
  requestedShipDate: nullable(Type.String({ format: 'date' }), { examples: ['2026-12-01'] }),
  warehouse: Type.Object({ id: Type.String({ examples: ['whs_00000000000000000000000000'] }), code: Type.String({ examples: ['MAIN'] }) }, {
    additionalProperties: false
  }),
  createdAt: Timestamp(),
  lineNo,
  externalLineRef: nullable(Type.String(), { examples: ['10'] }),
  productId: Type.String({ examples: ['prd_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  sku: Type.String({ examples: ['LANTERN-01'] }),
  qtyOrdered: count('In base units.'),
  qtyBackordered: count('How much of it waits.', 2),
  isNext: Type.Boolean({ description: 'Filled as soon as stock is there. Else its order is on hold, or what is picked of it leaves first.', examples: [true] })
}, { $id: 'Backorder', additionalProperties: false })
export type BackorderView = Static<typeof Backorder>

export const BackorderPage = pageOf(Backorder, 'BackorderPage')

export const ListBackorders = strictObject({
  ...listParameters,
  product: Type.Optional(text(200, 'sku:LANTERN-01', 'Of this product: its id, or `sku:…`, `gtin:…` or `ref:…`.')),
  warehouse: Type.Optional(text(40, 'MAIN', 'Code or id of the warehouse.')),
  order: Type.Optional(text(200, 'ref:WEB-536365', 'Of this order: its id, or `ref:…` or `number:…`.'))
})
export type BackorderFilters = Static<typeof ListBackorders>
