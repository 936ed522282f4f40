// POST /orders/:id/unpick
import t from 'tap'
import { checkAccess, checkWrite, urlOf } from './common.js'
import { openDesk } from './setup.js'

const desk = await openDesk(t)
t.test('unpick: good goods go back to the shelf and stay allocated', async t => {
  const { sku } = await desk.stocked(5)
  const { id } = await desk.order([{ sku, qty: 4 }])
  await desk.bring(id, 'picked')
  t.match(await desk.step(id, 'unpick', { lines: [{ lineNo: 1, qty: 3 }] }), {
    status: 200, body: { status: 'picking', lines: [{ qtyPicked: 1, qtyAllocated: 3 }] }
  })
  t.match(await desk.step(id, 'unpick', { lines: [{ lineNo: 1, qty: 2 }] }), {
    status: 422, body: { code: 'order.quantity', errors: [{ pointer: '/lines/0/qty', message: /at most 1/ }] }
  })
  t.match(await desk.step(id, 'unpick', { lines: [{ lineNo: 9 }] }), { status: 422, body: { code: 'order.unknown_line' } })
  t.match(await desk.step(id, 'unpick'), { status: 200, body: { status: 'open', lines: [{ qtyPicked: 0, qtyAllocated: 4 }] } })
  await desk.checkOrders(t)
})

t.test('401, 403, 404, 412, dryRun, Idempotency-Key', async t => {
  const { sku } = await desk.stocked(5)
  const order = await desk.order([{ sku, qty: 4 }])
  await desk.bring(order.id, 'picked')
  await checkAccess(t, desk, 'order.unpick', order, async (caller, id) => await caller.post(`${urlOf(id)}/unpick`, {}))
  await checkWrite(
    t,
    desk,
    order,
    ['order.status_changed', 'stock.movement_created', 'stock.updated'],
    async (caller, id, query = '', headers = {}) => await caller.post(`${urlOf(id)}/unpick${query}`, {}, headers)
  )
  await desk.checkOrders(t)
})
