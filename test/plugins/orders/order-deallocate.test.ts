// POST /orders/:id/deallocate
import t from 'tap'
import { checkWrite, eventsOf, types } from './floor.js'
import { openDesk, ORDERS } from './setup.js'

const desk = await openDesk(t)
const { erp } = desk

t.test('200 – what is allocated is free again, and published with what it was', async t => {
  const { sku } = await desk.stocked([['A', '2030-01-01', 4], ['B', '2031-01-01', 4]])
  const order = await desk.order([{ sku, qty: 6 }, { sku, qty: 1 }])
  t.match(await desk.step(order.id, 'deallocate'), {
    status: 200,
    headers: { etag: '"2"' },
    body: { status: 'open', allocationStatus: 'none', lines: [{ qtyOpen: 6, qtyAllocated: 0, allocations: [] }, { qtyOpen: 1 }] }
  })
  t.match(await desk.stockOf(sku), { onHand: 8, reserved: 0, available: 8 })
  const events = await eventsOf(desk, order.id)
  t.same(types(events), ['order.created', 'order.allocated', 'order.deallocated'])
  const { released } = events[2]!.data as { released: Array<{ lineNo: number, batch: string, qty: number }> }
  t.same(released.map(({ lineNo, batch, qty }) => [lineNo, batch, qty]), [[1, 'B', 2], [1, 'A', 4], [2, 'B', 1]])
  t.match(events[2]!.actor, { type: 'client', id: erp.id })
  await desk.checkOrders(t)
  t.match(await desk.step(order.id, 'deallocate'), { status: 200, body: { version: 2 } }, 'once more is no change')
  t.equal((await eventsOf(desk, order.id)).length, 3)
})

t.test('200 – only the lines named; what waits does not wait any more', async t => {
  const { sku } = await desk.stocked(5)
  const order = await desk.order([{ sku, qty: 2 }, { sku, qty: 4 }])
  t.match(order.lines, [{ qtyAllocated: 2 }, { qtyAllocated: 3, qtyBackordered: 1 }])
  t.match(await desk.step(order.id, 'deallocate', { lines: [{ lineNo: 2 }] }), {
    body: { lines: [{ qtyAllocated: 2 }, { qtyAllocated: 0, qtyBackordered: 0, qtyOpen: 4 }] }
  })
  t.match(await desk.stockOf(sku), { reserved: 2, backordered: 0 })
  await desk.checkOrders(t)
  t.match(await desk.step(order.id, 'allocate'), { body: { lines: [{ qtyAllocated: 2 }, { qtyAllocated: 3, qtyBackordered: 1 }] } })
})

t.test('200 – picked goods stay picked, and with nothing left to pick the order is picked', async t => {
  const { sku } = await desk.stocked(5)
  const order = await desk.order([{ sku, qty: 5 }])
  await desk.step(order.id, 'release')
  t.match(await desk.step(order.id, 'pick', { lines: [{ lineNo: 1, qty: 2 }] }), { body: { status: 'picking' } })
  t.match(await desk.step(order.id, 'deallocate'), { status: 200, body: { status: 'picked', lines: [{ qtyPicked: 2, qtyAllocated: 0, qtyOpen: 3 }] } })
  t.match((await eventsOf(desk, order.id)).at(-1), {
    type: 'order.status_changed', data: { change: { from: 'picking', to: 'picked' } }, previous: { status: 'picking' }
  })
  await desk.checkOrders(t)
  t.match(await desk.step(order.id, 'ship'), { status: 200, body: { status: 'partially_shipped' } }, 'it is not stuck')
  await desk.checkOrders(t)
})

t.test('200 – a hold that keeps no allocations ends picking too', async t => {
  const { sku } = await desk.stocked(5)
  const order = await desk.order([{ sku, qty: 5 }])
  await desk.step(order.id, 'release')
  await desk.step(order.id, 'pick', { lines: [{ lineNo: 1, qty: 2 }] })
  await desk.setting('order.hold', { keepAllocation: false })
  t.match(await desk.step(order.id, 'hold', { code: 'payment' }), { status: 200, body: { status: 'picked', lines: [{ qtyPicked: 2, qtyAllocated: 0 }] } })
  await desk.setting('order.hold', { keepAllocation: true })
  await desk.checkOrders(t)
})

t.test('what is picked or packed is not allocated any more: no change; 409 – shipped', async t => {
  for (const to of ['picked', 'packed', 'shipped'] as const) {
    const { sku } = await desk.stocked(1)
    const { id } = await desk.order([{ sku, qty: 1 }])
    const { version } = await desk.bring(id, to)
    t.match(await desk.step(id, 'deallocate'), to === 'shipped' ? { status: 409, body: { code: 'order.illegal_transition' } } : { status: 200 })
    t.equal((await erp.get(`${ORDERS}/${id as string}`)).body.version, version)
  }
  await desk.checkOrders(t)
})

t.test('422 – lines that are not there, or named twice', async t => {
  const { sku } = await desk.stocked(5)
  const { id } = await desk.order([{ sku, qty: 1 }])
  t.match(await desk.step(id, 'deallocate', { lines: [{ lineNo: 7 }] }), {
    status: 422, body: { code: 'order.unknown_line', errors: [{ pointer: '/lines/0/lineNo' }] }
  })
  t.match(await desk.step(id, 'deallocate', { lines: [{ lineNo: 1 }, { lineNo: 1 }] }), {
    status: 422, body: { code: 'order.line_twice', errors: [{ pointer: '/lines/1/lineNo' }] }
  })
})

checkWrite(t, desk, 'deallocate', async () => {
  const { sku } = await desk.stocked(5)
  return await desk.order([{ sku, qty: 2 }])
})
