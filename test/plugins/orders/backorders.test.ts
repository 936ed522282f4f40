// Lines that wait for stock come before new orders.
import t from 'tap'
import type { Answer } from '../../../src/test-kit/service.js'
import { eventsOf } from './floor.js'
import { API, newRef, openDesk, ORDERS } from './setup.js'

const desk = await openDesk(t)
const { erp } = desk
await desk.switchOperation('batch.setStatus', true)
const waitingOf = async (id: string): Promise<number[]> =>
  ((await erp.get(`${ORDERS}/${id}`)).body.lines as Array<{ qtyBackordered: number }>).map(line => line.qtyBackordered)
const adjust = async (sku: string, delta: number, more: object = {}): Promise<Answer> =>
  await erp.post(`${API}/stock/adjustments`, { reason: 'found', lines: [{ sku, delta, ...more }] })

t.test('what comes in goes to those who wait, by priority, requested ship date and age; the event names the cause', async t => {
  const { sku } = await desk.stocked(0)
  const late = await desk.order([{ sku, qty: 10 }])
  const dated = await desk.order([{ sku, qty: 10 }], { requestedShipDate: '2030-01-02' })
  const soon = await desk.order([{ sku, qty: 10 }], { requestedShipDate: '2030-01-01' })
  const urgent = await desk.order([{ sku, qty: 10 }], { priority: 9 })
  t.same(
    (await erp.get(`${API}/backorders?product=sku:${sku}`)).body.data.map((row: { orderId: string }) => row.orderId),
    [urgent, soon, dated, late].map(({ id }) => id)
  )
  t.equal((await adjust(sku, 25)).status, 201)
  t.same(await Promise.all([urgent, soon, dated, late].map(async ({ id }) => (await waitingOf(id))[0])), [0, 0, 5, 10])
  t.match(await desk.stockOf(sku), { onHand: 25, reserved: 25, available: 0, backordered: 15 })
  t.match((await eventsOf(desk, urgent.id)).find(({ type }) => type === 'order.allocated'), {
    data: { cause: { type: 'adjustment', docType: String, docId: String }, lines: [{ qtyAllocated: 10, qtyBackordered: 0 }] }
  })
  await desk.checkOrders(t)
})

t.test('a new order gets what those who wait leave', async t => {
  const { sku } = await desk.stocked(0)
  const first = await desk.order([{ sku, qty: 600 }])
  await adjust(sku, 500)
  const second = await desk.order([{ sku, qty: 1 }])
  t.same([await waitingOf(first.id), await waitingOf(second.id)], [[100], [1]])
  await adjust(sku, 150)
  const third = await desk.order([{ sku, qty: 100 }])
  t.same([await waitingOf(first.id), await waitingOf(second.id), await waitingOf(third.id)], [[0], [0], [51]])
  await desk.checkOrders(t)
})

t.test('every way in which stock becomes available: count, batch release, cancellation, deallocation, an edit, safety stock, another status', async t => {
  const ways: Array<[string, (sku: string, other: string, product: string) => Promise<Answer>]> = [
    ['count', async sku => await erp.post(`${API}/stock/set`, { reason: 'found', lines: [{ sku, batch: 'L1', onHand: 20, expectedOnHand: 10 }] })],
    ['cancellation', async (_, other) => await desk.step(other, 'cancel')],
    ['a line less', async (_, other) => await desk.step(other, 'cancel', { lines: [{ lineNo: 1, qty: 5 }] })],
    ['deallocation', async (_, other) => await desk.step(other, 'deallocate')],
    ['an edit', async (sku, other) => await erp.put(`${ORDERS}/${other}/lines`, { lines: [{ lineNo: 1, sku, qty: 5 }] })]
  ]
  for (const [name, way] of ways) {
    const { sku, id } = await desk.stocked([['L1', '2035-01-01', 10]])
    const other = await desk.order([{ sku, qty: 10 }])
    const waiting = await desk.order([{ sku, qty: 5 }])
    t.same(await waitingOf(waiting.id), [5])
    const answer = await way(sku, other.id, id)
    t.ok(answer.status < 300, `${name}: ${answer.text.slice(0, 200)}`)
    t.same(await waitingOf(waiting.id), [0], name)
  }
  await desk.checkOrders(t)
})

t.test('a batch that is released, and less safety stock', async t => {
  const { sku, id } = await desk.stocked([['L1', '2035-01-01', 10]], { safetyStock: 8 })
  const batch = (await erp.get(`${API}/batches?product=sku:${sku}`)).body.data[0].id as string
  await erp.post(`${API}/batches/${batch}/status`, { status: 'quarantined' })
  const order = await desk.order([{ sku, qty: 5 }])
  t.same(await waitingOf(order.id), [5])
  await erp.post(`${API}/batches/${batch}/status`, { status: 'released' })
  t.same(await waitingOf(order.id), [3], 'the safety stock is kept back')
  t.equal((await erp.patch(`${API}/products/${id}`, { safetyStock: 0 })).status, 200)
  t.same(await waitingOf(order.id), [0])
  await desk.checkOrders(t)
})

