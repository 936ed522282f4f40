import t from 'tap'
import { API, expected, INBOUND, newInbound, newRef, newSku, openDock, RECEIPTS, stockOf } from './setup.js'

const room = await openDock(t)
const { dock } = room

t.test('200 – all of it, once: taken from where it was put, and incoming again', async t => {
  const sku = await newSku(dock, { trackBatch: true })
  const made = await newInbound(dock, [{ sku, qty: 10, batch: 'B-1' }])
  const receive = async (qty: number, qtyDamaged = 0): Promise<string> =>
    expected(await dock.post(`${INBOUND}/${made.id as string}/receive`, { lines: [{ lineNo: 1, qty, qtyDamaged }] }), 201).receipt.id
  const [first, second] = [await receive(6, 2), await receive(4)]
  t.same(await stockOf(dock, sku), [10, 0])
  const reversed = await dock.post(`${RECEIPTS}/${first}/reverse`, { reason: 'Counted twice' }, { 'if-match': '"1"' })
  t.match(reversed, { status: 200, headers: { etag: '"2"' }, body: { reversalReason: 'Counted twice', version: 2 } }, reversed.text)
  t.type(reversed.body.reversedAt, 'string')
  t.same(await stockOf(dock, sku), [4, 6])
  t.match((await dock.get(`${INBOUND}/${made.id as string}`)).body, { status: 'receiving', lines: [{ qtyReceived: 4, qtyDamaged: 0, qtyOpen: 6 }] })
  t.match(await dock.post(`${RECEIPTS}/${first}/reverse`, {}), { status: 409, body: { code: 'receipt.reversed' } })
  expected(await dock.post(`${RECEIPTS}/${second}/reverse`, {}), 200)
  t.match((await dock.get(`${INBOUND}/${made.id as string}`)).body, { status: 'arrived', lines: [{ qtyReceived: 0, qtyOpen: 10 }] })
  const { data } = expected(await dock.get(`${API}/stock/movements?product=sku:${sku}`), 200)
  type Row = { seq: number, qty: number, reversalOf: number | null, from: unknown }
  const back = (data as Row[]).filter(({ reversalOf }) => reversalOf !== null)
  t.same(back.map(({ reversalOf, qty }) => [reversalOf, qty]), (data as Row[]).filter(({ from }) => from === null).map(({ seq, qty }) => [seq, qty]),
    'each movement has its compensation')
  t.same((await room.eventsOf(first, 2)), ['receipt.created', 'receipt.reversed'])
})

t.test('of a closed order it stays closed, and nothing is incoming; goods that no one has announced', async t => {
  const sku = await newSku(dock)
  const url = `${INBOUND}/${(await newInbound(dock, [{ sku, qty: 10 }])).id as string}`
  const { receipt } = expected(await dock.post(`${url}/receive`, { lines: [{ lineNo: 1, qty: 3 }] }), 201)
  expected(await dock.post(`${url}/close`, {}), 200)
  expected(await dock.post(`${RECEIPTS}/${receipt.id as string}/reverse`, {}), 200)
  t.same(await stockOf(dock, sku), [0, 0])
  t.equal((await dock.get(url)).body.status, 'closed')
  const blind = expected(await dock.post(RECEIPTS, { reference: newRef('DN'), lines: [{ sku, qty: 5 }] }), 201)
  expected(await dock.post(`${RECEIPTS}/ref:${blind.reference as string}/reverse`, {}), 200)
  t.same(await stockOf(dock, sku), [0, 0])
})

t.test('409 – what is reserved or gone is not taken back; all or none', async t => {
  const [sku, other] = [await newSku(dock), await newSku(dock)]
  const { id } = expected(await dock.post(RECEIPTS, { lines: [{ sku: other, qty: 5 }, { sku, qty: 5 }] }), 201)
  const order = expected(await dock.post(`${API}/orders`, { externalRef: newRef('WEB'), lines: [{ sku, qty: 2 }] }), 201)
  const before = await room.stored()
  const refused = await dock.post(`${RECEIPTS}/${id as string}/reverse`, {})
  t.match([refused.status, refused.body.code, refused.body.detail], [409, 'receipt.in_use', /^Line 2 .* DEFAULT \(available\), 3 are there/])
  t.same(await room.stored(), before)
  expected(await dock.post(`${API}/orders/${order.id as string}/cancel`, {}), 200)
  expected(await dock.post(`${API}/stock/adjustments`, { reason: 'lost', lines: [{ sku: other, delta: -5 }] }), 201)
  t.match(await dock.post(`${RECEIPTS}/${id as string}/reverse`, {}), { status: 409, body: { detail: /^Line 1 .* 0 are there/ } })
  t.equal((await dock.post(`${RECEIPTS}/rcp_none/reverse`, {})).status, 404)
})

t.test('at once: one', async t => {
  const sku = await newSku(dock)
  const { id } = expected(await dock.post(RECEIPTS, { lines: [{ sku, qty: 5 }] }), 201)
  expected(await dock.post(RECEIPTS, { lines: [{ sku, qty: 50 }] }), 201)
  const answers = await Promise.all(Array.from({ length: 6 }, async () => await dock.post(`${RECEIPTS}/${id as string}/reverse`, {})))
  t.same(answers.map(({ status }) => status).sort(), [200, 409, 409, 409, 409, 409])
  t.same(await stockOf(dock, sku), [50, 0])
})

t.test('409 – later than the operator allows', async t => {
  const sku = await newSku(dock)
  const { id } = expected(await dock.post(RECEIPTS, { lines: [{ sku, qty: 5 }] }), 201)
  await room.operator.patch('/api/admin/v1/operations/receipt.reverse', { settings: { reverseWindowHours: 2 } })
  await room.db.query('UPDATE "Receipt" SET "createdAt" = "createdAt" - interval \'3 hours\' WHERE "id" = $1', [id])
  t.match(await dock.post(`${RECEIPTS}/${id as string}/reverse`, {}), { status: 409, body: { code: 'receipt.too_late', detail: /for 2 hours/ } })
})
