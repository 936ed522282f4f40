// What a product may not become while there is stock of it, and what a change of it does to stock.
import { AppError, brokenRule, type Kernel, type Tx } from '#kernel'
import type { CatalogService, GuardedFacts } from '../../catalog/public.js'
import { openProductBook } from './product-book.js'
import { resetShelfLife } from '../store/expiry.js'

/** The levels are locked first: what comes in meanwhile waits, and then sees the product as it has become. */
const LOCK = { name: 'inventory-guard-lock', text: 'SELECT "warehouseId" FROM "StockLevel" WHERE "productId" = $1 ORDER BY "warehouseId" FOR UPDATE' }
const MOVED = { name: 'inventory-guard-moved', text: 'SELECT FROM "StockMovement" WHERE "productId" = $1 LIMIT 1' }
const STOCK = {
  name: 'inventory-guard-stock',
  text: 'SELECT coalesce(sum("onHand"), 0) AS "onHand", count(*)::int AS "keys" FROM "StockItem" WHERE "productId" = $1 AND NOT "isEmpty"'
}

/**
 * Archiving, becoming a service, fewer decimals and other tracking all need an empty shelf; another base unit one that has always been: the ledger
 * counts in it.
 */
export function guardProducts (kernel: Kernel, catalog: CatalogService): void {
  catalog.guard(async (tx, before, after) => {
    if (before.baseUom !== after.baseUom && (await tx.query(MOVED, [before.id])).rows.length > 0) {
      throw brokenRule(
        'product.has_movements',
        '/baseUom',
        `can't change: stock of the product was counted in ${before.baseUom}. Add the other unit to its units, or make a new product`
      )
    }
    const broken = ruleOf(before, after)
    if (broken !== null) {
      const { keys, onHand } = await stockOf(tx, before.id)
      if (keys > 0) throw broken(onHand)
    }
    if (before.minShelfLifeShipDays !== after.minShelfLifeShipDays) {
      resetShelfLife(tx, after.id, kernel.clock.now().toISOString().slice(0, 10), after.minShelfLifeShipDays)
    }
    if ((['safetyStock', 'reorderPoint', 'minShelfLifeShipDays'] as const).some(name => before[name] !== after[name])) await retell(kernel, catalog, tx, after)
  })
}

/** What is kept back, and what must remain of the shelf life, change what is available; the reorder point changes what is low. */
async function retell (
  kernel: Kernel, catalog: CatalogService, tx: Tx, { id, ownerId, safetyStock, reorderPoint, minShelfLifeShipDays }: GuardedFacts
): Promise<void> {
  const book = await openProductBook({ kernel, catalog }, tx, ownerId, id)
  book.changeProduct(id, { safetyStock, reorderPoint, minShelfLifeShipDays })
  await book.close()
}

type Refusal = (onHand: number) => AppError

function ruleOf (before: GuardedFacts, after: GuardedFacts): Refusal | null {
  if (after.status === 'archived' && before.status !== 'archived') {
    return onHand => new AppError(409, 'product.has_stock', `There are ${onHand} of this product on hand: adjust its stock to 0 before it is archived.`)
  }
  const field = (['kind', 'trackBatch', 'trackExpiry'] as const).find(name => before[name] !== after[name]) ??
    (after.qtyScale < before.qtyScale ? 'qtyScale' : undefined)
  return field === undefined
    ? null
    : onHand => brokenRule('product.has_stock', `/${field}`, `can't change while there is stock of the product: ${onHand} on hand`)
}

async function stockOf (tx: Tx, productId: string): Promise<{ onHand: number, keys: number }> {
  await tx.query(LOCK, [productId])
  return (await tx.query<{ onHand: number, keys: number }>(STOCK, [productId])).rows[0]!
}
