// POST /orders/:id/pick
import t from 'tap'
import { checkWrite, eventsOf, inDays, ledgerOf, shipFrom, types } from './floor.js'
import { openDesk, ORDERS } from './setup.js'

const desk = await openDesk(t)
const { erp } = desk
const dock = await desk.newLocation('DOCK', { type: 'shipping', pickable: false, sellable: false })

/** A released order of a product that lies in batches. */
const released = async (batches: Array<[string, string, number]>, qty: number): Promise<{ id: string, sku: string, productId: string }> => {
  const { sku, id: productId } = await desk.stocked(batches)
  const { id } = await desk.order([{ sku, qty }])
  await desk.bring(id, 'released')
  return { id, sku, productId }
}

t.test('200 – goods go from their shelves to the dock, stay allocated, and are published', async t => {
  await shipFrom(desk, dock)
  const { id, sku, productId } = await released([['A', '2030-01-01', 4], ['B', '2031-01-01', 5]], 6)
  t.match(await desk.step(id, 'pick'), {
    status: 200,
    headers: { etag: '"3"' },
    body: {
      status: 'picked',
      version: 3,
      lines: [{
        qtyPicked: 6,
        qtyAllocated: 0,
        allocations: [{ stage: 'picked', batch: 'A', qty: 4, location: 'DOCK' }, { stage: 'picked', batch: 'B', qty: 2, location: 'DOCK' }]
      }]
    }
  })
  t.same(await ledgerOf(desk, id), [['pick', 4, 'DEFAULT', 'DOCK'], ['pick', 2, 'DEFAULT', 'DOCK']])
  t.match(await desk.stockOf(sku), { onHand: 9, reserved: 6, available: 3, unavailable: { blocked: 0 } })
  const events = await eventsOf(desk, id)
  t.same(types(events).slice(-2), ['order.status_changed', 'order.status_changed'])
  t.match(events.slice(-2), [
    { actor: { type: 'client', id: erp.id }, previous: { status: 'released' }, data: { change: { from: 'released', to: 'picking' } } },
    { previous: { status: 'picking' }, data: { change: { from: 'picking', to: 'picked' } } }
  ])
  const moved = (await desk.allEvents()).filter(event => event.type === 'stock.movement_created' && event.data['doc']?.id === id)
  t.match(moved.map(event => event.data), [{
    type: 'pick',
    qty: 4,
    from: { location: 'DEFAULT' },
    to: { location: 'DOCK' },
    product: { id: productId },
    batch: { code: 'A' },
    doc: { type: 'order', id, lineNo: 1 }
  }, { qty: 2 }])
  await desk.checkOrders(t)
  await shipFrom(desk, null)
})

t.test('200 – line by line and piece by piece; order.updated says what the lines were', async t => {
  const { sku } = await desk.stocked(20)
  const { id } = await desk.order([{ sku, qty: 5 }, { sku, qty: 3 }])
  await desk.bring(id, 'released')
  t.match(await desk.step(id, 'pick', { lines: [{ lineNo: 1, qty: 2 }] }), {
    body: { status: 'picking', lines: [{ qtyPicked: 2, qtyAllocated: 3 }, { qtyPicked: 0 }] }
  })
  t.match(await desk.step(id, 'pick', { lines: [{ lineNo: 1 }] }), { body: { status: 'picking', lines: [{ qtyPicked: 5 }, { qtyPicked: 0 }] } })
  const last = (await eventsOf(desk, id)).at(-1)
  t.match(last, {
    type: 'order.updated', data: { lines: [{ qtyPicked: 5 }, { qtyPicked: 0 }] }, previous: { lines: [{ qtyPicked: 2, qtyAllocated: 3 }, { qtyPicked: 0 }] }
  })
  await desk.checkOrders(t)
  t.match(await desk.step(id, 'pick', { lines: [{ lineNo: 2, qty: 1 }, { lineNo: 2, qty: 2 }] }), { body: { status: 'picked' } })
  await desk.checkOrders(t)
})

