// An order from its creation to the door.
import t from 'tap'
import { openDesk, ORDERS, SHIPMENTS } from './setup.js'

const desk = await openDesk(t)
const { erp } = desk

t.test('created, allocated first expired first out, released, picked, packed, shipped, delivered', async t => {
  const { id, sku } = await desk.stocked([['B', '2031-01-01', 5], ['A', '2030-01-01', 4]])
  const order = await desk.order([{ sku, qty: 6, externalLineRef: '10' }, { sku, qty: 1 }])
  t.match(order, {
    status: 'open',
    allocationStatus: 'full',
    number: /^SO-\d{7}$/,
    lines: [
      {
        lineNo: 1,
        qtyOrdered: 6,
        qtyAllocated: 6,
        qtyOpen: 0,
        allocations: [{ batch: 'A', qty: 4, stage: 'allocated', strategy: 'FEFO' }, { batch: 'B', qty: 2 }]
      },
      { lineNo: 2, qtyAllocated: 1, allocations: [{ batch: 'B', qty: 1 }] }
    ]
  })
  t.match(await desk.stockOf(sku), { onHand: 9, reserved: 7, available: 2 })
  await desk.checkOrders(t)
  t.match(await desk.step(order.id, 'release'), { status: 200, body: { status: 'released' } })
  t.match(await desk.step(order.id, 'pick'), { status: 200, body: { status: 'picked', lines: [{ qtyPicked: 6, qtyAllocated: 0 }, { qtyPicked: 1 }] } })
  await desk.checkOrders(t)
  t.match(await desk.step(order.id, 'pack'), {
    status: 200,
    body: {
      status: 'packed',
      shipments: [{
        status: 'packed',
        parcels: [{ no: 1, items: [{ lineNo: 1, qty: 4, batch: 'A', expiryDate: '2030-01-01' }, { lineNo: 1, qty: 2, batch: 'B' }, { lineNo: 2, qty: 1 }] }]
      }]
    }
  })
  const shipped = await desk.step(order.id, 'ship', { trackingNumber: 'T-1' })
  t.match(shipped, {
    status: 200,
    body: {
      status: 'shipped',
      lines: [{ qtyShipped: 6 }, { qtyShipped: 1 }],
      shipments: [{ status: 'shipped', isFinal: true, parcels: [{ trackingNumber: 'T-1', status: 'shipped' }] }]
    }
  })
  t.match(await desk.stockOf(sku), { onHand: 2, reserved: 0, available: 2 })
  const shipmentId = shipped.body.shipments[0].id as string
  t.match(await erp.patch(`${SHIPMENTS}/${shipmentId}`, { status: 'delivered' }), { status: 200, body: { status: 'delivered' } })
  t.match(await erp.get(`${ORDERS}/${order.id}`), { status: 200, body: { status: 'delivered' } })
  await desk.checkOrders(t)
  const events = (await desk.allEvents()).filter(event => event.subject.id === order.id || event.subject.id === shipmentId)
  t.same(events.map(event => event.type), [
    'order.created', 'order.allocated', 'order.status_changed', 'order.status_changed', 'order.status_changed', 'order.status_changed', 'shipment.created',
    'order.status_changed', 'shipment.shipped', 'order.status_changed', 'shipment.tracking_updated', 'shipment.delivered'
  ])
  t.equal((await desk.db.query('SELECT 1 FROM "StockMovement" WHERE "productId" = $1 AND "type" = \'ship\'', [id])).rowCount, 3)
})
