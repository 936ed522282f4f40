// What a product's stock in a warehouse amounts to: the buckets that everybody reads, out of the keys that the ledger keeps.
import { compareText, toDecimal, toUnits } from '#kernel'
import type { ProductFacts } from '../../catalog/public.js'
import { daysBetween, isExpired } from './dates.js'
import type { Location } from './places.js'
import type { BatchSums, Buckets } from '../schemas/stock.js'
import type { BatchStatus, StockStatus } from './statuses.js'

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

type UnavailableReason = keyof Buckets['unavailable']

/** What stock must fulfil to be sent. */
export interface Terms {
  /** The day where the warehouse is. */
  today: string
  /** When it is to leave, today or later. */
  leavesOn: string
  /** Days that must remain then until its expiry date. */
  minShelfLifeDays: number
}

/** The terms of the one that wants a product today and asks for nothing else. */
export const termsOf = ({ minShelfLifeShipDays }: Pick<ProductFacts, 'minShelfLifeShipDays'>, today: string): Terms => ({
  today, leavesOn: today, minShelfLifeDays: minShelfLifeShipDays ?? 0
})

/** Why what lies here can't be sent; null when it can. What levels and events show, what orders get and what is explained to them is decided here. */
export function unavailableReason (
  { batch, location, status }: Pick<Item, 'batch' | 'location' | 'status'>, { today, leavesOn, minShelfLifeDays }: Terms
): Exclude<UnavailableReason, 'safetyStock'> | null {
  if (status !== 'available') return status
  if (batch !== null && batch.status !== 'released') return batch.status === 'quarantined' ? 'quarantine' : 'blocked'
  const expiryDate = batch?.expiryDate ?? null
  if (isExpired(expiryDate, today)) return 'expired'
  if (location.locked || !location.sellable) return 'blocked'
  if (!location.pickable) return 'notPickable'
  // A rest of 0 days is the expiry date itself, which is a good day.
  return expiryDate !== null && daysBetween(leavesOn, expiryDate) < minShelfLifeDays ? 'shelfLife' : null
}

/** What can be allocated of a product in a warehouse on these terms, in ten-thousandths: its safety stock is kept back. */
export function availableUnits ({ safetyStock }: Pick<ProductFacts, 'safetyStock'>, items: Iterable<Item>, terms: Terms): number {
  let free = 0
  for (const item of items) if (unavailableReason(item, terms) === null) free += item.onHand - item.reserved
  return free - Math.min(toUnits(safetyStock), Math.max(0, free))
}

/**
 * The buckets of a product in a warehouse: `onHand` is always the sum of `available`, `reserved` and all of `unavailable`.
 * @param outside what is not on hand, in ten-thousandths
 * @param today the day where the warehouse is
 */
export function bucketsOf (
  product: Pick<ProductFacts, 'safetyStock' | 'minShelfLifeShipDays'>, items: Iterable<Item>,
  outside: { backordered: number, incoming: number }, today: string
): Buckets {
  const sums = { onHand: 0, reserved: 0, free: 0, quality: 0, quarantine: 0, damaged: 0, blocked: 0, expired: 0, shelfLife: 0, notPickable: 0 }
  const terms = termsOf(product, today)
  for (const item of items) {
    sums.onHand += item.onHand
    sums.reserved += item.reserved
    sums[unavailableReason(item, terms) ?? 'free'] += item.onHand - item.reserved
  }
  const safetyStock = Math.min(toUnits(product.safetyStock), Math.max(0, sums.free))
  return {
    onHand: toDecimal(sums.onHand),
    reserved: toDecimal(sums.reserved),
    available: toDecimal(sums.free - safetyStock),
    unavailable: {
      quality: toDecimal(sums.quality),
      quarantine: toDecimal(sums.quarantine),
      damaged: toDecimal(sums.damaged),
      blocked: toDecimal(sums.blocked),
      expired: toDecimal(sums.expired),
      shelfLife: toDecimal(sums.shelfLife),
      notPickable: toDecimal(sums.notPickable),
      safetyStock: toDecimal(safetyStock)
    },
    backordered: toDecimal(outside.backordered),
    incoming: toDecimal(outside.incoming)
  }
}

/** The same by batch, earliest expiry first; stock without a batch has none here. Safety stock is kept back of the product, not of a batch. */
export function batchesOf (product: Pick<ProductFacts, 'minShelfLifeShipDays'>, items: Iterable<Item>, today: string): BatchSums[] {
  const terms = termsOf(product, today)
  const byId = new Map<string, { batch: BatchFacts, onHand: number, reserved: number, available: number }>()
  for (const item of items) {
    const { batch, onHand, reserved } = item
    if (batch === null) continue
    const sum = byId.get(batch.id) ?? { batch, onHand: 0, reserved: 0, available: 0 }
    sum.onHand += onHand
    sum.reserved += reserved
    if (unavailableReason(item, terms) === null) sum.available += onHand - reserved
    byId.set(batch.id, sum)
  }
  return [...byId.values()]
    .filter(({ onHand, reserved }) => onHand !== 0 || reserved !== 0)
    .sort((a, b) => compareText(a.batch.expiryDate ?? '9999', b.batch.expiryDate ?? '9999') || compareText(a.batch.code, b.batch.code))
    .map(({ batch, onHand, reserved, available }) => ({
      batchId: batch.id,
      code: batch.code,
      expiryDate: batch.expiryDate,
      status: batch.status,
      onHand: toDecimal(onHand),
      reserved: toDecimal(reserved),
      available: toDecimal(available)
    }))
}
