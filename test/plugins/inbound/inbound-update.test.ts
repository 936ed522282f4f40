import t from 'tap'
import { API, INBOUND, newInbound, newSku, openDock, refusal, stockOf } from './setup.js'

const room = await openDock(t)
const { dock } = room

t.test('200 – header and lines; what is incoming follows', async t => {
  const [sku, other] = [await newSku(dock), await newSku(dock)]
  const made = await newInbound(dock, [{ sku, qty: 10 }])
  const url = `${INBOUND}/${made.id as string}`
  t.match(await dock.patch(url, { expectedAt: '2026-12-24', note: 'Late' }, { 'if-match': '"1"' }), {
    status: 200, headers: { etag: '"2"' }, body: { expectedAt: '2026-12-24', note: 'Late' }
  })
  t.match(await dock.patch(url, { note: 'Late' }), { status: 200, headers: { etag: '"2"' } }, 'no change, no version')
  t.equal((await dock.patch(url, { note: 'x' }, { 'if-match': '"1"' })).status, 412)
  const lines = await dock.patch(url, { note: null, lines: [{ lineNo: 1, sku, qty: 7 }, { sku: other, qty: 2 }] })
  t.match(lines, { status: 200, body: { note: null, lines: [{ lineNo: 1, qtyExpected: 7 }, { lineNo: 2, qtyExpected: 2 }] } }, lines.text)
  t.same([await stockOf(dock, sku), await stockOf(dock, other)], [[0, 7], [0, 2]])
  await dock.patch(url, { lines: [{ lineNo: 2, sku: other, qty: 2 }] })
  t.same([await stockOf(dock, sku), await stockOf(dock, other)], [[0, 0], [0, 2]], 'a line that goes')
  t.same(refusal(await dock.patch(url, { lines: [{ lineNo: 9, sku, qty: 7 }] })), [422, 'inbound.unknown_line', '/lines/0/lineNo'])
})

t.test('written back as it was read it is no change, whatever has become of the product', async t => {
  const sku = await newSku(dock, { uoms: [{ code: 'CASE', qtyInBase: 12 }] })
  const made = await newInbound(dock, [{ sku, qty: 2, uomCode: 'CASE' }])
  await dock.patch(`${API}/products/sku:${sku}`, { sku: `${sku}-NEW` })
  const same = await dock.patch(`${INBOUND}/${made.id as string}`, { lines: [{ lineNo: 1, sku, qty: 2, uomCode: 'CASE' }] })
  t.match(same, { status: 200, body: { version: 1, lines: [{ sku, qtyExpected: 24 }] } }, same.text)
})

t.test('a draft becomes expected and in transit, never back', async t => {
  const sku = await newSku(dock)
  const url = `${INBOUND}/${(await newInbound(dock, [{ sku, qty: 4 }], { status: 'draft' })).id as string}`
  t.same(await stockOf(dock, sku), [0, 0])
  t.equal((await dock.patch(url, { status: 'in_transit' })).status, 200)
  t.same(await stockOf(dock, sku), [0, 4])
  const back = await dock.patch(url, { status: 'expected' })
  t.match([back.status, back.body.code], [409, 'inbound.illegal_transition'])
})

t.test('409 – once something has come: the legal calls are named', async t => {
  const sku = await newSku(dock)
  const url = `${INBOUND}/${(await newInbound(dock, [{ sku, qty: 4 }])).id as string}`
  await dock.post(`${url}/receive`, { lines: [{ lineNo: 1, qty: 1 }] })
  const late = await dock.patch(url, { note: 'x' })
  t.match([late.status, late.body.code, late.body.detail], [409, 'inbound.illegal_transition', /legal from receiving: .*receive, .*close/])
  t.equal((await dock.patch(`${INBOUND}/inb_none`, { note: 'x' })).status, 404)
})
