// A warehouse of any size, written straight into the tables: products, stock, orders, shipments, and ten movements per product.
import type pg from 'pg'

export const OWNER = 'own_00000000000000000000000000'
const WAREHOUSE = 'whs_00000000000000000000000000'
const LOCATION = 'loc_00000000000000000000000000'

/** Ids as the service makes them, but numbered. */
export const idOf = (prefix: string, n: number): string => `${prefix}_${String(n).padStart(26, '0')}`
const id = (prefix: string, n: string): string => `'${prefix}_' || lpad((${n})::text, 26, '0')`

/** Rows are spread over a year, the last of them now. */
const at = (n: string, of: string): string => `date_trunc('milliseconds', now() - interval '365 days' * (1 - (${n})::float8 / ${of}))`
/** Every fifth product has batches, two each; one in a hundred is archived: also in the small database more than a page. */
const BATCHED = 'n % 5 = 0'
/** Most orders are done; one in fifty is open, one in a hundred on hold: also in the small database more than a page. */
const STATUS = "CASE WHEN n % 50 = 0 THEN 'open' WHEN n % 25 = 1 THEN 'cancelled' WHEN n % 10 = 3 THEN 'delivered' ELSE 'shipped' END"
const SHIPPED = 'n % 50 <> 0 AND n % 25 <> 1'

