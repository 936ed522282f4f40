import t from 'tap'
import { INBOUND, newInbound, newSku, openDock, stockOf } from './setup.js'

const { dock, eventsOf } = await openDock(t)

t.test('200, 409 – nothing of it is incoming any more; final', async t => {
  const sku = await newSku(dock)
  const made = await newInbound(dock, [{ sku, qty: 4 }])
  const url = `${INBOUND}/${made.id as string}`
  t.match(await dock.post(`${url}/cancel`, { reason: 'None left' }), {
    status: 200, body: { status: 'cancelled', cancelReason: 'None left', lines: [{ qtyOpen: 0 }] }
  })
  t.same(await stockOf(dock, sku), [0, 0])
  for (const step of ['cancel', 'arrive', 'close']) {
    t.match(await dock.post(`${url}/${step}`, {}), { status: 409, body: { code: 'inbound.illegal_transition', detail: /cancelled is final/ } }, step)
  }
  t.same(await eventsOf(made.id, 2), ['inbound.created', 'inbound.cancelled'])
})

t.test('409 – when something has come it is closed instead', async t => {
  const url = `${INBOUND}/${(await newInbound(dock, [{ sku: await newSku(dock), qty: 4 }])).id as string}`
  await dock.post(`${url}/receive`, { lines: [{ lineNo: 1, qty: 1 }] })
  t.match(await dock.post(`${url}/cancel`, {}), { status: 409, body: { detail: /legal from receiving: .*close/ } })
})
