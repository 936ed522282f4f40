// Lines that wait for stock come before new orders: what becomes available is allocated for them by priority, requested ship date and age.
import type { Kernel, Tx } from '#kernel'
import type { Level, StockBook, StockFreed } from '../../inventory/public.js'
import { allocationStatus } from '../domain/order.js'
import { FILLABLE } from '../store/columns.js'
import type { CreateSettingsValues } from '../schemas/orders.js'
import type { AllocateSettingsValues } from '../schemas/steps.js'
import { duePlaces, lockFree, nextWaiting, type Place } from '../store/backorders.js'
import { allocateLines } from './allocate.js'
import { OrderChange, type Cause, type Services } from './order-change.js'

/** So many orders are filled by the change that makes stock available; the worker goes on with the others. */
const AT_ONCE = 20
const DUE_PLACES = 20
export const FILL_DUE = 'orders.fill'

export const isAutomatic = (kernel: Kernel): boolean => kernel.settings<AllocateSettingsValues>('order.allocate').backorders === 'automatic'

/** Fills in the transaction of the change that made stock available, at a bounded cost. */
export function createFill (services: Services): StockFreed {
  const { kernel } = services
  return async (tx, book, levels) => {
    if (!isAutomatic(kernel)) return
    const waiting = await nextWaiting(tx, levels.map(placeOf), AT_ONCE)
    const ids = [...new Set(waiting.map(({ orderId }) => orderId))]
    // The orders of this very change are at a step of their own; those that others hold wait for the stock that is held here.
    const own = new Set(levels.flatMap(({ causes }) => causes.flatMap(({ docType, docId }) => docType === 'order' && docId !== null ? [docId] : [])))
    const chosen = ids.filter(id => !own.has(id)).slice(0, AT_ONCE)
    const free = chosen.length === 0 ? new Set<string>() : await lockFree(tx, chosen)
    const cause = causeOf(levels)
    for (const id of chosen.filter(id => free.has(id))) {
      if (!levels.some(level => book.available(level) > 0)) break
      const change = (await byItself(services, tx, levels[0]!.product.ownerId, id))
        .inBook(book).becauseOf(cause)
      await fill(change, book)
      await change.finish()
    }
    const isAllTried = free.size === ids.length && waiting.length < AT_ONCE
    for (const level of levels) level.isFillDue = book.available(level) > 0 && level.backordered > 0 && !isAllTried
    if (levels.some(level => level.isFillDue)) tx.afterCommit(() => { kernel.signals.send(FILL_DUE) })
  }
}

/** No caller demands a version of it. */
const byItself = async (services: Services, tx: Tx, ownerId: string, key: string): Promise<OrderChange> =>
  await OrderChange.begin(services, tx, { ownerId, warehouseIds: null, checkVersion: () => {}, alias: { by: 'id', key } }, null)

const placeOf = ({ product, warehouse }: Level): Place => ({ productId: product.id, warehouseId: warehouse.id })

/** The first thing that made the stock available. */
function causeOf (levels: readonly Level[]): Cause | null {
  const [cause] = levels.flatMap(({ causes }) => causes)
  return cause === undefined ? null : { type: cause.type, docType: cause.docType, docId: cause.docId }
}

/** Allocates what an order waits for, as far as it is there and the book is open for it. */
async function fill (change: OrderChange, book: StockBook): Promise<void> {
  const { order, services: { kernel } } = change
  if (order.holds.length > 0 || !FILLABLE.has(order.status)) return
  const lines = order.lines.filter(line => line.backordered > 0 && line.productId !== null && book.has(line.productId, order.warehouse.id))
  await allocateLines(change, lines, 'backorder', () => ({ isWaiting: true }))
  const { autoRelease } = kernel.settings<CreateSettingsValues>('order.create')
  if (autoRelease && order.status === 'open' && allocationStatus(order) === 'full') change.moveTo('released')
}

/** Goes on where a change has left more to do. @returns one round; true when there may be more */
export function createFillRound (services: Services): (signal: AbortSignal) => Promise<boolean> {
  const { kernel } = services
  return async signal => {
    if (!kernel.plugin.isOn() || !isAutomatic(kernel)) return false
    const due = await duePlaces(kernel.db, DUE_PLACES)
    for (const { ownerId, ...place } of due) {
      let after: string | null = `${place.warehouseId} `
      while (after !== null && !signal.aborted) {
        const from: string = after
        after = await kernel.db.transaction(async tx => await fillNext(services, tx, { ...place, ownerId }, from))
      }
    }
    return due.length === DUE_PLACES
  }
}

/** Fills the next orders that wait in a place. @returns the rank behind which to go on; null when there is nothing more to do */
async function fillNext (services: Services, tx: Tx, { ownerId, ...place }: Place & { ownerId: string }, after: string): Promise<string | null> {
  const { inventory } = services
  const waiting = await nextWaiting(tx, [{ ...place, after }], AT_ONCE)
  const ids = [...new Set(waiting.map(({ orderId }) => orderId))]
  const changes = new Map<string, OrderChange>()
  // Orders before stock, and in the order of their ids, as everybody locks them.
  for (const id of ids.toSorted()) changes.set(id, await byItself(services, tx, ownerId, id))
  const book = await inventory.open(tx, ownerId, [{ productId: place.productId, warehouse: await inventory.warehouse(tx, place.warehouseId) }])
  const level = book.level(place.productId, place.warehouseId)
  for (const id of ids) {
    if (book.available(level) <= 0) break
    const change = changes.get(id)!.inBook(book).becauseOf({ type: 'backorders', docType: null, docId: null })
    await fill(change, book)
    await change.finish()
  }
  const isDone = waiting.length < AT_ONCE || book.available(level) <= 0
  if (isDone) level.isFillDue = false
  await book.close()
  return isDone ? null : waiting.at(-1)!.rank
}
