// POST /orders/:id/pack
import t from 'tap'
import { checkWrite, eventsOf, inDays, types } from './floor.js'
import { openDesk, ORDERS, SHIPMENTS } from './setup.js'

const desk = await openDesk(t)
const { erp } = desk

const picked = async (lines: Array<Record<string, unknown>>): Promise<string> => {
  const { id } = await desk.order(lines)
  await desk.bring(id, 'picked')
  return id
}

t.test('200 – all that is picked in one parcel, published with batch and expiry date', async t => {
  const { sku } = await desk.stocked([['A', '2030-01-01', 4], ['B', '2031-01-01', 5]])
  const id = await picked([{ sku, qty: 6, externalLineRef: '10' }])
  const answer = await desk.step(id, 'pack')
  t.match(answer, {
    status: 200,
    headers: { etag: '"4"' },
    body: {
      status: 'packed',
      lines: [{ qtyPacked: 6, qtyPicked: 0 }],
      shipments: [{
        status: 'packed',
        isFinal: false,
        shippedAt: null,
        orderId: id,
        version: 1,
        parcels: [{
          no: 1,
          status: 'packed',
          trackingNumber: null,
          items: [{ lineNo: 1, externalLineRef: '10', sku, qty: 4, batch: 'A', expiryDate: '2030-01-01' }, { qty: 2, batch: 'B' }]
        }]
      }]
    }
  })
  const shipment = answer.body.shipments[0]
  t.same((await erp.get(`${SHIPMENTS}/${shipment.id as string}`)).body, shipment, 'it is read as it was answered')
  const events = await eventsOf(desk, id, shipment.id)
  t.same(types(events).slice(-2), ['order.status_changed', 'shipment.created'])
  t.match(events.at(-1), {
    subject: { type: 'shipment', id: shipment.id, version: 1 },
    actor: { type: 'client', id: erp.id },
    data: { orderId: id, parcels: [{ items: [{ batch: 'A', expiryDate: '2030-01-01' }, { batch: 'B' }] }] }
  })
  t.match(await desk.stockOf(sku), { onHand: 9, reserved: 6 })
  await desk.checkOrders(t)
})

t.test('200 – several parcels, by line, quantity and batch, each with its box', async t => {
  const { sku } = await desk.stocked([['A', '2030-01-01', 4], ['B', '2031-01-01', 5]])
  const other = await desk.stocked(5)
  const id = await picked([{ sku, qty: 6 }, { sku: other.sku, qty: 3 }])
  const box = {
    sscc: '340123450000000018',
    trackingNumber: 'T-1',
    trackingUrl: 'https://carrier.example.com/T-1',
    weightG: 1200,
    lengthMm: 300,
    widthMm: 200,
    heightMm: 150
  }
  const answer = await desk.step(id, 'pack', {
    parcels: [{ ...box, items: [{ lineNo: 1, batch: 'B' }, { lineNo: 2, qty: 1 }] }, { items: [{ lineNo: 1, qty: 4 }, { lineNo: 2 }] }]
  })
  t.match(answer, {
    status: 200,
    body: {
      status: 'packed',
      shipments: [{
        parcels: [{ no: 1, ...box, items: [{ lineNo: 1, batch: 'B', qty: 2 }, { lineNo: 2, qty: 1, batch: null }] }, {
          no: 2, sscc: null, trackingNumber: null, items: [{ lineNo: 1, batch: 'A', qty: 4 }, { lineNo: 2, qty: 2 }]
        }]
      }]
    }
  })
  t.same((await erp.get(`${SHIPMENTS}/${answer.body.shipments[0].id as string}`)).body, answer.body.shipments[0])
  await desk.checkOrders(t)
})

t.test('200 – a line named twice in one parcel is one item', async t => {
  const { sku } = await desk.stocked(5)
  const id = await picked([{ sku, qty: 5 }])
  const answer = await desk.step(id, 'pack', { parcels: [{ items: [{ lineNo: 1, qty: 1 }, { lineNo: 1, qty: 2 }] }, { items: [{ lineNo: 1 }] }] })
  t.match(answer, { status: 200, body: { shipments: [{ parcels: [{ items: [{ lineNo: 1, qty: 3 }] }, { items: [{ qty: 2 }] }] }] } })
  t.same(answer.body.shipments[0].parcels.map((parcel: { items: unknown[] }) => parcel.items.length), [1, 1])
  t.same((await erp.get(`${SHIPMENTS}/${answer.body.shipments[0].id as string}`)).body, answer.body.shipments[0])
})

