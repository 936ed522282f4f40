// From lines of a request to lines of an order: products, units and what no one sells.
import { AppError, brokenRule, fitsScale, MAX_UNITS, toUnits, type Kernel, type Tx } from '#kernel'
import { canonical, skuKey, unitsOf, type CatalogService, type ProductFacts } from '../../catalog/public.js'
import { lineOf, type Line } from '../domain/order.js'
import { batchNotAllowed, lineTwice, notDivisible, notSold, unknownLine, unknownSku, unknownUom } from '../errors.js'
import type { CreateSettingsValues, LineInput, LinesInput } from '../schemas/orders.js'
import type { AllocateSettingsValues } from '../schemas/steps.js'
import type { OrderChange } from './order-change.js'

const ATTRIBUTE_BYTES = 16_384

/** Products by `skuKey`. */
export async function productsOf (catalog: CatalogService, tx: Tx, ownerId: string, lines: readonly LineInput[]): Promise<Map<string, ProductFacts>> {
  return await catalog.bySku(tx, ownerId, [...new Set(lines.map(line => skuKey(line.sku)))])
}

interface Wanted {
  onUnknownSku: CreateSettingsValues['onUnknownSku']
  /** Number of each line. */
  numberOf: (index: number) => number
  /** Ids of products that the order has already, whatever has become of them. */
  had?: ReadonlySet<string | null>
  /** Days that the customer wants to remain at least, whatever a line says. */
  minShelfLifeDays?: number | undefined
  /** Where each line stands in the request. */
  at?: (index: number) => number
}

/**
 * @param products by `skuKey`
 * @throws AppError 422 naming every line with an unknown SKU, or the first that breaks another rule
 */
export function toLines (
  inputs: readonly LineInput[],
  products: ReadonlyMap<string, ProductFacts>,
  { onUnknownSku, numberOf, had = new Set(), minShelfLifeDays, at = index => index }: Wanted
): Line[] {
  const unknown = inputs.flatMap(({ sku }, index) => products.has(skuKey(sku)) ? [] : [unknownSku(`/lines/${at(index)}/sku`)])
  if (unknown.length > 0 && onUnknownSku === 'reject') {
    throw new AppError(422, unknown[0]!.code, unknown[0]!.detail, { errors: unknown.flatMap(error => error.extra.errors ?? []) })
  }
  return inputs.map((input, index) => {
    const product = products.get(skuKey(input.sku))
    const pointer = `/lines/${at(index)}`
    if (product !== undefined && product.status !== 'active' && !had.has(product.id)) throw notSold(`${pointer}/sku`, product.status)
    return toLine(withShelfLife(input, minShelfLifeDays), product, pointer, numberOf(index))
  })
}

/** The longer of what the line and the customer want. */
function withShelfLife (input: LineInput, days: number | undefined): LineInput {
  return days === undefined ? input : { ...input, minShelfLifeDays: Math.max(days, input.minShelfLifeDays ?? 0) }
}

