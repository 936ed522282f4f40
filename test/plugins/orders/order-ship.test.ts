// POST /orders/:id/ship
import t from 'tap'
import { checkWrite, eventsOf, inDays, ledgerOf, shipFrom, stored, types } from './floor.js'
import { openDesk, ORDERS, SHIPMENTS } from './setup.js'

const desk = await openDesk(t)
const { erp } = desk
const dock = await desk.newLocation('DOCK', { type: 'shipping', pickable: false, sellable: false })

t.test('200 – exactly what was packed leaves: one movement per line, batch and location, and parcels add up', async t => {
  await shipFrom(desk, dock)
  await desk.newLocation('BIN-1')
  const { sku } = await desk.stocked([['A', '2030-01-01', 4], ['B', '2031-01-01', 2]])
  await desk.receive(sku, 5, { batch: 'B', location: 'BIN-1' })
  const { id } = await desk.order([{ sku, qty: 9 }, { sku, qty: 1 }])
  const { shipments: [packed] } = await desk.bring(id, 'packed')
  t.same((await ledgerOf(desk, id)).length, 4, 'A and B from the default location, B from the bin for both lines')
  const answer = await desk.step(id, 'ship', {
    carrierCode: 'DPD',
    serviceCode: 'NEXT_DAY',
    trackingNumber: 'T-1',
    trackingUrl: 'https://carrier.example.com/T-1'
  })
  t.match(answer, {
    status: 200,
    body: {
      status: 'shipped',
      lines: [{ qtyShipped: 9, qtyPacked: 0 }, { qtyShipped: 1 }],
      shipments: [{
        id: packed.id,
        status: 'shipped',
        isFinal: true,
        version: 2,
        carrierCode: 'DPD',
        serviceCode: 'NEXT_DAY',
        parcels: [{ status: 'shipped', trackingNumber: 'T-1', trackingUrl: 'https://carrier.example.com/T-1' }]
      }]
    }
  })
  t.same((await ledgerOf(desk, id)).slice(4), [['ship', 4, 'DOCK', null], ['ship', 5, 'DOCK', null], ['ship', 1, 'DOCK', null]])
  const items = answer.body.shipments[0].parcels[0].items as Array<{ lineNo: number, batch: string, qty: number }>
  t.same(items.map(({ lineNo, batch, qty }) => [lineNo, batch, qty]), [[1, 'A', 4], [1, 'B', 5], [2, 'B', 1]])
  t.same((await erp.get(`${SHIPMENTS}/${packed.id as string}`)).body, answer.body.shipments[0])
  t.match(await desk.stockOf(sku), { onHand: 1, reserved: 0, available: 1 })
  const events = await eventsOf(desk, id, packed.id)
  t.same(types(events).slice(-2), ['order.status_changed', 'shipment.shipped'])
  t.match(events.at(-1), {
    subject: { version: 2 },
    actor: { type: 'client', id: erp.id },
    previous: { status: 'packed', shippedAt: null },
    data: { isFinal: true, parcels: [{ trackingNumber: 'T-1', items: [{ batch: 'A', expiryDate: '2030-01-01' }, {}, {}] }] }
  })
  await desk.checkOrders(t)
  await shipFrom(desk, null)
})

t.test('200 – picked and not packed goes in one parcel; packed and picked: only what is packed', async t => {
  const { sku } = await desk.stocked(10)
  const { id } = await desk.order([{ sku, qty: 5 }])
  await desk.bring(id, 'picked')
  await desk.step(id, 'pack', { parcels: [{ items: [{ lineNo: 1, qty: 2 }] }] })
  t.match(await desk.step(id, 'ship'), {
    body: { status: 'partially_shipped', lines: [{ qtyShipped: 2, qtyPicked: 3 }], shipments: [{ isFinal: false, parcels: [{ items: [{ qty: 2 }] }] }] }
  })
  await desk.checkOrders(t)
  const rest = await desk.step(id, 'ship')
  t.match(rest, { body: { status: 'shipped', lines: [{ qtyShipped: 5 }], shipments: [{ isFinal: true, parcels: [{ items: [{ qty: 3 }] }] }] } })
  t.same(types(await eventsOf(desk, rest.body.shipments[0].id)), ['shipment.created', 'shipment.shipped'])
  t.match(await desk.stockOf(sku), { onHand: 5, reserved: 0 })
  await desk.checkOrders(t)
})

