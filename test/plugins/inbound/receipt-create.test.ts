import t from 'tap'
import { API, expected, newRef, newSku, openDock, RECEIPTS, refusal, stockOf } from './setup.js'

const room = await openDock(t)
const { dock } = room

t.test('201, 200 – goods that no one has announced; the same reference once', async t => {
  const sku = await newSku(dock, { uoms: [{ code: 'CASE', qtyInBase: 12 }] })
  const body = { reference: newRef('DN'), lines: [{ sku: sku.toLowerCase(), qty: 2, uomCode: 'CASE', qtyDamaged: 1 }] }
  const made = await dock.post(RECEIPTS, body)
  t.match(made, {
    status: 201, body: { inboundOrderId: null, reference: body.reference, lines: [{ inboundLineNo: null, sku, qty: 24, qtyDamaged: 12, batch: null }] }
  }, made.text)
  const again = await dock.post(RECEIPTS, body)
  t.match([again.status, again.body], [200, made.body])
  t.same(await stockOf(dock, sku), [24, 0])
  t.match(expected(await dock.get(`${API}/stock/sku:${sku}`), 200), { available: 12, unavailable: { damaged: 12 } })
  t.same(await room.eventsOf(made.body.id, 1), ['receipt.created'])
})

t.test('at once with one reference: one', async t => {
  const sku = await newSku(dock)
  const reference = newRef('DN')
  const answers = await Promise.all(Array.from({ length: 8 }, async () => await dock.post(RECEIPTS, { reference, lines: [{ sku, qty: 3 }] })))
  t.same(answers.map(({ status }) => status).sort(), [200, 200, 200, 200, 200, 200, 200, 201])
  t.same(await stockOf(dock, sku), [3, 0])
})

t.test('422 – each at its line, and nothing is booked', async t => {
  const [sku, service] = [await newSku(dock), await newSku(dock, { kind: 'service' })]
  const before = await room.stored()
  for (
    const [line, code, pointer] of [
      [{ sku: 'NONE', qty: 1 }, 'product.unknown_sku', '/lines/1/sku'],
      [{ sku: service, qty: 1 }, 'product.not_stocked', '/lines/1/sku'],
      [{ sku, qty: 1, batch: 'B' }, 'batch.not_tracked', '/lines/1/batch'],
      [{ sku, qty: 1, qtyDamaged: 2 }, 'receipt.damaged', '/lines/1/qtyDamaged']
    ] as const
  ) t.same(refusal(await dock.post(RECEIPTS, { lines: [{ sku, qty: 1 }, line] })), [422, code, pointer], JSON.stringify(line))
  t.same(refusal(await dock.post(RECEIPTS, { warehouse: 'NONE', lines: [{ sku, qty: 1 }] })), [422, 'warehouse.unknown', '/warehouse'])
  t.same(await room.stored(), before)
})
