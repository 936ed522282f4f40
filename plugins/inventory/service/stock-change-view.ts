// What a document that changes stock has changed, as callers and events see it.
import { toDecimal } from '#kernel'
import type { StockBook } from './book.js'
import type { BookItem } from './book-item.js'
import type { Warehouse } from '../domain/places.js'
import type { MovementView, StockChangeView } from '../schemas/movements.js'

export type Outcome = StockChangeView & { movements: MovementView[] }

/** @param changed stock keys with what was on hand before, in ten-thousandths */
export function describe (
  book: StockBook,
  said: Pick<StockChangeView, 'reason' | 'note' | 'reference'>,
  warehouse: Warehouse,
  changed: ReadonlyArray<{ item: BookItem, before: number }>
): StockChangeView {
  return {
    groupId: book.groupId,
    ...said,
    warehouse: { id: warehouse.id, code: warehouse.code },
    lines: changed.map(({ item: { level: { product, warehouse: at }, batch, location, status, onHand }, before }) => ({
      product: { id: product.id, sku: product.sku, externalRef: product.externalRef },
      batch: batch === null ? null : { id: batch.id, code: batch.code, expiryDate: batch.expiryDate },
      ...at.id === warehouse.id ? {} : { warehouse: { id: at.id, code: at.code } },
      locationId: location.id,
      location: location.code,
      status,
      before: toDecimal(before),
      after: toDecimal(onHand),
      delta: toDecimal(onHand - before)
    }))
  }
}
