// What must not leave, or can't be reached.
import type { StockBook } from '../../inventory/public.js'
import type { Allocation } from '../domain/order.js'
import { conflict } from '../errors.js'
import { waysOut } from '../domain/states.js'
import type { OrderChange } from './order-change.js'
import { itemOf, whyBad } from './stock.js'

/** What has expired or was taken out of sale since it was allocated is not sent. @throws AppError 409 `allocation.not_good` naming the ways out */
export function checkGood (change: OrderChange, book: StockBook, allocation: Allocation, where = ''): void {
  const why = whyBad(itemOf(book, change.order, allocation))
  if (why === null) return
  const { lineNo, batch, stage } = allocation
  throw conflict(
    'allocation.not_good',
    `Line ${lineNo} has batch ${batch!.code} ${stage === 'allocated' ? 'allocated' : stage}${where}, which ${why}: ${
      waysOut(change.order, stage as 'allocated', change.limits)
    }.`
  )
}

/** @throws AppError 409 `allocation.not_good` when the location was locked since */
export function checkReachable (change: OrderChange, book: StockBook, allocation: Allocation): void {
  const { location } = itemOf(book, change.order, allocation)
  if (location.locked) {
    throw conflict(
      'allocation.not_good',
      `Line ${allocation.lineNo} has goods allocated at ${location.code}, which is locked: ${waysOut(change.order, 'allocated', change.limits)}.`
    )
  }
}
