// Opening the book: the levels that a change is about are locked and read, in one trip to the database.
import { AppError, type Kernel, type Tx } from '#kernel'
import type { CatalogService, ProductFacts } from '../catalog/public.js'
import type { Level } from './announce.js'
import { StockBook } from './book.js'
import { dayIn } from './dates.js'
import type { Warehouse } from './places.js'
import { lockLevels } from './store-book.js'

/**
 * Locks products in warehouses and reads what lies there, in one trip to the database.
 * @param products their ids, and the warehouse of each
 * @throws AppError 409 when one of them is archived meanwhile
 */
export async function openBook (kernel: Kernel, catalog: CatalogService, tx: Tx, ownerId: string, wanted: ReadonlyArray<{ productId: string, warehouse: Warehouse }>): Promise<StockBook> {
  const pairs = [...new Map(wanted.map(({ productId, warehouse }) => [`${productId} ${warehouse.id}`, { productId, warehouseId: warehouse.id, warehouse }])).values()]
  const [{ levels, items }, products] = await Promise.all([
    lockLevels(tx, ownerId, pairs),
    // Behind the lock: what an archiving or changing call has committed is seen.
    catalog.byId(tx, ownerId, [...new Set(pairs.map(pair => pair.productId))])
  ])
  const warehouses = new Map(pairs.map(pair => [pair.warehouseId, pair.warehouse]))
  const today = new Map([...warehouses.values()].map(({ id, timezone }) => [id, dayIn(timezone, kernel.clock.now())]))
  const open = levels.map((row): Level => ({
    product: productOf(products, row.productId),
    warehouse: warehouses.get(row.warehouseId)!,
    today: today.get(row.warehouseId)!,
    backordered: Math.round(row.backordered * 10_000),
    alert: row.alert,
    lastSeq: row.lastSeq,
    version: row.version,
    updatedAt: row.updatedAt,
    causes: [],
    before: null
  }))
  return new StockBook(kernel, tx, open, items, levels[0]?.now ?? kernel.clock.now())
}

function productOf (products: ReadonlyMap<string, ProductFacts>, id: string): ProductFacts {
  const product = products.get(id)
  if (product === undefined) throw new AppError(409, 'product.gone', 'A product of this call has just been removed.')
  return product
}
