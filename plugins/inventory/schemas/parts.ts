// Parts that requests and answers about stock have in common.
import { Type, nullable, oneOf } from '#kernel'
import { BATCH_STATUSES, STOCK_STATUSES } from '../domain/statuses.js'

/** No control characters, and at least one that is not white space. */
const PRINTABLE = {
  pattern: '^[^\\x00-\\x1f\\x7f-\\x9f]*[^\\x00-\\x1f\\x7f-\\x9f\\s][^\\x00-\\x1f\\x7f-\\x9f]*$',
  errorMessage: 'must have a character that is not white space, and no control characters'
}
const LARGEST = 99_999_999_999

export const text = (maxLength: number, example: string, description: string) => Type.String({ ...PRINTABLE, maxLength, description, examples: [example] })

export const quantity = (description: string, example = 12) =>
  Type.Number({
    minimum: 0, maximum: LARGEST, decimals: 4, description: `${description} In base units, at most as many decimals as the product has.`, examples: [example]
  })
export const positive = (description: string, example = 12) =>
  Type.Number({
    exclusiveMinimum: 0,
    maximum: LARGEST,
    decimals: 4,
    description: `${description} In base units, at most as many decimals as the product has.`,
    examples: [example]
  })
export const signed = (description: string, example = -2) =>
  Type.Number({
    minimum: -LARGEST,
    maximum: LARGEST,
    decimals: 4,
    description: `${description} In base units, at most as many decimals as the product has.`,
    examples: [example]
  })
/** In an answer: may be below zero where a warehouse allows it. */
export const sum = (description: string, example = 12) => Type.Number({ description, examples: [example] })

/** The format admits the year 0, which the database does not know. */
export const day = (description: string, example = '2027-03-31') =>
  Type.String({ format: 'date', description, examples: [example] })

export const skuField = text(64, 'LANTERN-01', 'SKU of the product, without regard to case.')
export const warehouseField = text(40, 'MAIN', 'Code or id of the warehouse. Left out: the one that the operator has set, else the oldest.')
export const locationField = text(40, 'DEFAULT', 'Code or id of the location. Left out: where the warehouse receives goods.')
export const batchCode = text(50, 'L2411-A', 'Batch code as printed on the goods; case matters.')
export const stockStatus = (description: string) => oneOf(STOCK_STATUSES, { description, examples: ['available'] })
export const batchStatus = oneOf(BATCH_STATUSES, {
  description: 'Only released batches are allocated. Recalled is final.', examples: ['released']
})
export const note = text(500, 'Fell off the shelf', 'For people.')

export const productRef = Type.Object({
  id: Type.String({ examples: ['prd_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  sku: Type.String({ examples: ['LANTERN-01'] }),
  externalRef: nullable(Type.String(), { examples: ['ERP-4711'] })
}, { additionalProperties: false })

export const batchRef = nullable(Type.Object({
  id: Type.String({ examples: ['bat_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  code: Type.String({ examples: ['L2411-A'] }),
  expiryDate: nullable(Type.String({ format: 'date' }), { examples: ['2027-03-31'] })
}, { additionalProperties: false }), { description: 'Null: stock without a batch.' })

export const placeRef = Type.Object({
  id: Type.String({ examples: ['whs_00000000000000000000000000'] }),
  code: Type.String({ examples: ['MAIN'] })
}, { additionalProperties: false })

export const shelfRef = Type.Object({
  locationId: Type.String({ examples: ['loc_00000000000000000000000000'] }),
  location: Type.String({ examples: ['DEFAULT'], description: 'Its code.' }),
  status: stockStatus('What may be done with it.')
}, { additionalProperties: false })
