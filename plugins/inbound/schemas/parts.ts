// Parts that requests and answers about inbound orders have in common.
import { Type, nullable, oneOf } from '#kernel'

/** No control characters, and at least one that is not white space. */
const PRINTABLE = {
  pattern: '^[^\\x00-\\x1f\\x7f-\\x9f]*[^\\x00-\\x1f\\x7f-\\x9f\\s][^\\x00-\\x1f\\x7f-\\x9f]*$',
  errorMessage: 'must have a character that is not white space, and no control characters'
}

export const text = (maxLength: number, example: string, description: string) => Type.String({ ...PRINTABLE, maxLength, description, examples: [example] })
export const day = (description: string, example = '2026-12-15') => Type.String({ format: 'date', description, examples: [example] })
export const positive = (description: string, example = 48) =>
  Type.Number({ exclusiveMinimum: 0, maximum: 99_999_999_999, decimals: 4, description, examples: [example] })
export const count = (description: string, example = 48) => Type.Number({ description, examples: [example] })

export const sku = text(64, 'LANTERN-01', 'SKU of the product, without regard to case.')
export const uomCode = nullable(text(16, 'CASE', 'Unit of the quantity. Null: the base unit.'))
export const batch = text(50, 'L2411-A', 'Batch code as printed on the goods; case matters.')
export const warehouse = text(40, 'MAIN', 'Code or id of the warehouse. Left out: the one that the operator has set, else the oldest.')
export const location = text(40, 'DOCK-IN', 'Code or id of the location. Left out: where the warehouse receives goods.')
export const note = text(500, 'Two pallets', 'For people.')
export const lineNo = Type.Integer({ minimum: 1, maximum: 100_000, description: 'Number of the line in the inbound order.', examples: [1] })
export const attributes = Type.Unsafe<Record<string, unknown>>({
  type: 'object', additionalProperties: true, description: 'Fields of your own, at most 16 KB as JSON.', examples: [{ buyer: 'Ada' }]
})

export const INBOUND_STATUSES = ['draft', 'expected', 'in_transit', 'arrived', 'receiving', 'received', 'closed', 'cancelled'] as const
export const KINDS = ['asn', 'purchase_order'] as const
export const kind = oneOf(KINDS, { description: 'asn: announced by the supplier; purchase_order: ordered there. Default asn.', examples: ['asn'] })

export const placeRef = Type.Object({
  id: Type.String({ examples: ['whs_00000000000000000000000000'] }), code: Type.String({ examples: ['MAIN'] })
}, { additionalProperties: false })
