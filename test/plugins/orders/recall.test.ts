// A batch is taken out of sale while orders count on it (I14).
import t from 'tap'
import pg from 'pg'
import { openDesk, ORDERS } from './setup.js'

const desk = await openDesk(t)
const { erp } = desk

const batchId = async (sku: string, code: string): Promise<string> =>
  (await erp.get(`/api/external/v1/batches?product=sku:${sku}&code=${code}`)).body.data[0].id as string

t.test('what is allocated of it is deallocated, other stock is taken, and the rest waits', async t => {
  const { sku } = await desk.stocked([['A', '2030-01-01', 10], ['B', '2031-01-01', 4]])
  const first = await desk.order([{ sku, qty: 6 }])
  const second = await desk.order([{ sku, qty: 3 }])
  const picked = await desk.order([{ sku, qty: 1 }])
  await desk.bring(picked.id, 'picked')
  const recall = await erp.post(`/api/external/v1/batches/${await batchId(sku, 'A')}/status`, { status: 'recalled', reason: 'Glass' })
  t.match(recall, { status: 200, body: { status: 'recalled' } })
  t.match(await erp.get(`${ORDERS}/${first.id}`), {
    body: { allocationStatus: 'partial', lines: [{ qtyAllocated: 4, qtyBackordered: 2, allocations: [{ batch: 'B', qty: 4 }] }] }
  })
  t.match(await erp.get(`${ORDERS}/${second.id}`), { body: { allocationStatus: 'none', lines: [{ qtyAllocated: 0, qtyBackordered: 3, allocations: [] }] } })
  t.match(await erp.get(`${ORDERS}/${picked.id}`), { body: { lines: [{ qtyPicked: 1 }] } }, 'what is picked is for people to see')
  t.match(await desk.step(picked.id, 'pack'), { status: 200 })
  t.match(await desk.step(picked.id, 'ship'), { status: 409, body: { code: 'allocation.not_good' } }, 'and is not sent')
  t.match(await desk.stockOf(sku), { onHand: 14, reserved: 5, available: 0, unavailable: { blocked: 9 }, backordered: 5 })
  const events = await desk.allEvents()
  const changed = events.find(event => event.type === 'batch.status_changed')
  t.match(changed?.data, { from: 'released', to: 'recalled', affected: { onHand: 10, released: 9, orders: [first.id, second.id].sort() } })
  for (const { id } of [first, second]) t.ok(events.some(event => event.type === 'order.deallocated' && event.subject.id === id))
  await desk.checkOrders(t)
})

t.test('while orders come in, nothing stays allocated of it', async t => {
  const { sku } = await desk.stocked([['A', '2030-01-01', 100], ['B', '2031-01-01', 100]])
  const id = await batchId(sku, 'A')
  const orders = Array.from({ length: 30 }, async (_, index) => await erp.post(ORDERS, { externalRef: `RECALL-${index}`, lines: [{ sku, qty: 3 }] }))
  let answer = await erp.post(`/api/external/v1/batches/${id}/status`, { status: 'blocked' })
  t.notOk((await Promise.all(orders)).some(({ status }) => status !== 201))
  if (answer.status === 409) answer = await erp.post(`/api/external/v1/batches/${id}/status`, { status: 'blocked' })
  t.equal(answer.status, 200, answer.text)
  t.equal((await desk.db.query('SELECT 1 FROM "Allocation" WHERE "batchId" = $1', [id])).rowCount, 0)
  await desk.checkOrders(t)
})

t.test('an order that is not committed yet when its batch is blocked: the call is to be repeated, or nothing stays allocated', async t => {
  const { id: productId, sku } = await desk.stocked([['A', '2030-01-01', 10]])
  const id = await batchId(sku, 'A')
  const { id: orderId } = await desk.order([{ sku, qty: 1 }])
  await desk.step(orderId, 'deallocate')
  const holder = new pg.Client({ connectionString: desk.databaseUrl })
  await holder.connect()
  // What an allocation does, and has not committed: the level is locked, the batch is allocated.
  await holder.query('BEGIN')
  await holder.query('SELECT 1 FROM "StockLevel" WHERE "productId" = $1 FOR UPDATE', [productId])
  await holder.query('UPDATE "StockItem" SET "reserved" = 1 WHERE "productId" = $1', [productId])
  await holder.query('UPDATE "OrderLine" SET "qtyAllocated" = 1 WHERE "orderId" = $1', [orderId])
  await holder.query(`INSERT INTO "Allocation" ("orderId", "lineNo", "batchId", "locationId", "stage", "productId", "warehouseId", "qty", "strategy", "pinned")
    SELECT $1, 1, $2, "locationId", 'allocated', $3, "warehouseId", 1, 'FEFO', false FROM "StockItem" WHERE "productId" = $3`, [orderId, id, productId])
  const blocking = erp.post(`/api/external/v1/batches/${id}/status`, { status: 'blocked' })
  await new Promise(resolve => setTimeout(resolve, 200))
  await holder.query('COMMIT')
  await holder.end()
  t.match(await blocking, { status: 409, body: { code: 'batch.busy' } })
  t.match(await erp.post(`/api/external/v1/batches/${id}/status`, { status: 'blocked' }), { status: 200 })
  t.equal((await desk.db.query('SELECT 1 FROM "Allocation" WHERE "batchId" = $1', [id])).rowCount, 0)
  await desk.checkOrders(t)
})
