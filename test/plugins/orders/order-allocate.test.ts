// POST /orders/:id/allocate
import t from 'tap'
import { checkWrite, eventsOf, types } from './floor.js'
import { newRef, openDesk, ORDERS } from './setup.js'

const desk = await openDesk(t)
const { erp } = desk
const AUTO = { initialStatus: 'open', autoAllocate: true, onShortage: 'backorder' }
await desk.setting('order.create', { autoAllocate: false })

t.test('200 – allocates what is open, says why, and publishes it with the stock', async t => {
  const { id: productId, sku } = await desk.stocked([['LATE', '2031-01-01', 5], ['SOON', '2030-01-01', 4]])
  const order = await desk.order([{ sku, qty: 6 }])
  t.match(order, { allocationStatus: 'none', lines: [{ qtyOpen: 6, qtyBackordered: 0 }] })
  const answer = await desk.step(order.id, 'allocate')
  t.match(answer, {
    status: 200,
    headers: { etag: '"2"' },
    body: {
      status: 'open',
      allocationStatus: 'full',
      version: 2,
      lines: [{
        qtyAllocated: 6, qtyOpen: 0, allocations: [{ batch: 'SOON', qty: 4, location: 'DEFAULT', strategy: 'FEFO', pinned: false }, { batch: 'LATE', qty: 2 }]
      }],
      explanation: [{
        lineNo: 1,
        sku,
        strategy: 'FEFO',
        wanted: 6,
        allocated: 6,
        considered: [{ batch: 'SOON', expiryDate: '2030-01-01', free: 4, taken: 4, reason: 'taken' }, { batch: 'LATE', free: 5, taken: 2, reason: 'taken' }]
      }]
    }
  })
  t.match(await desk.stockOf(sku), { onHand: 9, reserved: 6, available: 3, backordered: 0 })
  const events = await eventsOf(desk, order.id)
  t.same(types(events), ['order.created', 'order.allocated'])
  t.match(events[1], {
    actor: { type: 'client', id: erp.id },
    subject: { version: 2 },
    data: { allocationStatus: 'full', lines: [{ allocations: [{ batch: 'SOON', expiryDate: '2030-01-01', qty: 4 }, {}] }] }
  })
  const stock = (await desk.allEvents()).filter(event => event.type === 'stock.updated' && event.subject.id.startsWith(productId)).at(-1)
  t.match(stock, {
    data: { reserved: 6, available: 3, causes: [{ type: 'allocation', docType: 'order', docId: order.id, qty: 6 }] }, previous: { reserved: 0, available: 9 }
  })
  await desk.checkOrders(t)
})

t.test('200 – what is not there waits, is allocated when it has come, and nothing open is no change', async t => {
  const { sku } = await desk.stocked(4)
  const order = await desk.order([{ sku, qty: 10 }])
  t.match(await desk.step(order.id, 'allocate'), {
    body: { allocationStatus: 'partial', lines: [{ qtyAllocated: 4, qtyOpen: 6, qtyBackordered: 6 }], explanation: [{ wanted: 10, allocated: 4 }] }
  })
  t.match(await desk.stockOf(sku), { reserved: 4, available: 0, backordered: 6 })
  await desk.checkOrders(t)
  const again = await desk.step(order.id, 'allocate')
  t.match(again, { status: 200, body: { version: 2, explanation: [{ wanted: 6, allocated: 0, considered: [{ free: 0, taken: 0, reason: 'reserved' }] }] } })
  await desk.setting('order.allocate', { backorders: 'manual' })
  await desk.receive(sku, 20)
  await desk.setting('order.allocate', { backorders: null })
  t.match(await desk.step(order.id, 'allocate'), {
    body: {
      version: 3,
      allocationStatus: 'full',
      lines: [{ qtyAllocated: 10, qtyOpen: 0, qtyBackordered: 0, allocations: [{ qty: 10 }] }],
      explanation: [{ wanted: 6, allocated: 6 }]
    }
  })
  t.match(await desk.stockOf(sku), { reserved: 10, available: 14, backordered: 0 })
  t.match(await desk.step(order.id, 'allocate'), { status: 200, body: { version: 3, explanation: [] } })
  t.same(types(await eventsOf(desk, order.id)), ['order.created', 'order.allocated', 'order.backordered', 'order.allocated'])
  await desk.checkOrders(t)
})

