import t from 'tap'
import { API, expected, INBOUND, newInbound, newRef, newSku, openDock, RECEIPTS, refusal, stockOf } from './setup.js'

const room = await openDock(t)
const { dock } = room

t.test('201 – in parts, with batch, location, status, unit and damaged goods; everything balances', async t => {
  const sku = await newSku(dock, { trackBatch: true, trackExpiry: true, uoms: [{ code: 'CASE', qtyInBase: 12 }] })
  const made = await newInbound(dock, [{ sku, qty: 4, uomCode: 'CASE', batch: 'B-1', expiryDate: '2027-03-31' }])
  const url = `${INBOUND}/${made.id as string}`
  const first = await dock.post(`${url}/receive`, { lines: [{ lineNo: 1, qty: 2, uomCode: 'CASE', qtyDamaged: 1 }], note: 'Wet' }, { 'if-match': '"1"' })
  t.match(first, {
    status: 201,
    headers: { etag: '"2"' },
    body: {
      receipt: {
        id: /^rcp_/,
        number: /^RC-\d+$/,
        inboundOrderId: made.id,
        reference: null,
        note: 'Wet',
        warehouse: { code: 'MAIN' },
        lines: [{ lineNo: 1, inboundLineNo: 1, sku, qty: 24, qtyDamaged: 12, batch: 'B-1', expiryDate: '2027-03-31', location: 'DEFAULT' }]
      },
      inboundOrder: { status: 'receiving', lines: [{ qtyExpected: 48, qtyReceived: 24, qtyDamaged: 12, qtyOpen: 24 }] }
    }
  }, first.text)
  t.equal(first.body.receipt.lines[0].movements.length, 2, 'the good and the damaged part')
  t.same(await stockOf(dock, sku), [24, 24])
  const second = expected(await dock.post(`${url}/receive`, { lines: [{ lineNo: 1, qty: 10, status: 'quarantine' }, { lineNo: 1, qty: 14 }] }), 201)
  t.match(second.inboundOrder, { status: 'received', lines: [{ qtyReceived: 48, qtyOpen: 0 }] })
  const stock = expected(await dock.get(`${API}/stock/sku:${sku}`), 200)
  t.match(stock, { onHand: 48, incoming: 0, available: 26, unavailable: { damaged: 12, quarantine: 10 } })
  const { data } = expected(await dock.get(`${API}/stock/movements?product=sku:${sku}`), 200)
  t.same(data.map(({ type, qty, doc }: { type: string, qty: number, doc: { type: string, lineNo: number } }) => [type, qty, doc.type, doc.lineNo]), [
    ['receipt', 12, 'receipt', 1], ['receipt', 12, 'receipt', 1], ['receipt', 10, 'receipt', 1], ['receipt', 14, 'receipt', 2]
  ])
  const receipts = [first.body.receipt, second.receipt]
  t.same(receipts.flatMap(({ lines }) => lines.flatMap(({ movements }: { movements: number[] }) => movements)), data.map(({ seq }: { seq: number }) => seq))
  t.same(await room.eventsOf(made.id, 6), [
    'inbound.created', 'inbound.line_received', 'inbound.updated', 'inbound.line_received', 'inbound.line_received', 'inbound.received'
  ])
})

t.test('200 – the same reference books once, however often and at once it is sent; 409 for something else', async t => {
  const sku = await newSku(dock)
  const url = `${INBOUND}/${(await newInbound(dock, [{ sku, qty: 10 }])).id as string}`
  const reference = newRef('DN')
  const answers = await Promise.all(Array.from({ length: 5 }, async () => await dock.post(`${url}/receive`, { reference, lines: [{ lineNo: 1, qty: 4 }] })))
  t.same(answers.map(({ status }) => status).sort(), [200, 200, 200, 200, 201])
  t.equal(new Set(answers.map(({ body }) => body.receipt.id)).size, 1)
  t.same(await stockOf(dock, sku), [4, 6])
  const other = `${INBOUND}/${(await newInbound(dock, [{ sku, qty: 10 }])).id as string}`
  t.same(refusal(await dock.post(`${other}/receive`, { reference, lines: [{ lineNo: 1, qty: 4 }] })), [409, 'receipt.reference_taken', '/reference'])
  t.same(refusal(await dock.post(RECEIPTS, { reference, lines: [{ sku, qty: 4 }] })), [409, 'receipt.reference_taken', '/reference'])
})

t.test('callers who receive the same order at once: one after the other, and no more than announced', async t => {
  const sku = await newSku(dock)
  const url = `${INBOUND}/${(await newInbound(dock, [{ sku, qty: 10 }])).id as string}`
  const answers = await Promise.all(Array.from({ length: 6 }, async () => await dock.post(`${url}/receive`, { lines: [{ lineNo: 1, qty: 3 }] })))
  t.same(answers.map(({ status }) => status).sort(), [201, 201, 201, 422, 422, 422])
  t.same(await stockOf(dock, sku), [9, 1])
})

