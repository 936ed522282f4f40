// PATCH /shipments/:id
import t from 'tap'
import { eventsOf, stored, types } from './floor.js'
import { newRef, openDesk, ORDERS, SHIPMENTS } from './setup.js'

const desk = await openDesk(t)
const { erp, foreign } = desk

/** An order that has left in this many parcels. */
const shipped = async (parcels = 1): Promise<{ orderId: string, id: string, path: string }> => {
  const { sku } = await desk.stocked(parcels)
  const { id: orderId } = await desk.order([{ sku, qty: parcels }])
  await desk.bring(orderId, 'picked')
  await desk.step(orderId, 'pack', {
    parcels: Array.from({ length: parcels }, (_, index) => ({ trackingNumber: `T-${index + 1}`, items: [{ lineNo: 1, qty: 1 }] }))
  })
  const { body } = await desk.step(orderId, 'ship')
  const id = body.shipments[0].id as string
  return { orderId, id, path: `${SHIPMENTS}/${id}` }
}
const statuses = ({ body }: { body: { parcels: Array<{ status: string }> } }): string[] => body.parcels.map(({ status }) => status)

t.test('200 – on its way, then delivered: the order with it; each published once, with what it was', async t => {
  const { orderId, id, path } = await shipped()
  const order = (await erp.get(`${ORDERS}/${orderId}`)).body
  t.match(await erp.patch(path, { status: 'in_transit', carrierStatus: 'HUB', at: '2026-11-20T10:00:00.000Z' }), {
    status: 200,
    headers: { etag: '"3"' },
    body: {
      status: 'in_transit',
      version: 3,
      deliveredAt: null,
      parcels: [{ status: 'in_transit', carrierStatus: 'HUB', statusAt: '2026-11-20T10:00:00.000Z', trackingNumber: 'T-1' }]
    }
  })
  t.match((await erp.get(`${ORDERS}/${orderId}`)).body, { status: 'shipped', version: order.version, updatedAt: order.updatedAt }, 'the order is as it was')
  t.match(await erp.patch(path, { status: 'delivered', at: '2026-11-21T10:00:00+02:00' }), {
    status: 200,
    body: { status: 'delivered', deliveredAt: '2026-11-21T08:00:00.000Z', parcels: [{ status: 'delivered', statusAt: '2026-11-21T08:00:00.000Z' }] }
  })
  t.match((await erp.get(`${ORDERS}/${orderId}`)).body, { status: 'delivered', version: order.version + 1 })
  const events = (await eventsOf(desk, id, orderId)).slice(-4)
  t.same(types(events), ['shipment.tracking_updated', 'order.status_changed', 'shipment.tracking_updated', 'shipment.delivered'])
  t.match(events, [
    {
      subject: { version: 3 },
      actor: { type: 'client', id: erp.id },
      previous: { status: 'shipped', parcels: [{ status: 'shipped', carrierStatus: null }] },
      data: { status: 'in_transit' }
    },
    { previous: { status: 'shipped' }, data: { change: { from: 'shipped', to: 'delivered' } } },
    { subject: { version: 4 }, previous: { status: 'in_transit' } },
    { subject: { version: 4 }, data: { status: 'delivered' } }
  ])
})

t.test('200 – the same again is no change', async t => {
  const { id, path } = await shipped()
  await erp.patch(path, { status: 'in_transit' })
  const before = await stored(desk)
  t.match(await erp.patch(path, { status: 'in_transit', carrierCode: null }), { status: 200, body: { version: 3 } })
  t.same(await stored(desk), before)
  t.equal((await eventsOf(desk, id)).length, 3)
})

