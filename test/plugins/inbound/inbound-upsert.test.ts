import t from 'tap'
import { INBOUND, newRef, newSku, openDock, refusal, stockOf } from './setup.js'

const { dock } = await openDock(t)

t.test('201, 200 – makes, then replaces: what is left out gets its default', async t => {
  const sku = await newSku(dock)
  const url = `${INBOUND}/ref:${newRef()}`
  const made = await dock.put(url, { note: 'First', lines: [{ sku, qty: 5 }] })
  t.match(made, { status: 201, body: { note: 'First', version: 1 } }, made.text)
  t.match(await dock.put(url, { lines: [{ lineNo: 1, sku, qty: 8 }] }), { status: 200, body: { id: made.body.id, note: null, version: 2 } })
  t.match(await dock.put(url, { lines: [{ lineNo: 1, sku, qty: 8 }] }), { status: 200, body: { version: 2 } }, 'the same again')
  t.same(await stockOf(dock, sku), [0, 8])
  t.same(refusal(await dock.put(url, { warehouse: 'OTHER', lines: [{ sku, qty: 8 }] })), [409, 'inbound.warehouse_fixed', '/warehouse'])
})

t.test('ten at once make one', async t => {
  const sku = await newSku(dock)
  const url = `${INBOUND}/ref:${newRef()}`
  const answers = await Promise.all(Array.from({ length: 10 }, async () => await dock.put(url, { lines: [{ lineNo: 1, sku, qty: 3 }] })))
  t.same(answers.map(({ status }) => status).sort(), [...Array.from({ length: 9 }, () => 200), 201])
  t.same(await stockOf(dock, sku), [0, 3])
})

t.test('400, 412 – another name than a reference, a version of what there is not', async t => {
  const body = { lines: [{ sku: await newSku(dock), qty: 1 }] }
  t.same(refusal(await dock.put(`${INBOUND}/inb_x`, body)), [400, 'request.invalid', '/id'])
  t.equal((await dock.put(`${INBOUND}/ref:${newRef()}`, body, { 'if-match': '"1"' })).status, 412)
})
