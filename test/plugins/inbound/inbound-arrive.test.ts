import t from 'tap'
import { INBOUND, newInbound, newSku, openDock } from './setup.js'

const { dock, eventsOf } = await openDock(t)

t.test('200, 409 – once; it is still incoming', async t => {
  const made = await newInbound(dock, [{ sku: await newSku(dock), qty: 4 }])
  const url = `${INBOUND}/${made.id as string}`
  const arrived = await dock.post(`${url}/arrive`, {})
  t.match(arrived, { status: 200, body: { status: 'arrived', lines: [{ qtyOpen: 4 }] } }, arrived.text)
  t.type(arrived.body.arrivedAt, 'string')
  t.match(await dock.post(`${url}/arrive`, {}), { status: 409, body: { code: 'inbound.illegal_transition' } })
  t.same(await eventsOf(made.id, 2), ['inbound.created', 'inbound.arrived'])
  t.equal((await dock.post(`${INBOUND}/inb_none/arrive`, {})).status, 404)
})
