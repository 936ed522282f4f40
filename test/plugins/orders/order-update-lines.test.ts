// PUT /orders/:id/lines
import t from 'tap'
import { newSku } from '../catalog/setup.js'
import { checkAccess, checkVersions, checkWrite, eventsOf, problem, stored, typesOf, urlOf, withSettings } from './common.js'
import type { Answer } from '../../../src/test-kit/service.js'
import { API, openDesk, ORDERS } from './setup.js'

const desk = await openDesk(t)
const { erp } = desk
const linesOf = (id: string): string => `${urlOf(id)}/lines`
const put = async (id: string, ...lines: object[]): ReturnType<typeof erp.put> => await erp.put(linesOf(id), { lines })

t.test('200 – lines are changed, added and removed; stock follows', async t => {
  const a = await desk.stocked(10)
  const b = await desk.stocked(10)
  const order = await desk.order([{ sku: a.sku, qty: 4, externalLineRef: 'a' }, { sku: b.sku, qty: 4 }])
  const answer = await put(order.id, { lineNo: 1, sku: a.sku.toLowerCase(), qty: 6, unitPrice: '1.5', attributes: { x: 1 } }, { sku: b.sku, qty: 1 })
  t.match(answer, {
    status: 200,
    headers: { etag: '"2"' },
    body: {
      lineCount: 2,
      allocationStatus: 'full',
      lines: [{ lineNo: 1, qtyOrdered: 6, qtyAllocated: 6, externalLineRef: null, unitPrice: '1.50', attributes: { x: 1 } }, {
        lineNo: 3, qtyOrdered: 1, qtyAllocated: 1
      }]
    }
  }, answer.text)
  t.same((await erp.get(urlOf(order.id))).body, answer.body)
  t.match([await desk.stockOf(a.sku), await desk.stockOf(b.sku)], [{ reserved: 6 }, { reserved: 1 }])
  const events = await eventsOf(desk, order.id)
  t.same(events.map(event => event.type), ['order.created', 'order.allocated', 'order.updated', 'order.allocated'])
  t.match(events[2], { causedBy: 'order.updateLines', actor: { type: 'client', id: erp.id }, data: { lineCount: 2 } })
  t.same(events[2]!.previous, { lines: order.lines }, 'the former lines; their number is the same')
  checkVersions(t, events, 2)
  await desk.checkOrders(t)
})

t.test('200 – less deallocates the last that was chosen, none at all removes the reservation', async t => {
  const { sku } = await desk.stocked([['A', '2030-01-01', 3], ['B', '2031-01-01', 3]])
  const order = await desk.order([{ sku, qty: 8 }, { sku, qty: 1 }])
  t.match(order.lines, [{ qtyAllocated: 6, qtyBackordered: 2 }, { qtyBackordered: 1 }])
  const answer = await put(order.id, { lineNo: 1, sku, qty: 2 })
  t.match(answer.body.lines, [{ qtyAllocated: 2, qtyBackordered: 0, allocations: [{ batch: 'A', qty: 2 }] }])
  t.match(await desk.stockOf(sku), { reserved: 2, available: 4, backordered: 0 })
  t.match((await eventsOf(desk, order.id)).at(-1), { type: 'order.updated', previous: { lineCount: 2 } })
  await desk.checkOrders(t)
})

t.test('200 – a line that is to have another batch or a longer life gets other stock', async t => {
  const { sku } = await desk.stocked([['A', '2030-01-01', 5], ['B', '2035-01-01', 5]])
  const { id } = await desk.order([{ sku, qty: 2 }])
  t.match((await put(id, { lineNo: 1, sku, qty: 2, batch: 'B' })).body.lines, [{ pinnedBatch: 'B', allocations: [{ batch: 'B', qty: 2, pinned: true }] }])
  t.match((await put(id, { lineNo: 1, sku, qty: 3, batch: 'B' })).body.lines, [{ allocations: [{ batch: 'B', qty: 3 }] }])
  t.match(
    (await put(id, { lineNo: 1, sku, qty: 3 })).body.lines,
    [{ pinnedBatch: null, allocations: [{ batch: 'B', qty: 3 }] }],
    'any batch will do: what is allocated does'
  )
  const other = await desk.order([{ sku, qty: 1 }])
  t.match((await put(other.id, { lineNo: 1, sku, qty: 1, minShelfLifeDays: 2000 })).body.lines, [{ allocations: [{ batch: 'B', qty: 1 }] }])
  t.match((await put(other.id, { lineNo: 1, sku, qty: 1, minShelfLifeDays: 36_000 })).body.lines, [{
    qtyAllocated: 0, qtyBackordered: 1, allocations: { length: 0 }
  }])
  await desk.checkOrders(t)
})

