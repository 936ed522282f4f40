// Goods that are on the floor and must not leave, or were not found: out of their parcels, back to the shelf or into quarantine, exchanged for others.
import { toDecimal, toUnits, type Tx } from '#kernel'
import type { StockBook, StockStatus } from '../../inventory/public.js'
import { allocateLine } from '../domain/allocation.js'
import { allocationsOf, lineOf, openUnits, type Allocation, type Line, type Order } from '../domain/order.js'
import { shortage, tooMany, unknownLine } from '../errors.js'
import type { CreateSettingsValues, OrderView } from '../schemas/orders.js'
import type { UnpackInput } from '../schemas/shipments.js'
import type { Released, SubstituteInput, UnpickInput } from '../schemas/steps.js'
import { shipmentsOf } from '../store/shipments.js'
import type { OrderAlias } from '../domain/order-alias.js'
import { allocateLines } from './allocate.js'
import { openShipments } from './status-steps.js'
import { OrderChange, type Scope, type Services } from './order-change.js'
import { checkScales, codeOf } from './lines.js'
import { chosenShipments } from './parcels.js'
import { docOf, itemOf, letGo, pickUnits, setBackordered, unitsOr, unpickUnits, whyBad } from './stock.js'

export interface Exchanges {
  unpack: (tx: Tx, scope: Scope, alias: OrderAlias, input: UnpackInput) => Promise<OrderView>
  unpick: (tx: Tx, scope: Scope, alias: OrderAlias, input: UnpickInput) => Promise<OrderView>
  substitute: (tx: Tx, scope: Scope, alias: OrderAlias, input: SubstituteInput) => Promise<OrderView>
}

export function createExchanges (services: Services): Exchanges {
  return {
    async unpack (tx, scope, alias, { shipments, reason = null }) {
      const change = await OrderChange.begin(services, tx, scope, alias, 'unpack')
      const packed = (await shipmentsOf(tx, change.order.id)).filter(({ status }) => status === 'packed')
      const opened = chosenShipments(packed, shipments)
      if (opened.length === 0) return await change.finish()
      openShipments(change, opened)
      change.touch()
      change.settle(reason)
      return await change.finish()
    },

    async unpick (tx, scope, alias, { lines: named, to = 'stock', reason = null }) {
      const change = await OrderChange.begin(services, tx, scope, alias, 'unpick')
      const { order } = change
      await checkScales(change, (named ?? []).map((wish, index) => ({ ...wish, pointer: `/lines/${index}` })))
      const wishes = named ?? order.lines.filter(line => line.picked > 0).map(({ lineNo }) => ({ lineNo }))
      if (wishes.length === 0) return await change.finish()
      const book = await change.openBook()
      const released: Released = []
      for (const [index, { lineNo, qty, batch }] of (wishes as NonNullable<UnpickInput['lines']>).entries()) {
        const line = lineAt(order, lineNo, index)
        for (const { allocation, units } of chosen(order, line, 'picked', { qty, batch }, `/lines/${index}`)) {
          released.push(...await putBack(change, book, line, allocation, units, to, reason))
        }
      }
      if (released.length > 0) {
        change.publish('order.deallocated', { released })
        await lookElsewhere(change, order.lines.filter(line => released.some(({ lineNo }) => lineNo === line.lineNo)))
      }
      change.settle(reason)
      change.touch()
      return await change.finish()
    },

    async substitute (tx, scope, alias, { lines, to = 'quarantine', reason = null }) {
      const change = await OrderChange.begin(services, tx, scope, alias, 'substitute')
      const { order } = change
      await checkScales(change, lines.map((wish, index) => ({ ...wish, pointer: `/lines/${index}` })))
      const book = await change.openBook()
      const released: Released = []
      for (const [index, { lineNo, qty, batch, by }] of lines.entries()) {
        const line = lineAt(order, lineNo, index)
        released.push(...await exchange(change, book, line, { qty, batch, by, to, reason }, `/lines/${index}`))
      }
      change.publish('order.deallocated', { released })
      change.publish('order.allocated', { cause: null })
      change.settle(reason)
      return await change.finish()
    }
  }
}

interface Swap { qty: number | undefined, batch: string, by: string | undefined, to: 'stock' | 'quarantine', reason: string | null }

/**
 * Takes a batch out of a line, from the floor first, and puts as much of another one in its place.
 * @throws AppError 409 `order.shortage`, 422 `order.quantity`
 */