t.test('more orders than one change fills: the worker goes on, and a new order does not overtake them', async t => {
  const { sku } = await desk.stocked(0)
  const ORDERS_THAT_WAIT = 45
  const ids: string[] = []
  for (let count = 0; count < ORDERS_THAT_WAIT; count++) ids.push((await desk.order([{ sku, qty: 2 }])).id)
  // Those that come first can't use what comes, and must not keep the others from it.
  await adjust(sku, 2 * ORDERS_THAT_WAIT - 1)
  const late = await erp.post(ORDERS, { externalRef: newRef(), lines: [{ sku, qty: 1 }] })
  await desk.waitFor(async () => (await desk.stockOf(sku)).available === 0, 'all of it is allocated')
  t.equal(await waitingOf(late.body.id as string).then(([units]) => units), 1, 'the one that came last waits')
  t.same(await waitingOf(ids.at(-1)!), [1])
  t.same(await waitingOf(ids.at(-2)!), [0])
  const { rows } = await desk.db.query('SELECT 1 FROM "StockLevel" WHERE "isFillDue"')
  await desk.waitFor(async () => (await desk.db.query('SELECT 1 FROM "StockLevel" WHERE "isFillDue"')).rows.length === 0, `nothing more to do: ${rows.length}`)
  await desk.checkOrders(t)
})

t.test('orders that can not use what is there are passed over', async t => {
  const { sku } = await desk.stocked([['OTHER', '2035-01-01', 1]])
  await desk.order([{ sku, qty: 1 }])
  for (let count = 0; count < 25; count++) await desk.order([{ sku, qty: 1, batch: 'PINNED' }])
  const held = await desk.order([{ sku, qty: 1 }])
  await desk.step(held.id, 'hold', { code: 'payment' })
  const last = await desk.order([{ sku, qty: 1 }])
  await desk.receive(sku, 5, { batch: 'OTHER' })
  await desk.waitFor(async () => (await waitingOf(last.id))[0] === 0, 'the last one has it')
  t.same(await waitingOf(held.id), [1], 'on hold')
  await desk.waitFor(async () => (await desk.db.query('SELECT 1 FROM "StockLevel" WHERE "isFillDue"')).rows.length === 0, 'nothing more to do')
  t.match(await desk.order([{ sku, qty: 4 }]), { allocationStatus: 'full' }, 'and new orders take the rest')
  await desk.step(held.id, 'release-hold')
  t.same(await waitingOf(held.id), [1])
  await desk.checkOrders(t)
})

t.test('manual: allocation is left to operators and clients', async t => {
  await desk.setting('order.allocate', { backorders: 'manual' })
  const { sku } = await desk.stocked(0)
  const waiting = await desk.order([{ sku, qty: 5 }])
  await adjust(sku, 5)
  t.same(await waitingOf(waiting.id), [5])
  t.match(await desk.stockOf(sku), { available: 5, backordered: 5 })
  t.match(await desk.step(waiting.id, 'allocate'), { status: 200, body: { allocationStatus: 'full' } })
  await desk.setting('order.allocate', { backorders: null })
  await desk.checkOrders(t)
})

t.test('what is released at once is released when it is complete; what waited while a part was picked gets it when that has left', async t => {
  await desk.setting('order.create', { autoRelease: true })
  const { sku } = await desk.stocked(2)
  const { id } = await desk.order([{ sku, qty: 4 }])
  t.match((await erp.get(`${ORDERS}/${id}`)).body, { status: 'open', allocationStatus: 'partial' })
  await adjust(sku, 2)
  t.match((await erp.get(`${ORDERS}/${id}`)).body, { status: 'released', allocationStatus: 'full' })
  await desk.setting('order.create', { autoRelease: null })
  const part = await desk.stocked(2)
  const second = await desk.order([{ sku: part.sku, qty: 4 }])
  await desk.bring(second.id, 'packed')
  await adjust(part.sku, 2)
  t.same(await waitingOf(second.id), [2], 'what is packed leaves first')
  t.match(await desk.step(second.id, 'ship'), {
    status: 200, body: { status: 'partially_shipped', lines: [{ qtyShipped: 2, qtyAllocated: 2, qtyBackordered: 0 }] }
  })
  await desk.checkOrders(t)
})

t.test('twenty callers at once: orders and receipts of one product, the books balance and no one is skipped', async t => {
  const { sku } = await desk.stocked(0)
  const first = await desk.order([{ sku, qty: 200 }])
  const answers = await Promise.all(Array.from({ length: 40 }, async (_, at) => at % 2 === 0
    ? await erp.post(ORDERS, { externalRef: newRef(), lines: [{ sku, qty: 3 }] })
    : await adjust(sku, 5)))
  for (const answer of answers) t.equal(answer.status, 201, answer.text.slice(0, 200))
  await desk.waitFor(async () => (await desk.stockOf(sku)).available === 0, 'all is allocated')
  t.same(await waitingOf(first.id), [100], 'the first one got all of it')
  await desk.checkOrders(t)
})

t.test('available is what an order would get: shelf life, safety stock, places where nothing is picked', async t => {
  const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
  await desk.newLocation('UNPICKED-1', { pickable: false })
  for (const fields of [{}, { minShelfLifeShipDays: 30 }, { safetyStock: 4 }, { minShelfLifeShipDays: 30, safetyStock: 4 }, { minShelfLifeShipDays: 400 }]) {
    const { sku } = await desk.stocked([['SOON', day(10), 17], ['EDGE', day(30), 5], ['LATE', day(300), 6]], fields)
    await desk.receive(sku, 3, { batch: 'LATE', location: 'UNPICKED-1' })
    const { available } = await desk.stockOf(sku)
    const order = await desk.order([{ sku, qty: 40 }])
    t.match(order.lines[0], { qtyAllocated: available, qtyBackordered: 40 - (available as number) }, JSON.stringify(fields))
    t.match(await desk.stockOf(sku), { available: 0, reserved: available })
  }
  await desk.checkOrders(t)
})