t.test('200 – a call that changes nothing is no version and no event; names of the same SKU are the same', async t => {
  const { sku } = await desk.stocked(10, { uoms: [{ code: 'CASE', qtyInBase: 2 }] })
  const order = await desk.order([{ sku, qty: 2, uomCode: 'CASE', unitPrice: '1', attributes: { a: 1, b: 2 } }])
  t.match(await put(order.id, { lineNo: 1, sku: ` ${sku.toLowerCase()} `, qty: 2, uomCode: 'CASE', unitPrice: '1.0', attributes: { b: 2, a: 1 } }), {
    status: 200, headers: { etag: '"1"' }
  })
  t.same(await typesOf(desk, order.id), ['order.created', 'order.allocated'])
  t.match(await put(order.id, { lineNo: 1, sku, qty: 4, attributes: { a: 1, b: 2 }, unitPrice: '1' }), {
    status: 200, body: { version: 2, lines: [{ uomCode: null, qtyUom: 4, qtyOrdered: 4, qtyAllocated: 4 }] }
  }, 'the same in another unit is a change')
  await desk.checkOrders(t)
})

t.test('200 – a product that is not sold any more stays on the lines that have it', async t => {
  const { id: productId, sku } = await desk.stocked(10)
  const { id } = await desk.order([{ sku, qty: 4 }])
  const other = await desk.order([{ sku: (await desk.stocked(1)).sku, qty: 1 }])
  t.equal((await erp.patch(`/api/external/v1/products/${productId}`, { status: 'inactive' })).status, 200)
  t.match(await put(id, { lineNo: 1, sku, qty: 3 }), { status: 200, body: { lines: [{ qtyAllocated: 3 }] } })
  t.same(problem(await put(other.id, { lineNo: 1, sku: other.lines[0].sku, qty: 1 }, { sku, qty: 1 })), [422, 'product.not_active', '/lines/1/sku'])
})

t.test('200 – a draft is not allocated, and an order on hold only when its holds are released', async t => {
  const { sku } = await desk.stocked(10)
  await withSettings(desk, 'order.create', { initialStatus: 'draft' }, async () => {
    const { id } = await desk.order([{ sku, qty: 1 }])
    t.match(await put(id, { lineNo: 1, sku, qty: 3 }), { status: 200, body: { status: 'draft', lines: [{ qtyOpen: 3, qtyAllocated: 0 }] } })
  })
  const held = await desk.order([{ sku, qty: 1 }])
  await desk.step(held.id, 'hold', { code: 'payment' })
  t.match(await put(held.id, { lineNo: 1, sku, qty: 3 }), { status: 200, body: { lines: [{ qtyAllocated: 1, qtyOpen: 2 }] } })
  t.match(await desk.step(held.id, 'release-hold'), { status: 200, body: { lines: [{ qtyAllocated: 3 }] } })
  await withSettings(desk, 'order.create', { autoAllocate: false }, async () => {
    const { id } = await desk.order([{ sku, qty: 1 }])
    t.match(await put(id, { lineNo: 1, sku, qty: 3 }), { status: 200, body: { lines: [{ qtyOpen: 3 }] } })
  })
  await desk.checkOrders(t)
})

