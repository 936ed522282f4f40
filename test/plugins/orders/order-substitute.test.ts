// POST /orders/:id/substitute
import t from 'tap'
import { checkAccess, checkWrite, urlOf } from './common.js'
import { openDesk } from './setup.js'

const desk = await openDesk(t)
t.test('substitute: on the shelf and on the floor, by a named batch or the next one; 409 when there is not enough', async t => {
  const { sku } = await desk.stocked([['A', '2030-01-01', 4], ['B', '2031-01-01', 4], ['C', '2032-01-01', 4]])
  const { id } = await desk.order([{ sku, qty: 4 }])
  t.match(await desk.step(id, 'substitute', { lines: [{ lineNo: 1, batch: 'A', by: 'C', qty: 1 }] }), {
    status: 200, body: { status: 'open', lines: [{ qtyAllocated: 4, allocations: [{ batch: 'A', qty: 3 }, { batch: 'C', qty: 1 }] }] }
  })
  await desk.bring(id, 'picked')
  t.match(await desk.step(id, 'substitute', { lines: [{ lineNo: 1, batch: 'A' }], reason: 'Torn' }), {
    status: 200,
    body: { status: 'picked', lines: [{ qtyPicked: 4, allocations: [{ batch: 'B', qty: 3, stage: 'picked' }, { batch: 'C', qty: 1, stage: 'picked' }] }] }
  })
  t.match(await desk.stockOf(sku), { onHand: 12, reserved: 4, unavailable: { quarantine: 3 }, available: 5 })
  t.match(await desk.step(id, 'substitute', { lines: [{ lineNo: 1, batch: 'B', by: 'A' }] }), { status: 409, body: { code: 'order.shortage' } })
  t.match(await desk.step(id, 'substitute', { lines: [{ lineNo: 1, batch: 'A' }] }), { status: 422, body: { errors: [{ pointer: '/lines/0/batch' }] } })
  await desk.checkOrders(t)
})

t.test('401, 403, 404, 412, dryRun, Idempotency-Key', async t => {
  const { sku } = await desk.stocked([['A', '2030-01-01', 4], ['B', '2031-01-01', 9]])
  const order = await desk.order([{ sku, qty: 4 }])
  await checkAccess(
    t, desk, 'order.substitute', order, async (caller, id) => await caller.post(`${urlOf(id)}/substitute`, { lines: [{ lineNo: 1, batch: 'A' }] })
  )
  await checkWrite(
    t,
    desk,
    order,
    ['order.deallocated', 'order.allocated', 'stock.updated'],
    async (caller, id, query = '', headers = {}) => await caller.post(`${urlOf(id)}/substitute${query}`, { lines: [{ lineNo: 1, batch: 'A' }] }, headers)
  )
  await desk.checkOrders(t)
})
