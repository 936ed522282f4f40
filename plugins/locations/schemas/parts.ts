// Parts that schemas of warehouses and locations have in common.
import { Type, nullable, strictObject } from '#kernel'

/** No control characters, and at least one that is not white space. */
const PRINTABLE = {
  pattern: '^[^\\x00-\\x1f\\x7f-\\x9f]*[^\\x00-\\x1f\\x7f-\\x9f\\s][^\\x00-\\x1f\\x7f-\\x9f]*$',
  errorMessage: 'must have a character that is not white space, and no control characters'
}

export const text = (maxLength: number, example: string, description: string) => Type.String({ ...PRINTABLE, maxLength, description, examples: [example] })

/** Codes are written on shelves and in scripts: no spaces. */
export const code = (maxLength: number, example: string) =>
  Type.String({
    pattern: '^[A-Za-z0-9][A-Za-z0-9._/-]*$',
    errorMessage: `must have letters, digits, dots, dashes, slashes and underscores only, and begin with one of the first two, like ${example}`,
    maxLength,
    examples: [example]
  })

const line = (maxLength: number, example: string, description: string) => Type.Optional(nullable(text(maxLength, example, description)))

export const address = strictObject({
  street1: line(255, '1 Dock Road', 'Street and number.'),
  street2: line(255, 'Gate 4', 'More of it.'),
  postcode: line(20, 'E16 2BG', 'Postcode.'),
  city: line(100, 'London', 'City.'),
  state: line(100, 'England', 'State, county or region.'),
  country: Type.Optional(nullable(Type.String({
    pattern: '^[A-Z]{2}$', errorMessage: 'must be two capital letters, like GB', description: 'ISO 3166-1 alpha-2.', examples: ['GB']
  })))
})

export const flag = (description: string, example = true) => Type.Boolean({ description, examples: [example] })
