// SQL of a change to stock: locks and reads what it is about, and writes what it has become.
import { arraysOf, names, type Columns, type Statement, type Tx } from '#kernel'
import type { BatchFacts } from '../domain/state.js'
import type { StockStatus } from '../domain/statuses.js'

interface Pair { productId: string, warehouseId: string }

interface LevelRow extends Pair {
  backordered: number
  incoming: number
  isFillDue: boolean
  alert: 'none' | 'low' | 'out'
  lastSeq: number
  version: number
  updatedAt: Date
  now: Date
}

export interface ItemRow extends Pair {
  batchId: string
  code: string | null
  expiryDate: string | null
  batchStatus: BatchFacts['status'] | null
  locationId: string
  location: string
  pickable: boolean
  sellable: boolean
  locked: boolean
  pickPriority: number
  receivable: boolean
  isRestricted: boolean
  status: StockStatus
  onHand: number
  reserved: number
  receivedAt: Date
}

const PAIRS = 'unnest($1::text[], $2::text[]) AS pair ("productId", "warehouseId")'

/**
 * Makes the rows that are missing. Sent before the lock, so that no one waits for a row of another's making with locks in hand; its
 * foreign key makes it wait for an archiving of the product.
 */
const ENSURE = {
  name: 'inventory-levels-ensure',
  text: `INSERT INTO "StockLevel" ("productId", "warehouseId", "ownerId") SELECT "productId", "warehouseId", $3 FROM ${PAIRS}
    WHERE NOT EXISTS (SELECT FROM "StockLevel" l WHERE l."productId" = pair."productId" AND l."warehouseId" = pair."warehouseId")
    ORDER BY "productId", "warehouseId" ON CONFLICT DO NOTHING`
}
/** In one order for everybody: two changes of the same products wait for each other instead of blocking each other. */
const LOCK = {
  name: 'inventory-levels-lock',
  text:
    `SELECT l."productId", l."warehouseId", l."backordered", l."incoming", l."isFillDue", l."alert", l."lastSeq", l."version",
      l."updatedAt", now()::timestamptz(3) AS "now"
    FROM ${PAIRS} JOIN "StockLevel" l USING ("productId", "warehouseId") ORDER BY l."productId", l."warehouseId" FOR UPDATE OF l`
}
const ITEM = `i."productId", i."warehouseId", i."batchId", b."code", b."expiryDate", b."status" AS "batchStatus", i."locationId", p."code" AS "location",
  p."pickable", p."sellable", p."locked", p."pickPriority", p."receivable",
  NOT p."allowMixedProducts" OR NOT p."allowMixedBatches" OR p."maxWeightG" IS NOT NULL AS "isRestricted", i."status", i."onHand", i."reserved", i."receivedAt"`
/** A statement of its own, so that it sees what those before us have committed. */
const ITEMS = {
  name: 'inventory-items-of-levels',
  text: `SELECT ${ITEM} FROM ${PAIRS} JOIN "StockItem" i USING ("productId", "warehouseId") JOIN "Location" p ON p."id" = i."locationId"
    LEFT JOIN "Batch" b ON b."id" = i."batchId" WHERE NOT i."isEmpty"`
}

/** Levels that transactions of this process have found and committed. None is ever removed, so they need not be made sure of again. */
export class KnownLevels {
  readonly #keys = new Set<string>()

