import t from 'tap'
import { INBOUND, newInbound, newSku, openDock, stockOf } from './setup.js'

const { dock, eventsOf } = await openDock(t)

t.test('200, 409 – with shortages: they are incoming no longer', async t => {
  const sku = await newSku(dock)
  const made = await newInbound(dock, [{ sku, qty: 10 }])
  const url = `${INBOUND}/${made.id as string}`
  t.match(await dock.post(`${url}/close`, {}), { status: 409, body: { code: 'inbound.illegal_transition' } }, 'before anything has come it is cancelled')
  await dock.post(`${url}/receive`, { lines: [{ lineNo: 1, qty: 6 }] })
  t.same(await stockOf(dock, sku), [6, 4])
  const closed = await dock.post(`${url}/close`, {})
  t.match(closed, { status: 200, body: { status: 'closed', lines: [{ qtyExpected: 10, qtyReceived: 6, qtyOpen: 0 }] } }, closed.text)
  t.type(closed.body.closedAt, 'string')
  t.same(await stockOf(dock, sku), [6, 0])
  t.equal((await dock.post(`${url}/receive`, { lines: [{ lineNo: 1, qty: 1 }] })).status, 409)
  t.equal((await eventsOf(made.id, 4)).at(-1), 'inbound.closed')
})