t.test('200 – only the lines named; two lines of one product never get the same goods', async t => {
  const { sku } = await desk.stocked(5)
  const order = await desk.order([{ sku, qty: 4 }, { sku, qty: 4 }])
  t.match(await desk.step(order.id, 'allocate', { lines: [{ lineNo: 2 }] }), {
    body: { lines: [{ qtyAllocated: 0, qtyBackordered: 0 }, { qtyAllocated: 4 }], explanation: [{ lineNo: 2 }] }
  })
  t.match(await desk.step(order.id, 'allocate'), {
    body: { lines: [{ qtyAllocated: 1, qtyBackordered: 3 }, { qtyAllocated: 4 }], explanation: [{ lineNo: 1, considered: [{ free: 1, taken: 1 }] }] }
  })
  const other = await desk.order([{ sku, qty: 1 }])
  t.match(await desk.step(other.id, 'allocate'), { body: { allocationStatus: 'none', lines: [{ qtyBackordered: 1 }] } })
  await desk.checkOrders(t)
})

t.test('200 – services and unknown lines need no stock', async t => {
  const { sku } = await desk.stocked(1)
  const service = await desk.newProduct({ kind: 'service' })
  const order = await desk.order([{ sku: service.sku, qty: 1 }, { sku, qty: 1 }])
  t.match(await desk.step(order.id, 'allocate'), {
    status: 200, body: { allocationStatus: 'full', explanation: [{ lineNo: 2 }], lines: [{ qtyOpen: 1, qtyAllocated: 0 }, { qtyAllocated: 1 }] }
  })
  await desk.checkOrders(t)
})

t.test('a strategy of the caller, unless the operator forbids it', async t => {
  const { sku } = await desk.stocked([['OLD', '2032-01-01', 1], ['NEW', '2030-01-01', 1]])
  const order = await desk.order([{ sku, qty: 1 }])
  t.match(await desk.step(order.id, 'allocate', { strategy: 'FIFO' }), {
    body: { lines: [{ allocations: [{ batch: 'OLD', strategy: 'FIFO' }] }], explanation: [{ strategy: 'FIFO' }] }
  })
  await desk.setting('order.allocate', { allowStrategyOverride: false })
  const next = await desk.order([{ sku, qty: 1 }])
  t.match(await desk.step(next.id, 'allocate', { strategy: 'LIFO' }), { status: 409, body: { code: 'allocation.strategy_not_allowed' } })
  t.equal((await desk.step(next.id, 'allocate')).status, 200)
  await desk.setting('order.allocate', { allowStrategyOverride: true })
})

