// Which stock is taken for a line, and why the rest was not. Pure arithmetic on an open book: the same stock is never promised twice.
import { compareText, toDecimal } from '#kernel'
import type { ProductFacts } from '../../catalog/public.js'
import { unavailableReason, type BookItem, type Doc, type StockBook, type Terms } from '../../inventory/public.js'
import { addAllocation, NEVER, openUnits, type Line, type Order, type StrategyName } from './order.js'
import type { ConsideredView, Explanation } from '../schemas/steps.js'

export interface Wish {
  strategy?: StrategyName | undefined
  /** Code of the only batch that will do. */
  batch?: string | undefined
  /** Code of a batch that will not. */
  not?: string | undefined
  /** The line has its turn among those that wait for the product. */
  isWaiting?: boolean | undefined
  /** No more than so many units. */
  most?: number | undefined
}

const expiryOf = ({ batch }: BookItem): string => batch?.expiryDate ?? NEVER

type Comparison = (a: BookItem, b: BookItem) => number
const byReceipt: Comparison = (a, b) => a.receivedAt.getTime() - b.receivedAt.getTime()
const byPriority: Comparison = (a, b) => a.location.pickPriority - b.location.pickPriority
/** Small rests first, and a fixed order where all else is equal. */
const byRest: Comparison = (a, b) =>
  (a.onHand - a.reserved) - (b.onHand - b.reserved) || compareText(a.location.code, b.location.code) || compareText(a.batch?.id ?? '', b.batch?.id ?? '')

const ORDERS: Readonly<Record<StrategyName, readonly Comparison[]>> = {
  FEFO: [(a, b) => compareText(expiryOf(a), expiryOf(b)), byReceipt, byPriority, byRest],
  FIFO: [byReceipt, byPriority, byRest],
  LIFO: [(a, b) => byReceipt(b, a), byPriority, byRest],
  CLOSEST: [byPriority, (a, b) => compareText(expiryOf(a), expiryOf(b)), byReceipt, byRest]
}

const strategyOf = ({ allocationStrategy }: ProductFacts): StrategyName => allocationStrategy === 'inherit' ? 'FEFO' : allocationStrategy

/** Sets stock aside for what is open of a line. The book is open for its product. */
export function allocateLine (book: StockBook, order: Order, line: Line, wish: Wish): Explanation {
  const level = book.level(line.productId!, order.warehouse.id)
  const strategy = wish.strategy ?? strategyOf(level.product)
  const pinned = wish.batch ?? line.pinnedBatch
  // A day that has passed is no day to leave on.
  const shipDate = order.requestedShipDate
  const leavesOn = shipDate !== null && shipDate > level.today ? shipDate : level.today
  const terms: Terms = { today: level.today, leavesOn, minShelfLifeDays: Math.max(level.product.minShelfLifeShipDays ?? 0, line.minShelfLifeDays ?? 0) }
  const doc: Doc = { type: 'order', id: order.id, lineNo: line.lineNo }
  const items = book.items(level).filter(item => item.onHand !== 0).sort((a, b) => firstDifference(ORDERS[strategy], a, b))
  const wanted = Math.min(openUnits(line), wish.most ?? Infinity)
  // Until those who wait have got what they can, new orders leave them what they wait for.
  const forOthers = level.isFillDue && wish.isWaiting !== true ? level.backordered - line.backordered : 0
  let missing = wanted
  let left = Math.max(0, book.available(level) - forOthers)
  const considered = items.map((item): ConsideredView => {
    const free = item.onHand - item.reserved
    const reason = wish.not !== undefined && item.batch?.code === wish.not ? 'other_batch' : skipReason(item, terms, pinned)
    const taken = reason === null ? Math.min(missing, left, Math.max(free, 0)) : 0
    const why = missing === 0 ? 'not_needed' : forOthers > 0 ? 'waited_for' : 'safety_stock'
    if (taken > 0) {
      missing -= taken
      left -= taken
      book.reserve(item, taken, doc)
      line.allocated += taken
      const { batch, location } = item
      addAllocation(order, {
        lineNo: line.lineNo, productId: line.productId!, batch, location, pickedFromId: '', stage: 'allocated', units: taken, strategy, pinned: pinned !== null
      })
    }
    return {
      batch: item.batch?.code ?? null,
      expiryDate: item.batch?.expiryDate ?? null,
      location: item.location.code,
      free: toDecimal(free),
      taken: toDecimal(taken),
      reason: reason ?? (taken > 0 ? 'taken' : free <= 0 ? 'reserved' : why)
    }
  })
  return { lineNo: line.lineNo, sku: line.sku, strategy, wanted: toDecimal(wanted), allocated: toDecimal(wanted - missing), considered }
}

function firstDifference (orders: readonly Comparison[], a: BookItem, b: BookItem): number {
  for (const order of orders) {
    const difference = order(a, b)
    if (difference !== 0) return difference
  }
  return 0
}

const IN_WORDS = { shelfLife: 'shelf_life', notPickable: 'not_pickable' } as const

function skipReason (item: BookItem, terms: Terms, pinned: string | null): ConsideredView['reason'] | null {
  const unavailable = unavailableReason(item, terms)
  if (unavailable === 'shelfLife' || unavailable === 'notPickable') return IN_WORDS[unavailable]
  if (unavailable !== null) return unavailable
  return pinned !== null && item.batch?.code !== pinned ? 'other_batch' : null
}