async function exchange (change: OrderChange, book: StockBook, line: Line, { qty, batch, by, to, reason }: Swap, pointer: string): Promise<Released> {
  const { order } = change
  const isOld = (each: Allocation): boolean => each.batch?.code === codeOf(batch)
  const inStage = (stage: 'picked' | 'allocated'): number =>
    allocationsOf(order, line.lineNo, stage).filter(isOld).reduce((units, each) => units + each.units, 0)
  const there = inStage('picked') + inStage('allocated')
  const wanted = unitsOr(qty, there)
  if (there === 0 || wanted > there) throw tooMany(`${pointer}/${there === 0 ? 'batch' : 'qty'}`, toDecimal(there), `picked or allocated of batch ${batch}`)
  const fromFloor = Math.min(wanted, inStage('picked'))
  const released: Released = []
  if (fromFloor > 0) {
    for (const { allocation, units } of chosen(order, line, 'picked', { qty: toDecimal(fromFloor), batch }, pointer)) {
      released.push(...await putBack(change, book, line, allocation, units, to, reason, true))
    }
  }
  released.push(...letGo(book, order, line, wanted - fromFloor, isOld))
  const { allocated } = allocateLine(book, order, line, { batch: codeOf(by), not: codeOf(batch), most: wanted }, order.requestedShipDate)
  if (toUnits(allocated) < wanted) throw shortage([{ pointer, sku: line.sku, wanted: toDecimal(wanted), found: allocated }])
  setBackordered(book, order, line, Math.min(line.backordered, openUnits(line)))
  if (fromFloor > 0) pickNew(change, book, line, await change.warehouse(), fromFloor, codeOf(batch))
  return released
}

function lineAt (order: Order, lineNo: number, index: number): Line {
  const line = lineOf(order, lineNo)
  if (line === undefined) throw unknownLine(`/lines/${index}/lineNo`)
  return line
}

interface Part { allocation: Allocation, units: number }

/** Parts of what a line has at a stage. @throws AppError 422 when it has less */
function chosen (
  order: Order, line: Line, stage: 'picked' | 'allocated', { qty, batch }: { qty?: number | undefined, batch?: string | undefined }, pointer: string
): Part[] {
  const fitting = allocationsOf(order, line.lineNo, stage).filter(each => batch === undefined || each.batch?.code === codeOf(batch))
  const there = fitting.reduce((units, each) => units + each.units, 0)
  const wanted = unitsOr(qty, there)
  if (wanted > there || (there === 0 && qty === undefined)) throw tooMany(qty === undefined ? `${pointer}/lineNo` : `${pointer}/qty`, toDecimal(there), stage)
  let left = wanted
  return fitting.map(allocation => {
    const units = Math.min(left, allocation.units)
    left -= units
    return { allocation, units }
  }).filter(({ units }) => units > 0)
}

/**
 * Picked goods go back to where they came from: good ones stay allocated, unless they are given up; others are deallocated, into quarantine if that
 * is asked for.
 */
async function putBack (
  change: OrderChange, book: StockBook, line: Line, allocation: Allocation, units: number, to: 'stock' | 'quarantine', reason: string | null, isGivenUp = false
): Promise<Released> {
  const { order } = change
  const home = allocation.pickedFromId
  unpickUnits(book, order, line, await change.warehouse(), allocation, units)
  const back = order.allocations.find(each =>
    each.lineNo === line.lineNo && each.stage === 'allocated' && each.location.id === home && each.batch?.id === allocation.batch?.id
  )!
  if (to === 'stock' && !isGivenUp && whyBad(itemOf(book, order, back)) === null) return []
  return giveUp(change, book, line, back, units, to === 'stock' ? null : 'quarantine', reason)
}

/** Deallocates units that no one else is to have: they get another status where they lie. */
function giveUp (
  { order }: OrderChange, book: StockBook, line: Line, allocation: Allocation, units: number, status: StockStatus | null, note: string | null
): Released {
  const from = itemOf(book, order, allocation)
  const released = letGo(book, order, line, units, each => each === allocation)
  if (status !== null) {
    book.post({ type: 'status_change', units, from, to: book.item(from.level, from.batch, from.location, status), doc: docOf(order, line.lineNo), note })
  }
  return released
}

/** What is allocated and was not found on the shelf is there for people to count: of status `quality`, so that no one else is promised it. */
export function notFound (change: OrderChange, book: StockBook, line: Line, allocation: Allocation, reason: string): Released {
  return giveUp(change, book, line, allocation, allocation.units, 'quality', reason)
}

/** What was deallocated is looked for elsewhere, if the operator wants orders allocated. */
export async function lookElsewhere (change: OrderChange, lines: readonly Line[]): Promise<void> {
  const { autoAllocate } = change.services.kernel.settings<CreateSettingsValues>('order.create')
  if (autoAllocate && change.order.holds.length === 0) await allocateLines(change, lines.filter(line => openUnits(line) > 0), 'backorder')
}

/** Who exchanges goods on the floor has the others in hand. */
function pickNew (
  change: OrderChange, book: StockBook, line: Line, warehouse: Awaited<ReturnType<OrderChange['warehouse']>>, units: number, not: string | undefined
): void {
  let left = units
  for (const allocation of allocationsOf(change.order, line.lineNo, 'allocated').filter(({ batch }) => batch?.code !== not).reverse()) {
    const part = Math.min(left, allocation.units)
    left -= part
    if (part > 0) pickUnits(book, change.order, line, warehouse, allocation, part)
  }
}
