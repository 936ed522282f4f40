// Publishes events of batches that come near their expiry date, and of those that have passed it: once each, and what that does to stock.
import { toDecimal, type Kernel, type Tx } from '#kernel'
import type { Level } from './announce.js'
import { batchEvent } from './batch-events.js'
import { toView } from '../domain/batch-view.js'
import type { StockBook } from './book.js'
import type { BookItem } from './book-item.js'
import { dayIn, daysBetween, isExpired } from '../domain/dates.js'
import { openProductBook } from './product-book.js'
import type { BatchStatusSettingsValues } from '../schemas/batches.js'
import type { Services } from './services.js'
import { batchesPastShelfLife, claimBatches, dueBatches, noteExpiry, noteShelfLife, passEmpty, zonesOf, type NoticedBatch, type Zone } from '../store/expiry.js'

const ROUND = 100

/** @returns one round: at most a hundred batches, a product at a time; true when there may be more */
export function createExpiryRound (services: Services): (signal: AbortSignal) => Promise<boolean> {
  const { kernel } = services
  const days = (): number => kernel.settings<BatchStatusSettingsValues>('batch.setStatus').expiringDays
  return async signal => {
    if (!kernel.plugin.isOn()) return false
    const now = kernel.clock.now()
    const zones = (await zonesOf(kernel.db)).map((timezone): Zone => ({ timezone, today: dayIn(timezone, now) }))
    const passed = await passEmpty(kernel.db, zones, ROUND)
    const due = await dueBatches(kernel.db, zones, days(), ROUND)
    let published = 0
    for (const [productId, ownerId] of new Map(due.map(batch => [batch.productId, batch.ownerId]))) {
      if (signal.aborted) return false
      const ids = due.filter(batch => batch.productId === productId).map(batch => batch.id)
      const publish = async (tx: Tx): Promise<number> => await tellProduct(services, tx, { ownerId, productId, ids }, days())
      // One that fails must not keep the others from being published.
      published += await kernel.db.transaction(publish).catch((error: Error) => {
        kernel.log.error({ err: error, productId }, 'expiry of batches could not be published')
        return 0
      })
    }
    const short = await batchesPastShelfLife(kernel.db, zones, ROUND)
    for (const [productId, ownerId] of new Map(short.map(batch => [batch.productId, batch.ownerId]))) {
      if (signal.aborted) return false
      await kernel.db.transaction(async tx => {
        await tellShelfLife(services, tx, { ownerId, productId, ids: short.filter(batch => batch.productId === productId).map(batch => batch.id) })
      })
    }
    return passed === ROUND || (due.length === ROUND && published > 0) || short.length === ROUND
  }
}

interface BatchesOf { ownerId: string, productId: string, ids: readonly string[] }

/** @returns how many batches of the product were notified of */
async function tellProduct (services: Services, tx: Tx, { ownerId, productId, ids }: BatchesOf, days: number): Promise<number> {
  const { kernel } = services
  const batches = await claimBatches(tx, ids)
  if (batches.length === 0) return 0
  const book = await openProductBook(services, tx, ownerId, productId)
  const expired = new Map<Level, Set<string>>()
  const published = batches.filter(batch => {
    const notice = noticeOf(kernel, book.itemsOf(batch.id), batch, days)
    if (notice === null) return false
    if (notice.event !== null) publishBatch(kernel, tx, book, { event: notice.event, row: batch, daysLeft: notice.daysLeft })
    for (const level of notice.levels) expired.set(level, (expired.get(level) ?? new Set<string>()).add(batch.id))
    noteExpiry(tx, batch.id, notice.daysLeft < 0 ? 'expired' : 'expiring', notice.passingSince)
    return true
  })
  for (const [level, batchIds] of expired) book.passBatches(level, batchIds, 'expiry')
  await book.close()
  return published.length
}

/** Too little of their shelf life is left for batches to be shipped: what is available changes wherever they lie. */
async function tellShelfLife (services: Services, tx: Tx, { ownerId, productId, ids }: BatchesOf): Promise<void> {
  const batches = await claimBatches(tx, ids)
  if (batches.length === 0) return
  const book = await openProductBook(services, tx, ownerId, productId)
  const past = new Map<Level, Set<string>>()
  for (const { id } of batches) for (const { level } of book.itemsOf(id)) past.set(level, (past.get(level) ?? new Set<string>()).add(id))
  for (const [level, batchIds] of past) book.passBatches(level, batchIds, 'shelf_life')
  noteShelfLife(tx, batches.map(batch => batch.id))
  await book.close()
}

interface Notice {
  event: 'batch.expiring' | 'batch.expired' | null
  daysLeft: number
  /** Where it is expired now and was not when it was published last. */
  levels: Level[]
  passingSince: Date | null
}

/** What there is to say about a batch whose row and levels are locked; null when another process has published it, or its goods are gone. */
function noticeOf (kernel: Kernel, items: readonly BookItem[], { expiryDate, expiryNotice, passingSince }: NoticedBatch, days: number): Notice | null {
  const levels = [...new Set(items.map(item => item.level))]
  if (expiryDate === null) return null
  if (levels.length === 0) return passingSince === null ? null : { event: null, daysLeft: -1, levels, passingSince: null }
  const daysLeft = Math.min(...levels.map(level => daysBetween(level.today, expiryDate)))
  if (daysLeft >= 0) return expiryNotice === 'none' && daysLeft <= days ? { event: 'batch.expiring', daysLeft, levels: [], passingSince: null } : null
  if (expiryNotice === 'expired' && passingSince === null) return null
  const wasExpired = (level: Level): boolean => passingSince !== null && isExpired(expiryDate, dayIn(level.warehouse.timezone, passingSince))
  const past = levels.filter(level => isExpired(expiryDate, level.today))
  return {
    event: expiryNotice === 'expired' ? null : 'batch.expired',
    daysLeft,
    levels: past.filter(level => !wasExpired(level)),
    passingSince: past.length < levels.length ? kernel.clock.now() : null
  }
}

interface Published { event: 'batch.expiring' | 'batch.expired', row: NoticedBatch, daysLeft: number }

function publishBatch (kernel: Kernel, tx: Tx, book: StockBook, { event, row, daysLeft }: Published): void {
  const { expiryNotice: _, passingSince: __, ...batch } = row
  const items = book.itemsOf(row.id)
  const sum = (level: Level, what: 'onHand' | 'reserved'): number =>
    toDecimal(items.reduce((units, item) => item.level === level ? units + item[what] : units, 0))
  const warehouses = [...new Set(items.map(item => item.level))].map(level => ({
    id: level.warehouse.id, code: level.warehouse.code, onHand: sum(level, 'onHand'), reserved: sum(level, 'reserved')
  }))
  batchEvent(kernel, tx, event, { data: { ...toView(batch, kernel.clock.now()), daysLeft, warehouses } })
}
