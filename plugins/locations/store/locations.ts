// SQL of locations.
import { literals, type Queryable, type Tx } from '#kernel'
import { LOCATION_TYPES, type LocationView } from '../schemas/locations.js'

/** As it is kept: its parent by id. */
export interface StoredLocation extends LocationView { parentId: string | null }
type Row = Omit<StoredLocation, 'createdAt' | 'updatedAt'> & { createdAt: Date, updatedAt: Date }

const COLUMNS = [
  'code', 'barcode', 'type', 'zone', 'parentId', 'pickable', 'sellable', 'receivable', 'pickPriority', 'locked', 'lockReason', 'allowMixedProducts',
  'allowMixedBatches', 'maxWeightG', 'active'
] as const
const NAMES = COLUMNS.map(name => `"${name}"`).join(', ')

const VIEW = `l."id", json_build_object('id', w."id", 'code', w."code") AS "warehouse", ${COLUMNS.map(name => `l."${name}"`).join(', ')},
  (SELECT p."code" FROM "Location" p WHERE p."id" = l."parentId") AS "parent", l."version", l."createdAt", l."updatedAt"`
const JOINED = 'l JOIN "Warehouse" w ON w."id" = l."warehouseId"'
const FROM = `FROM "Location" ${JOINED}`
const FROM_CHANGED = `FROM ${JOINED}`

const FIND = {
  name: 'locations-location-find', text: `SELECT ${VIEW} ${FROM} WHERE l."id" = $1 OR (w."code" = $2 AND l."code" = $3)`
}
const FIND_IN = { name: 'locations-location-find-in', text: `SELECT ${VIEW} ${FROM} WHERE w."id" = $1 AND l."code" = ANY ($2::text[])` }
const LOCK = { name: 'locations-location-lock', text: 'SELECT FROM "Location" WHERE "id" = $1 FOR NO KEY UPDATE' }
const INSERT = {
  name: 'locations-location-insert',
  text: `WITH l AS (INSERT INTO "Location" ("id", "warehouseId", ${NAMES}) VALUES ($1, $2, ${COLUMNS.map((_, at) => `$${at + 3}`).join(', ')})
    ON CONFLICT ("warehouseId", "code") DO NOTHING RETURNING *) SELECT ${VIEW} ${FROM_CHANGED}`
}
const UPDATE = {
  name: 'locations-location-update',
  text: `WITH l AS (UPDATE "Location" SET ${COLUMNS.map((name, at) => `"${name}" = $${at + 2}`).join(', ')}, "version" = "version" + 1,
    "updatedAt" = greatest(now(), "updatedAt") WHERE "id" = $1 RETURNING *) SELECT ${VIEW} ${FROM_CHANGED}`
}
/** A location that is a part of itself has no place. */
const ANCESTORS = {
  name: 'locations-location-ancestors',
  text: `WITH RECURSIVE up AS (SELECT "id", "parentId", 1 AS "depth" FROM "Location" WHERE "id" = $1
    UNION ALL SELECT l."id", l."parentId", "depth" + 1 FROM up JOIN "Location" l ON l."id" = up."parentId" WHERE "depth" < 50) SELECT "id" FROM up`
}
const HAS_STOCK = { name: 'locations-location-stock', text: 'SELECT 1 FROM "StockItem" WHERE "locationId" = $1 AND NOT "isEmpty" LIMIT 1' }
const HAS_PARTS = { name: 'locations-location-parts', text: 'SELECT 1 FROM "Location" WHERE "parentId" = $1 AND "active" LIMIT 1' }

/** Its id, or the codes of warehouse and location. */
export interface LocationName { id: string, warehouse: string, code: string }

export async function findLocation (db: Queryable, { id, warehouse, code }: LocationName): Promise<StoredLocation | undefined> {
  return (await db.query<Row>(FIND, [id, warehouse, code])).rows.map(toStored)[0]
}

/** Those of a warehouse with these codes. */
export async function locationsWithCodes (db: Queryable, warehouseId: string, codes: readonly string[]): Promise<StoredLocation[]> {
  return (await db.query<Row>(FIND_IN, [warehouseId, codes])).rows.map(toStored)
}

export async function lockLocation (tx: Tx, name: LocationName): Promise<StoredLocation | undefined> {
  const known = await findLocation(tx, name)
  if (known === undefined) return undefined
  tx.send(LOCK, [known.id])
  // A second statement, which sees what those before have committed.
  return await findLocation(tx, { id: known.id, warehouse: '', code: '' })
}

const valuesOf = (location: Pick<StoredLocation, (typeof COLUMNS)[number]>): unknown[] => COLUMNS.map(name => location[name])

/** @returns undefined when the warehouse has a location with this code */
export async function insertLocation (tx: Tx, location: StoredLocation): Promise<StoredLocation | undefined> {
  return (await tx.query<Row>(INSERT, [location.id, location.warehouse.id, ...valuesOf(location)])).rows.map(toStored)[0]
}

/** @throws the database's 23505 when the code is taken */
export async function updateLocation (tx: Tx, location: StoredLocation): Promise<StoredLocation> {
  return toStored((await tx.query<Row>(UPDATE, [location.id, ...valuesOf(location)])).rows[0]!)
}

/** The location and all that it is a part of. */
export async function ancestorsOf (tx: Tx, id: string): Promise<string[]> {
  return (await tx.query<{ id: string }>(ANCESTORS, [id])).rows.map(row => row.id)
}

export const hasStock = async (tx: Tx, id: string): Promise<boolean> => (await tx.query(HAS_STOCK, [id])).rows.length > 0
export const hasParts = async (tx: Tx, id: string): Promise<boolean> => (await tx.query(HAS_PARTS, [id])).rows.length > 0

interface LocationSearch {
  warehouseId: string
  after: string
  updatedSince: string | null
  q: string | null
  type: (typeof LOCATION_TYPES)[number] | null
  zone: string | null
  locked: boolean | null
  active: boolean | null
}

const TYPES = literals(LOCATION_TYPES)

/** By code. */
export async function listLocations (db: Queryable, search: LocationSearch, limit: number): Promise<LocationView[]> {
  const values: unknown[] = [search.warehouseId, search.after]
  const bind = (value: unknown): string => `$${values.push(value)}`
  const where = ['l."warehouseId" = $1', 'l."code" > $2']
  if (search.updatedSince !== null) where.push(`l."updatedAt" >= ${bind(search.updatedSince)}::timestamptz`)
  if (search.q !== null) {
    const start = bind(`${search.q.replace(/[\\%_]/g, '\\$&')}%`)
    where.push(`(l."code" ILIKE ${start} OR l."barcode" ILIKE ${start})`)
  }
  if (search.type !== null) where.push(`l."type" = ${TYPES[search.type]}`)
  if (search.zone !== null) where.push(`l."zone" = ${bind(search.zone)}`)
  if (search.locked !== null) where.push(`l."locked" = ${bind(search.locked)}::boolean`)
  if (search.active !== null) where.push(`l."active" = ${bind(search.active)}::boolean`)
  const text = `SELECT ${VIEW} ${FROM} WHERE ${where.join(' AND ')} ORDER BY l."code" LIMIT ${bind(limit)}::int`
  return (await db.query<Row>(text, values)).rows.map(row => locationView(toStored(row)))
}

function toStored (row: Row): StoredLocation {
  return { ...row, createdAt: row.createdAt.toISOString(), updatedAt: row.updatedAt.toISOString() }
}

/** Without what only the rules need. */
export function locationView ({ parentId: _, ...view }: StoredLocation): LocationView {
  return view
}
