// GET /shipments
import t from 'tap'
import { newRef, openDesk, SHIPMENTS } from './setup.js'

const desk = await openDesk(t)
const { erp, foreign } = desk
const { sku } = await desk.stocked([['A', '2030-01-01', 50]])

const packedOrder = async (): Promise<{ id: string, externalRef: string, number: string, shipmentId: string }> => {
  const { id, externalRef, number } = await desk.order([{ sku, qty: 2 }], { externalRef: `${newRef()}/ä b` })
  const { shipments } = await desk.bring(id, 'packed')
  return { id, externalRef, number, shipmentId: shipments[0].id }
}
const ids = (answer: { body: { data: Array<{ id: string }> } }): string[] => answer.body.data.map(({ id }) => id)

const first = await packedOrder()
const second = await packedOrder()
const third = await packedOrder()
await desk.step(first.id, 'ship', { trackingNumber: 'T-1' })

t.test('200 – with parcels, batch and expiry date, by last change; asOf and no more pages', async t => {
  const answer = await erp.get(SHIPMENTS)
  t.match(answer, { status: 200, body: { nextCursor: null, asOf: /^\d{4}-.*Z$/ } })
  t.same(ids(answer), [second.shipmentId, third.shipmentId, first.shipmentId])
  t.match(answer.body.data[2], {
    orderId: first.id,
    orderNumber: first.number,
    externalRef: first.externalRef,
    status: 'shipped',
    warehouse: { code: 'MAIN' },
    parcels: [{ no: 1, trackingNumber: 'T-1', items: [{ lineNo: 1, sku, qty: 2, batch: 'A', expiryDate: '2030-01-01' }] }]
  })
  t.same(answer.body.data[2], (await erp.get(`${SHIPMENTS}/${first.shipmentId}`)).body)
  t.same(ids(await erp.get(`${SHIPMENTS}?sort=-updatedAt`)), [first.shipmentId, third.shipmentId, second.shipmentId])
})

t.test('200 – page by page, both ways, and what changed since', async t => {
  for (const sort of ['updatedAt', '-updatedAt']) {
    const seen: string[] = []
    let cursor = ''
    do {
      const answer = await erp.get(`${SHIPMENTS}?limit=1&sort=${sort}${cursor}`)
      seen.push(...ids(answer))
      cursor = answer.body.nextCursor === null ? '' : `&cursor=${encodeURIComponent(answer.body.nextCursor as string)}`
    } while (cursor !== '')
    t.same(seen, ids(await erp.get(`${SHIPMENTS}?sort=${sort}`)))
  }
  const { asOf } = (await erp.get(SHIPMENTS)).body
  const { updatedAt } = (await erp.patch(`${SHIPMENTS}/${second.shipmentId}`, { carrierCode: 'UPS' })).body
  t.ok(ids(await erp.get(`${SHIPMENTS}?updatedSince=${asOf as string}`)).includes(second.shipmentId), 'what changed after asOf')
  t.same(ids(await erp.get(`${SHIPMENTS}?updatedSince=${updatedAt as string}`)), [second.shipmentId], 'at or after the timestamp')
})

t.test('200 – of one status, of one order by any of its names', async t => {
  t.same(ids(await erp.get(`${SHIPMENTS}?status=shipped`)), [first.shipmentId])
  t.same(ids(await erp.get(`${SHIPMENTS}?status=cancelled`)), [])
  for (const name of [third.id, `ref:${third.externalRef}`, `number:${third.number}`]) {
    t.same(ids(await erp.get(`${SHIPMENTS}?order=${encodeURIComponent(name)}`)), [third.shipmentId])
  }
  t.same(ids(await erp.get(`${SHIPMENTS}?status=shipped&order=${third.id}`)), [])
})

t.test('another owner sees none of them', async t => {
  t.same(ids(await foreign.get(SHIPMENTS)), [])
  t.match(await foreign.get(`${SHIPMENTS}?order=${third.id}`), { status: 404, body: { code: 'order.not_found' } })
  t.match(await erp.get(`${SHIPMENTS}?order=ord_unknown`), { status: 404, body: { code: 'order.not_found' } })
})

t.test('400, 401, 403', async t => {
  for (
    const [query, pointer] of [['status=lost', '/status'], ['limit=0', '/limit'], ['limit=201', '/limit'], ['sort=id', '/sort'], ['updatedSince=yesterday',
      '/updatedSince'], ['colour=red', '/colour'], ['cursor=abc', '/cursor'], ['order=', '/order']]
  ) {
    t.match(await erp.get(`${SHIPMENTS}?${query!}`), { status: 400, body: { errors: [{ in: 'query', pointer }] } }, query!)
  }
  const { nextCursor } = (await erp.get(`${SHIPMENTS}?limit=1`)).body
  t.match(await erp.get(`${SHIPMENTS}?limit=1&status=packed&cursor=${encodeURIComponent(nextCursor as string)}`), {
    status: 400, body: { errors: [{ pointer: '/cursor' }] }
  }, 'a cursor of other filters')
  t.equal((await desk.anonymous.get(SHIPMENTS)).status, 401)
  t.match(await (await desk.clientFor('order.list', 'shipment.get')).get(SHIPMENTS), { status: 403, body: { code: 'insufficient_scope' } })
})

t.test('a line that was packed once is still named when its parcel was opened and the line cancelled', async t => {
  await desk.setting('order.cancel', { cancelUntil: 'packed' })
  await desk.setting('order.update', { editableUntil: 'picking' })
  const scarce = await desk.stocked(1)
  const { id } = await desk.order([{ sku: scarce.sku, qty: 1 }, { sku: scarce.sku, qty: 1 }])
  await desk.bring(id, 'packed')
  t.match(await desk.step(id, 'cancel', { lines: [{ lineNo: 1 }] }), {
    status: 200, body: { status: 'open', lines: [{ qtyCancelled: 1 }, { qtyBackordered: 1 }] }
  })
  t.match(await erp.put(`/api/external/v1/orders/${id as string}/lines`, { lines: [{ lineNo: 2, sku: scarce.sku, qty: 1 }] }), {
    status: 409, body: { code: 'order.line_picked' }
  })
  t.match(await erp.get(`${SHIPMENTS}?order=${id as string}`), {
    status: 200, body: { data: [{ status: 'cancelled', parcels: [{ items: [{ lineNo: 1, sku: scarce.sku, qty: 1 }] }] }] }
  })
  await desk.checkOrders(t)
})
