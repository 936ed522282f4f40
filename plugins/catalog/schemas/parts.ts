// The fields of a product as callers write them: what a value must look like before any rule is asked.
import { Type, nullable, oneOf, strictObject } from '#kernel'

/** No control characters, and at least one that is not white space. */
const PRINTABLE = {
  pattern: '^[^\\x00-\\x1f\\x7f-\\x9f]*[^\\x00-\\x1f\\x7f-\\x9f\\s][^\\x00-\\x1f\\x7f-\\x9f]*$',
  errorMessage: 'must have a character that is not white space, and no control characters'
}
const UNIT = {
  pattern: '^[A-Z0-9][A-Z0-9._-]{0,15}$', errorMessage: 'must be 1 to 16 of A to Z, 0 to 9, dot, underscore and hyphen, and begin with a letter or digit'
}
const MONEY = {
  pattern: '^(0|[1-9][0-9]{0,13})(\\.[0-9]{1,4})?$',
  errorMessage: 'must be a decimal string like "12.50": not negative, at most 14 digits before and 4 after the point'
}

const text = (maxLength: number, example: string, description: string) => Type.String({ ...PRINTABLE, maxLength, description, examples: [example] })
const whole = (maximum: number, example: number, description: string) => Type.Integer({ minimum: 0, maximum, description, examples: [example] })
const days = (description: string) => nullable(whole(36_500, 365, description))
const grams = nullable(whole(1_000_000_000, 1200, 'Grams.'))
const millimetres = nullable(whole(1_000_000, 300, 'Millimetres.'))
const celsius = (example: number, description: string) =>
  nullable(Type.Number({ minimum: -273.1, maximum: 1000, decimals: 1, description, examples: [example] }))
const quantity = (description: string) =>
  Type.Number({ minimum: 0, maximum: 99_999_999_999, decimals: 4, description: `${description} In base units, at most 4 decimals.`, examples: [10] })
const money = (description: string) => nullable(Type.String({ ...MONEY, description, examples: ['12.50'] }))
const unit = (description: string, example: string) => Type.String({ ...UNIT, description, examples: [example] })

const BARCODE_KINDS = ['gtin', 'ean', 'upc', 'itf14', 'internal', 'supplier'] as const

export const barcodeFields = {
  value: text(64, '4006381333931', 'A GTIN (kinds gtin, ean, upc, itf14) is answered with 14 digits.'),
  kind: oneOf(BARCODE_KINDS, { description: 'The check digit of gtin, ean, upc and itf14 must be right.', examples: ['gtin'] }),
  uomCode: nullable(unit('The unit it is printed on; null: the base unit.', 'CASE'))
}

export const uomFields = {
  code: unit('INNER, CASE, LAYER, PALLET or a code of your own.', 'CASE'),
  qtyInBase: Type.Number({
    exclusiveMinimum: 0, maximum: 99_999_999_999, decimals: 4, description: 'How many base units it holds, at most 4 decimals.', examples: [12]
  }),
  weightG: grams,
  lengthMm: millimetres,
  widthMm: millimetres,
  heightMm: millimetres,
  isDefaultInbound: Type.Boolean({ description: 'Goods arrive in this unit. At most one.', examples: [true] }),
  isDefaultOutbound: Type.Boolean({ description: 'Goods leave in this unit. At most one.', examples: [false] })
}

export const dangerousGoodsFields = {
  unNumber: Type.String({ pattern: '^UN[0-9]{4}$', errorMessage: 'must be UN and four digits, like UN1263', examples: ['UN1263'] }),
  class: Type.String({ pattern: '^[1-9](\\.[1-6][A-S]?)?$', errorMessage: 'must be a class or division, like 3 or 2.1', examples: ['3'] }),
  packingGroup: nullable(oneOf(['I', 'II', 'III'], { examples: ['II'] }))
}

const { value, kind, uomCode } = barcodeFields
export const barcodeInput = strictObject({ value, kind: Type.Optional(kind), uomCode: Type.Optional(uomCode) })

const { code, qtyInBase, ...restOfUom } = uomFields
export const uomInput = strictObject({ code, qtyInBase, ...Type.Partial(Type.Object(restOfUom)).properties })

