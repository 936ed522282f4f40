// What steps of an order do to stock: allocate, deallocate, pick and put back.
import { toUnits, MAX_UNITS, toDecimal } from '#kernel'
import { isExpired, type BookItem, type Doc, type StockBook, type Warehouse } from '../../inventory/public.js'
import { addAllocation, allocationsOf, openUnits, takeFrom, type Allocation, type Line, type Order, type Stage } from '../domain/order.js'
import { conflict } from '../errors.js'
import type { Released } from '../schemas/steps.js'

/** An order, and the book that is open for its goods. */
export interface Opened { book: StockBook, order: Order }

/** The same, with the places where they are picked and wait for the carrier. */
export interface Floor extends Opened { warehouse: Warehouse }

/** So much of an allocation. */
export interface Part { allocation: Allocation, units: number }

export const docOf = (order: Order, lineNo: number): Doc => ({ type: 'order', id: order.id, lineNo })

/** The stock key of an allocation: what is allocated is always of status available. */
export function itemOf (book: StockBook, order: Order, { productId, batch, location }: Pick<Allocation, 'productId' | 'batch' | 'location'>): BookItem {
  const level = book.level(productId, order.warehouse.id)
  const found = book.items(level).find(item => item.status === 'available' && item.location.id === location.id && (item.batch?.id ?? '') === (batch?.id ?? ''))
  if (found === undefined) throw new Error(`order ${order.id}: nothing lies where ${productId} is allocated`)
  return found
}

/** Why goods must not leave: their batch has expired or is out of sale; null when they may. */
export function whyBad ({ batch, level }: BookItem): string | null {
  if (batch === null) return null
  return isExpired(batch.expiryDate, level.today) ? `expired on ${batch.expiryDate}` : batch.status === 'released' ? null : `is ${batch.status}`
}

/** Deallocates units of a line that no one has picked, the last that were chosen first. */
export function letGo ({ book, order }: Opened, line: Line, units: number, which: (allocation: Allocation) => boolean = () => true): Released {
  const released: Released = []
  let left = units
  for (const allocation of allocationsOf(order, line.lineNo, 'allocated').filter(which).reverse()) {
    if (left === 0) break
    const part = Math.min(left, allocation.units)
    left -= part
    line.allocated -= part
    book.reserve(itemOf(book, order, allocation), -part, docOf(order, line.lineNo))
    released.push({ lineNo: line.lineNo, batch: allocation.batch?.code ?? null, location: allocation.location.code, qty: toDecimal(part) })
    takeFrom(order, allocation, part)
  }
  return released
}

/** Says how much of what is open waits for stock. @throws AppError 409 `order.too_much_backordered` */
export function setBackordered (book: StockBook, order: Order, line: Line, units: number): void {
  if (units === line.backordered) return
  const level = book.level(line.productId!, order.warehouse.id)
  if (level.backordered + units - line.backordered > MAX_UNITS) {
    throw conflict('order.too_much_backordered', `More of ${line.sku} would wait for stock than this service counts: 99,999,999,999.9999.`)
  }
  book.backorder(level, units - line.backordered, docOf(order, line.lineNo))
  line.backordered = units
}

/** What waits can't be more than what is open. */
export function trimBackordered (book: StockBook, order: Order, line: Line): void {
  setBackordered(book, order, line, Math.min(line.backordered, openUnits(line)))
}

/** Takes units of an allocation from the shelf to where goods wait for the carrier. */
export function pickUnits ({ book, order, warehouse }: Floor, line: Line, { allocation, units }: Part): void {
  const from = itemOf(book, order, allocation)
  const to = book.item(from.level, from.batch, warehouse.shipping, 'available')
  book.post({ type: 'pick', units, from, to, doc: docOf(order, line.lineNo), isReserved: true })
  line.allocated -= units
  line.picked += units
  const { location: { id, code } } = to
  addAllocation(order, { ...allocation, location: { id, code }, pickedFromId: allocation.location.id, stage: 'picked', units })
  takeFrom(order, allocation, units)
}

/** Puts picked units back to where they came from; they stay allocated. */
export function unpickUnits ({ book, order, warehouse }: Floor, line: Line, { allocation, units }: Part): void {
  const from = itemOf(book, order, allocation)
  const home = warehouse.named.get(allocation.pickedFromId)
  if (home === undefined) throw new Error(`order ${order.id}: location ${allocation.pickedFromId} is gone`)
  const to = book.item(from.level, from.batch, home, 'available')
  book.post({ type: 'unpick', units, from, to, doc: docOf(order, line.lineNo), isReserved: true })
  line.picked -= units
  line.allocated += units
  addAllocation(order, { ...allocation, location: { id: home.id, code: home.code }, pickedFromId: '', stage: 'allocated', units })
  takeFrom(order, allocation, units)
}

/** Moves units of an allocation to another stage; goods stay where they are. */
export function restage (order: Order, line: Line, { allocation, units }: Part, stage: Stage): void {
  line[allocation.stage] -= units
  line[stage] += units
  addAllocation(order, { ...allocation, stage, units })
  takeFrom(order, allocation, units)
}

/** A quantity of a request in ten-thousandths, or all. */
export const unitsOr = (qty: number | undefined, all: number): number => qty === undefined ? all : toUnits(qty)
