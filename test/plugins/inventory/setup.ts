// A service with stock, with clients of two owners, and what tests of stock do again and again.
import { envelopeOf } from '#kernel'
import type { Test } from 'tap'
import type { Answer, TestClient } from '../../../src/test-kit/service.js'
import { DEFAULT_OWNER, openShop, type Shop } from '../catalog/setup.js'

export const API = '/api/external/v1'
export const STOCK = `${API}/stock`
export const BATCHES = `${API}/batches`
export const MAIN = 'whs_00000000000000000000000000'
const OPERATIONS = [
  'product.create', 'product.update', 'product.archive', 'stock.list', 'stock.get', 'stock.query', 'stock.adjust', 'stock.set', 'stock.transfer',
  'movement.list', 'batch.list', 'batch.get', 'batch.create', 'batch.update', 'batch.setStatus'
]
const OFF = ['product.archive', 'stock.adjust', 'stock.set', 'stock.transfer', 'batch.setStatus']

export interface Stockroom extends Shop {
  /** May do everything with stock. */
  keeper: TestClient
  /** The same for another owner. */
  other: TestClient
  /** Brings goods in. Fields of the line: batch, expiryDate, location, status. */
  receive: (sku: string, qty: number, line?: object) => Promise<Answer>
  /** What `GET /stock/{product}` says. */
  stockOf: (sku: string) => Promise<Record<string, any>> // eslint-disable-line @typescript-eslint/no-explicit-any -- tests look into answers of every shape
  /** A location of the default warehouse. */
  newLocation: (code: string, fields?: Record<string, unknown>) => Promise<string>
  setting: (operation: string, settings: object) => Promise<void>
  /** New products without stock, all at once. @returns their SKUs */
  manyProducts: (count: number) => Promise<string[]>
  /** All that a change to stock may leave behind, to compare. */
  stored: () => Promise<unknown>
  /** Envelopes of all events so far, in their order. */
  allEvents: () => Promise<StockEvent[]>
  /** Fails unless the ledger's sums are the stock (I5) and every bucket adds up (I2, I4). */
  checkBooks: (t: Test) => Promise<void>
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- payloads of every shape
type Any = Record<string, any>

export interface StockEvent {
  type: string
  sequence: number
  occurredAt: string
  subject: { type: string, id: string, version: number }
  data: Any
  previous: Any | null
  actor: { type: string, id: string }
}

export async function openStockroom (t: Test): Promise<Stockroom> {
  const shop = await openShop(t)
  const known = new Set(shop.host.catalogue.operations.keys())
  const scopes = OPERATIONS.filter(id => known.has(id))
  for (const id of OFF.filter(id => known.has(id))) await shop.switchOperation(id, true)
  const keeper = await shop.newClient({ name: 'Keeper', scopes })
  const other = await shop.newClient({ name: 'Other', scopes, ownerId: await shop.seedOwner() })
  let places = 0
  let many = 0
  return {
    ...shop,
    keeper,
    other,
    async receive (sku, qty, line = {}) {
      const answer = await keeper.post(`${STOCK}/adjustments`, { reason: 'found', lines: [{ sku, delta: qty, ...line }] })
      if (answer.status !== 201) throw new Error(answer.text)
      return answer
    },
    async stockOf (sku) {
      const answer = await keeper.get(`${STOCK}/${encodeURIComponent(`sku:${sku}`)}`)
      if (answer.status !== 200) throw new Error(answer.text)
      return answer.body
    },
    async newLocation (code, fields = {}) {
      const id = `loc_${String(++places).padStart(26, '0')}`
      const columns = { id, warehouseId: MAIN, code, type: 'storage', ...fields }
      await shop.db.query(
        `INSERT INTO "Location" (${Object.keys(columns).map(name => `"${name}"`).join(', ')}) VALUES (${
          Object.keys(columns).map((_, index) => `$${index + 1}`).join(', ')
        })`,
        Object.values(columns)
      )
      return id
    },
    async setting (operation, settings) {
      const answer = await shop.operator.patch(`/api/admin/v1/operations/${operation}`, { settings })
      if (answer.status !== 200) throw new Error(answer.text)
    },
    async manyProducts (count) {
      const { rows } = await shop.db.query<{ sku: string }>(
        `INSERT INTO "Product" ("id", "ownerId", "sku", "skuKey", "name", "kind", "status", "baseUom", "qtyScale", "trackBatch", "trackExpiry",
          "trackSerial", "allocationStrategy", "safetyStock", "categories", "attributes")
        SELECT 'prd_many_' || n, $1, 'Many-' || n, 'many-' || n, 'One of many', 'stock', 'active', 'EA', 0, false, false, false, 'inherit', 0, '{}', '{}'
          FROM generate_series($2::int, $3::int) n RETURNING "sku"`, [DEFAULT_OWNER, many + 1, many += count])
      return rows.map(row => row.sku)
    },
    async stored () {
      const tables = ['StockLevel', 'StockItem', 'StockMovement', 'Batch', 'Event', 'EventOutbox', 'IdempotencyRecord']
      await numbered(shop)
      return await Promise.all(tables.map(async table => (await shop.db.query(`SELECT * FROM "${table}" t ORDER BY t::text`)).rows))
    },
    async allEvents () {
      await numbered(shop)
      const { rows } = await shop.db.query<{ envelope: string }>(`SELECT ${envelopeOf('e')} AS "envelope" FROM "Event" e ORDER BY "sequence"`)
      return rows.map(row => JSON.parse(row.envelope) as StockEvent)
    },
    checkBooks: async t => { await checkBooks(t, shop, keeper) }
  }
}

async function numbered (shop: Shop): Promise<void> {
  await shop.waitFor(async () => (await shop.db.query('SELECT 1 FROM "EventOutbox"')).rowCount === 0, 'the sequencer')
}

const LEDGER = `SELECT "productId", "batchId", "locationId", "status", sum("units") AS "units" FROM (
    SELECT "productId", "batchId", "toLocationId" AS "locationId", "toStatus" AS "status", "qty" AS "units" FROM "StockMovement"
      WHERE "toLocationId" IS NOT NULL
    UNION ALL SELECT "productId", "batchId", "fromLocationId", "fromStatus", -"qty" FROM "StockMovement" WHERE "fromLocationId" IS NOT NULL) AS "side"
  GROUP BY 1, 2, 3, 4`

async function checkBooks (t: Test, shop: Shop, keeper: TestClient): Promise<void> {
  const wrong = await shop.db
    .query(`SELECT * FROM (${LEDGER}) AS "ledger" FULL JOIN "StockItem" AS "item" USING ("productId", "batchId", "locationId", "status")
    WHERE coalesce("ledger"."units", 0) <> coalesce("item"."onHand", 0)`)
  t.same(wrong.rows, [], 'the sums of the ledger are the stock')
  const stale = await shop.db.query(`SELECT * FROM (SELECT DISTINCT ON ("productId", "batchId", "locationId", "status") * FROM (
        SELECT "seq", "productId", "batchId", "toLocationId" AS "locationId", "toStatus" AS "status", "balanceToAfter" AS "balance" FROM "StockMovement"
          WHERE "toLocationId" IS NOT NULL
        UNION ALL SELECT "seq", "productId", "batchId", "fromLocationId", "fromStatus", "balanceFromAfter" FROM "StockMovement"
          WHERE "fromLocationId" IS NOT NULL) AS "side"
      ORDER BY "productId", "batchId", "locationId", "status", "seq" DESC) AS "last" LEFT
        JOIN "StockItem" AS "item" USING ("productId", "batchId", "locationId", "status")
    WHERE "last"."balance" <> coalesce("item"."onHand", 0)`)
  t.same(stale.rows, [], 'the last balance of a key is what lies there')
  const page = await keeper.get(`${STOCK}?limit=200`)
  t.equal(page.status, 200)
  for (const row of page.body.data) {
    const parts = [row.available, row.reserved, ...Object.values(row.unavailable as Record<string, number>)]
    t.equal(
      Math.round(row.onHand * 10_000),
      parts.reduce((sum, quantity) => sum + Math.round(quantity * 10_000), 0),
      `${row.product.sku}: on hand is the sum of its parts`
    )
  }
}