t.test('200 – one parcel never touches another', async t => {
  const { orderId, path } = await shipped(3)
  const before = (await erp.get(path)).body.parcels
  const answer = await erp.patch(path, { parcels: [{ no: 2, status: 'delivered', trackingNumber: 'T-2b', carrierStatus: 'DONE' }] })
  t.same(statuses(answer), ['shipped', 'delivered', 'shipped'])
  t.same([answer.body.parcels[0], answer.body.parcels[2]], [before[0], before[2]])
  t.match(answer.body, {
    status: 'in_transit', deliveredAt: null, parcels: [{}, { trackingNumber: 'T-2b', carrierStatus: 'DONE', items: before[1].items }, {}]
  })
  t.match((await erp.get(`${ORDERS}/${orderId}`)).body.status, 'shipped')
  t.match(await erp.patch(path, { parcels: [{ no: 1, status: 'exception' }] }), { body: { status: 'exception' } })
  t.match(await erp.patch(path, { parcels: [{ no: 3, trackingUrl: null, trackingNumber: null }] }), {
    body: { parcels: [{ trackingNumber: 'T-1' }, { trackingNumber: 'T-2b' }, { trackingNumber: null, status: 'shipped' }] }
  })
  const last = await erp.patch(path, { parcels: [{ no: 1, status: 'delivered' }, { no: 3, status: 'delivered' }] })
  t.match(last, { status: 200, body: { status: 'delivered' } })
  t.match((await erp.get(`${ORDERS}/${orderId}`)).body.status, 'delivered')
})

t.test('409 – late news never takes a delivery back, and changes nothing', async t => {
  const { path } = await shipped(2)
  await erp.patch(path, { parcels: [{ no: 1, status: 'delivered' }] })
  const before = await stored(desk)
  const late = [{ status: 'in_transit' }, { status: 'exception' }, { parcels: [{ no: 2, status: 'in_transit' }, { no: 1, status: 'in_transit' }] }, {
    parcels: [{ no: 1, status: 'exception', trackingNumber: 'T-9' }]
  }]
  for (const news of late) t.match(await erp.patch(path, news), { status: 409, body: { code: 'order.illegal_transition', detail: /delivered is final/ } })
  t.same(await stored(desk), before)
  t.match(await erp.patch(path, { parcels: [{ no: 1, trackingUrl: 'https://carrier.example.com/T-1' }] }), {
    status: 200,
    body: { parcels: [{ status: 'delivered', trackingUrl: 'https://carrier.example.com/T-1' }, {}] }
  }, 'a delivered parcel still takes its number and URL')
})

t.test('409 – what has not left can\'t arrive, though it may be numbered; what was cancelled takes no news', async t => {
  const { sku } = await desk.stocked(1)
  const { id } = await desk.order([{ sku, qty: 1 }])
  const shipment = (await desk.bring(id, 'packed')).shipments[0]
  const path = `${SHIPMENTS}/${shipment.id as string}`
  t.match(await erp.patch(path, { status: 'delivered' }), { status: 409, body: { code: 'order.illegal_transition', detail: /ship the order first/ } })
  t.match(await erp.patch(path, { carrierCode: 'UPS', parcels: [{ no: 1, trackingNumber: 'T-5' }] }), {
    status: 200, body: { status: 'packed', carrierCode: 'UPS', parcels: [{ trackingNumber: 'T-5' }] }
  })
  await erp.patch(`${ORDERS}/${id as string}`, { status: 'picked' })
  t.match(await erp.patch(path, { carrierCode: 'DPD' }), { status: 409, body: { code: 'shipment.cancelled' } })
})

t.test('an order in several shipments has arrived with the last of them', async t => {
  const { sku } = await desk.stocked(2)
  const { id } = await desk.order([{ sku, qty: 3 }])
  const one = (await desk.bring(id, 'shipped')).shipments[0]
  t.match(await erp.patch(`${SHIPMENTS}/${one.id as string}`, { status: 'delivered' }), { body: { status: 'delivered' } })
  t.match((await erp.get(`${ORDERS}/${id as string}`)).body.status, 'partially_shipped')
  await desk.receive(sku, 1)
  for (const name of ['allocate', 'pick']) await desk.step(id, name)
  const two = (await desk.step(id, 'ship')).body.shipments[0]
  t.match((await erp.get(`${ORDERS}/${id as string}`)).body.status, 'shipped')
  await erp.patch(`${SHIPMENTS}/${two.id as string}`, { status: 'delivered' })
  t.match((await erp.get(`${ORDERS}/${id as string}`)).body.status, 'delivered')
  await desk.checkOrders(t)
})