t.test('onShortage – reject keeps the order as it was, partial cancels the rest', async t => {
  const { sku } = await desk.stocked(3)
  const { id } = await desk.order([{ sku, qty: 1 }])
  await withSettings(desk, 'order.create', { onShortage: 'reject' }, async () => {
    const before = await stored(desk)
    t.same(problem(await put(id, { lineNo: 1, sku, qty: 1 }, { sku, qty: 3 })), [409, 'order.shortage', '/lines/1'])
    t.same(await stored(desk), before)
  })
  await withSettings(desk, 'order.create', { onShortage: 'partial' }, async () => {
    t.match(await put(id, { lineNo: 1, sku, qty: 5 }), { status: 200, body: { allocationStatus: 'full', lines: [{ qtyAllocated: 3, qtyCancelled: 2 }] } })
    t.same((await typesOf(desk, id)).slice(-3), ['order.updated', 'order.allocated', 'order.cancelled'])
  })
  t.same(problem(await put(id, { lineNo: 1, sku, qty: 1 })), [422, 'order.quantity', '/lines/0/qty'], 'not less than what is cancelled')
  await desk.checkOrders(t)
})

t.test('200 – while it is picked: what is left of an order that is picked to the last piece is picked', async t => {
  await withSettings(desk, 'order.update', { editableUntil: 'picking' }, async () => {
    const { sku } = await desk.stocked(10)
    const { id } = await desk.order([{ sku, qty: 2 }, { sku, qty: 3 }])
    await desk.bring(id, 'released')
    t.match(await desk.step(id, 'pick', { lines: [{ lineNo: 1 }] }), { body: { status: 'picking' } })
    t.same(problem(await put(id, { lineNo: 1, sku, qty: 1 }, { lineNo: 2, sku, qty: 3 })), [422, 'order.quantity', '/lines/0/qty'])
    t.match(await put(id, { lineNo: 2, sku, qty: 3 }), { status: 409, body: { code: 'order.line_picked' } })
    t.match(await put(id, { lineNo: 1, sku, qty: 2 }, { lineNo: 2, sku, qty: 2 }), { status: 200, body: { status: 'picking' } })
    t.match(await put(id, { lineNo: 1, sku, qty: 2 }), { status: 200, body: { status: 'picked' } })
    t.same((await typesOf(desk, id)).slice(-2), ['order.updated', 'order.status_changed'])
    t.match(await desk.step(id, 'pack'), { status: 200, body: { status: 'packed' } })
    await desk.checkOrders(t)
  })
})

t.test('2,000 lines are put, 2,001 are not; maxLines counts', async t => {
  const { sku } = await desk.stocked(9000)
  const { id } = await desk.order([{ sku, qty: 1 }])
  const lines = Array.from({ length: 2000 }, (_, index) => ({ sku, qty: 2, externalLineRef: String(index), attributes: { index } }))
  t.match(await erp.put(linesOf(id), { lines: [{ lineNo: 1, ...lines[0] }, ...lines.slice(1)] }), {
    status: 200, body: { lineCount: 2000, allocationStatus: 'full' }
  })
  t.match(await desk.stockOf(sku), { reserved: 4000 })
  t.same(problem(await erp.put(linesOf(id), { lines: [...lines, lines[0]] })), [400, 'request.invalid', '/lines'])
  await withSettings(desk, 'order.create', { maxLines: 2 }, async () => {
    t.same(problem(await erp.put(linesOf(id), { lines: lines.slice(0, 3) })), [422, 'order.too_many_lines', '/lines'])
    t.match(await erp.put(linesOf(id), { lines: lines.slice(0, 2) }), { status: 200, body: { lines: [{ lineNo: 2001 }, { lineNo: 2002 }] } })
  })
  t.match(await desk.stockOf(sku), { reserved: 4 })
  await desk.checkOrders(t)
})

t.test('huge quantities are kept or refused, and never break anything', async t => {
  const { sku } = await desk.stocked(0, { uoms: [{ code: 'CASE', qtyInBase: 12 }] })
  const { id } = await desk.order([{ sku, qty: 1 }])
  t.same(problem(await put(id, { lineNo: 1, sku, qty: 99_999_999_999, uomCode: 'CASE' })), [422, 'order.quantity', '/lines/0/qty'])
  t.match(await put(id, { lineNo: 1, sku, qty: 99_999_999_999 }), { status: 200, body: { lines: [{ qtyBackordered: 99_999_999_999 }] } })
  t.match(await put(id, { lineNo: 1, sku, qty: 99_999_999_999 }, { sku, qty: 1 }), { status: 409, body: { code: 'order.too_much_backordered' } })
  await desk.checkOrders(t)
})