t.test('200 – by the batch and the location that were scanned', async t => {
  const { sku } = await desk.stocked([['A', '2030-01-01', 4]])
  await desk.newLocation('BIN-1')
  await desk.receive(sku, 4, { batch: 'B', expiryDate: '2031-01-01', location: 'BIN-1' })
  const { id } = await desk.order([{ sku, qty: 8 }])
  await desk.bring(id, 'released')
  t.match(await desk.step(id, 'pick', { lines: [{ lineNo: 1, batch: ' B ', location: 'BIN-1', qty: 3 }] }), {
    body: {
      lines: [{
        allocations: [{ batch: 'A', qty: 4, stage: 'allocated' }, { batch: 'B', qty: 1, stage: 'allocated' }, { batch: 'B', qty: 3, stage: 'picked' }]
      }]
    }
  })
  t.match(await desk.step(id, 'pick', { lines: [{ lineNo: 1, batch: 'A', location: 'BIN-1' }] }), {
    status: 409, body: { code: 'pick.not_allocated', errors: [{ pointer: '/lines/0/batch', message: /4 of batch A at DEFAULT, 1 of batch B at BIN-1/ }] }
  })
  t.match(await desk.step(id, 'pick', { lines: [{ lineNo: 1, batch: 'C' }] }), {
    status: 409, body: { code: 'pick.not_allocated', errors: [{ pointer: '/lines/0/batch' }] }
  })
  t.match(await desk.step(id, 'pick', { lines: [{ lineNo: 1, location: 'NOWHERE' }] }), {
    status: 409, body: { code: 'pick.not_allocated', errors: [{ pointer: '/lines/0/location' }] }
  })
  await desk.checkOrders(t)
})

t.test('409 – more than is allocated, in one line of the request or in two; nothing is picked', async t => {
  const { id } = await released([['A', '2030-01-01', 4], ['B', '2031-01-01', 5]], 6)
  for (const lines of [[{ lineNo: 1, qty: 7 }], [{ lineNo: 1, qty: 4 }, { lineNo: 1, qty: 3 }], [{ lineNo: 1, batch: 'B', qty: 3 }]]) {
    t.match(await desk.step(id, 'pick', { lines }), { status: 409, body: { code: 'pick.not_allocated' } })
  }
  t.match((await erp.get(`${ORDERS}/${id}`)).body, { status: 'released', version: 2 })
  t.same(await ledgerOf(desk, id), [])
})

t.test('422 – a line that is not there, a part that the product is not divisible into', async t => {
  const { id } = await released([['A', '2030-01-01', 4]], 4)
  t.match(await desk.step(id, 'pick', { lines: [{ lineNo: 2 }] }), {
    status: 422, body: { code: 'order.unknown_line', errors: [{ pointer: '/lines/0/lineNo' }] }
  })
  t.match(await desk.step(id, 'pick', { lines: [{ lineNo: 1, qty: 1 }, { lineNo: 1, qty: 0.5 }] }), {
    status: 422, body: { code: 'uom.not_divisible', errors: [{ pointer: '/lines/1/qty' }] }
  })
  t.match(await desk.step(id, 'pick', { lines: [{ lineNo: 1, qty: 0 }] }), {
    status: 422, body: { errors: [{ pointer: '/lines/0/qty', message: /shortReason/ }] }
  })
  t.match(await desk.step(id, 'pick', { lines: [{ lineNo: 1, qty: 0.00001 }] }), { status: 400, body: { errors: [{ pointer: '/lines/0/qty' }] } })
  const { sku } = await desk.stocked(3, { qtyScale: 2 })
  const grams = await desk.order([{ sku, qty: 1.5 }])
  await desk.bring(grams.id, 'released')
  t.match(await desk.step(grams.id, 'pick', { lines: [{ lineNo: 1, qty: 0.123 }] }), { status: 422, body: { code: 'uom.not_divisible' } })
  t.match(await desk.step(grams.id, 'pick', { lines: [{ lineNo: 1, qty: 0.1 }, { lineNo: 1, qty: 0.2 }] }), {
    body: { lines: [{ qtyPicked: 0.3, qtyAllocated: 1.2 }] }
  })
  await desk.checkOrders(t)
})

