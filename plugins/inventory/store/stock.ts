// SQL that reads stock: levels with all that lies there. The sums are made where those of a change are made.
import type { Queryable, Statement } from '#kernel'
import { timestamp } from './columns.js'
import type { BatchStatus, StockStatus } from '../domain/statuses.js'

export type LyingThere = [
  batchId: string, code: string | null, expiryDate: string | null, batchStatus: BatchStatus | null,
  locationId: string, location: string, sellable: boolean, locked: boolean, pickable: boolean, status: StockStatus, onHand: number, reserved: number
]

export interface StockRow {
  productId: string
  sku: string
  skuKey: string
  externalRef: string | null
  safetyStock: number
  minShelfLifeShipDays: number | null
  /** Null: the product never had stock anywhere. */
  warehouseId: string | null
  warehouse: string
  timezone: string
  backordered: number
  incoming: number
  lastSeq: number
  version: number
  updatedAt: string
  items: LyingThere[]
}

const ITEMS =
  `coalesce((SELECT json_agg(json_build_array(i."batchId", b."code", b."expiryDate", b."status", i."locationId", s."code", s."sellable", s."locked",
    s."pickable", i."status", i."onHand", i."reserved"))
  FROM "StockItem" i JOIN "Location" s ON s."id" = i."locationId" LEFT JOIN "Batch" b ON b."id" = i."batchId"
  WHERE i."productId" = l."productId" AND i."warehouseId" = l."warehouseId" AND NOT i."isEmpty"), '[]') AS "items"`
const LEVEL =
  `p."id" AS "productId", p."sku", p."skuKey", p."externalRef", p."safetyStock", p."minShelfLifeShipDays", l."warehouseId", w."code" AS "warehouse",
    w."timezone",
  l."backordered", l."incoming", l."lastSeq", l."version", ${timestamp('l."updatedAt"')} AS "updatedAt", ${ITEMS}`

const OF_PRODUCT = {
  name: 'inventory-stock-of-product',
  text: `SELECT ${LEVEL} FROM "StockLevel" l JOIN "Product" p ON p."id" = l."productId" JOIN "Warehouse" w ON w."id" = l."warehouseId"
    WHERE l."productId" = $1 ORDER BY w."code"`
}
/** Products that never had stock are among the rows, without a warehouse. */
const OF_SKUS = {
  name: 'inventory-stock-of-skus',
  text:
    `SELECT ${LEVEL} FROM "Product" p LEFT JOIN "StockLevel" l ON l."productId" = p."id" AND ($3::text[] IS NULL OR l."warehouseId" = ANY ($3)) LEFT
      JOIN "Warehouse" w ON w."id" = l."warehouseId"
    WHERE p."ownerId" = $1 AND p."skuKey" = ANY ($2::text[])`
}

export async function stockOfProduct (db: Queryable, productId: string): Promise<StockRow[]> {
  return (await db.query<StockRow>(OF_PRODUCT, [productId])).rows
}

export async function stockOfSkus (db: Queryable, ownerId: string, skuKeys: readonly string[], warehouseIds: readonly string[] | null): Promise<StockRow[]> {
  return (await db.query<StockRow>(OF_SKUS, [ownerId, skuKeys, warehouseIds])).rows
}

export interface StockPageQuery {
  ownerId: string
  updatedSince: string | null
  warehouseId: string | null
  /** Ids of the only warehouses that may be shown; null: all. */
  within: readonly string[] | null
  newestFirst: boolean
  /** [updatedAt, productId, warehouseId] of the row before. */
  after: readonly string[] | null
  limit: number
}

export async function stockPage (
  db: Queryable, { ownerId, updatedSince, warehouseId, within, newestFirst, after, limit }: StockPageQuery
): Promise<StockRow[]> {
  const values: unknown[] = [ownerId]
  const bind = (value: unknown): string => `$${values.push(value)}`
  const where = ['l."ownerId" = $1']
  const [direction, beyond] = newestFirst ? ['DESC', '<'] : ['ASC', '>']
  const shape: string[] = [direction]
  const add = (name: string, condition: string): void => { shape.push(name); where.push(condition) }
  if (updatedSince !== null) add('since', `l."updatedAt" >= ${bind(updatedSince)}::timestamptz`)
  if (warehouseId !== null) add('warehouse', `l."warehouseId" = ${bind(warehouseId)}`)
  if (within !== null) add('within', `l."warehouseId" = ANY (${bind(within)}::text[])`)
  if (after !== null) {
    add('after', warehouseId === null
      ? `(l."updatedAt", l."productId", l."warehouseId") ${beyond} (${bind(after[0])}::timestamptz, ${bind(after[1])}, ${bind(after[2])})`
      : `(l."updatedAt", l."productId") ${beyond} (${bind(after[0])}::timestamptz, ${bind(after[1])})`)
  }
  const order = `ORDER BY l."updatedAt" ${direction}, l."productId" ${direction}, l."warehouseId" ${direction}`
  // The page is cut before anything is joined to it.
  const text = `SELECT ${LEVEL} FROM (SELECT * FROM "StockLevel" l WHERE ${where.join(' AND ')} ${order} LIMIT ${bind(limit)}) l
    JOIN "Product" p ON p."id" = l."productId" JOIN "Warehouse" w ON w."id" = l."warehouseId" ${order}`
  const statement: Statement = { name: `inventory-stock-page ${shape.join(' ')}`, text }
  return (await db.query<StockRow>(statement, values)).rows
}
