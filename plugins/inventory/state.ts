// What a product's stock in a warehouse amounts to: the buckets that everybody reads, out of the keys that the ledger keeps.
import type { ProductFacts } from '../catalog/public.js'
import { isExpired } from './dates.js'
import type { Location } from './places.js'
import { plain } from './quantity.js'
import type { BatchSums, Buckets } from './schemas/stock.js'

export const STOCK_STATUSES = ['available', 'quality', 'quarantine', 'damaged', 'blocked'] as const
export type StockStatus = (typeof STOCK_STATUSES)[number]

export const BATCH_STATUSES = ['released', 'quarantined', 'blocked', 'recalled'] as const
export type BatchStatus = (typeof BATCH_STATUSES)[number]

export interface BatchFacts { id: string, code: string, expiryDate: string | null, status: BatchStatus }

/** What lies under one stock key. Quantities in ten-thousandths. */
export interface Item {
  batch: BatchFacts | null
  location: Location
  status: StockStatus
  onHand: number
  reserved: number
  /** When goods first came to lie here. */
  receivedAt: Date
}

export type UnavailableReason = keyof Buckets['unavailable']

/** Why what lies here can't be sold today; null when it can. */
export function unavailableReason ({ batch, location, status }: Pick<Item, 'batch' | 'location' | 'status'>, today: string): Exclude<UnavailableReason, 'safetyStock'> | null {
  if (status !== 'available') return status
  if (batch !== null && batch.status !== 'released') return batch.status === 'quarantined' ? 'quarantine' : 'blocked'
  if (isExpired(batch?.expiryDate ?? null, today)) return 'expired'
  return location.locked || !location.sellable ? 'blocked' : null
}

/**
 * The buckets of a product in a warehouse: `onHand` is always the sum of `available`, `reserved` and all of `unavailable`.
 * @param backordered in ten-thousandths
 * @param today the day where the warehouse is
 */
export function bucketsOf (product: Pick<ProductFacts, 'safetyStock'>, items: Iterable<Item>, backordered: number, today: string): Buckets {
  const sums = { onHand: 0, reserved: 0, free: 0, quality: 0, quarantine: 0, damaged: 0, blocked: 0, expired: 0 }
  for (const item of items) {
    sums.onHand += item.onHand
    sums.reserved += item.reserved
    sums[unavailableReason(item, today) ?? 'free'] += item.onHand - item.reserved
  }
  const safetyStock = Math.min(Math.round(product.safetyStock * 10_000), Math.max(0, sums.free))
  return {
    onHand: plain(sums.onHand),
    reserved: plain(sums.reserved),
    available: plain(sums.free - safetyStock),
    unavailable: {
      quality: plain(sums.quality),
      quarantine: plain(sums.quarantine),
      damaged: plain(sums.damaged),
      blocked: plain(sums.blocked),
      expired: plain(sums.expired),
      safetyStock: plain(safetyStock)
    },
    backordered: plain(backordered)
  }
}

/** The same by batch, earliest expiry first; stock without a batch has none here. Safety stock is kept back of the product, not of a batch. */
export function batchesOf (items: Iterable<Item>, today: string): BatchSums[] {
  const byId = new Map<string, { batch: BatchFacts, onHand: number, reserved: number, available: number }>()
  for (const item of items) {
    const { batch, onHand, reserved } = item
    if (batch === null) continue
    const sum = byId.get(batch.id) ?? { batch, onHand: 0, reserved: 0, available: 0 }
    sum.onHand += onHand
    sum.reserved += reserved
    if (unavailableReason(item, today) === null) sum.available += onHand - reserved
    byId.set(batch.id, sum)
  }
  return [...byId.values()]
    .filter(({ onHand, reserved }) => onHand !== 0 || reserved !== 0)
    .sort((a, b) => compareText(a.batch.expiryDate ?? '9999', b.batch.expiryDate ?? '9999') || compareText(a.batch.code, b.batch.code))
    .map(({ batch, onHand, reserved, available }) => ({
      batchId: batch.id, code: batch.code, expiryDate: batch.expiryDate, status: batch.status, onHand: plain(onHand), reserved: plain(reserved), available: plain(available)
    }))
}

export const compareText = (a: string, b: string): number => a < b ? -1 : a > b ? 1 : 0
