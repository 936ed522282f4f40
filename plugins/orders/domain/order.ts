// An order in memory, with its lines and what is allocated for them. Quantities in ten-thousandths. Its row is locked while it changes.
import { compareText, toDecimal } from '#kernel'
import { type BatchFacts } from '../../inventory/public.js'
import type { Hold, LineView, OrderView, Said, STAGES, STRATEGIES, Summary } from '../schemas/orders.js'
import type { OrderStatus } from './states.js'

/** Goods without an expiry date come after all that have one. */
export const NEVER = '9999-12-31'

export type Stage = (typeof STAGES)[number]
export type StrategyName = (typeof STRATEGIES)[number]

export interface Line {
  lineNo: number
  externalLineRef: string | null
  /** Null: no product has the SKU. */
  productId: string | null
  sku: string
  name: string | null
  /** False: a service, which is neither allocated nor picked. */
  isStocked: boolean
  uomCode: string | null
  qtyUom: number
  ordered: number
  allocated: number
  picked: number
  packed: number
  shipped: number
  cancelled: number
  /** Part of what is open. */
  backordered: number
  pinnedBatch: string | null
  minShelfLifeDays: number | null
  unitPrice: string | null
  attributes: Record<string, unknown>
}

export interface Allocation {
  lineNo: number
  productId: string
  batch: Pick<BatchFacts, 'id' | 'code' | 'expiryDate'> | null
  location: { id: string, code: string }
  /** Where picked goods came from; empty before the pick. */
  pickedFromId: string
  stage: Stage
  units: number
  strategy: StrategyName
  pinned: boolean
}

export interface Order extends Said {
  id: string
  ownerId: string
  number: string
  externalRef: string
  status: OrderStatus
  holds: Hold[]
  warehouse: { id: string, code: string }
  cancelReason: string | null
  version: number
  createdAt: Date
  updatedAt: Date
  lines: Line[]
  allocations: Allocation[]
}

export const openUnits = (line: Line): number => line.ordered - line.allocated - line.picked - line.packed - line.shipped - line.cancelled

/** How much of what stock can give and is still to be sent is allocated. */
export function allocationStatus ({ lines }: Pick<Order, 'lines'>): OrderView['allocationStatus'] {
  const stocked = lines.filter(line => line.isStocked)
  const aside = stocked.reduce((units, line) => units + line.allocated + line.picked + line.packed + line.shipped, 0)
  if (aside === 0) return stocked.length === 0 && lines.length > 0 ? 'full' : 'none'
  return stocked.every(line => openUnits(line) === 0) ? 'full' : 'partial'
}

export function lineOf (order: Order, lineNo: number): Line | undefined {
  return order.lines.find(line => line.lineNo === lineNo)
}

/** Allocations of a line at a stage, in the order in which they were made. */
export function allocationsOf (order: Order, lineNo: number, stage: Stage): Allocation[] {
  return order.allocations.filter(allocation => allocation.lineNo === lineNo && allocation.stage === stage)
}

export const keyOf = ({ lineNo, batch, location, pickedFromId, stage }: Allocation): string =>
  `${lineNo} ${batch?.id ?? ''} ${location.id} ${pickedFromId} ${stage}`

/** Adds units under the allocation's key; what is left with none is no allocation any more. */
export function addAllocation (order: Order, allocation: Allocation): void {
  const key = keyOf(allocation)
  const same = order.allocations.find(other => other.lineNo === allocation.lineNo && keyOf(other) === key)
  if (same === undefined) order.allocations.push({ ...allocation })
  else same.units += allocation.units
}

/** Takes units out of an allocation. */
export function takeFrom (order: Order, allocation: Allocation, units: number): void {
  allocation.units -= units
  if (allocation.units === 0) order.allocations.splice(order.allocations.indexOf(allocation), 1)
}

function summaryOf (order: Order): Summary {
  const { lines, allocations, createdAt, updatedAt, ...header } = order
  return {
    ...header, allocationStatus: allocationStatus(order), lineCount: lines.length, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString()
  }
}

/** One order for everybody: the answer to a step and the event about it list what a later read does. */
function byExpiry (a: Allocation, b: Allocation): number {
  return compareText(a.batch?.expiryDate ?? NEVER, b.batch?.expiryDate ?? NEVER) || compareText(a.batch?.code ?? '', b.batch?.code ?? '') ||
    compareText(a.location.code, b.location.code) || compareText(a.stage, b.stage) || compareText(a.pickedFromId, b.pickedFromId)
}

export const viewOf = (order: Order): OrderView => ({ ...summaryOf(order), lines: linesView(order) })

export function linesView (order: Pick<Order, 'lines' | 'allocations'>): LineView[] {
  const byLine = new Map<number, Allocation[]>()
  for (const allocation of order.allocations) {
    const list = byLine.get(allocation.lineNo)
    if (list === undefined) byLine.set(allocation.lineNo, [allocation])
    else list.push(allocation)
  }
  return order.lines.map(line => lineView(line, (byLine.get(line.lineNo) ?? []).sort(byExpiry)))
}

function lineView (line: Line, allocations: readonly Allocation[]): LineView {
  const { lineNo, externalLineRef, productId, sku, name, uomCode, qtyUom, pinnedBatch, minShelfLifeDays, unitPrice, attributes } = line
  return {
    lineNo,
    externalLineRef,
    productId,
    sku,
    name,
    uomCode,
    qtyUom,
    qtyOrdered: toDecimal(line.ordered),
    qtyOpen: toDecimal(openUnits(line)),
    qtyAllocated: toDecimal(line.allocated),
    qtyPicked: toDecimal(line.picked),
    qtyPacked: toDecimal(line.packed),
    qtyShipped: toDecimal(line.shipped),
    qtyCancelled: toDecimal(line.cancelled),
    qtyBackordered: toDecimal(line.backordered),
    pinnedBatch,
    minShelfLifeDays,
    unitPrice,
    attributes,
    allocations: allocations.map(({ stage, units, batch, location, strategy, pinned }) => ({
      stage,
      qty: toDecimal(units),
      batchId: batch?.id ?? null,
      batch: batch?.code ?? null,
      expiryDate: batch?.expiryDate ?? null,
      locationId: location.id,
      location: location.code,
      strategy,
      pinned
    }))
  }
}
