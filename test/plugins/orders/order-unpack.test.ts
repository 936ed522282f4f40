// POST /orders/:id/unpack
import t from 'tap'
import type { Answer } from '../../../src/test-kit/service.js'
import { checkAccess, checkWrite, urlOf } from './common.js'
import { openDesk } from './setup.js'

const desk = await openDesk(t)
const ok = (answer: Answer): Answer['body'] => {
  if (answer.status !== 200) throw new Error(answer.text)
  return answer.body
}

t.test('of two packed shipments the good one leaves alone', async t => {
  const { sku: plain } = await desk.stocked(10)
  const { sku } = await desk.stocked([['BAD', '2030-01-01', 2]])
  const { id } = await desk.order([{ sku: plain, qty: 1 }, { sku, qty: 2 }])
  await desk.bring(id, 'picked')
  const good = ok(await desk.step(id, 'pack', { parcels: [{ items: [{ lineNo: 1 }] }] })).shipments[0].id as string
  const bad = ok(await desk.step(id, 'pack')).shipments[0].id as string
  await desk.db.query('UPDATE "Batch" SET "status" = \'blocked\' WHERE "code" = \'BAD\'')
  t.match(await desk.step(id, 'ship', { shipments: ['shp_unknown'] }), {
    status: 422, body: { code: 'shipment.not_packed', errors: [{ pointer: '/shipments/0', message: new RegExp(bad) }] }
  })
  t.match(await desk.step(id, 'ship', { shipments: [bad] }), { status: 409, body: { code: 'allocation.not_good' } })
  t.match(await desk.step(id, 'ship', { shipments: [good] }), {
    status: 200, body: { status: 'partially_shipped', shipments: [{ id: good, status: 'shipped' }], lines: [{ qtyShipped: 1 }, { qtyPacked: 2 }] }
  })
  await desk.checkOrders(t)
})

t.test('401, 403, 404, 412, dryRun, Idempotency-Key', async t => {
  const { sku } = await desk.stocked(5)
  const order = await desk.order([{ sku, qty: 4 }])
  await desk.bring(order.id, 'packed')
  await checkAccess(t, desk, 'order.unpack', order, async (caller, id) => await caller.post(`${urlOf(id)}/unpack`, {}))
  await checkWrite(
    t,
    desk,
    order,
    ['order.status_changed', 'shipment.cancelled'],
    async (caller, id, query = '', headers = {}) => await caller.post(`${urlOf(id)}/unpack${query}`, {}, headers)
  )
  await desk.checkOrders(t)
})