t.test('400, 422 – named by line', async t => {
  const { sku } = await desk.stocked(5)
  const other = await desk.stocked(5)
  const { id } = await desk.order([{ sku, qty: 1 }])
  const line = { lineNo: 1, sku, qty: 1 }
  const wrong: Array<[object, string]> = [[{}, '/lines'], [{ lines: [] }, '/lines'], [{ lines: [{ ...line, lineNo: 0 }] }, '/lines/0/lineNo'], [{
    lines: [{ ...line, lineNo: '1' }]
  }, '/lines/0/lineNo'], [{ lines: [{ lineNo: 1, qty: 1 }] }, '/lines/0/sku'], [{ lines: [line, { sku, qty: 0 }] }, '/lines/1/qty'], [{
    lines: [{ ...line, name: 'x' }]
  }, '/lines/0/name'], [{ lines: [line], reason: 'x' }, '/reason'], [{ lines: [{ ...line, qty: 1e13 }] }, '/lines/0/qty']]
  for (const [body, pointer] of wrong) t.same(problem(await erp.put(linesOf(id), body)), [400, 'request.invalid', pointer], JSON.stringify(body))
  const broken: Array<[object[], string, string]> = [
    [[line, { sku: newSku(), qty: 1 }], 'product.unknown_sku', '/lines/1/sku'],
    [[line, { ...line, lineNo: 7 }], 'order.unknown_line', '/lines/1/lineNo'],
    [[line, line], 'order.line_twice', '/lines/1/lineNo'],
    [[{ ...line, sku: other.sku }], 'order.other_product', '/lines/0/sku'],
    [[{ ...line, uomCode: 'CASE' }], 'uom.unknown', '/lines/0/uomCode'],
    [[{ ...line, qty: 1.5 }], 'uom.not_divisible', '/lines/0/qty'],
    [[{ ...line, batch: 'A' }], 'batch.not_tracked', '/lines/0/batch'],
    [[{ ...line, attributes: { text: 'x'.repeat(16_384) } }], 'order.attributes_too_large', '/lines/0/attributes']
  ]
  const before = await stored(desk)
  for (const [lines, code, pointer] of broken) t.same(problem(await put(id, ...lines)), [422, code, pointer], JSON.stringify(lines).slice(0, 200))
  t.same(await stored(desk), before)
})

t.test('409 – not beyond editableUntil', async t => {
  const { sku } = await desk.stocked(20)
  const line = { lineNo: 1, sku, qty: 2 }
  const { id } = await desk.order([{ sku, qty: 1 }])
  await desk.bring(id, 'released')
  t.match(await put(id, line), { status: 200, body: { status: 'released', lines: [{ qtyAllocated: 2 }] } })
  await withSettings(desk, 'order.update', { editableUntil: 'open' }, async () => {
    t.match(await put(id, { ...line, qty: 3 }), {
      status: 409, body: { code: 'order.illegal_transition', detail: /until an order is open, and this one is released; legal from released: POST/ }
    })
  })
  for (const step of ['pick', 'pack', 'ship']) {
    await desk.step(id, step)
    t.match(await put(id, { ...line, qty: 3 }), { status: 409, body: { code: 'order.illegal_transition' } }, step)
  }
  const cancelled = await desk.order([{ sku, qty: 1 }])
  await desk.step(cancelled.id, 'cancel')
  t.match(await put(cancelled.id, line), { status: 409, body: { code: 'order.illegal_transition', detail: /cancelled is final/ } })
})

t.test('401, 403, 404 – no one, without order.updateLines, unknown, another owner\'s, off', async t => {
  const { sku } = await desk.stocked(1)
  await checkAccess(
    t, desk, 'order.updateLines', await desk.order([{ sku, qty: 1 }]), async (caller, id) => await caller.put(linesOf(id), { lines: [{ sku, qty: 1 }] })
  )
})

