// SQL of lines that wait for stock: whose turn it is, and the list of them.
import type { Queryable, Tx } from '#kernel'
import { timestamp } from './columns.js'
import type { BackorderView } from '../schemas/backorders.js'

export interface Place { productId: string, warehouseId: string }
export interface Waiting { orderId: string, rank: string }

/** The ranks of a warehouse begin with its id and a space. */
const NEXT = {
  name: 'orders-waiting-next',
  text: `SELECT l."orderId", l."fillRank" AS "rank" FROM unnest($1::text[], $2::text[]) AS pair ("productId", "after") CROSS JOIN LATERAL (
      SELECT "orderId", "fillRank" FROM "OrderLine" l WHERE l."productId" = pair."productId" AND l."fillRank" IS NOT NULL
        AND l."fillRank" > pair."after" AND l."fillRank" < split_part(pair."after", ' ', 1) || '!' ORDER BY l."fillRank" LIMIT $3) l`
}

/** The next lines that wait in each place, behind a rank: at most `limit` of each place, in their order. */
export async function nextWaiting (db: Queryable, places: ReadonlyArray<Place & { after?: string }>, limit: number): Promise<Waiting[]> {
  const { rows } = await db.query<Waiting>(NEXT, [places.map(place => place.productId), places.map(place => place.after ?? `${place.warehouseId} `), limit])
  const withoutPlace = (rank: string): string => rank.slice(rank.indexOf(' '))
  return rows.sort((a, b) => withoutPlace(a.rank) < withoutPlace(b.rank) ? -1 : 1)
}

const LOCK_FREE = { name: 'orders-lock-free', text: 'SELECT "id" FROM "Order" WHERE "id" = ANY ($1::text[]) ORDER BY "id" FOR UPDATE SKIP LOCKED' }

/** Locks those of the orders that no one else has locked: a transaction that holds stock must not wait for an order. */
export async function lockFree (tx: Tx, ids: readonly string[]): Promise<ReadonlySet<string>> {
  return new Set((await tx.query<{ id: string }>(LOCK_FREE, [ids])).rows.map(row => row.id))
}

const DUE = {
  name: 'orders-fill-due', text: 'SELECT "productId", "warehouseId", "ownerId" FROM "StockLevel" WHERE "isFillDue" ORDER BY "productId", "warehouseId" LIMIT $1'
}

export async function duePlaces (db: Queryable, limit: number): Promise<Array<Place & { ownerId: string }>> {
  return (await db.query<Place & { ownerId: string }>(DUE, [limit])).rows
}

interface BackorderQuery {
  ownerId: string
  /** Ids of the only warehouses that may be shown; null: all. */
  within: readonly string[] | null
  productId: string | null
  warehouseId: string | null
  orderId: string | null
  after: readonly unknown[] | null
  limit: number
}

const KEY = '9 - o."priority", coalesce(o."requestedShipDate", \'9999-12-31\'), o."createdAt", o."id", l."lineNo"'

type BackorderRow = BackorderView & { key: readonly [number, string, string, string, number] }

/** Lines that wait, those first that are filled first. */
export async function backorderPage (
  db: Queryable, { ownerId, within, productId, warehouseId, orderId, after, limit }: BackorderQuery
): Promise<BackorderRow[]> {
  const values: unknown[] = [ownerId]
  const bind = (value: unknown): string => `$${values.push(value)}`
  const where = ['o."ownerId" = $1', 'l."qtyBackordered" > 0']
  const shape: string[] = []
  const add = (name: string, condition: string): void => { shape.push(name); where.push(condition) }
  if (productId !== null) add('product', `l."productId" = ${bind(productId)}`)
  if (warehouseId !== null) add('warehouse', `o."warehouseId" = ${bind(warehouseId)}`)
  if (orderId !== null) add('order', `o."id" = ${bind(orderId)}`)
  if (within !== null) add('within', `o."warehouseId" = ANY (${bind(within)}::text[])`)
  if (after !== null) {
    add(
      'after', `(${KEY}) > (${bind(after[0])}::int, ${bind(after[1])}::date, ${bind(after[2])}::timestamptz, ${bind(after[3])}::text, ${bind(after[4])}::int)`
    )
  }
  const text =
    `SELECT o."id" AS "orderId", o."number" AS "orderNumber", o."externalRef", o."status", o."onHold", o."priority", o."requestedShipDate",
      json_build_object('id', w."id", 'code', w."code") AS "warehouse",
      ${
      timestamp('o."createdAt"')
    } AS "createdAt", l."lineNo", l."externalLineRef", l."productId", l."sku", l."qtyOrdered", l."qtyBackordered", l."fillRank" IS NOT NULL AS "isNext",
      json_build_array(9 - o."priority", coalesce(o."requestedShipDate", '9999-12-31'), to_char(o."createdAt", 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), o."id",
        l."lineNo") AS "key"
    FROM "OrderLine" l JOIN "Order" o ON o."id" = l."orderId" JOIN "Warehouse" w ON w."id" = o."warehouseId" WHERE ${
      where.join(' AND ')
    } ORDER BY ${KEY} LIMIT ${bind(limit)}`
  return (await db.query<BackorderRow>({ name: `orders-backorders ${shape.join(' ')}`, text }, values)).rows
}
