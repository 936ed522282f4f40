// POST /orders/:id/release
import t from 'tap'
import { checkWrite, eventsOf, types } from './floor.js'
import { openDesk, ORDERS } from './setup.js'

const desk = await openDesk(t)
const { erp } = desk

t.test('200 – goes to the floor, with an event that says from where', async t => {
  const { sku } = await desk.stocked(5)
  const order = await desk.order([{ sku, qty: 5 }])
  t.match(await desk.step(order.id, 'release'), {
    status: 200, headers: { etag: '"2"' }, body: { status: 'released', version: 2, lines: [{ qtyAllocated: 5 }] }
  })
  const events = await eventsOf(desk, order.id)
  t.same(types(events), ['order.created', 'order.allocated', 'order.status_changed'])
  t.match(events[2], {
    actor: { type: 'client', id: erp.id }, previous: { status: 'open' }, data: { status: 'released', change: { from: 'open', to: 'released', reason: null } }
  })
  await desk.checkOrders(t)
})

t.test('409 – nothing is allocated', async t => {
  const { sku } = await desk.stocked(0)
  const { id } = await desk.order([{ sku, qty: 5 }])
  t.match(await desk.step(id, 'release'), { status: 409, body: { code: 'order.not_allocated' } })
  t.match((await erp.get(`${ORDERS}/${id as string}`)).body, { status: 'open', version: 1 })
})

t.test('a part is enough, unless the operator wants all', async t => {
  const { sku } = await desk.stocked(5)
  const { id } = await desk.order([{ sku, qty: 6 }])
  await desk.setting('order.release', { requireFullAllocation: true })
  t.match(await desk.step(id, 'release'), { status: 409, body: { code: 'order.not_fully_allocated' } })
  await desk.receive(sku, 1)
  await desk.step(id, 'allocate')
  t.match(await desk.step(id, 'release'), { status: 200, body: { status: 'released' } })
  await desk.setting('order.release', { requireFullAllocation: false })
  const { id: partly } = await (async () => { const other = await desk.stocked(1); return await desk.order([{ sku: other.sku, qty: 2 }]) })()
  t.match(await desk.step(partly, 'release'), { status: 200, body: { status: 'released', allocationStatus: 'partial' } })
})

t.test('409 – on hold, until the last hold is released', async t => {
  const { sku } = await desk.stocked(5)
  const { id } = await desk.order([{ sku, qty: 5 }])
  await desk.step(id, 'hold', { code: 'payment' })
  await desk.step(id, 'hold', { code: 'address' })
  t.match(await desk.step(id, 'release'), { status: 409, body: { code: 'order.on_hold', detail: /payment, address/ } })
  await desk.step(id, 'release-hold', { code: 'payment' })
  t.match(await desk.step(id, 'release'), { status: 409, body: { code: 'order.on_hold', detail: /\(address\)/ } })
  await desk.step(id, 'release-hold')
  t.match(await desk.step(id, 'release'), { status: 200 })
})

t.test('409 – twice', async t => {
  const { sku } = await desk.stocked(5)
  const { id } = await desk.order([{ sku, qty: 5 }])
  await desk.step(id, 'release')
  t.match(await desk.step(id, 'release'), {
    status: 409, body: { code: 'order.illegal_transition', detail: /legal from released: .*with status open, POST \/orders\/\{id\}\/pick/ }
  })
})

checkWrite(t, desk, 'release', async () => {
  const { sku } = await desk.stocked(5)
  return await desk.order([{ sku, qty: 2 }])
})
