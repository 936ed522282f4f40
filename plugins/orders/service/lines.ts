// From lines of a request to lines of an order: products, units and what nobody sells.
import { AppError, brokenRule, type Kernel, type Tx } from '#kernel'
import { canonical, skuKey, type CatalogService, type ProductFacts } from '../../catalog/public.js'
import { fitsScale, MAX_EXACT } from '../../inventory/public.js'
import { lineOf, type Line } from '../aggregate.js'
import { unitsOf } from '../allocation.js'
import { batchNotAllowed, notDivisible, notSold, unknownSku, unknownUom } from '../errors.js'
import type { CreateSettingsValues, LineInput } from '../schemas/orders.js'
import type { AllocateSettingsValues } from '../schemas/steps.js'
import type { OrderChange } from './change.js'

const ATTRIBUTE_BYTES = 16_384

/** Products by `skuKey`. */
export async function productsOf (catalog: CatalogService, tx: Tx, ownerId: string, lines: readonly LineInput[]): Promise<Map<string, ProductFacts>> {
  return await catalog.bySku(tx, ownerId, [...new Set(lines.map(line => skuKey(line.sku)))])
}

/**
 * @param at where each line stands in the request
 * @param numberOf number of each line
 * @param had ids of products that the order has already, whatever has become of them
 * @throws AppError 422 naming every line with an unknown SKU, or the first that breaks another rule
 */
export function toLines (inputs: readonly LineInput[], products: ReadonlyMap<string, ProductFacts>, onUnknownSku: CreateSettingsValues['onUnknownSku'], numberOf: (index: number) => number, had: ReadonlySet<string | null> = new Set()): Line[] {
  const unknown = inputs.flatMap(({ sku }, index) => products.has(skuKey(sku)) ? [] : [unknownSku(`/lines/${index}/sku`)])
  if (unknown.length > 0 && onUnknownSku === 'reject') {
    throw new AppError(422, unknown[0]!.code, unknown[0]!.detail, { errors: unknown.flatMap(error => error.extra.errors ?? []) })
  }
  return inputs.map((input, index) => {
    const product = products.get(skuKey(input.sku))
    const pointer = `/lines/${index}`
    if (product !== undefined && product.status !== 'active' && !had.has(product.id)) throw notSold(`${pointer}/sku`, product.status)
    return toLine(input, product, pointer, numberOf(index))
  })
}

function toLine (input: LineInput, product: ProductFacts | undefined, pointer: string, lineNo: number): Line {
  const { qty, uomCode = null, externalLineRef = null, batch = null, minShelfLifeDays = null, unitPrice = null, attributes = {} } = input
  if (product !== undefined && batch !== null && !product.trackBatch && !product.trackExpiry) throw brokenRule('batch.not_tracked', `${pointer}/batch`, `must be left out: ${product.sku} is not tracked by batch`)
  if (Buffer.byteLength(JSON.stringify(attributes)) > ATTRIBUTE_BYTES) throw brokenRule('order.attributes_too_large', `${pointer}/attributes`, `must have at most ${ATTRIBUTE_BYTES} bytes as JSON`)
  return {
    lineNo,
    externalLineRef,
    productId: product?.id ?? null,
    sku: product?.sku ?? canonical(input.sku),
    name: product?.name ?? null,
    isStocked: product?.kind !== 'service',
    uomCode,
    qtyUom: qty,
    // Until the SKU is known nobody knows its units; the quantity is taken for base units and judged when it is.
    ordered: product === undefined ? Math.round(qty * 10_000) : baseUnits(product, qty, uomCode, pointer),
    allocated: 0,
    picked: 0,
    packed: 0,
    shipped: 0,
    cancelled: 0,
    backordered: 0,
    pinnedBatch: batch === null ? null : canonical(batch),
    minShelfLifeDays,
    unitPrice: unitPrice === null ? null : money(unitPrice),
    attributes
  }
}

/** @throws AppError 422 `uom.unknown`, `uom.not_divisible`, `order.quantity` */
export function baseUnits (product: ProductFacts, qty: number, uomCode: string | null, pointer: string): number {
  const units = unitsOf(product, qty, uomCode)
  if (units === null) throw unknownUom(`${pointer}/uomCode`, [product.baseUom, ...product.uoms.map(uom => uom.code)])
  if (units > MAX_EXACT) throw brokenRule('order.quantity', `${pointer}/qty`, 'is more than this service counts')
  if (!Number.isInteger(units) || units % 10 ** (4 - product.qtyScale) !== 0) throw notDivisible(`${pointer}/qty`, product.qtyScale)
  return units
}

/** With two to four decimals, as it is read. */
function money (text: string): string {
  const [whole, decimals = ''] = text.split('.')
  return `${whole}.${decimals.replace(/0+$/, '').padEnd(2, '0')}`
}

/** Batches that a caller names, where the operator leaves the choice to the service. @throws AppError 409 `allocation.batch_not_allowed` */
export function checkPins (kernel: Kernel, lines: ReadonlyArray<{ batch?: string | null | undefined }>): void {
  const isPinned = lines.some(({ batch = null }) => batch !== null)
  if (isPinned && !kernel.settings<AllocateSettingsValues>('order.allocate').allowPinnedBatch) throw batchNotAllowed()
}

/** What a step does to a part of a line is as divisible as the product. @throws AppError 422 `uom.not_divisible` */
export async function checkScales ({ order, tx, services: { catalog } }: OrderChange, parts: ReadonlyArray<{ lineNo: number, qty?: number | undefined, pointer: string }>): Promise<void> {
  const broken = parts.flatMap(({ lineNo, qty, pointer }) => {
    const productId = lineOf(order, lineNo)?.productId ?? null
    return qty === undefined || Number.isInteger(qty) || productId === null ? [] : [{ productId, qty, pointer }]
  })
  if (broken.length === 0) return
  const products = await catalog.byId(tx, order.ownerId, [...new Set(broken.map(part => part.productId))])
  for (const { productId, qty, pointer } of broken) {
    const scale = products.get(productId)?.qtyScale ?? 4
    if (!fitsScale(qty, scale)) throw notDivisible(`${pointer}/qty`, scale)
  }
}

/** A batch as it is kept, however it was typed. */
export const codeOf = (batch: string | undefined): string | undefined => batch === undefined ? undefined : canonical(batch)