const STATEMENTS: ReadonlyArray<readonly [what: string, sql: (of: string) => string]> = [
  ['products',
    of =>
      `INSERT INTO "Product" ("id", "ownerId", "sku", "skuKey", "externalRef", "name", "kind", "status", "baseUom", "qtyScale", "trackBatch", "trackExpiry",
        "trackSerial",
      "allocationStrategy", "safetyStock", "reorderPoint", "categories", "attributes", "createdAt", "updatedAt")
    SELECT ${
        id('prd', 'n')
      }, '${OWNER}', 'SKU-' || n, 'sku-' || n, 'REF-' || n, 'Product number ' || n, 'stock', CASE WHEN n % 100 = 0 THEN 'archived' ELSE 'active' END, 'EA', 0,
        ${BATCHED}, ${BATCHED}, false,
      'inherit', 0, 5, '{}', '{}', ${at('n', of)}, ${at('n', of)} FROM generate_series($1::int + 1, $2::int) n`],
  ['barcodes', () => `INSERT INTO "ProductBarcode" ("ownerId", "value", "productId", "position", "kind")
    SELECT '${OWNER}', lpad(n::text, 14, '0'), ${id('prd', 'n')}, 0, 'internal' FROM generate_series($1::int + 1, $2::int) n`],
  ['batches', of =>
    `INSERT INTO "Batch" ("id", "ownerId", "productId", "code", "expiryDate", "status", "createdAt", "updatedAt")
    SELECT ${id('bat', 'n * 2 + b')}, '${OWNER}', ${
      id('prd', 'n')
    }, 'B-' || n || '-' || b, current_date + 30 + n % 700, CASE WHEN n % 100 = 0 THEN 'quarantined' ELSE 'released' END, ${at('n', of)}, ${at('n', of)}
    FROM generate_series($1::int + 1, $2::int) n, generate_series(0, 1) b WHERE ${BATCHED}`],
  ['levels', of => `INSERT INTO "StockLevel" ("productId", "warehouseId", "ownerId", "alert", "lastSeq", "version", "updatedAt")
    SELECT ${id('prd', 'n')}, '${WAREHOUSE}', '${OWNER}', 'none', n, 1, ${at('n', of)} FROM generate_series($1::int + 1, $2::int) n`],
  ['items', of =>
    `INSERT INTO "StockItem" ("productId", "warehouseId", "batchId", "locationId", "status", "onHand", "reserved", "receivedAt")
    SELECT ${id('prd', 'n')}, '${WAREHOUSE}', CASE WHEN ${BATCHED} THEN ${id('bat', 'n * 2 + b')} ELSE '' END, '${LOCATION}', 'available', 100, 0, ${
      at('n', of)
    }
    FROM generate_series($1::int + 1, $2::int) n, generate_series(0, 1) b WHERE b = 0 OR ${BATCHED}`],
  ['orders',
    of =>
      `INSERT INTO "Order" ("id", "ownerId", "number", "externalRef", "type", "status", "allocationStatus", "onHold", "holds", "warehouseId", "priority",
        "allowPartialShipment", "tags",
      "attributes", "lineCount", "version", "createdAt", "updatedAt")
    SELECT ${
        id('ord', 'n')
      }, '${OWNER}', 'SO-9' || lpad(n::text, 9, '0'), 'WEB-' || n, 'b2c', ${STATUS}, CASE WHEN ${SHIPPED} THEN 'full' ELSE 'none' END, n % 100 = 0,
      CASE WHEN n % 100 = 0 THEN '[{"code":"payment","note":null,"by":{"type":"client","id":null},"at":"2026-01-01T00:00:00.000Z"}]' ELSE '[]' END::jsonb,
        '${WAREHOUSE}', 5, true, '{}', '{}', 3, 1, ${
        at('n', of)
      }, ${at('n', of)}
    FROM generate_series($1::int + 1, $2::int) n`],
  ['lines',
    () =>
      `INSERT INTO "OrderLine" ("orderId", "lineNo", "productId", "sku", "isStocked", "qtyUom", "qtyOrdered", "qtyAllocated", "qtyPicked", "qtyPacked",
        "qtyShipped", "qtyCancelled", "qtyBackordered", "attributes")
    SELECT ${id('ord', 'n')}, l, ${
        id('prd', '1 + (n * 7919 + l) % $2::int')
      }, 'SKU-' || 1 + (n * 7919 + l) % $2::int, true, 1, 1, 0, 0, 0, CASE WHEN ${SHIPPED} THEN 1 ELSE 0 END, CASE WHEN n % 25 = 1 AND n % 50 <> 0 THEN 1
        ELSE 0 END, 0, '{}'
    FROM generate_series($1::bigint + 1, $2::bigint) n, generate_series(1, 3) l`],
  ['allocations', () => `INSERT INTO "Allocation" ("orderId", "lineNo", "locationId", "stage", "productId", "warehouseId", "qty", "strategy", "pinned")
    SELECT ${id('ord', 'n')}, l, '${LOCATION}', 'shipped', ${id('prd', '1 + (n * 7919 + l) % $2::int')}, '${WAREHOUSE}', 1, 'FEFO', false
    FROM generate_series($1::bigint + 1, $2::bigint) n, generate_series(1, 3) l WHERE ${SHIPPED}`],
  ['shipments', of =>
    `INSERT INTO "Shipment" ("id", "ownerId", "orderId", "warehouseId", "status", "isFinal", "shippedAt", "version", "createdAt", "updatedAt")
    SELECT ${id('shp', 'n')}, '${OWNER}', ${id('ord', 'n')}, '${WAREHOUSE}', CASE WHEN n % 10 = 3 THEN 'delivered' ELSE 'shipped' END, true, ${
      at('n', of)
    }, 2, ${at('n', of)}, ${at('n', of)}
    FROM generate_series($1::int + 1, $2::int) n WHERE ${SHIPPED}`],
  ['parcels',
    () =>
      `INSERT INTO "Parcel" ("shipmentId", "no", "trackingNumber", "status") SELECT ${
        id('shp', 'n')
      }, 1, 'T-' || n, 'shipped' FROM generate_series($1::int + 1, $2::int) n WHERE ${SHIPPED}`],
  ['parcel items', () =>
    `INSERT INTO "ParcelItem" ("shipmentId", "parcelNo", "lineNo", "qty") SELECT ${id('shp', 'n')}, 1, l, 1
    FROM generate_series($1::int + 1, $2::int) n, generate_series(1, 3) l WHERE ${SHIPPED}`],
  ['movements',
    of =>
      `INSERT INTO "StockMovement" ("groupId", "ownerId", "type", "productId", "batchId", "qty", "warehouseId", "fromLocationId", "fromStatus",
        "toLocationId", "toStatus", "balanceFromAfter", "balanceToAfter",
      "docType", "docId", "docLineNo", "actorType", "postedAt")
    SELECT ${id('grp', 'm')}, '${OWNER}', CASE WHEN m % 1000 = 0 THEN 'count' WHEN m % 3 = 0 THEN 'adjustment' ELSE 'ship' END, ${
        id('prd', 'n')
      }, CASE WHEN ${BATCHED} THEN ${id('bat', 'n * 2 + m % 2')} ELSE '' END, 1, '${WAREHOUSE}',
      CASE WHEN m % 3 = 0 THEN NULL ELSE '${LOCATION}' END, CASE WHEN m % 3 = 0 THEN NULL ELSE 'available' END, CASE WHEN m % 3 = 0 THEN '${LOCATION}' END,
        CASE WHEN m % 3 = 0 THEN 'available' END,
      CASE WHEN m % 3 = 0 THEN NULL ELSE 1 END, CASE WHEN m % 3 = 0 THEN 1 END, 'order', ${id('ord', 'n')}, 1, 'system', ${at('m', `(10 * ${of})`)}
    FROM (SELECT m, 1 + (m - 1) % ($2::bigint - $1::bigint) + $1::bigint AS n FROM generate_series(10 * $1::bigint + 1, 10 * $2::bigint) m) m`]
]

/** Adds numbers `from` + 1 to `to`; `to` is also what the year is divided by, so the newest are the last. */
export async function grow (db: pg.Pool, from: number, to: number, say: (line: string) => void): Promise<void> {
  const client = await db.connect()
  try {
    await client.query('SET synchronous_commit TO off; SET statement_timeout TO 0; SET work_mem TO \'64MB\'')
    for (const [what, sql] of STATEMENTS) {
      const before = performance.now()
      const { rowCount } = await client.query(sql(String(to)), [from, to])
      say(`  ${rowCount} ${what} in ${((performance.now() - before) / 1000).toFixed(1)} s`)
    }
    await client.query('VACUUM ANALYZE')
  } finally {
    client.release()
  }
}
