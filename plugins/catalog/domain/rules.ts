// The rules of a product that no schema can say, and the one form in which each value is kept.
import { brokenRule } from '#kernel'
import { canonical } from './alias.js'
import { toGtin14 } from './gtin.js'
import type { ProductInput, ProductView } from '../schemas/products.js'

/** Everything about a product that a caller writes, complete and in the form in which it is kept. */
export type Draft = Omit<ProductView, 'id' | 'ownerId' | 'version' | 'createdAt' | 'updatedAt'>
type Barcode = Draft['barcodes'][number]
type Uom = Draft['uoms'][number]

const DEFAULTS: Omit<Draft, 'sku' | 'name' | 'dangerousGoods' | 'barcodes' | 'uoms'> = {
  status: 'active',
  externalRef: null,
  description: null,
  kind: 'stock',
  baseUom: 'EA',
  qtyScale: 0,
  trackBatch: false,
  trackExpiry: false,
  trackSerial: false,
  shelfLifeDays: null,
  minShelfLifeReceiveDays: null,
  minShelfLifeShipDays: null,
  allocationStrategy: 'inherit',
  weightG: null,
  lengthMm: null,
  widthMm: null,
  heightMm: null,
  hsCode: null,
  countryOfOrigin: null,
  tempMinC: null,
  tempMaxC: null,
  safetyStock: 0,
  reorderPoint: null,
  minStock: null,
  maxStock: null,
  cost: null,
  price: null,
  currency: null,
  supplierSku: null,
  categories: [],
  imageUrl: null,
  attributes: {}
}

/** Fields that are kept as they were said. */
const AS_SAID: ReadonlySet<string> = new Set(Object.keys(DEFAULTS).filter(name => !['externalRef', 'cost', 'price'].includes(name)))
const ATTRIBUTE_BYTES = 16_384
const CURRENCIES = new Set(Intl.supportedValuesOf('currency'))

/** An archived product may be described again but is not archived by a description. */
export type Description = Omit<ProductInput, 'status'> & { status?: Draft['status'] }

/**
 * Completes a description of a product with defaults, brings each value into its one form and checks the rules.
 * @param before as the product is kept, if it is: what it has already is no news
 * @throws AppError 422 naming the field
 */
export function toDraft (input: Description, before: Draft | null = null): Draft {
  const { barcodes = [], uoms = [], dangerousGoods = null } = input
  const draft: Draft = {
    ...DEFAULTS,
    sku: canonical(input.sku),
    name: input.name,
    externalRef: input.externalRef == null ? null : canonical(input.externalRef),
    cost: toMoney(input.cost),
    price: toMoney(input.price),
    dangerousGoods: dangerousGoods === null ? null : { packingGroup: null, ...dangerousGoods },
    barcodes: barcodes.map(toBarcode),
    uoms: uoms.map(toUom)
  }
  // One by one: spreading two large objects takes longer than all checks below.
  for (const name of Object.keys(input)) if (AS_SAID.has(name)) (draft as Record<string, unknown>)[name] = input[name as keyof Description]
  checkAvailable(draft, before)
  checkUnits(draft)
  checkBarcodes(draft)
  checkRanges(draft)
  checkTrade(draft)
  return draft
}

/** What the service does not do yet is not accepted as if it did. */
function checkAvailable (draft: Draft, before: Draft | null): void {
  const features = [['trackSerial', false, 'serial numbers are not kept yet'], ['minShelfLifeReceiveDays', null, 'goods are not received yet']] as const
  for (const [field, none, why] of features) {
    if (draft[field] !== none && draft[field] !== before?.[field]) {
      throw brokenRule('feature.not_available', `/${field}`, `is not available yet: ${why}. Leave it out`)
    }
  }
}

/** Two to four decimals, so that equal amounts are equal texts. */
function toMoney (text: string | null | undefined): string | null {
  if (text == null) return null
  const [whole, decimals = ''] = text.split('.')
  return `${whole}.${decimals.replace(/0+$/, '').padEnd(2, '0')}`
}

