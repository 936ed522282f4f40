// A service that takes orders, and what tests of orders do again and again.
import type { Test } from 'tap'
import type { Answer, TestClient } from '../../../src/test-kit/service.js'
import { openStockroom, type Stockroom } from '../inventory/setup.js'

export const API = '/api/external/v1'
export const ORDERS = `${API}/orders`
export const SHIPMENTS = `${API}/shipments`
const OFF = ['order.allocate', 'order.deallocate', 'order.release', 'order.pick', 'order.pack', 'order.ship', 'order.unpack', 'order.unpick',
  'order.substitute']

export interface Desk extends Stockroom {
  /** May do everything with products, stock and orders. */
  erp: TestClient
  /** The same for another owner. */
  foreign: TestClient
  /** A product with this much stock, in these batches: [code, expiryDate, qty]. */
  stocked: (qty: number | Array<[string, string, number]>, fields?: object) => Promise<{ id: string, sku: string }>
  /** Creates an order and expects 201. */
  order: (lines: Array<Record<string, unknown>>, fields?: object) => Promise<Answer['body']>
  /** `POST /orders/{id}/{step}`. */
  step: (id: string, step: string, body?: object) => Promise<Answer>
  /** Takes an open, allocated order as far as this. */
  bring: (id: string, to: 'released' | 'picked' | 'packed' | 'shipped') => Promise<Answer['body']>
  /** Fails unless the books balance, reservations are the open allocations (I2), and lines add up (I9). */
  checkOrders: (t: Test) => Promise<void>
}

let made = 0
export const newRef = (): string => `WEB-${++made}`

export async function openDesk (t: Test): Promise<Desk> {
  const room = await openStockroom(t)
  for (const id of OFF) await room.switchOperation(id, true)
  const scopes = [...room.host.catalogue.operations.values()].filter(({ access }) => access === 'client').map(({ id }) => id)
  const erp = await room.newClient({ name: 'ERP', scopes })
  const foreign = await room.newClient({ name: 'Foreign', scopes, ownerId: await room.seedOwner() })
  const step = async (id: string, name: string, body: object = {}): Promise<Answer> => await erp.post(`${ORDERS}/${id}/${name}`, body)
  const expect = (answer: Answer, status: number): Answer['body'] => {
    if (answer.status !== status) throw new Error(answer.text)
    return answer.body
  }
  return {
    ...room,
    erp,
    foreign,
    step,
    async stocked (qty, fields = {}) {
      const product = await room.newProduct(Array.isArray(qty) ? { trackBatch: true, trackExpiry: true, ...fields } : fields)
      if (!Array.isArray(qty)) {
        if (qty > 0) await room.receive(product.sku, qty)
      } else {
        for (const [batch, expiryDate, units] of qty) await room.receive(product.sku, units, { batch, expiryDate })
      }
      return product
    },
    order: async (lines, fields = {}) => expect(await erp.post(ORDERS, { externalRef: newRef(), lines, ...fields }), 201),
    async bring (id, to) {
      let body = expect(await step(id, 'release'), 200)
      for (const [state, name] of [['picked', 'pick'], ['packed', 'pack'], ['shipped', 'ship']] as const) {
        if (body.status === to) break
        body = expect(await step(id, name), 200)
        if (state === to) break
      }
      return body
    },
    async checkOrders (t) {
      await room.checkBooks(t)
      const reserved = await room.db
        .query(`SELECT * FROM (SELECT "productId", "batchId", "locationId", sum("qty") AS "qty" FROM "Allocation" WHERE "stage" <> 'shipped' GROUP BY 1, 2,
          3) AS a
        FULL JOIN (SELECT "productId", "batchId", "locationId", "reserved" FROM "StockItem" WHERE "reserved" <> 0) AS i USING ("productId", "batchId",
          "locationId")
        WHERE a."qty" IS DISTINCT FROM i."reserved"`)
      t.same(reserved.rows, [], 'what is reserved is what is allocated and has not left')
      const lines = await room.db.query(`SELECT l."orderId", l."lineNo" FROM "OrderLine" l LEFT JOIN LATERAL (
          SELECT coalesce(sum("qty") FILTER (WHERE "stage" = 'allocated'), 0) AS "allocated",
            coalesce(sum("qty") FILTER (WHERE "stage" = 'picked'), 0) AS "picked",
            coalesce(sum("qty") FILTER (WHERE "stage" = 'packed'), 0) AS "packed", coalesce(sum("qty") FILTER (WHERE "stage" = 'shipped'), 0) AS "shipped"
          FROM "Allocation" a WHERE a."orderId" = l."orderId" AND a."lineNo" = l."lineNo") a ON true
        WHERE l."isStocked" AND (l."qtyAllocated", l."qtyPicked", l."qtyPacked", l."qtyShipped") <> (a."allocated", a."picked", a."packed", a."shipped")`)
      t.same(lines.rows, [], 'lines say what their allocations say')
      const waiting = await room.db
        .query(`SELECT * FROM (SELECT "productId", sum("qtyBackordered") AS "qty" FROM "OrderLine" WHERE "qtyBackordered" > 0 GROUP BY 1) AS l
        FULL JOIN (SELECT "productId", sum("backordered") AS "backordered" FROM "StockLevel" WHERE "backordered" > 0 GROUP BY 1) AS s USING ("productId")
          WHERE l."qty" IS DISTINCT FROM s."backordered"`)
      t.same(waiting.rows, [], 'what is backordered is what lines wait for')
    }
  }
}
