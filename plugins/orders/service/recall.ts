// A batch is taken out of sale: what orders have allocated of it and no one has picked is deallocated, and other stock is looked for (I14).
import { toDecimal, type Tx } from '#kernel'
import type { BatchRelease } from '../../inventory/public.js'
import { openUnits } from '../domain/order.js'
import { conflict } from '../errors.js'
import { onTheFloor, ordersWithBatch } from '../store/recall.js'
import { allocateLines } from './allocate.js'
import { OrderChange, type Services } from './order-change.js'
import { letGo } from './stock.js'

/** Steps after which stock may be allocated again; later, operators see what is missing. */
const MAY_ALLOCATE: ReadonlySet<string> = new Set(['open', 'released', 'picking', 'picked', 'packed', 'partially_shipped'])

export function createRecall (services: Services): BatchRelease {
  return async (tx, ownerId, batch, open) => {
    const ids = batch.isLetGo ? await ordersWithBatch(tx, ownerId, batch.id) : []
    const changes: OrderChange[] = []
    const scope = { ownerId, warehouseIds: null, checkVersion: () => {} }
    for (const id of ids) changes.push(await OrderChange.begin(services, tx, { ...scope, alias: { by: 'id', key: id } }, null))
    const book = await open()
    if (batch.isLetGo) await checkComplete(tx, ownerId, batch.id, ids)
    let units = 0
    for (const change of changes) units += await letBatchGo(change.inBook(book), batch.id)
    return { orders: ids, released: toDecimal(units), ...await onTheFloor(tx, ownerId, batch.id) }
  }
}

/** Who has set the batch aside between the search for orders and the lock of its stock was not found. */
async function checkComplete (tx: Tx, ownerId: string, batchId: string, known: readonly string[]): Promise<void> {
  const now = await ordersWithBatch(tx, ownerId, batchId)
  if (now.some(id => !known.includes(id))) throw conflict('batch.busy', 'An order has set this batch aside in this very moment: repeat the call.')
}

async function letBatchGo (change: OrderChange, batchId: string): Promise<number> {
  const { order } = change
  const book = await change.openBook()
  const lines = order.lines.filter(line =>
    order.allocations.some(({ lineNo, batch, stage }) => lineNo === line.lineNo && batch?.id === batchId && stage === 'allocated')
  )
  const before = lines.reduce((units, line) => units + line.allocated, 0)
  const released = lines.flatMap(line => letGo({ book, order }, line, line.allocated, ({ batch }) => batch?.id === batchId))
  const units = before - lines.reduce((sum, line) => sum + line.allocated, 0)
  if (released.length === 0) return 0
  change.publish('order.deallocated', { released })
  if (MAY_ALLOCATE.has(order.status)) await allocateLines(change, lines.filter(line => openUnits(line) > 0), 'backorder')
  change.settle()
  await change.finish()
  return units
}
