// From lines of a request to lines of an inbound order: products, units, and what is announced of batches.
import { MAX_UNITS, toDecimal, type Tx } from '#kernel'
import { canonical, skuKey, unitsOf, type ProductFacts } from '../../catalog/public.js'
import type { Inbound, Line } from '../domain/inbound.js'
import {
  batchNeeded, expiryNeeded, lineTwice, notDivisible, notReceived, notStocked, notTracked, tooMuch, unknownLine, unknownSku, unknownUom
} from '../errors.js'
import type { InboundSettingsValues, LineInput } from '../schemas/inbound.js'
import type { Services } from './services.js'

/** A quantity of a unit in base units, in ten-thousandths. @throws AppError 422 `uom.unknown`, `uom.not_divisible`, `inbound.quantity` */
export function baseUnits (product: ProductFacts, { qty, uomCode }: { qty: number, uomCode: string | null }, pointer: string, field = 'qty'): number {
  const units = unitsOf(product, qty, uomCode)
  if (units === null) throw unknownUom(`${pointer}/uomCode`, [product.baseUom, ...product.uoms.map(({ code }) => code)])
  if (units > MAX_UNITS) throw tooMuch(`${pointer}/${field}`)
  if (!Number.isInteger(units) || units % 10 ** (4 - product.qtyScale) !== 0) throw notDivisible(`${pointer}/${field}`, product.qtyScale)
  return units
}

/**
 * The lines as the call wants them. One with the `lineNo` of a line keeps its product while it says the same SKU, and its base quantity while it says the
 * same quantity and unit, whatever has become of the product.
 * @throws AppError 422 at the line
 */
export async function wantedLines (
  { kernel, catalog }: Services, tx: Tx, { ownerId, lines: known }: Pick<Inbound, 'ownerId' | 'lines'>, inputs: readonly LineInput[]
): Promise<Line[]> {
  const settings = kernel.settings<InboundSettingsValues>('inbound.create')
  const knowns = inputs.map(({ lineNo }, at) => {
    const line = known.find(line => line.lineNo === lineNo)
    if (lineNo !== undefined && known.length > 0 && line === undefined) throw unknownLine(`/lines/${at}/lineNo`)
    if (lineNo !== undefined && inputs.findIndex(other => other.lineNo === lineNo) < at) throw lineTwice(`/lines/${at}/lineNo`)
    return line
  })
  const isKept = (at: number): boolean => knowns[at] !== undefined && skuKey(knowns[at].sku) === skuKey(inputs[at]!.sku)
  const [bySku, byId] = await Promise.all([
    catalog.bySku(tx, ownerId, [...new Set(inputs.filter((_, at) => !isKept(at)).map(({ sku }) => skuKey(sku)))]),
    catalog.byId(tx, ownerId, [...new Set(knowns.flatMap((line, at) => isKept(at) ? [line!.productId] : []))])
  ])
  let last = Math.max(0, ...known.map(({ lineNo }) => lineNo), ...inputs.map(({ lineNo }) => lineNo ?? 0))
  return inputs.map((input, at) => {
    const product = isKept(at) ? byId.get(knowns[at]!.productId)! : bySku.get(skuKey(input.sku))
    if (product === undefined) throw unknownSku(`/lines/${at}/sku`)
    return toLine(input, { product, known: isKept(at) ? knowns[at] : undefined, lineNo: input.lineNo ?? ++last, pointer: `/lines/${at}`, settings })
  })
}

interface Found { product: ProductFacts, known: Line | undefined, lineNo: number, pointer: string, settings: InboundSettingsValues }

function toLine (
  { qty, uomCode = null, externalLineRef = null, batch = null, expiryDate = null }: LineInput, { product, known, lineNo, pointer, settings }: Found
): Line {
  if (product.kind === 'service') throw notStocked(`${pointer}/sku`)
  if (product.status === 'archived' && known === undefined) throw notReceived(`${pointer}/sku`)
  const isSame = known !== undefined && known.qtyUom === qty && known.uomCode === uomCode
  const expected = isSame ? known.expected : baseUnits(product, { qty, uomCode }, pointer)
  const announced = { batch: batch === null ? null : canonical(batch), expiryDate }
  if (known === undefined || known.batch !== announced.batch || known.expiryDate !== expiryDate) checkBatch(product, announced, pointer, settings)
  return {
    lineNo,
    externalLineRef,
    productId: product.id,
    sku: known?.sku ?? product.sku,
    uomCode,
    qtyUom: qty,
    expected,
    received: known?.received ?? 0,
    damaged: known?.damaged ?? 0,
    ...announced
  }
}

function checkBatch (
  { trackBatch, trackExpiry, sku }: ProductFacts, { batch, expiryDate }: Pick<Line, 'batch' | 'expiryDate'>, pointer: string,
  { requireBatch, requireExpiry }: InboundSettingsValues
): void {
  if (batch !== null && !trackBatch && !trackExpiry) throw notTracked(`${pointer}/batch`, sku, 'batch')
  if (expiryDate !== null && !trackBatch && !trackExpiry) throw notTracked(`${pointer}/expiryDate`, sku, 'expiry date')
  if (requireBatch && trackBatch && batch === null) throw batchNeeded(`${pointer}/batch`)
  if (requireExpiry && trackExpiry && expiryDate === null) throw expiryNeeded(`${pointer}/expiryDate`)
}

/** What is still expected of a line and a tolerance, in base units. */
export const mostOf = ({ expected, received }: Line, tolerancePct: number): number => Math.floor(expected * (100 + tolerancePct) / 100) - received

export const inWords = (units: number): number => toDecimal(Math.max(0, units))