function toLine (input: LineInput, product: ProductFacts | undefined, pointer: string, lineNo: number): Line {
  const { qty, uomCode = null, externalLineRef = null, batch = null, minShelfLifeDays = null, unitPrice = null, attributes = {} } = input
  checkBatch(product, batch, pointer)
  checkAttributes(attributes, pointer)
  return {
    lineNo,
    externalLineRef,
    productId: product?.id ?? null,
    sku: product?.sku ?? canonical(input.sku),
    name: product?.name ?? null,
    isStocked: product?.kind !== 'service',
    uomCode,
    qtyUom: qty,
    // Until the SKU is known no one knows its units; the quantity is taken for base units and judged when it is.
    ordered: product === undefined ? toUnits(qty) : baseUnits(product, qty, uomCode, pointer),
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

/** A line as a request wants it, and the line of the order that it changes. */
export interface WantedLine { known: Line | undefined, line: Line }

/**
 * The lines of a request for an order that has some already. A line with the `lineNo` of one keeps its product, its unit and its base quantity, whatever has
 * become of the product, its SKU and its units: only what the request changes is derived again.
 * @throws AppError 422 naming the line
 */
export async function wantedLines (change: OrderChange, inputs: LinesInput['lines']): Promise<WantedLine[]> {
  const { order, tx, services: { catalog, partners } } = change
  const knowns = inputs.map(({ lineNo }, index) => {
    const known = order.lines.find(line => line.lineNo === lineNo)
    if (lineNo !== undefined && known === undefined) throw unknownLine(`/lines/${index}/lineNo`)
    if (lineNo !== undefined && inputs.findIndex(other => other.lineNo === lineNo) < index) throw lineTwice(`/lines/${index}/lineNo`)
    return known
  })
  const isKept = (at: number): boolean => knowns[at] !== undefined && skuKey(knowns[at].sku) === skuKey(inputs[at]!.sku)
  const ids = new Set(knowns.flatMap((known, at) => isKept(at) && known!.productId !== null ? [known!.productId] : []))
  const [bySku, byId, shelfLives] = await Promise.all([
    productsOf(catalog, tx, order.ownerId, inputs.filter((_, at) => !isKept(at))),
    ids.size === 0 ? new Map<string, ProductFacts>() : catalog.byId(tx, order.ownerId, [...ids]),
    partners.shelfLives(tx, order.ownerId, order.customer?.ref == null ? [] : [order.customer.ref])
  ])
  const minShelfLifeDays = shelfLives.get(order.customer?.ref ?? '')
  let last = Math.max(...order.lines.map(line => line.lineNo))
  const had = new Set(order.lines.map(line => line.productId))
  const others = inputs.filter((_, at) => !isKept(at))
  const made = toLines(others, bySku, {
    onUnknownSku: 'reject', numberOf: at => others[at]!.lineNo ?? ++last, had, minShelfLifeDays, at: at => inputs.indexOf(others[at]!)
  })
  return inputs.map((input, at): WantedLine => {
    const known = knowns[at]
    if (known === undefined || !isKept(at)) return { known, line: made[others.indexOf(input)]! }
    // Written back as it was read it is no change, whatever the customer wants by now.
    const isRead = (input.minShelfLifeDays ?? null) === known.minShelfLifeDays
    return { known, line: changedLine(known, isRead ? input : withShelfLife(input, minShelfLifeDays), byId.get(known.productId ?? ''), `/lines/${at}`) }
  })
}

function changedLine (known: Line, input: LineInput, product: ProductFacts | undefined, pointer: string): Line {
  const { qty, uomCode = null, externalLineRef = null, batch = null, minShelfLifeDays = null, unitPrice = null, attributes = {} } = input
  const pinnedBatch = batch === null ? null : canonical(batch)
  if (pinnedBatch !== known.pinnedBatch) checkBatch(product, batch, pointer)
  checkAttributes(attributes, pointer)
  const isSameUnit = uomCode === known.uomCode
  const ordered = isSameUnit && qty === known.qtyUom
    ? known.ordered
    : product === undefined
      ? toUnits(qty)
      : isSameUnit
        ? unitsLike(known, product, qty, pointer)
        : baseUnits(product, qty, uomCode, pointer)
  return {
    ...known, uomCode, qtyUom: qty, ordered, externalLineRef, pinnedBatch, minShelfLifeDays, unitPrice: unitPrice === null ? null : money(unitPrice), attributes
  }
}

/** More or less in the unit that the line was ordered in, as large as it was then. @throws AppError 422 `uom.not_divisible`, `order.quantity` */
function unitsLike ({ ordered, qtyUom }: Line, { qtyScale }: ProductFacts, qty: number, pointer: string): number {
  const [units, per] = [BigInt(toUnits(qty)) * BigInt(ordered), BigInt(toUnits(qtyUom))]
  return checkUnits(units % per === 0n ? Number(units / per) : NaN, qtyScale, pointer)
}

/** @throws AppError 422 `uom.unknown`, `uom.not_divisible`, `order.quantity` */
function baseUnits (product: ProductFacts, qty: number, uomCode: string | null, pointer: string): number {
  const units = unitsOf(product, qty, uomCode)
  if (units === null) throw unknownUom(`${pointer}/uomCode`, [product.baseUom, ...product.uoms.map(uom => uom.code)])
  return checkUnits(units, product.qtyScale, pointer)
}

function checkUnits (units: number, qtyScale: number, pointer: string): number {
  if (units > MAX_UNITS) throw brokenRule('order.quantity', `${pointer}/qty`, 'is more than this service counts')
  if (!Number.isInteger(units) || units % 10 ** (4 - qtyScale) !== 0) throw notDivisible(`${pointer}/qty`, qtyScale)
  return units
}

function checkBatch (product: ProductFacts | undefined, batch: string | null, pointer: string): void {
  if (product !== undefined && batch !== null && !product.trackBatch && !product.trackExpiry) {
    throw brokenRule('batch.not_tracked', `${pointer}/batch`, `must be left out: ${product.sku} is not tracked by batch`)
  }
}

function checkAttributes (attributes: Record<string, unknown>, pointer: string): void {
  if (Buffer.byteLength(JSON.stringify(attributes)) > ATTRIBUTE_BYTES) {
    throw brokenRule('order.attributes_too_large', `${pointer}/attributes`, `must have at most ${ATTRIBUTE_BYTES} bytes as JSON`)
  }
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
export async function checkScales (
  { order, tx, services: { catalog } }: OrderChange, parts: ReadonlyArray<{ lineNo: number, qty?: number | undefined, pointer: string }>
): Promise<void> {
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
