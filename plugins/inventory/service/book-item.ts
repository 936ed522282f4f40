// A stock key while the book is open: what lies there, what it was before, and whether it may be so.
import { toDecimal } from '#kernel'
import type { Level } from './announce.js'
import type { Item } from '../domain/state.js'
import type { ItemChange } from '../store/book.js'

/** A stock key with what lies there while the book is open. */
export interface BookItem extends Item {
  level: Level
  before: { onHand: number, reserved: number }
  isFresh: boolean
  pointers: string[]
}

/** True when the change takes more than there is. */
export function isShort ({ onHand, reserved, before, batch, level }: BookItem): boolean {
  if (onHand === before.onHand && reserved === before.reserved) return false
  const mayBeNegative = level.warehouse.allowNegativeStock && batch === null && reserved === 0
  if (reserved < 0) throw new Error(`${level.product.id}: more is deallocated than was reserved`)
  // What was allowed to go below zero once may come back step by step.
  return (onHand < 0 && onHand < before.onHand && !mayBeNegative) || (reserved > 0 && reserved > onHand)
}

export const toChange = ({ level, batch, location, status, onHand, reserved, receivedAt }: BookItem): ItemChange => ({
  productId: level.product.id,
  warehouseId: level.warehouse.id,
  batchId: batch?.id ?? '',
  locationId: location.id,
  status,
  onHand: toDecimal(onHand),
  reserved: toDecimal(reserved),
  receivedAt
})
