// A stock key while the book is open: what lies there, what it was before, and whether it may be so.
import { toDecimal, toUnits } from '#kernel'
import type { Level } from './announce.js'
import type { Place } from '../domain/places.js'
import type { Item } from '../domain/state.js'
import type { ItemChange, ItemRow } from '../store/book.js'

/** A stock key with what lies there while the book is open. */
export interface BookItem extends Item {
  location: Place
  level: Level
  before: { onHand: number, reserved: number }
  isFresh: boolean
  pointers: string[]
}

export function toItem (level: Level, row: ItemRow): BookItem {
  const batch = row.batchId === '' ? null : { id: row.batchId, code: row.code!, expiryDate: row.expiryDate, status: row.batchStatus! }
  const { locationId: id, location: code, pickable, sellable, locked, pickPriority, receivable, isRestricted, status, receivedAt } = row
  const [onHand, reserved] = [toUnits(row.onHand), toUnits(row.reserved)]
  return {
    level,
    batch,
    location: { id, code, pickable, sellable, locked, pickPriority, receivable, isRestricted, active: true },
    status,
    onHand,
    reserved,
    receivedAt,
    before: { onHand, reserved },
    isFresh: false,
    pointers: []
  }
}

/** A stock key where nothing lies yet. */
export function emptyItem (key: Pick<BookItem, 'level' | 'batch' | 'location' | 'status' | 'receivedAt'>): BookItem {
  return { ...key, onHand: 0, reserved: 0, before: { onHand: 0, reserved: 0 }, isFresh: true, pointers: [] }
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
