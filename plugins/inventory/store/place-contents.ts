// SQL of what lies in locations, of all owners.
import type { Tx } from '#kernel'

/** What lies in a location, and what may. Weights in grams, by the products; those without one weigh nothing. */
interface RestrictedPlace {
  id: string
  code: string
  allowMixedProducts: boolean
  allowMixedBatches: boolean
  maxWeightG: number | null
  products: number
  batches: number
  weightG: number
}

/** In one order for everybody. */
const LOCK = { name: 'inventory-places-lock', text: 'SELECT FROM "Location" WHERE "id" = ANY ($1::text[]) ORDER BY "id" FOR NO KEY UPDATE' }
const CONTENTS = {
  name: 'inventory-places-contents',
  text: `SELECT l."id", l."code", l."allowMixedProducts", l."allowMixedBatches", l."maxWeightG", count(DISTINCT i."productId")::int AS "products",
      count(DISTINCT (i."productId", i."batchId"))::int AS "batches", coalesce(sum(i."onHand" * coalesce(p."weightG", 0)), 0)::float8 AS "weightG"
    FROM "Location" l JOIN "StockItem" i ON i."locationId" = l."id" AND NOT i."isEmpty" JOIN "Product" p ON p."id" = i."productId"
    WHERE l."id" = ANY ($1::text[]) GROUP BY l."id"`
}
const HELD = {
  name: 'inventory-place-held',
  text: `SELECT DISTINCT l."ownerId", l."productId", l."warehouseId" FROM "StockItem" i JOIN "StockLevel" l USING ("productId", "warehouseId")
    WHERE i."locationId" = $1 AND NOT i."isEmpty" ORDER BY l."ownerId", l."productId", l."warehouseId"`
}

export function lockPlaces (tx: Tx, ids: readonly string[]): void {
  tx.send(LOCK, [ids])
}

/** With what this transaction has written. */
export async function restrictedPlaces (tx: Tx, ids: readonly string[]): Promise<RestrictedPlace[]> {
  return (await tx.query<RestrictedPlace>(CONTENTS, [ids])).rows
}

/** Products that have stock in a location. */
export async function productsIn (tx: Tx, locationId: string): Promise<Array<{ ownerId: string, productId: string, warehouseId: string }>> {
  return (await tx.query<{ ownerId: string, productId: string, warehouseId: string }>(HELD, [locationId])).rows
}
