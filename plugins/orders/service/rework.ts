// Goods that are on the floor and must not leave, or were not found: out of their parcels, back to the shelf or into quarantine, exchanged for others.
import { toDecimal, toUnits, type Tx } from '#kernel'
import type { StockStatus } from '../../inventory/public.js'
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
import { docOf, itemOf, letGo, pickUnits, setBackordered, unitsOr, unpickUnits, whyBad, type Floor, type Opened, type Part } from './stock.js'

export interface Exchanges {
  unpack: (tx: Tx, scope: Scope, alias: OrderAlias, input: UnpackInput) => Promise<OrderView>
  unpick: (tx: Tx, scope: Scope, alias: OrderAlias, input: UnpickInput) => Promise<OrderView>
  substitute: (tx: Tx, scope: Scope, alias: OrderAlias, input: SubstituteInput) => Promise<OrderView>
}

export function createExchanges (services: Services): Exchanges {
  return {
    async unpack (tx, scope, alias, { shipments, reason = null }) {
      const change = await OrderChange.begin(services, tx, { ...scope, alias }, 'unpack')
      const packed = (await shipmentsOf(tx, change.order.id)).filter(({ status }) => status === 'packed')
      const opened = chosenShipments(packed, shipments)
      if (opened.length === 0) return await change.finish()
      openShipments(change, opened)
      change.touch()
      change.settle(reason)
      return await change.finish()
    },

    async unpick (tx, scope, alias, { lines: named, to = 'stock', reason = null }) {
      const change = await OrderChange.begin(services, tx, { ...scope, alias }, 'unpick')
      const { order } = change
      await checkScales(change, (named ?? []).map((wish, index) => ({ ...wish, pointer: `/lines/${index}` })))
      const wishes = named ?? order.lines.filter(line => line.picked > 0).map(({ lineNo }) => ({ lineNo }))
      if (wishes.length === 0) return await change.finish()
      const floor = { book: await change.openBook(), order, warehouse: await change.warehouse() }
      const released: Released = []
      for (const [index, { lineNo, qty, batch }] of (wishes as NonNullable<UnpickInput['lines']>).entries()) {
        const line = lineAt(order, lineNo, index)
        for (const part of chosen(order, line, 'picked', { qty, batch, pointer: `/lines/${index}` })) {
          released.push(...putBack(floor, line, part, { to, reason }))
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
      const change = await OrderChange.begin(services, tx, { ...scope, alias }, 'substitute')
      const { order } = change
      await checkScales(change, lines.map((wish, index) => ({ ...wish, pointer: `/lines/${index}` })))
      const floor = { book: await change.openBook(), order, warehouse: await change.warehouse() }
      const released: Released = []
      for (const [index, { lineNo, qty, batch, by }] of lines.entries()) {
        const line = lineAt(order, lineNo, index)
        released.push(...exchange(floor, line, { qty, batch, by, to, reason, pointer: `/lines/${index}` }))
      }
      change.publish('order.deallocated', { released })
      change.publish('order.allocated', { cause: null })
      change.settle(reason)
      return await change.finish()
    }
  }
}

interface PutBack { to: 'stock' | 'quarantine', reason: string | null }

interface Swap extends PutBack { qty: number | undefined, batch: string, by: string | undefined, pointer: string }

/**
 * Takes a batch out of a line, from the floor first, and puts as much of another one in its place.
 * @throws AppError 409 `order.shortage`, 422 `order.quantity`
 */
function exchange (floor: Floor, line: Line, { qty, batch, by, to, reason, pointer }: Swap): Released {
  const { book, order } = floor
  const isOld = (each: Allocation): boolean => each.batch?.code === codeOf(batch)
  const inStage = (stage: 'picked' | 'allocated'): number =>
    allocationsOf(order, line.lineNo, stage).filter(isOld).reduce((units, each) => units + each.units, 0)
  const there = inStage('picked') + inStage('allocated')
  const wanted = unitsOr(qty, there)
  if (there === 0 || wanted > there) throw tooMany(`${pointer}/${there === 0 ? 'batch' : 'qty'}`, toDecimal(there), `picked or allocated of batch ${batch}`)
  const fromFloor = Math.min(wanted, inStage('picked'))
  const released: Released = []
  if (fromFloor > 0) {
    for (const part of chosen(order, line, 'picked', { qty: toDecimal(fromFloor), batch, pointer })) {
      released.push(...putBack(floor, line, part, { to, reason, isGivenUp: true }))
    }
  }
  released.push(...letGo(floor, line, wanted - fromFloor, isOld))
  const { allocated } = allocateLine(book, order, line, { batch: codeOf(by), not: codeOf(batch), most: wanted })
  if (toUnits(allocated) < wanted) throw shortage([{ pointer, sku: line.sku, wanted: toDecimal(wanted), found: allocated }])
  setBackordered(book, order, line, Math.min(line.backordered, openUnits(line)))
  if (fromFloor > 0) pickNew(floor, line, fromFloor, codeOf(batch))
  return released
}

function lineAt (order: Order, lineNo: number, index: number): Line {
  const line = lineOf(order, lineNo)
  if (line === undefined) throw unknownLine(`/lines/${index}/lineNo`)
  return line
}

/** Parts of what a line has at a stage. @throws AppError 422 when it has less */
function chosen (
  order: Order, line: Line, stage: 'picked' | 'allocated', { qty, batch, pointer }: { qty?: number | undefined, batch?: string | undefined, pointer: string }
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
function putBack (floor: Floor, line: Line, part: Part, { to, reason, isGivenUp = false }: PutBack & { isGivenUp?: boolean }): Released {
  const { book, order } = floor
  const { allocation, units } = part
  const home = allocation.pickedFromId
  unpickUnits(floor, line, part)
  const back = order.allocations.find(each =>
    each.lineNo === line.lineNo && each.stage === 'allocated' && each.location.id === home && each.batch?.id === allocation.batch?.id
  )!
  if (to === 'stock' && !isGivenUp && whyBad(itemOf(book, order, back)) === null) return []
  return giveUp(floor, line, { allocation: back, units }, { status: to === 'stock' ? null : 'quarantine', note: reason })
}

/** Deallocates units that no one else is to have: they get another status where they lie. */
function giveUp (opened: Opened, line: Line, { allocation, units }: Part, { status, note }: { status: StockStatus | null, note: string | null }): Released {
  const { book, order } = opened
  const from = itemOf(book, order, allocation)
  const released = letGo(opened, line, units, each => each === allocation)
  if (status !== null) {
    book.post({ type: 'status_change', units, from, to: book.item(from.level, from.batch, from.location, status), doc: docOf(order, line.lineNo), note })
  }
  return released
}

/** What is allocated and was not found on the shelf is there for people to count: of status `quality`, so that no one else is promised it. */
export function notFound (opened: Opened, line: Line, allocation: Allocation, reason: string): Released {
  return giveUp(opened, line, { allocation, units: allocation.units }, { status: 'quality', note: reason })
}

/** What was deallocated is looked for elsewhere, if the operator wants orders allocated. */
export async function lookElsewhere (change: OrderChange, lines: readonly Line[]): Promise<void> {
  const { autoAllocate } = change.services.kernel.settings<CreateSettingsValues>('order.create')
  if (autoAllocate && change.order.holds.length === 0) await allocateLines(change, lines.filter(line => openUnits(line) > 0), 'backorder')
}

/** Who exchanges goods on the floor has the others in hand. */
function pickNew (floor: Floor, line: Line, units: number, not: string | undefined): void {
  let left = units
  for (const allocation of allocationsOf(floor.order, line.lineNo, 'allocated').filter(({ batch }) => batch?.code !== not).reverse()) {
    const part = Math.min(left, allocation.units)
    left -= part
    if (part > 0) pickUnits(floor, line, { allocation, units: part })
  }
}
