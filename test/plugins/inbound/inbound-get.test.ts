import t from 'tap'
import { INBOUND, newInbound, newSku, openDock } from './setup.js'

const { dock } = await openDock(t)

t.test('200, 404 – by id, reference and number', async t => {
  const made = await newInbound(dock, [{ sku: await newSku(dock), qty: 1 }])
  for (const name of [made.id, `ref:${made.externalRef as string}`, `number:${made.number as string}`]) {
    t.match(await dock.get(`${INBOUND}/${name as string}`), { status: 200, headers: { etag: '"1"' }, body: made }, name)
  }
  for (const name of ['inb_none', 'ref:NONE', 'number:IN-0']) {
    t.match(await dock.get(`${INBOUND}/${name}`), { status: 404, body: { code: 'inbound.not_found' } }, name)
  }
})