t.test('422 – a parcel that is not there, named twice, or news of all and of one', async t => {
  const { path } = await shipped(2)
  t.match(await erp.patch(path, { parcels: [{ no: 1, status: 'delivered' }, { no: 3, status: 'delivered' }] }), {
    status: 422, body: { code: 'shipment.unknown_parcel', errors: [{ pointer: '/parcels/1/no' }] }
  })
  t.match(await erp.patch(path, { parcels: [{ no: 1, status: 'delivered' }, { no: 1, trackingNumber: 'X' }] }), {
    status: 422, body: { code: 'shipment.parcel_twice', errors: [{ pointer: '/parcels/1/no' }] }
  })
  t.match(await erp.patch(path, { status: 'delivered', parcels: [{ no: 1, trackingNumber: 'X' }] }), {
    status: 422, body: { code: 'shipment.status_twice', errors: [{ pointer: '/status' }] }
  })
  t.match(await erp.patch(path, { carrierStatus: 'HUB', parcels: [{ no: 1, trackingNumber: 'X' }] }), {
    status: 422, body: { code: 'shipment.status_twice', errors: [{ pointer: '/carrierStatus' }] }
  })
  t.match((await erp.get(path)).body, { version: 2 })
})

t.test('400, 401, 403, 404, 412', async t => {
  const { path } = await shipped()
  for (
    const [body, pointer] of [[{ status: 'packed' }, '/status'], [{ status: 'shipped' }, '/status'], [{ parcels: [] }, '/parcels'], [{
      parcels: [{ status: 'delivered' }]
    }, '/parcels/0/no'], [{ at: 'now', status: 'delivered' }, '/at'], [{ isFinal: true }, '/isFinal']] as const
  ) {
    t.match(await erp.patch(path, body), { status: 400, body: { errors: [{ pointer }] } })
  }
  t.equal((await erp.patch(path, {})).status, 400)
  t.equal((await desk.anonymous.patch(path, { status: 'delivered' })).status, 401)
  t.match(await (await desk.clientFor('shipment.get')).patch(path, { status: 'delivered' }), { status: 403, body: { code: 'insufficient_scope' } })
  t.match(await foreign.patch(path, { status: 'delivered' }), { status: 404, body: { code: 'shipment.not_found' } })
  t.match(await erp.patch(`${SHIPMENTS}/shp_unknown`, { status: 'delivered' }), { status: 404, body: { code: 'shipment.not_found' } })
  t.equal((await erp.patch(path, { status: 'delivered' }, { 'if-match': '"1"' })).status, 412)
  t.equal((await erp.patch(path, { status: 'delivered' }, { 'if-match': '"2"' })).status, 200)
})

t.test('Idempotency-Key and ?dryRun=true', async t => {
  const { id, path } = await shipped()
  const before = await stored(desk)
  t.match(await erp.patch(`${path}?dryRun=true`, { status: 'delivered' }), {
    status: 200,
    body: {
      dryRun: true,
      status: 200,
      body: { id, status: 'delivered', version: 3 },
      events: [{ type: 'order.status_changed' }, { type: 'shipment.tracking_updated' }, { type: 'shipment.delivered' }]
    }
  })
  t.same(await stored(desk), before)
  const key = { 'idempotency-key': newRef() }
  const first = await erp.patch(path, { status: 'in_transit' }, key)
  await erp.patch(path, { status: 'delivered' })
  t.match(await erp.patch(path, { status: 'in_transit' }, key), { status: 200, headers: { 'idempotency-replayed': 'true' }, text: first.text })
  t.match((await erp.get(path)).body.status, 'delivered')
})

t.test('many at once: each parcel\'s news arrives, and the order has arrived', async t => {
  const { orderId, path } = await shipped(6)
  const answers = await Promise.all([1, 2, 3, 4, 5, 6].map(async no => await erp.patch(path, { parcels: [{ no, status: 'delivered' }] })))
  t.same(answers.map(({ status }) => status), [200, 200, 200, 200, 200, 200])
  t.match((await erp.get(path)).body, { status: 'delivered', version: 8 })
  t.match((await erp.get(`${ORDERS}/${orderId}`)).body.status, 'delivered')
})