t.test('200 – what was backordered is allocated, picked and shipped later', async t => {
  const { sku } = await desk.stocked(4)
  const { id } = await desk.order([{ sku, qty: 10 }])
  t.match(await desk.bring(id, 'shipped'), { status: 'partially_shipped', lines: [{ qtyShipped: 4, qtyOpen: 6, qtyBackordered: 6 }] })
  t.match(await desk.step(id, 'ship'), { status: 409, body: { code: 'order.nothing_picked' } })
  await desk.receive(sku, 8)
  t.match(await desk.step(id, 'allocate'), { body: { status: 'partially_shipped', allocationStatus: 'full', lines: [{ qtyAllocated: 6, qtyBackordered: 0 }] } })
  t.match(await desk.step(id, 'pick'), { body: { status: 'partially_shipped', lines: [{ qtyPicked: 6 }] } })
  t.match(await desk.step(id, 'pack'), { body: { status: 'partially_shipped', lines: [{ qtyPacked: 6 }] } })
  await desk.checkOrders(t)
  t.match(await desk.step(id, 'ship'), { body: { status: 'shipped', lines: [{ qtyShipped: 10, qtyOpen: 0 }], shipments: [{ isFinal: true }] } })
  t.same((await erp.get(`${SHIPMENTS}?order=${id as string}`)).body.data.map((shipment: { isFinal: boolean }) => shipment.isFinal), [false, true])
  t.match(await desk.stockOf(sku), { onHand: 2, reserved: 0, backordered: 0 })
  await desk.checkOrders(t)
})

t.test('409 – a part of an order that may not leave in parts', async t => {
  const { sku } = await desk.stocked(4)
  const { id } = await desk.order([{ sku, qty: 3 }, { sku, qty: 1 }], { allowPartialShipment: false })
  await desk.bring(id, 'picked')
  await desk.step(id, 'pack', { parcels: [{ items: [{ lineNo: 1 }] }] })
  t.match(await desk.step(id, 'ship'), { status: 409, body: { code: 'order.partial_not_allowed', detail: /line 2 / } })
  t.match(await desk.stockOf(sku), { onHand: 4, reserved: 4 })
  await desk.step(id, 'pack')
  t.match(await desk.step(id, 'ship'), { status: 200, body: { status: 'shipped' } })
  await desk.checkOrders(t)
})

t.test('tracking goes to the first parcel without; 422 when it would go nowhere', async t => {
  const { sku } = await desk.stocked(4)
  const { id } = await desk.order([{ sku, qty: 3 }])
  await desk.bring(id, 'picked')
  await desk.step(id, 'pack', {
    parcels: [{ trackingNumber: 'T-1', items: [{ lineNo: 1, qty: 1 }] }, { items: [{ lineNo: 1, qty: 1 }] }, { items: [{ lineNo: 1 }] }]
  })
  t.match(await desk.step(id, 'ship', { trackingUrl: 'https://carrier.example.com/T-2' }), {
    status: 422, body: { code: 'shipment.tracking_number_missing', errors: [{ pointer: '/trackingUrl' }] }
  })
  await desk.setting('order.ship', { requireTracking: true })
  t.match(await desk.step(id, 'ship', { trackingNumber: 'T-2' }), {
    status: 422, body: { code: 'shipment.tracking_required', errors: [{ pointer: '/trackingNumber' }] }
  }, 'the third has none')
  await desk.setting('order.ship', { requireTracking: false })
  const shipped = await desk.step(id, 'ship', { trackingNumber: 'T-2' })
  t.same(shipped.body.shipments[0].parcels.map((parcel: { trackingNumber: string }) => parcel.trackingNumber), ['T-1', 'T-2', null])
  const other = await desk.order([{ sku, qty: 1 }])
  await desk.bring(other.id, 'picked')
  await desk.step(other.id, 'pack', { parcels: [{ trackingNumber: 'T-3', items: [{ lineNo: 1 }] }] })
  t.match(await desk.step(other.id, 'ship', { trackingNumber: 'T-4' }), {
    status: 422, body: { code: 'shipment.tracking_known', errors: [{ pointer: '/trackingNumber' }] }
  })
  t.match((await erp.get(`${ORDERS}/${other.id as string}`)).body.status, 'packed')
})

t.test('409 – expired or taken out of sale since it was packed: nothing leaves', async t => {
  for (const [column, value] of [['expiryDate', inDays(-2)], ['status', 'blocked'], ['status', 'recalled']]) {
    const { sku, id: productId } = await desk.stocked([['A', '2030-01-01', 4]])
    const good = await desk.stocked(1)
    const { id } = await desk.order([{ sku: good.sku, qty: 1 }, { sku, qty: 4 }])
    await desk.bring(id, 'packed')
    await desk.db.query(`UPDATE "Batch" SET "${column}" = $2 WHERE "productId" = $1`, [productId, value])
    const before = await stored(desk)
    t.match(await desk.step(id, 'ship'), {
      status: 409, body: { code: 'allocation.not_good', detail: /Line 2 .* batch A.*: POST \/orders\/\{id\}\/unpack\.$/ }
    })
    t.same(await stored(desk), before)
  }
})