t.test('the operator wants the batch: 422 without it', async t => {
  await desk.setting('order.pick', { requireBatchScan: true })
  const { id } = await released([['A', '2030-01-01', 4]], 4)
  t.match(await desk.step(id, 'pick'), { status: 422, body: { code: 'pick.batch_required', errors: [{ pointer: '/lines/0/batch' }] } })
  t.match(await desk.step(id, 'pick', { lines: [{ lineNo: 1, location: 'DEFAULT' }] }), { status: 422, body: { code: 'pick.batch_required' } })
  t.match(await desk.step(id, 'pick', { lines: [{ lineNo: 1, batch: 'A' }] }), { status: 200, body: { status: 'picked' } })
  const { sku } = await desk.stocked(1)
  const plain = await desk.order([{ sku, qty: 1 }])
  await desk.bring(plain.id, 'released')
  t.match(await desk.step(plain.id, 'pick'), { status: 200 }, 'what has no batch needs none')
  await desk.setting('order.pick', { requireBatchScan: false })
})

t.test('409 – expired, taken out of sale or locked since it was allocated', async t => {
  const spoil: Array<[string, string, RegExp]> = [
    ['UPDATE "Batch" SET "expiryDate" = $2 WHERE "productId" = $1', inDays(-2), /expired on/],
    ['UPDATE "Batch" SET "status" = $2 WHERE "productId" = $1', 'blocked', /is blocked/],
    ['UPDATE "Batch" SET "status" = $2 WHERE "productId" = $1', 'quarantined', /is quarantined/],
    ['UPDATE "Batch" SET "status" = $2 WHERE "productId" = $1', 'recalled', /is recalled/]
  ]
  for (const [sql, value, why] of spoil) {
    const { id, productId } = await released([['A', '2030-01-01', 4]], 4)
    await desk.db.query(sql, [productId, value])
    t.match(await desk.step(id, 'pick'), { status: 409, body: { code: 'allocation.not_good', detail: why } })
    t.match(await desk.step(id, 'deallocate'), { status: 200, body: { allocationStatus: 'none' } }, 'it can be deallocated')
    t.match(await desk.step(id, 'allocate'), { status: 200, body: { lines: [{ qtyAllocated: 0, qtyBackordered: 4 }] } })
  }
  const shelf = await desk.newLocation('BIN-L')
  const { sku } = await desk.newProduct()
  await desk.receive(sku, 2, { location: 'BIN-L' })
  const { id } = await desk.order([{ sku, qty: 2 }])
  await desk.bring(id, 'released')
  await desk.db.query('UPDATE "Location" SET "locked" = true WHERE "id" = $1', [shelf])
  t.match(await desk.step(id, 'pick'), { status: 409, body: { code: 'allocation.not_good', detail: /BIN-L, which is locked/ } })
  await desk.checkOrders(t)
})

t.test('200 – a batch is good through its last day', async t => {
  const today = inDays(0)
  const { id } = await released([['A', today, 1]], 1)
  t.match(await desk.step(id, 'pick'), { status: 200, body: { lines: [{ allocations: [{ expiryDate: today }] }] } })
})

t.test('409 – on hold; nothing allocated; not released', async t => {
  const { id, sku } = await released([['A', '2030-01-01', 4]], 4)
  await desk.step(id, 'hold', { code: 'payment' })
  t.match(await desk.step(id, 'pick'), { status: 409, body: { code: 'order.on_hold' } })
  await desk.step(id, 'release-hold')
  await desk.step(id, 'deallocate')
  t.match(await desk.step(id, 'pick'), { status: 409, body: { code: 'order.nothing_allocated' } })
  const open = await desk.order([{ sku, qty: 1 }])
  t.match(await desk.step(open.id, 'pick'), { status: 409, body: { code: 'order.illegal_transition', detail: /legal from open: .*\/release/ } })
})

checkWrite(t, desk, 'pick', async () => {
  const { sku } = await desk.stocked(5)
  const { id } = await desk.order([{ sku, qty: 2 }])
  return await desk.bring(id, 'released')
})