const { unNumber, class: hazardClass, packingGroup } = dangerousGoodsFields
export const dangerousGoodsInput = strictObject({ unNumber, class: hazardClass, packingGroup: Type.Optional(packingGroup) })

export const attributes = Type.Unsafe<Record<string, unknown>>({
  type: 'object', additionalProperties: true, description: 'Fields of your own, at most 16 KB as JSON.', examples: [{ colour: 'white' }]
})

export const sku = text(64, 'LANTERN-01', 'Unique per owner without regard to case. Stored in Unicode NFC without spaces around it.')

/** Scalars and lists of scalars, the same in requests and answers. A null clears those that may be null. */
export const plainFields = {
  externalRef: nullable(text(128, 'ERP-4711', 'Your own reference, unique per owner.')),
  name: text(255, 'White metal lantern', 'What people call it.'),
  description: nullable(Type.String({ maxLength: 4000, examples: ['Hangs or stands.'] })),
  kind: oneOf(['stock', 'service'], { description: 'A service has no stock. Default stock.', examples: ['stock'] }),
  baseUom: unit('The unit that all quantities are counted in. Default EA, which UNECE Rec 20 calls C62.', 'EA'),
  qtyScale: whole(4, 0, 'Decimals that quantities of this product may have. Default 0.'),
  trackBatch: Type.Boolean({ description: 'Every movement names a batch. Default false; the operator may decide it for all products.', examples: [true] }),
  trackExpiry: Type.Boolean({
    description: 'Every batch has an expiry date; without trackBatch one batch per date is made. Default false; the operator may decide it.', examples: [true]
  }),
  trackSerial: Type.Boolean({ description: 'Every piece has a serial number. Default false.', examples: [false] }),
  shelfLifeDays: days('From production to expiry.'),
  minShelfLifeReceiveDays: days('Remaining days below which goods are not received.'),
  minShelfLifeShipDays: days('Remaining days below which goods are not shipped.'),
  allocationStrategy: oneOf(['inherit', 'FEFO', 'FIFO', 'LIFO', 'CLOSEST'], {
    description: 'Which stock is taken first. Default inherit: as the warehouse does.', examples: ['inherit']
  }),
  weightG: grams,
  lengthMm: millimetres,
  widthMm: millimetres,
  heightMm: millimetres,
  hsCode:
    nullable(Type.String({
      pattern: '^[0-9]{6,12}$', errorMessage: 'must be 6 to 12 digits without dots', description: 'Customs tariff number.', examples: ['940550']
    })),
  countryOfOrigin:
    nullable(Type.String({
      pattern: '^[A-Z]{2}$', errorMessage: 'must be two capital letters, like DE', description: 'ISO 3166-1 alpha-2.', examples: ['DE']
    })),
  tempMinC: celsius(2, 'Lowest storage temperature in °C.'),
  tempMaxC: celsius(8, 'Highest storage temperature in °C.'),
  safetyStock: quantity('Kept back: neither published as available nor allocated for orders. Default 0.'),
  reorderPoint: nullable(quantity('Order more at or below it.')),
  minStock: nullable(quantity('Not less than this.')),
  maxStock: nullable(quantity('Not more than this.')),
  cost: money('Per base unit, with two to four decimals.'),
  price: money('Per base unit, with two to four decimals.'),
  currency:
    nullable(Type.String({
      pattern: '^[A-Z]{3}$', errorMessage: 'must be three capital letters, like EUR', description: 'ISO 4217, of cost and price.', examples: ['EUR']
    })),
  supplierSku: nullable(text(64, '85123A', 'The supplier\'s own code.')),
  categories: Type.Array(text(64, 'lighting', 'A category.'), { maxItems: 20, uniqueItems: true, examples: [['lighting']] }),
  imageUrl: nullable(Type.String({
    maxLength: 2048,
    pattern: '^https?://[^\\s\\x00-\\x1f\\x7f-\\x9f]+$',
    errorMessage: 'must be an http or https URL',
    examples: ['https://cdn.example.com/lantern.jpg']
  }))
}