t.test('200 – a part: the order stays picked until all of it is packed', async t => {
  const { sku } = await desk.stocked(5)
  const id = await picked([{ sku, qty: 5 }])
  t.match(await desk.step(id, 'pack', { parcels: [{ items: [{ lineNo: 1, qty: 2 }] }] }), {
    body: { status: 'picked', lines: [{ qtyPicked: 3, qtyPacked: 2 }] }
  })
  t.match((await eventsOf(desk, id)).at(-1), {
    type: 'order.updated', data: { lines: [{ qtyPacked: 2 }] }, previous: { lines: [{ qtyPicked: 5, qtyPacked: 0 }] }
  })
  await desk.checkOrders(t)
  t.match(await desk.step(id, 'pack'), {
    body: { status: 'packed', lines: [{ qtyPicked: 0, qtyPacked: 5 }], shipments: [{ parcels: [{ items: [{ qty: 3 }] }] }] }
  })
  t.equal((await erp.get(`${SHIPMENTS}?order=${id}`)).body.data.length, 2)
  t.match(await desk.step(id, 'ship'), { status: 200, body: { status: 'shipped', shipments: [{ isFinal: false }, { isFinal: true }] } })
  await desk.checkOrders(t)
})

t.test('422 – more than is picked, in one parcel or over several; lines that are not there; parts of a piece', async t => {
  const { sku } = await desk.stocked([['A', '2030-01-01', 4], ['B', '2031-01-01', 5]])
  const id = await picked([{ sku, qty: 6 }])
  const refused = async (parcels: unknown[], code: string, pointer: string): Promise<void> => {
    t.match(await desk.step(id, 'pack', { parcels }), { status: 422, body: { code, errors: [{ pointer }] } })
  }
  await refused([{ items: [{ lineNo: 1, qty: 7 }] }], 'order.quantity', '/parcels/0/items/0/qty')
  await refused([{ items: [{ lineNo: 1, qty: 4 }] }, { items: [{ lineNo: 1, qty: 3 }] }], 'order.quantity', '/parcels/1/items/0/qty')
  await refused([{ items: [{ lineNo: 1 }] }, { items: [{ lineNo: 1 }] }], 'order.quantity', '/parcels/1/items/0/lineNo')
  await refused([{ items: [{ lineNo: 1, qty: 3, batch: 'B' }] }], 'order.quantity', '/parcels/0/items/0/qty')
  await refused([{ items: [{ lineNo: 1, batch: 'C' }] }], 'order.quantity', '/parcels/0/items/0/lineNo')
  await refused([{ items: [{ lineNo: 1 }, { lineNo: 2 }] }], 'order.unknown_line', '/parcels/0/items/1/lineNo')
  await refused([{ items: [{ lineNo: 1, qty: 1.5 }] }], 'uom.not_divisible', '/parcels/0/items/0/qty')
  t.match((await erp.get(`${ORDERS}/${id}`)).body, { status: 'picked', version: 3 })
})

t.test('400 – empty parcels, boxes out of shape', async t => {
  const { sku } = await desk.stocked(5)
  const id = await picked([{ sku, qty: 1 }])
  const items = [{ lineNo: 1 }]
  const shapes: Array<[unknown[], string]> = [
    [[], '/parcels'],
    [[{ items: [] }], '/parcels/0/items'],
    [[{ items, sscc: '123' }], '/parcels/0/sscc'],
    [[{ items, weightG: -1 }], '/parcels/0/weightG'],
    [[{ items, weightG: 1.5 }], '/parcels/0/weightG'],
    [[{ items, trackingUrl: 'javascript:alert(1)' }], '/parcels/0/trackingUrl'],
    [[{ items, size: 'XL' }], '/parcels/0/size'],
    [[{}], '/parcels/0/items']
  ]
  for (const [parcels, pointer] of shapes) {
    t.match(await desk.step(id, 'pack', { parcels }), { status: 400, body: { code: 'request.invalid', errors: [{ pointer }] } })
  }
})

t.test('409 – on hold; nothing picked', async t => {
  const { sku } = await desk.stocked(5)
  const id = await picked([{ sku, qty: 1 }])
  await desk.step(id, 'hold', { code: 'address' })
  t.match(await desk.step(id, 'pack'), { status: 409, body: { code: 'order.on_hold' } })
  const open = await desk.order([{ sku, qty: 1 }])
  t.match(await desk.step(open.id, 'pack'), { status: 409, body: { code: 'order.illegal_transition' } })
  const partly = await desk.order([{ sku, qty: 9 }])
  await desk.bring(partly.id, 'shipped').catch(() => {})
  t.match(await desk.step(partly.id, 'pack'), { status: 409, body: { code: 'order.nothing_picked' } })
})

t.test('200 – what has expired may be packed, and does not leave', async t => {
  const { sku, id: productId } = await desk.stocked([['A', '2030-01-01', 4]])
  const id = await picked([{ sku, qty: 4 }])
  await desk.db.query('UPDATE "Batch" SET "expiryDate" = $2 WHERE "productId" = $1', [productId, inDays(-2)])
  t.match(await desk.step(id, 'pack'), { status: 200 })
  t.match(await desk.step(id, 'ship'), { status: 409, body: { code: 'allocation.not_good' } })
})

checkWrite(t, desk, 'pack', async () => {
  const { sku } = await desk.stocked(5)
  const { id } = await desk.order([{ sku, qty: 2 }])
  return await desk.bring(id, 'picked')
})
