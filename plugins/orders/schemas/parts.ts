// Parts that requests and answers about orders have in common.
import { Type, nullable, strictObject } from '#kernel'

/** No control characters, and at least one that is not white space. */
const PRINTABLE = {
  pattern: '^[^\\x00-\\x1f\\x7f-\\x9f]*[^\\x00-\\x1f\\x7f-\\x9f\\s][^\\x00-\\x1f\\x7f-\\x9f]*$',
  errorMessage: 'must have a character that is not white space, and no control characters'
}

export const text = (maxLength: number, example: string, description: string) => Type.String({ ...PRINTABLE, maxLength, description, examples: [example] })
export const words = (maxLength: number, example: string, description: string) => nullable(Type.String({ maxLength, description, examples: [example] }))
export const day = (description: string, example = '2026-12-01') =>
  Type.String({ format: 'date', description, examples: [example] })
export const quantity = (description: string, example = 6) =>
  Type.Number({
    exclusiveMinimum: 0, maximum: 99_999_999_999, decimals: 4, description: `${description} At most as many decimals as the product has.`, examples: [example]
  })
export const count = (description: string, example = 6) => Type.Number({ description, examples: [example] })
export const lineNo = Type.Integer({ minimum: 1, maximum: 100_000, description: 'Number of the line in the order.', examples: [1] })
export const attributes = Type.Unsafe<Record<string, unknown>>({
  type: 'object', additionalProperties: true, description: 'Fields of your own, at most 16 KB as JSON.', examples: [{ gift: true }]
})
export const reason = text(500, 'Customer changed their mind', 'For people.')

const contact = {
  name: nullable(text(255, 'Ada Lovelace', 'Who it is.')),
  company: nullable(text(255, 'Analytical Engines Ltd', 'Company.')),
  email: nullable(text(254, 'ada@example.com', 'E-mail.')),
  phone: nullable(text(50, '+44 20 7946 0000', 'Phone.'))
}

export const customer = strictObject({
  ref: Type.Optional(nullable(text(128, 'C-17850', 'Your own reference of the customer.'))),
  ...Type.Partial(Type.Object(contact)).properties
})

export const address = strictObject({
  ...Type.Partial(Type.Object(contact)).properties,
  street1: Type.Optional(nullable(text(255, '12 St James\'s Square', 'Street and number.'))),
  street2: Type.Optional(nullable(text(255, 'Floor 2', 'More of it.'))),
  postcode: Type.Optional(nullable(text(20, 'SW1Y 4JH', 'Postcode.'))),
  city: Type.Optional(nullable(text(100, 'London', 'City.'))),
  state: Type.Optional(nullable(text(100, 'England', 'State, county or region.'))),
  country: Type.Optional(nullable(Type.String({
    pattern: '^[A-Z]{2}$',
    errorMessage: 'must be two capital letters, like GB',
    description: 'ISO 3166-1 alpha-2.',
    examples: ['GB']
  })))
})
