import t from 'tap'
import { newRef, newSku, openDock, RECEIPTS } from './setup.js'

const { dock } = await openDock(t)

t.test('200, 404 – by id, reference and number', async t => {
  const { body } = await dock.post(RECEIPTS, { reference: newRef('DN'), lines: [{ sku: await newSku(dock), qty: 1 }] })
  for (const name of [body.id, `ref:${body.reference as string}`, `number:${body.number as string}`]) {
    t.match(await dock.get(`${RECEIPTS}/${name as string}`), { status: 200, headers: { etag: '"1"' }, body }, name)
  }
  for (const name of ['rcp_none', 'ref:NONE']) t.match(await dock.get(`${RECEIPTS}/${name}`), { status: 404, body: { code: 'receipt.not_found' } }, name)
})
