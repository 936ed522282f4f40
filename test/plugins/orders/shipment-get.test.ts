// GET /shipments/:id
import t from 'tap'
import { openDesk, SHIPMENTS } from './setup.js'

const desk = await openDesk(t)
const { erp, foreign } = desk
const { sku } = await desk.stocked([['A', '2030-01-01', 5]])
const { id: orderId, number, externalRef } = await desk.order([{ sku, qty: 2, externalLineRef: '10' }])
const shipment = (await desk.bring(orderId, 'packed')).shipments[0]
const path = `${SHIPMENTS}/${shipment.id as string}`

t.test('200 – with its parcels, and batch and expiry date of each item; the ETag counts its changes', async t => {
  t.match(await erp.get(path), {
    status: 200,
    headers: { etag: '"1"' },
    body: {
      id: shipment.id,
      orderId,
      orderNumber: number,
      externalRef,
      status: 'packed',
      isFinal: false,
      shippedAt: null,
      deliveredAt: null,
      version: 1,
      createdAt: /\.\d{3}Z$/,
      parcels: [{
        no: 1,
        sscc: null,
        status: 'packed',
        statusAt: /\.\d{3}Z$/,
        items: [{ lineNo: 1, externalLineRef: '10', sku, qty: 2, batch: 'A', expiryDate: '2030-01-01' }]
      }]
    }
  })
  await desk.step(orderId, 'ship')
  t.match(await erp.get(path), { status: 200, headers: { etag: '"2"' }, body: { status: 'shipped', isFinal: true, shippedAt: /\.\d{3}Z$/ } })
})

t.test('401, 403, 404, 400', async t => {
  t.equal((await desk.anonymous.get(path)).status, 401)
  t.match(await (await desk.clientFor('shipment.list')).get(path), { status: 403, body: { code: 'insufficient_scope' } })
  t.match(await foreign.get(path), { status: 404, body: { code: 'shipment.not_found' } })
  t.match(await erp.get(`${SHIPMENTS}/shp_unknown`), { status: 404, body: { code: 'shipment.not_found' } })
  t.match(await erp.get(`${path}?include=order`), { status: 400, body: { errors: [{ in: 'query', pointer: '/include' }] } })
  t.ok([400, 404].includes((await erp.get(`${SHIPMENTS}/a%00b`)).status), 'no 500 for a name that no row can have')
  await desk.switchOperation('shipment.get', false)
  t.match(await erp.get(path), { status: 403, body: { code: 'operation.switched_off' } })
})
