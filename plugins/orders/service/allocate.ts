// Setting stock aside for orders, and what happens with what is not there.
import { toDecimal, type Tx } from '#kernel'
import { allocateLine, type Wish } from '../domain/allocation.js'
import { allocationStatus, openUnits, type Line, type StrategyName } from '../domain/order.js'
import { conflict, lineTwice, shortage, unknownLine } from '../errors.js'
import type { CreateSettingsValues, OrderView } from '../schemas/orders.js'
import type { AllocateInput, AllocateSettingsValues, DeallocateInput, Explanation, ReleaseSettingsValues } from '../schemas/steps.js'
import type { OrderAlias } from '../domain/order-alias.js'
import { OrderChange, type Scope, type Services } from './order-change.js'
import { checkPins, codeOf } from './lines.js'
import { letGo, setBackordered } from './stock.js'

export interface Allocations {
  allocate: (tx: Tx, scope: Scope, alias: OrderAlias, input: AllocateInput) => Promise<OrderView & { explanation: Explanation[] }>
  deallocate: (tx: Tx, scope: Scope, alias: OrderAlias, input: DeallocateInput) => Promise<OrderView>
  release: (tx: Tx, scope: Scope, alias: OrderAlias) => Promise<OrderView>
}

type OnShortage = CreateSettingsValues['onShortage']

/**
 * Allocates what is open of lines, in their order.
 * @param onShortage what becomes of the rest: it waits, is cancelled, or the call is rejected
 * @throws AppError 409 `order.shortage`: rejected, or nothing at all is there of an order whose rest would be cancelled
 */
export async function allocateLines (
  change: OrderChange, lines: readonly Line[], onShortage: OnShortage, wishOf: (line: Line) => Wish = () => ({})
): Promise<Explanation[]> {
  const { order } = change
  const open = lines.filter(line => line.isStocked && line.productId !== null && openUnits(line) > 0)
  if (open.length === 0) return []
  const book = await change.openBook(open)
  const explanation = open.map(line => allocateLine(book, order, line, wishOf(line)))
  const short = open.filter(line => openUnits(line) > 0)
  if (explanation.some(({ allocated }) => allocated > 0)) change.publish('order.allocated', { cause: change.cause })
  if (short.length === 0) {
    for (const line of open) setBackordered(book, order, line, 0)
    return explanation
  }
  if (onShortage === 'reject' || (onShortage === 'partial' && allocationStatus(order) === 'none')) {
    throw shortage(short.map(line => ({
      pointer: `/lines/${order.lines.indexOf(line)}`, sku: line.sku, wanted: toDecimal(line.ordered), found: toDecimal(line.ordered - openUnits(line))
    })))
  }
  if (onShortage === 'partial') cancelRest(change, short)
  else backorderRest(change, open, book)
  return explanation
}

function cancelRest (change: OrderChange, short: readonly Line[]): void {
  const lines = short.map(line => ({ lineNo: line.lineNo, sku: line.sku, qty: toDecimal(openUnits(line)) }))
  for (const line of short) line.cancelled += openUnits(line)
  change.publish('order.cancelled', { cancellation: { reason: 'shortage', isWhole: false, lines, released: [] } })
}

function backorderRest (change: OrderChange, open: readonly Line[], book: Parameters<typeof setBackordered>[0]): void {
  const before = new Map(open.map(line => [line.lineNo, line.backordered]))
  for (const line of open) setBackordered(book, change.order, line, openUnits(line))
  const more = open.filter(line => line.backordered > before.get(line.lineNo)!)
  if (more.length > 0) change.publish('order.backordered')
}

export function createAllocations (services: Services): Allocations {
  const { kernel } = services
  return {
    async allocate (tx, scope, alias, { strategy, lines }) {
      const settings = kernel.settings<AllocateSettingsValues>('order.allocate')
      if (strategy !== undefined && !settings.allowStrategyOverride) {
        throw conflict('allocation.strategy_not_allowed', 'The operator of this service does not let callers choose the strategy: leave `strategy` out.')
      }
      checkPins(kernel, lines ?? [])
      const change = await OrderChange.begin(services, tx, { ...scope, alias }, 'allocate')
      const chosen = chosenLines(change.order.lines, lines)
      const wishOf = (line: Line): Wish => ({
        strategy: strategy as StrategyName | undefined, batch: codeOf(lines?.find(wish => wish.lineNo === line.lineNo)?.batch)
      })
      const explanation = await allocateLines(change, chosen, 'backorder', wishOf)
      change.settle()
      return { ...await change.finish(), explanation }
    },

    async deallocate (tx, scope, alias, { lines }) {
      const change = await OrderChange.begin(services, tx, { ...scope, alias }, 'deallocate')
      const chosen = chosenLines(change.order.lines, lines).filter(line => line.allocated > 0 || line.backordered > 0)
      if (chosen.length === 0) return await change.finish()
      const book = await change.openBook(chosen)
      const released = chosen.flatMap(line => letGo({ book, order: change.order }, line, line.allocated))
      for (const line of chosen) setBackordered(book, change.order, line, 0)
      change.publish('order.deallocated', { released })
      change.settle()
      return await change.finish()
    },

    async release (tx, scope, alias) {
      const change = await OrderChange.begin(services, tx, { ...scope, alias }, 'release')
      change.checkHolds('release')
      const status = allocationStatus(change.order)
      const { requireFullAllocation } = kernel.settings<ReleaseSettingsValues>('order.release')
      if (status === 'none') throw conflict('order.not_allocated', 'Nothing is allocated for the order: allocate it first.')
      if (status !== 'full' && requireFullAllocation) {
        throw conflict('order.not_fully_allocated', 'Not all of the order is allocated, and the operator of this service releases no others.')
      }
      change.moveTo('released')
      return await change.finish()
    }
  }
}

/** The lines that a request names; all if it names none. @throws AppError 422 */
export function chosenLines (lines: readonly Line[], named: ReadonlyArray<{ lineNo: number }> | undefined): Line[] {
  if (named === undefined) return [...lines]
  const seen = new Set<number>()
  return named.map(({ lineNo }, index) => {
    const line = lines.find(known => known.lineNo === lineNo)
    if (line === undefined) throw unknownLine(`/lines/${index}/lineNo`)
    if (seen.has(lineNo)) throw lineTwice(`/lines/${index}/lineNo`)
    seen.add(lineNo)
    return line
  })
}
