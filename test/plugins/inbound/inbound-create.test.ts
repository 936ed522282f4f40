import t from 'tap'
import { API, expected, INBOUND, newInbound, newRef, newSku, openDock, refusal, stockOf } from './setup.js'

const room = await openDock(t)
const { dock } = room

t.test('201 – kept and read back, and incoming in the stock', async t => {
  expected(await dock.post(`${API}/partners`, { code: 'S-1', name: 'Supplier', roles: ['supplier'] }), 201)
  const [sku, other] = [await newSku(dock, { trackBatch: true, trackExpiry: true, uoms: [{ code: 'CASE', qtyInBase: 12 }] }), await newSku(dock)]
  const full = {
    externalRef: newRef(),
    kind: 'purchase_order',
    supplier: 'S-1',
    expectedAt: '2026-12-15',
    carrierCode: 'DPD',
    trackingNumbers: ['1Z'],
    container: 'MSKU1234565',
    note: 'Two pallets',
    attributes: { buyer: 'Ada' }
  }
  const answer = await dock.post(INBOUND, {
    ...full, lines: [{ sku, qty: 4, uomCode: 'CASE', batch: 'B-1', expiryDate: '2027-03-31', externalLineRef: '10' }, { sku: other.toLowerCase(), qty: 5 }]
  })
  const { id, number, warehouse, lines, createdAt, updatedAt, ...rest } = answer.body
  t.match(answer, { status: 201, headers: { etag: '"1"' } }, answer.text)
  t.match([id, number, warehouse.code, updatedAt], [/^inb_[0-9A-Z]{26}$/, /^IN-\d+$/, 'MAIN', createdAt])
  t.match(rest, { ...full, status: 'expected', cancelReason: null, arrivedAt: null, closedAt: null, version: 1 })
  t.match(lines, [
    { lineNo: 1, sku, uomCode: 'CASE', qtyUom: 4, qtyExpected: 48, qtyReceived: 0, qtyDamaged: 0, qtyOpen: 48, batch: 'B-1', expiryDate: '2027-03-31' },
    { lineNo: 2, sku: other, uomCode: null, qtyExpected: 5, qtyOpen: 5, batch: null, expiryDate: null }
  ])
  t.same((await dock.get(`${INBOUND}/${id as string}`)).body, answer.body)
  t.same([await stockOf(dock, sku), await stockOf(dock, other)], [[0, 48], [0, 5]])
  t.same(await room.eventsOf(id, 1), ['inbound.created'])
})

t.test('a draft is not incoming; a dry run leaves nothing; the same Idempotency-Key makes one', async t => {
  const sku = await newSku(dock)
  await newInbound(dock, [{ sku, qty: 3 }], { status: 'draft' })
  const tried = await dock.post(`${INBOUND}?dryRun=true`, { externalRef: newRef(), lines: [{ sku, qty: 3 }] })
  t.match([tried.status, tried.body.body.status], [200, 'expected'], tried.text)
  const body = { externalRef: newRef(), lines: [{ sku, qty: 2 }] }
  const answers = [await dock.post(INBOUND, body, { 'idempotency-key': 'once' }), await dock.post(INBOUND, body, { 'idempotency-key': 'once' })]
  t.equal(answers[0]!.body.id, answers[1]!.body.id)
  t.same(await stockOf(dock, sku), [0, 2])
})

t.test('400, 409, 422 – each at its field, and nothing is kept', async t => {
  const [sku, tracked] = [await newSku(dock), await newSku(dock, { trackBatch: true, trackExpiry: true })]
  const service = await newSku(dock, { kind: 'service' })
  const { externalRef } = await newInbound(dock, [{ sku, qty: 1 }])
  t.same(refusal(await dock.post(INBOUND, { externalRef, lines: [{ sku, qty: 1 }] })), [409, 'inbound.external_ref_taken', '/externalRef'])
  const before = await room.stored()
  for (
    const [fields, status, code, pointer] of [
      [{ lines: [] }, 400, 'request.invalid', '/lines'],
      [{ lines: [{ sku, qty: 0 }] }, 400, 'request.invalid', '/lines/0/qty'],
      [{ lines: [{ sku: 'NONE', qty: 1 }] }, 422, 'product.unknown_sku', '/lines/0/sku'],
      [{ lines: [{ sku: service, qty: 1 }] }, 422, 'product.not_stocked', '/lines/0/sku'],
      [{ lines: [{ sku, qty: 1.5 }] }, 422, 'uom.not_divisible', '/lines/0/qty'],
      [{ lines: [{ sku, qty: 1, uomCode: 'CASE' }] }, 422, 'uom.unknown', '/lines/0/uomCode'],
      [{ lines: [{ sku, qty: 1, batch: 'B' }] }, 422, 'batch.not_tracked', '/lines/0/batch'],
      [{ lines: [{ sku, qty: 1, expiryDate: '2027-01-01' }] }, 422, 'batch.not_tracked', '/lines/0/expiryDate'],
      [{ lines: [{ sku, qty: 1, lineNo: 3 }, { sku, qty: 1, lineNo: 3 }] }, 422, 'inbound.line_twice', '/lines/1/lineNo'],
      [{ lines: [{ sku, qty: 1 }], supplier: 'NONE' }, 422, 'inbound.supplier_unknown', '/supplier'],
      [{ lines: [{ sku, qty: 1 }], warehouse: 'NONE' }, 422, 'warehouse.unknown', '/warehouse'],
      [{ lines: [{ sku, qty: 1 }], attributes: { long: 'x'.repeat(17_000) } }, 422, 'inbound.attributes_too_large', '/attributes'],
      [{ lines: [{ sku, qty: 1 }], status: 'closed' }, 400, 'request.invalid', '/status']
    ] as const
  ) {
    t.same(refusal(await dock.post(INBOUND, { externalRef: newRef(), ...fields })), [status, code, pointer], JSON.stringify(fields).slice(0, 100))
  }
  t.same(await room.stored(), before)
  await room.operator.patch('/api/admin/v1/operations/inbound.create', { settings: { requireBatch: true, requireExpiry: true } })
  t.same(refusal(await dock.post(INBOUND, { externalRef: newRef(), lines: [{ sku: tracked, qty: 1 }] })), [422, 'inbound.batch_required', '/lines/0/batch'])
  t.same(refusal(await dock.post(INBOUND, { externalRef: newRef(), lines: [{ sku: tracked, qty: 1, batch: 'B' }] })),
    [422, 'inbound.expiry_required', '/lines/0/expiryDate'])
  t.equal((await dock.post(INBOUND, { externalRef: newRef(), lines: [{ sku, qty: 1 }] })).status, 201, 'what is not tracked needs none')
})
