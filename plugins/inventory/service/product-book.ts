// The book of a product wherever it has ever had stock: for changes of a batch, which may lie anywhere.
import type { Tx } from '#kernel'
import type { StockBook } from './book.js'
import { openBook } from './open-book.js'
import type { Services } from './services.js'
import { warehousesOf } from '../store/places.js'

/**
 * The foreign key of a new level waits for this lock, so no warehouse is added while the book is open; and a caller that wants several
 * levels of one product has it first (the guard of the catalog's changes too), so their orders can't cross.
 */
const LOCK = { name: 'inventory-product-lock', text: 'SELECT FROM "Product" WHERE "id" = $1 FOR UPDATE' }

export async function openProductBook (services: Services, tx: Tx, ownerId: string, productId: string): Promise<StockBook> {
  tx.send(LOCK, [productId])
  const warehouses = await warehousesOf(tx, productId)
  return await openBook(services, tx, ownerId, { wanted: warehouses.map(warehouse => ({ productId, warehouse })) })
}