t.test('more than announced: refused, or taken within the tolerance', async t => {
  const sku = await newSku(dock)
  const url = `${INBOUND}/${(await newInbound(dock, [{ sku, qty: 10 }])).id as string}`
  const over = await dock.post(`${url}/receive`, { lines: [{ lineNo: 1, qty: 11 }] })
  t.same(refusal(over), [422, 'inbound.over_receipt', '/lines/0/qty'])
  t.match(over.body.detail, /still expected, which is 10/)
  await room.operator.patch('/api/admin/v1/operations/inbound.receive', { settings: { overReceiptTolerancePct: 10 } })
  t.match(await dock.post(`${url}/receive`, { lines: [{ lineNo: 1, qty: 11 }] }), {
    status: 201, body: { inboundOrder: { status: 'received', lines: [{ qtyOpen: 0 }] } }
  })
  t.same(await stockOf(dock, sku), [11, 0])
  t.equal((await dock.post(`${url}/receive`, { lines: [{ lineNo: 1, qty: 1 }] })).status, 422)
  await room.operator.patch('/api/admin/v1/operations/inbound.receive', { settings: { overReceiptTolerancePct: 0, autoClose: true } })
  const own = await newInbound(dock, [{ sku, qty: 2 }])
  t.match(await dock.post(`${INBOUND}/${own.id as string}/receive`, { lines: [{ lineNo: 1, qty: 2 }] }), { body: { inboundOrder: { status: 'closed' } } })
  t.same((await room.eventsOf(own.id, 4)).slice(-2), ['inbound.received', 'inbound.closed'])
  await room.operator.patch('/api/admin/v1/operations/inbound.receive', { settings: { autoClose: false } })
})

t.test('what comes fills backorders before new orders', async t => {
  const sku = await newSku(dock)
  const waiting = expected(await dock.post(`${API}/orders`, { externalRef: newRef('WEB'), lines: [{ sku, qty: 5 }] }), 201)
  t.equal(waiting.lines[0].qtyBackordered, 5)
  const url = `${INBOUND}/${(await newInbound(dock, [{ sku, qty: 8 }])).id as string}`
  expected(await dock.post(`${url}/receive`, { lines: [{ lineNo: 1, qty: 8 }] }), 201)
  t.match((await dock.get(`${API}/orders/${waiting.id as string}`)).body.lines, [{ qtyAllocated: 5, qtyBackordered: 0 }])
  const later = expected(await dock.post(`${API}/orders`, { externalRef: newRef('WEB'), lines: [{ sku, qty: 5 }] }), 201)
  t.match(later.lines, [{ qtyAllocated: 3, qtyBackordered: 2 }])
})

t.test('404, 409, 422 – each at its line, and nothing is booked', async t => {
  const tracked = await newSku(dock, { trackBatch: true, trackExpiry: true })
  const made = await newInbound(dock, [{ sku: tracked, qty: 10 }])
  const url = `${INBOUND}/${made.id as string}`
  expected(await dock.post(`${url}/receive`, { lines: [{ lineNo: 1, qty: 1, batch: 'KNOWN', expiryDate: '2027-05-01' }] }), 201)
  const before = await room.stored()
  for (
    const [line, status, code, pointer] of [
      [{ lineNo: 2, qty: 1 }, 422, 'inbound.unknown_line', '/lines/0/lineNo'],
      [{ lineNo: 1, qty: 1 }, 422, 'batch.required', '/lines/0/batch'],
      [{ lineNo: 1, qty: 1, batch: 'NEW' }, 422, 'batch.expiry_required', '/lines/0/expiryDate'],
      [{ lineNo: 1, qty: 1, qtyDamaged: 2, batch: 'KNOWN' }, 422, 'receipt.damaged', '/lines/0/qtyDamaged'],
      [{ lineNo: 1, qty: 1, batch: 'KNOWN', location: 'NOWHERE' }, 422, 'location.unknown', '/lines/0/location'],
      [{ lineNo: 1, qty: 1.5, batch: 'KNOWN' }, 422, 'uom.not_divisible', '/lines/0/qty'],
      [{ lineNo: 1, qty: 1, batch: 'KNOWN', uomCode: 'CASE' }, 422, 'uom.unknown', '/lines/0/uomCode']
    ] as const
  ) t.same(refusal(await dock.post(`${url}/receive`, { lines: [line] })), [status, code, pointer], JSON.stringify(line))
  const conflict = await dock.post(`${url}/receive`, { lines: [{ lineNo: 1, qty: 1, batch: 'KNOWN', expiryDate: '2028-01-01' }] })
  t.same(refusal(conflict), [409, 'batch.expiry_conflict', '/lines/0/expiryDate'])
  t.match(conflict.body.detail, '2027-05-01')
  t.equal((await dock.post(`${url}/receive`, { lines: [{ lineNo: 1, qty: 1, batch: 'KNOWN' }] }, { 'if-match': '"1"' })).status, 412)
  t.equal((await dock.post(`${INBOUND}/inb_none/receive`, { lines: [{ lineNo: 1, qty: 1 }] })).status, 404)
  t.same(await room.stored(), before)
})
