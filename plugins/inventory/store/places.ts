// Where stock lies: warehouses and their locations, by id or code.
import { AppError, brokenRule, type Queryable } from '#kernel'
import { archivedLocation, unknownWarehouse } from '../errors.js'
import type { Place, Warehouse } from '../domain/places.js'

type Row = { [K in keyof Place]: Place[K] | null } & {
  warehouseId: string
  warehouseCode: string
  timezone: string
  allowNegativeStock: boolean
  isActive: boolean
  receivingId: string | null
  shippingId: string | null
}

const PLACE = `l."id", l."code", l."pickable", l."sellable", l."locked", l."pickPriority", l."receivable", l."active",
      NOT l."allowMixedProducts" OR NOT l."allowMixedBatches" OR l."maxWeightG" IS NOT NULL AS "isRestricted"`

/** Without a name: the oldest active warehouse. */
const FIND = {
  name: 'inventory-places',
  text: `SELECT w."id" AS "warehouseId", w."code" AS "warehouseCode", w."timezone", w."allowNegativeStock", w."defaultReceivingLocationId" AS "receivingId",
      w."defaultShippingLocationId" AS "shippingId", w."active" AS "isActive", ${PLACE}
    FROM (SELECT * FROM "Warehouse" WHERE ($3::text[] IS NULL OR "id" = ANY ($3))
      AND CASE WHEN $1::text IS NULL THEN "active" ELSE "id" = $1 OR "code" = $1 END ORDER BY "createdAt", "id" LIMIT 1) w
    LEFT JOIN "Location" l ON l."warehouseId" = w."id"
      AND (l."code" = ANY ($2::text[]) OR l."id" = ANY ($2::text[]) OR l."id" = w."defaultReceivingLocationId" OR l."id" = w."defaultShippingLocationId")`
}

const noDefault = (): AppError => brokenRule('location.required', '/warehouse', 'has no default location: name one in each line')
const unknownLocation = (pointer: string, code: string): AppError =>
  brokenRule('location.unknown', pointer, `names no location of warehouse ${code}: use the code or the id of one`)

export interface WarehouseSearch {
  /** Codes or ids that the caller may ask for in `named`. */
  locations?: readonly string[]
  refusal?: (() => AppError) | undefined
  /** Ids of the only warehouses that the caller knows; null: all. */
  within?: readonly string[] | null
  /** The name is the operator's default: who does not know it gets the oldest that they know. */
  isDefault?: boolean
}

/**
 * @param name code or id; null for the oldest active one
 * @throws AppError the refusal, by default 422, when there is no such warehouse
 */
export async function findWarehouse (
  db: Queryable, name: string | null, { locations = [], refusal = unknownWarehouse, within = null, isDefault = false }: WarehouseSearch = {}
): Promise<Warehouse> {
  const { rows } = await db.query<Row>(FIND, [name, [...new Set(locations)], within])
  if (rows.length === 0 && isDefault && name !== null && within !== null) return await findWarehouse(db, null, { locations, refusal, within })
  if (rows.length === 0) throw refusal()
  return toWarehouse(rows)
}

/** @param rows one warehouse, once for each of its locations; at least one */
function toWarehouse (rows: readonly Row[]): Warehouse {
  const first = rows[0]!
  const all = rows.filter((row): row is Row & Place => row.id !== null)
    .map(({ id, code, pickable, sellable, locked, pickPriority, receivable, isRestricted, active }): Place =>
      ({ id, code, pickable, sellable, locked, pickPriority, receivable, isRestricted, active }))
  const byId = (id: string | null): Place => {
    const location = all.find(known => known.id === id)
    if (location === undefined) throw noDefault()
    return location
  }
  return {
    id: first.warehouseId,
    code: first.warehouseCode,
    timezone: first.timezone,
    allowNegativeStock: first.allowNegativeStock,
    active: first.isActive,
    get receiving () { return byId(first.receivingId) },
    get shipping () { return byId(first.shippingId ?? first.receivingId) },
    named: new Map(all.flatMap(location => [[location.code, location], [location.id, location]]))
  }
}

/** Those where a product has ever had stock, without locations that were asked for. */
const OF_PRODUCT = {
  name: 'inventory-places-of-product',
  text: `SELECT w."id" AS "warehouseId", w."code" AS "warehouseCode", w."timezone", w."allowNegativeStock", w."defaultReceivingLocationId" AS "receivingId",
      w."defaultShippingLocationId" AS "shippingId", w."active" AS "isActive", ${PLACE}
    FROM "StockLevel" s JOIN "Warehouse" w ON w."id" = s."warehouseId" LEFT JOIN "Location" l ON l."warehouseId" = w."id"
      AND l."id" IN (w."defaultReceivingLocationId", w."defaultShippingLocationId")
    WHERE s."productId" = $1`
}

export async function warehousesOf (db: Queryable, productId: string): Promise<Warehouse[]> {
  const { rows } = await db.query<Row>(OF_PRODUCT, [productId])
  return [...new Set(rows.map(row => row.warehouseId))].map(id => toWarehouse(rows.filter(row => row.warehouseId === id)))
}

/** @throws AppError 422 at `pointer` */
export function locationOf (warehouse: Warehouse, name: string | undefined, pointer: string): Place {
  if (name === undefined) return warehouse.receiving
  const location = warehouse.named.get(name)
  if (location === undefined) throw unknownLocation(pointer, warehouse.code)
  if (!location.active) throw archivedLocation(pointer)
  return location
}