t.test('412, dryRun, Idempotency-Key', async t => {
  const { sku } = await desk.stocked(5)
  await checkWrite(t, desk, await desk.order([{ sku, qty: 1 }]), ['order.updated', 'order.allocated', 'stock.updated'],
    async (caller, id, query = '', headers = {}) => await caller.put(linesOf(id) + query, { lines: [{ lineNo: 1, sku, qty: 2 }] }, headers))
})

t.test('200 – writing back what was read is no change, whatever became of the products', async t => {
  const asRead = (order: Answer['body']): object[] =>
    order.lines.map(({ lineNo, sku, qtyUom, uomCode, externalLineRef, pinnedBatch, minShelfLifeDays, unitPrice, attributes }: Record<string, unknown>) => ({
      lineNo, sku, qty: qtyUom, uomCode, externalLineRef, batch: pinnedBatch, minShelfLifeDays, unitPrice, attributes
    }))
  const product = await desk.stocked([['L1', '2030-01-01', 100]], { uoms: [{ code: 'CASE', qtyInBase: 12 }] })
  const order = await desk.order([{ sku: product.sku, qty: 2, uomCode: 'CASE', batch: 'L1', unitPrice: '3.5', externalLineRef: '10' }, {
    sku: product.sku, qty: 1
  }])
  const renamed = `${product.sku}-NEW`
  const patched = await erp.patch(`${API}/products/${product.id}`, { sku: renamed, status: 'inactive' })
  t.equal(patched.status, 200, patched.text)
  // The unit changes its size beside the service, which refuses that while lines of orders are in it.
  await desk.db.query('UPDATE "ProductUom" SET "qtyInBase" = 10 WHERE "productId" = $1', [product.id])
  t.match(await put(order.id, ...asRead(order)), {
    status: 200, body: { version: order.version, lines: [{ sku: product.sku, qtyOrdered: 24 }, { qtyOrdered: 1 }] }
  }, 'renamed')
  const other = (await erp.post(`${API}/products`, { sku: product.sku, name: 'Another one' })).body.product
  t.match(await put(order.id, ...asRead(order)), {
    status: 200, body: { version: order.version, lines: [{ productId: product.id }, { productId: product.id }] }
  }, 'and its SKU is another product\'s')
  const more = await put(order.id, { ...asRead(order)[0], qty: 3 }, asRead(order)[1]!)
  t.match(
    more,
    { status: 200, body: { lines: [{ productId: product.id, qtyUom: 3, qtyOrdered: 36, qtyAllocated: 36 }, { qtyOrdered: 1 }] } },
    'more of the unit, which is as large as it was'
  )
  const newName = await put(order.id, { ...asRead(order)[0], sku: renamed, qty: 3 }, asRead(order)[1]!)
  t.match(newName, { status: 200, body: { lines: [{ productId: product.id, sku: renamed, qtyUom: 3 }, {}] } }, 'its new name is the same product')
  t.match(
    await put(order.id, ...asRead(newName.body), { sku: product.sku, qty: 1 }),
    { status: 200, body: { lines: [{}, {}, { productId: other.id }] } },
    'a new line means the product that has the SKU now'
  )
  t.match(await put(order.id, { ...asRead(newName.body)[0], uomCode: 'BOX' }), { status: 422, body: { code: 'uom.unknown' } })
  await desk.checkOrders(t)
})

t.test('200 – and so it is for an order that may not be changed any more', async t => {
  const { sku } = await desk.stocked(5)
  const { id } = await desk.order([{ sku, qty: 2 }], { priority: 3 })
  const shipped = await desk.bring(id, 'shipped')
  t.match(await put(id, { lineNo: 1, sku, qty: 2 }), { status: 200, body: { version: shipped.version } })
  t.match(await erp.patch(`${ORDERS}/${id}`, { priority: 3, shipTo: null }), { status: 200, body: { version: shipped.version } })
})