t.test('in one step: 409 unless the operator allows it; then picked, packed and shipped with every event', async t => {
  const { sku } = await desk.stocked(10)
  const { id } = await desk.order([{ sku, qty: 2 }])
  t.match(await desk.step(id, 'ship'), { status: 409, body: { code: 'order.illegal_transition' } })
  await desk.setting('order.ship', { shipWithoutPick: true })
  t.match(await desk.step(id, 'ship', { trackingNumber: 'T-9' }), {
    status: 200, body: { status: 'shipped', lines: [{ qtyShipped: 2 }], shipments: [{ isFinal: true, parcels: [{ trackingNumber: 'T-9' }] }] }
  })
  const changes = (await eventsOf(desk, id)).filter(event => event.type === 'order.status_changed').map(event => event.data['change'].to)
  t.same(changes, ['released', 'picking', 'picked', 'packed', 'shipped'])
  t.same(await ledgerOf(desk, id), [['pick', 2, 'DEFAULT', 'DEFAULT'], ['ship', 2, 'DEFAULT', null]])
  const partly = await desk.order([{ sku, qty: 9 }])
  await desk.step(partly.id, 'release')
  t.match(await desk.step(partly.id, 'ship'), { body: { status: 'partially_shipped', lines: [{ qtyShipped: 8, qtyBackordered: 1 }] } })
  await desk.receive(sku, 1)
  await desk.step(partly.id, 'allocate')
  t.match(await desk.step(partly.id, 'ship'), { body: { status: 'shipped', lines: [{ qtyShipped: 9 }] } })
  const waiting = await desk.order([{ sku, qty: 1 }])
  t.match(await desk.step(waiting.id, 'ship'), { status: 409, body: { code: 'order.nothing_picked' } })
  await desk.setting('order.ship', { shipWithoutPick: false })
  await desk.checkOrders(t)
})

t.test('200 – a service leaves with the last of the goods', async t => {
  const { sku } = await desk.stocked(2)
  const service = await desk.newProduct({ kind: 'service' })
  const { id } = await desk.order([{ sku, qty: 3 }, { sku: service.sku, qty: 1 }])
  t.match(await desk.bring(id, 'shipped'), { status: 'partially_shipped', lines: [{ qtyShipped: 2 }, { qtyShipped: 0, qtyOpen: 1 }] })
  await desk.receive(sku, 1)
  for (const name of ['allocate', 'pick', 'ship']) await desk.step(id, name)
  t.match((await erp.get(`${ORDERS}/${id as string}`)).body, { status: 'shipped', lines: [{ qtyShipped: 3 }, { qtyShipped: 1, qtyOpen: 0 }] })
  await desk.checkOrders(t)
})

t.test('409 – on hold, or shipped already', async t => {
  const { sku } = await desk.stocked(5)
  const { id } = await desk.order([{ sku, qty: 1 }])
  await desk.bring(id, 'packed')
  await desk.step(id, 'hold', { code: 'fraud' })
  t.match(await desk.step(id, 'ship'), { status: 409, body: { code: 'order.on_hold', detail: /fraud/ } })
  await desk.step(id, 'release-hold')
  t.equal((await desk.step(id, 'ship')).status, 200)
  t.match(await desk.step(id, 'ship'), {
    status: 409,
    body: {
      code: 'order.illegal_transition', detail: /legal from shipped: PATCH \/orders\/\{id\} with status packed, PATCH \/orders\/\{id\} with status delivered/
    }
  })
  t.match(await desk.stockOf(sku), { onHand: 4 })
})

t.test('400 – out of shape', async t => {
  const { sku } = await desk.stocked(5)
  const { id } = await desk.order([{ sku, qty: 1 }])
  await desk.bring(id, 'picked')
  t.match(await desk.step(id, 'ship', { trackingUrl: 'ftp://x' }), { status: 400, body: { errors: [{ pointer: '/trackingUrl' }] } })
  t.match(await desk.step(id, 'ship', { trackingNumber: '' }), { status: 400, body: { errors: [{ pointer: '/trackingNumber' }] } })
})

checkWrite(t, desk, 'ship', async () => {
  const { sku } = await desk.stocked(5)
  const { id } = await desk.order([{ sku, qty: 2 }])
  return await desk.bring(id, 'packed')
})
