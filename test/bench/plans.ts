// Query plans of the lists and reads: the service's own statements, explained instead of run.
import type pg from 'pg'
import type { Queryable } from '#kernel'
import { movementPage, type MovementPageQuery } from '../../plugins/inventory/store/movements.js'
import { stockOfProduct, stockOfSkus, stockPage, type StockPageQuery } from '../../plugins/inventory/store/stock.js'
import { orderPage, type OrderPageQuery } from '../../plugins/orders/store/list.js'
import { readOrder } from '../../plugins/orders/store/orders.js'
import { shipmentPage, type ShipmentPageQuery } from '../../plugins/orders/store/shipments.js'
import { idOf, OWNER } from './generate.js'

/** @returns one text per statement: its name, then its plan with the rows and pages that it really read */
export async function plansOf (db: pg.Pool, size: number): Promise<string[]> {
  const plans: string[] = []
  let title = ''
  const explain: Queryable = {
    async query (statement, values = []) {
      const { rows } = await db.query(
        `EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF, SUMMARY OFF) ${typeof statement === 'string' ? statement : statement.text}`, [...values]
      )
      plans.push([`-- ${title}`, ...rows.map(row => `   ${String(row['QUERY PLAN'])}`)].join('\n'))
      return { rows: [], rowCount: 0 }
    }
  }
  const half = new Date(Date.now() - 180 * 86_400_000).toISOString()
  const [productId, orderId] = [idOf('prd', size / 2), idOf('ord', size / 2)]
  const stock: StockPageQuery = { ownerId: OWNER, within: null, updatedSince: null, warehouseId: null, newestFirst: false, after: null, limit: 51 }
  const movements: MovementPageQuery = {
    ownerId: OWNER, within: null, updatedSince: null, productId: null, batchIds: null, docIds: null, types: null, newestFirst: false, after: null, limit: 51
  }
  const orders: OrderPageQuery = {
    ownerId: OWNER,
    within: null,
    updatedSince: null,
    createdSince: null,
    statuses: null,
    allocationStatuses: null,
    onHold: null,
    externalRefs: null,
    numbers: null,
    productIds: null,
    newestFirst: false,
    after: null,
    limit: 51
  }
  const shipments: ShipmentPageQuery = {
    ownerId: OWNER, within: null, updatedSince: null, status: null, orderId: null, newestFirst: false, after: null, limit: 51
  }
  const cases: Array<[string, () => Promise<unknown>]> = [
    ['stock.list updatedSince', async () => await stockPage(explain, { ...stock, updatedSince: half })],
    ['stock.list of a warehouse, next page',
      async () => await stockPage(explain, { ...stock, warehouseId: 'whs_00000000000000000000000000', after: [half, productId] })],
    ['stock.get', async () => await stockOfProduct(explain, productId)],
    ['stock.query of 3 SKUs', async () => await stockOfSkus(explain, OWNER, ['sku-1', 'sku-2', 'sku-5'], null)],
    ['movement.list updatedSince', async () => await movementPage(explain, { ...movements, updatedSince: half })],
    ['movement.list of a product, newest', async () => await movementPage(explain, { ...movements, productId, newestFirst: true })],
    ['movement.list of a document', async () => await movementPage(explain, { ...movements, docIds: [orderId] })],
    ['movement.list of a rare type', async () => await movementPage(explain, { ...movements, types: ['count'] })],
    ['order.list updatedSince', async () => await orderPage(explain, { ...orders, updatedSince: half })],
    ['order.list open, next page', async () => await orderPage(explain, { ...orders, statuses: ['open'], after: [half, orderId] })],
    ['order.list on hold', async () => await orderPage(explain, { ...orders, onHold: true })],
    ['order.list not allocated', async () => await orderPage(explain, { ...orders, allocationStatuses: ['none'] })],
    ['order.get', async () => await readOrder(explain, OWNER, { by: 'ref', key: `WEB-${size / 2}` })],
    ['shipment.list delivered', async () => await shipmentPage(explain, { ...shipments, status: 'delivered' })],
    ['shipment.list of an order', async () => await shipmentPage(explain, { ...shipments, orderId })]
  ]
  for (const [name, run] of cases) {
    title = name
    await run()
  }
  return plans
}
