// A barcode or a unit of a product comes, changes or goes; the others stay as they are.
import { AppError } from '#kernel'
import { canonical } from '../domain/alias.js'
import { toGtin14 } from '../domain/gtin.js'
import type { BarcodeInput, ProductPatch, ProductView, UnitInput } from '../schemas/products.js'

type Barcodes = ProductView['barcodes']
type Units = ProductView['uoms']

/** A code as it is kept: trade item numbers in 14 digits. */
const isCode = (kept: string, given: string): boolean => kept === canonical(given) || kept === toGtin14(given.trim())

/** The same code again takes the new kind and unit. */
export function withBarcode (barcodes: Barcodes, barcode: BarcodeInput): ProductPatch {
  const at = barcodes.findIndex(({ value }) => isCode(value, barcode.value))
  return { barcodes: at < 0 ? [...barcodes, barcode] : barcodes.with(at, { ...barcodes[at]!, ...barcode }) }
}

/** @throws AppError 404 */
export function withoutBarcode (barcodes: Barcodes, value: string): ProductPatch {
  if (!barcodes.some(barcode => isCode(barcode.value, value))) throw new AppError(404, 'barcode.not_found', 'The product has no such barcode.')
  return { barcodes: barcodes.filter(barcode => !isCode(barcode.value, value)) }
}

/** A unit that the product has already is replaced. */
export function withUnit (units: Units, unit: UnitInput): ProductPatch {
  const at = units.findIndex(({ code }) => code === unit.code)
  return { uoms: at < 0 ? [...units, unit] : (units as UnitInput[]).with(at, unit) }
}

/** @throws AppError 404 */
export function withoutUnit (units: Units, code: string): ProductPatch {
  if (!units.some(unit => unit.code === code)) throw new AppError(404, 'uom.not_found', 'The product has no such unit besides its base unit.')
  return { uoms: units.filter(unit => unit.code !== code) }
}
