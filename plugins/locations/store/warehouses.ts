// SQL of warehouses.
import type { Queryable, Tx } from '#kernel'
import type { WarehouseView } from '../schemas/warehouses.js'

interface Stamps { createdAt: Date, updatedAt: Date }
/** As it is kept: its default locations by id. */
type Row = Omit<WarehouseView, keyof Stamps> & Stamps
export interface StoredWarehouse extends WarehouseView { defaultReceivingLocationId: string | null, defaultShippingLocationId: string | null }

const VIEW = `w."id", w."code", w."name", w."address", w."gln", w."timezone", w."active", w."allowNegativeStock", w."version", w."createdAt", w."updatedAt",
  w."defaultReceivingLocationId", w."defaultShippingLocationId",
  (SELECT l."code" FROM "Location" l WHERE l."id" = w."defaultReceivingLocationId") AS "defaultReceivingLocation",
  (SELECT l."code" FROM "Location" l WHERE l."id" = w."defaultShippingLocationId") AS "defaultShippingLocation"`

const LIST = {
  name: 'locations-warehouse-list',
  text: `SELECT ${VIEW} FROM "Warehouse" w WHERE w."code" > $1 AND ($2::timestamptz IS NULL OR w."updatedAt" >= $2::timestamptz)
    AND ($3::boolean IS NULL OR w."active" = $3::boolean) AND ($5::text[] IS NULL OR w."id" = ANY ($5)) ORDER BY w."code" LIMIT $4::int`
}
const FIND = { name: 'locations-warehouse-find', text: `SELECT ${VIEW} FROM "Warehouse" w WHERE w."id" = $1 OR w."code" = $2` }
const LOCK = { name: 'locations-warehouse-lock', text: 'SELECT FROM "Warehouse" WHERE "id" = $1 OR "code" = $2 FOR NO KEY UPDATE' }
const INSERT = {
  name: 'locations-warehouse-insert',
  text: `WITH w AS (INSERT INTO "Warehouse" ("id", "code", "name", "address", "gln", "timezone", "allowNegativeStock")
    VALUES ($1, $2, $3, $4::jsonb, $5, $6, $7::boolean) ON CONFLICT ("code") DO NOTHING RETURNING *) SELECT ${VIEW} FROM w`
}
const UPDATE = {
  name: 'locations-warehouse-update',
  text: `WITH w AS (UPDATE "Warehouse" SET "code" = $2, "name" = $3, "address" = $4::jsonb, "gln" = $5, "timezone" = $6, "allowNegativeStock" = $7::boolean,
      "active" = $8::boolean, "defaultReceivingLocationId" = $9, "defaultShippingLocationId" = $10, "version" = "version" + 1,
      "updatedAt" = greatest(now(), "updatedAt") WHERE "id" = $1 RETURNING *) SELECT ${VIEW} FROM w`
}
/** What keeps a warehouse from being archived, or from a rule about its stock. */
const USE = {
  name: 'locations-warehouse-use',
  text: `SELECT EXISTS (SELECT FROM "StockItem" WHERE "warehouseId" = $1 AND NOT "isEmpty") AS "hasStock",
    EXISTS (SELECT FROM "StockItem" WHERE "warehouseId" = $1 AND "onHand" < 0) AS "isNegative",
    EXISTS (SELECT FROM "Order" WHERE "warehouseId" = $1 AND "status" IN ('draft', 'open', 'released', 'picking', 'picked', 'packed', 'partially_shipped'))
      AS "hasOrders",
    EXISTS (SELECT FROM "InboundOrder" WHERE "warehouseId" = $1 AND "status" NOT IN ('closed', 'cancelled')) AS "hasInbound"`
}

/** Its id, or its code. */
export interface PlaceName { id: string, code: string }

/** `within`: ids of the only warehouses that may be shown; null: all. */
export interface WarehouseSearch { updatedSince: string | null, active: boolean | null, within: readonly string[] | null }

export async function listWarehouses (
  db: Queryable, after: string, { updatedSince, active, within }: WarehouseSearch, limit: number
): Promise<WarehouseView[]> {
  return (await db.query<Row & StoredWarehouse>(LIST, [after, updatedSince, active, limit, within])).rows.map(toStored)
}

export async function findWarehouse (db: Queryable, { id, code }: PlaceName): Promise<StoredWarehouse | undefined> {
  return (await db.query<Row & StoredWarehouse>(FIND, [id, code])).rows.map(toStored)[0]
}

export async function lockWarehouse (tx: Tx, { id, code }: PlaceName): Promise<StoredWarehouse | undefined> {
  tx.send(LOCK, [id, code])
  // A second statement, which sees what those before have committed.
  return await findWarehouse(tx, { id, code })
}

type Draft = Pick<WarehouseView, 'id' | 'code' | 'name' | 'address' | 'gln' | 'timezone' | 'allowNegativeStock'>
const valuesOf = ({ id, code, name, address, gln, timezone, allowNegativeStock }: Draft): unknown[] =>
  [id, code, name, address === null ? null : JSON.stringify(address), gln, timezone, allowNegativeStock]

/** @returns undefined when the code is taken */
export async function insertWarehouse (tx: Tx, draft: Draft): Promise<StoredWarehouse | undefined> {
  return (await tx.query<Row & StoredWarehouse>(INSERT, valuesOf(draft))).rows.map(toStored)[0]
}

/** @throws the database's 23505 when the code is taken */
export async function updateWarehouse (tx: Tx, warehouse: StoredWarehouse): Promise<StoredWarehouse> {
  const { active, defaultReceivingLocationId, defaultShippingLocationId } = warehouse
  const { rows } = await tx.query<Row & StoredWarehouse>(UPDATE, [...valuesOf(warehouse), active, defaultReceivingLocationId, defaultShippingLocationId])
  return toStored(rows[0]!)
}

type Use = Record<'hasStock' | 'isNegative' | 'hasOrders' | 'hasInbound', boolean>

export async function useOfWarehouse (tx: Tx, id: string): Promise<Use> {
  return (await tx.query<Use>(USE, [id])).rows[0]!
}

function toStored (row: Row & Pick<StoredWarehouse, 'defaultReceivingLocationId' | 'defaultShippingLocationId'>): StoredWarehouse {
  return { ...row, createdAt: row.createdAt.toISOString(), updatedAt: row.updatedAt.toISOString() }
}

/** Without what only the rules need. */
export function warehouseView ({ defaultReceivingLocationId: _, defaultShippingLocationId: __, ...view }: StoredWarehouse): WarehouseView {
  return view
}