function toUom (input: NonNullable<ProductInput['uoms']>[number]): Uom {
  return { weightG: null, lengthMm: null, widthMm: null, heightMm: null, isDefaultInbound: false, isDefaultOutbound: false, ...input }
}

/** What of the 14 digits must be zero: a UPC has 12, an EAN 13 digits. */
const LEADING = { gtin: '', ean: '0', upc: '00', itf14: '' } as const

function toBarcode ({ value, kind = 'gtin', uomCode = null }: NonNullable<ProductInput['barcodes']>[number], index: number): Barcode {
  if (kind === 'internal' || kind === 'supplier') return { value: canonical(value), kind, uomCode }
  const pointer = `/barcodes/${index}/value`
  const text = value.trim()
  if (!/^(\d{8}|\d{12,14})$/.test(text)) {
    throw brokenRule('barcode.length', pointer, `must have 8, 12, 13 or 14 digits as ${kind}; for other codes use kind internal or supplier`)
  }
  const gtin = toGtin14(text)
  if (gtin === null) throw brokenRule('barcode.check_digit', pointer, 'has a wrong check digit')
  if (!gtin.startsWith(LEADING[kind]) || (kind === 'itf14' && text.length !== 14)) {
    throw brokenRule('barcode.length', pointer, `has not the number of digits of kind ${kind}`)
  }
  return { value: gtin, kind, uomCode }
}

function checkUnits ({ baseUom, uoms }: Draft): void {
  const codes = new Set([baseUom])
  uoms.forEach(({ code }, index) => {
    if (codes.has(code)) throw brokenRule('uom.duplicate', `/uoms/${index}/code`, code === baseUom ? 'repeats the base unit' : 'is there twice')
    codes.add(code)
  })
  for (const flag of ['isDefaultInbound', 'isDefaultOutbound'] as const) {
    const second = uoms.findIndex((uom, index) => uom[flag] && uoms.findIndex(other => other[flag]) < index)
    if (second >= 0) throw brokenRule('uom.two_defaults', `/uoms/${second}/${flag}`, 'must be true for one unit only')
  }
}

function checkBarcodes ({ barcodes, baseUom, uoms }: Draft): void {
  const values = new Set<string>()
  barcodes.forEach(({ value, uomCode }, index) => {
    if (values.has(value)) throw brokenRule('barcode.duplicate', `/barcodes/${index}/value`, 'is there twice')
    values.add(value)
    if (uomCode === null || uomCode === baseUom || uoms.some(uom => uom.code === uomCode)) return
    throw brokenRule('barcode.unknown_uom', `/barcodes/${index}/uomCode`, `names ${uomCode}, which is no unit of this product`)
  })
}

function checkRanges (draft: Draft): void {
  const ranges = [
    ['tempMinC', 'tempMaxC'], ['minStock', 'maxStock'], ['reorderPoint', 'maxStock'],
    ['minShelfLifeReceiveDays', 'shelfLifeDays'], ['minShelfLifeShipDays', 'shelfLifeDays']
  ] as const
  for (const [low, high] of ranges) {
    const [least, most] = [draft[low], draft[high]]
    if (least !== null && most !== null && least > most) throw brokenRule('product.range', `/${low}`, `must not be greater than ${high}, which is ${most}`)
  }
}

function checkTrade ({ cost, price, currency, dangerousGoods, attributes }: Draft): void {
  if (currency !== null && !CURRENCIES.has(currency)) throw brokenRule('product.currency_unknown', '/currency', 'must be a currency of ISO 4217')
  if (currency === null && (cost !== null || price !== null)) {
    throw brokenRule('product.currency_missing', '/currency', 'is required together with cost or price')
  }
  for (const part of ['unNumber', 'class'] as const) {
    if (dangerousGoods !== null && dangerousGoods[part] === undefined) {
      throw brokenRule('product.dangerous_goods', `/dangerousGoods/${part}`, 'is required for dangerous goods')
    }
  }
  if (Buffer.byteLength(JSON.stringify(attributes)) > ATTRIBUTE_BYTES) {
    throw brokenRule('product.attributes_too_large', '/attributes', `must have at most ${ATTRIBUTE_BYTES} bytes as JSON`)
  }
}