t.test('a batch of the caller, unless the operator forbids it, in orders too', async t => {
  const { sku } = await desk.stocked([['A', '2030-01-01', 3], ['B', '2031-01-01', 3]])
  const order = await desk.order([{ sku, qty: 4 }])
  t.match(await desk.step(order.id, 'allocate', { lines: [{ lineNo: 1, batch: ' B ' }] }), {
    body: {
      allocationStatus: 'partial',
      lines: [{ qtyAllocated: 3, qtyBackordered: 1, allocations: [{ batch: 'B', qty: 3, pinned: true }] }],
      explanation: [{ considered: [{ batch: 'A', taken: 0, reason: 'other_batch' }, { batch: 'B', taken: 3, reason: 'taken' }] }]
    }
  })
  await desk.setting('order.allocate', { allowPinnedBatch: false })
  t.match(await desk.step(order.id, 'allocate', { lines: [{ lineNo: 1, batch: 'A' }] }), { status: 409, body: { code: 'allocation.batch_not_allowed' } })
  t.match(await erp.post(ORDERS, { externalRef: newRef(), lines: [{ sku, qty: 1, batch: 'A' }] }), {
    status: 409, body: { code: 'allocation.batch_not_allowed' }
  })
  t.match(await erp.put(`${ORDERS}/${order.id}/lines`, { lines: [{ lineNo: 1, sku, qty: 4, batch: 'A' }] }), {
    status: 409, body: { code: 'allocation.batch_not_allowed' }
  })
  t.match(await desk.step(order.id, 'allocate'), { status: 200, body: { lines: [{ qtyAllocated: 4 }] } })
  await desk.setting('order.allocate', { allowPinnedBatch: true })
  await desk.checkOrders(t)
})

t.test('409 – a draft, a cancelled order: never allocated', async t => {
  const { sku } = await desk.stocked(5)
  await desk.setting('order.create', { initialStatus: 'draft', autoAllocate: false })
  const draft = await desk.order([{ sku, qty: 1 }])
  await desk.setting('order.create', { initialStatus: 'open', autoAllocate: false })
  t.match(await desk.step(draft.id, 'allocate'), {
    status: 409, body: { code: 'order.illegal_transition', detail: /legal from draft: PATCH .* with status open, .*\/cancel, .*\/hold/ }
  })
  const gone = await desk.order([{ sku, qty: 1 }])
  await desk.step(gone.id, 'cancel')
  t.match(await desk.step(gone.id, 'allocate'), { status: 409, body: { code: 'order.illegal_transition', detail: /cancelled is final/ } })
  t.match(await desk.stockOf(sku), { reserved: 0 })
})

t.test('422, 400 – lines that are not there, named twice, or no lines', async t => {
  const { sku } = await desk.stocked(5)
  const { id } = await desk.order([{ sku, qty: 1 }])
  t.match(await desk.step(id, 'allocate', { lines: [{ lineNo: 1 }, { lineNo: 2 }] }), {
    status: 422, body: { code: 'order.unknown_line', errors: [{ pointer: '/lines/1/lineNo' }] }
  })
  t.match(await desk.step(id, 'allocate', { lines: [{ lineNo: 1 }, { lineNo: 1 }] }), {
    status: 422, body: { code: 'order.line_twice', errors: [{ pointer: '/lines/1/lineNo' }] }
  })
  t.match(await desk.step(id, 'allocate', { lines: [] }), { status: 400, body: { errors: [{ pointer: '/lines' }] } })
  t.match(await desk.step(id, 'allocate', { strategy: 'BEST' }), { status: 400, body: { errors: [{ pointer: '/strategy' }] } })
  t.match(await desk.step(id, 'allocate', { lines: [{ lineNo: 1.5 }] }), { status: 400, body: { errors: [{ pointer: '/lines/0/lineNo' }] } })
  t.match(await desk.step(id, 'allocate', { lines: [{ lineNo: 1, batch: ' ' }] }), { status: 400, body: { errors: [{ pointer: '/lines/0/batch' }] } })
  t.match(await desk.stockOf(sku), { reserved: 0 })
})

checkWrite(t, desk, 'allocate', async () => {
  const { sku } = await desk.stocked(5)
  return await desk.order([{ sku, qty: 2 }])
})

t.test('the operator\'s onShortage is of creation: allocating never cancels or rejects', async t => {
  await desk.setting('order.create', { ...AUTO, autoAllocate: false, onShortage: 'reject' })
  const { sku } = await desk.stocked(1)
  const { id } = await desk.order([{ sku, qty: 2 }])
  t.match(await desk.step(id, 'allocate'), { status: 200, body: { lines: [{ qtyAllocated: 1, qtyBackordered: 1, qtyCancelled: 0 }] } })
})