  has ({ productId, warehouseId }: Pair): boolean { return this.#keys.has(`${productId} ${warehouseId}`) }

  add (pairs: readonly Pair[]): void {
    if (this.#keys.size + pairs.length > MOST_KNOWN) this.#keys.clear()
    for (const { productId, warehouseId } of pairs) this.#keys.add(`${productId} ${warehouseId}`)
  }

  clear (): void { this.#keys.clear() }
}

/** Some megabytes. */
const MOST_KNOWN = 20_000

/**
 * Locks the levels of products in warehouses, in a fixed order, and reads what lies there. All of it travels at once.
 * @throws `40001` when one is gone that is known: someone has removed it by hand, and the next call makes it
 */
export async function lockLevels (tx: Tx, ownerId: string, pairs: readonly Pair[], known: KnownLevels): Promise<{ levels: LevelRow[], items: ItemRow[] }> {
  const values = [pairs.map(pair => pair.productId), pairs.map(pair => pair.warehouseId)]
  const unknown = pairs.filter(pair => !known.has(pair))
  if (unknown.length > 0) tx.send(ENSURE, [unknown.map(pair => pair.productId), unknown.map(pair => pair.warehouseId), ownerId])
  const [levels, items] = await Promise.all([tx.query<LevelRow>(LOCK, values), tx.query<ItemRow>(ITEMS, values)])
  if (levels.rows.length < pairs.length) {
    known.clear()
    throw Object.assign(new Error('a stock level has been removed'), { code: '40001' })
  }
  if (unknown.length > 0) tx.afterCommit(() => { known.add(unknown) })
  return { levels: levels.rows, items: items.rows }
}

export interface ItemChange extends Pair { batchId: string, locationId: string, status: StockStatus, onHand: number, reserved: number, receivedAt: Date }

const KEY = '"productId", "warehouseId", "batchId", "locationId", "status"'
const CHANGES = `unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::numeric[], $7::numeric[], $8::timestamptz[])
  AS c (${KEY}, "onHand", "reserved", "receivedAt")`
const UPDATE_ITEMS = {
  name: 'inventory-items-update',
  text: `UPDATE "StockItem" i SET "onHand" = c."onHand", "reserved" = c."reserved", "receivedAt" = c."receivedAt" FROM ${CHANGES}
    WHERE i."productId" = c."productId" AND i."warehouseId" = c."warehouseId" AND i."batchId" = c."batchId" AND i."locationId" = c."locationId"
      AND i."status" = c."status"`
}
/** A key where nothing lay may have a row already; empty ones are not read. */
const INSERT_ITEMS = {
  name: 'inventory-items-insert',
  text: `INSERT INTO "StockItem" (${KEY}, "onHand", "reserved", "receivedAt") SELECT * FROM ${CHANGES}
    ON CONFLICT (${KEY}) DO UPDATE SET "onHand" = excluded."onHand", "reserved" = excluded."reserved", "receivedAt" = excluded."receivedAt"`
}

const columnsOf = (changes: readonly ItemChange[]): unknown[][] => [
  changes.map(change => change.productId), changes.map(change => change.warehouseId), changes.map(change => change.batchId),
  changes.map(change => change.locationId), changes.map(change => change.status), changes.map(change => change.onHand),
  changes.map(change => change.reserved), changes.map(change => change.receivedAt.toISOString())
]

/** Writes items whose levels are locked. */
export function writeItems (tx: Tx, { known, fresh }: { known: readonly ItemChange[], fresh: readonly ItemChange[] }): void {
  if (known.length > 0) tx.send(UPDATE_ITEMS, columnsOf(known))
  if (fresh.length > 0) tx.send(INSERT_ITEMS, columnsOf(fresh))
}

export interface LevelChange extends Pair {
  backordered: number
  incoming: number
  isFillDue: boolean
  alert: string
  lastSeq: number
  version: number
  updatedAt: Date
}

const UPDATE_LEVELS = {
  name: 'inventory-levels-update',
  text:
    `UPDATE "StockLevel" l SET "backordered" = c."backordered", "incoming" = c."incoming", "isFillDue" = c."isFillDue", "alert" = c."alert",
      "lastSeq" = c."lastSeq",
      "version" = c."version", "updatedAt" = c."updatedAt"
    FROM unnest($1::text[], $2::text[], $3::numeric[], $4::text[], $5::bigint[], $6::int[], $7::timestamptz[], $8::boolean[], $9::numeric[])
      AS c ("productId", "warehouseId", "backordered", "alert", "lastSeq", "version", "updatedAt", "isFillDue", "incoming")
    WHERE l."productId" = c."productId" AND l."warehouseId" = c."warehouseId"`
}

export function writeLevels (tx: Tx, changes: readonly LevelChange[]): void {
  tx.send(UPDATE_LEVELS, [
    changes.map(change => change.productId),
    changes.map(change => change.warehouseId),
    changes.map(change => change.backordered),
    changes.map(change => change.alert),
    changes.map(change => change.lastSeq),
    changes.map(change => change.version),
    changes.map(change => change.updatedAt.toISOString()),
    changes.map(change => change.isFillDue),
    changes.map(change => change.incoming)
  ])
}

const MOVEMENT_TYPES = {
  groupId: 'text',
  ownerId: 'text',
  type: 'text',
  productId: 'text',
  batchId: 'text',
  qty: 'numeric',
  warehouseId: 'text',
  fromLocationId: 'text',
  fromStatus: 'text',
  toLocationId: 'text',
  toStatus: 'text',
  balanceFromAfter: 'numeric',
  balanceToAfter: 'numeric',
  reasonCode: 'text',
  note: 'text',
  docType: 'text',
  docId: 'text',
  docLineNo: 'int',
  actorType: 'text',
  actorId: 'text',
  requestId: 'text',
  reversalOf: 'bigint'
} as const

export type MovementRow = { [K in keyof typeof MOVEMENT_TYPES]: string | number | null }

const MOVEMENT: Columns<MovementRow> = Object.entries(MOVEMENT_TYPES).map(([name, type]) => [name, type, row => row[name as keyof MovementRow]])
/** Numbered in the order of the rows: the array is expanded in its order, and the sequence is drawn as they are inserted. */
const INSERT_MOVEMENTS: Statement = {
  name: 'inventory-movements-insert',
  text: `INSERT INTO "StockMovement" (${names(MOVEMENT)}) SELECT ${names(MOVEMENT)} FROM unnest(${
    MOVEMENT.map(([, type], index) => `$${index + 1}::${type}[]`).join(', ')
  })
    WITH ORDINALITY AS m (${names(MOVEMENT)}, "order") ORDER BY m."order" RETURNING "seq"`
}

/** Appends to the ledger. @returns their numbers, in order */
export async function insertMovements (tx: Tx, movements: readonly MovementRow[]): Promise<number[]> {
  const { rows } = await tx.query<{ seq: number }>(INSERT_MOVEMENTS, arraysOf(MOVEMENT, movements))
  return rows.map(row => row.seq)
}
