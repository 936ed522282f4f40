import t from 'tap'
import { expected, INBOUND, newInbound, newRef, newSku, openDock, RECEIPTS } from './setup.js'

const { dock } = await openDock(t)

t.test('200 – filters and pages; 404 for an inbound order that there is not', async t => {
  const sku = await newSku(dock)
  const blind = expected(await dock.post(RECEIPTS, { reference: newRef('DN'), lines: [{ sku, qty: 1 }] }), 201)
  const inbound = await newInbound(dock, [{ sku, qty: 5 }])
  const { receipt } = expected(await dock.post(`${INBOUND}/${inbound.id as string}/receive`, { lines: [{ lineNo: 1, qty: 2 }] }), 201)
  const ids = async (query: string): Promise<string[]> =>
    expected(await dock.get(`${RECEIPTS}?${query}`), 200).data.map(({ id }: { id: string }) => id)
  t.same(await ids(''), [blind.id, receipt.id])
  t.same(await ids(`inboundOrder=ref:${inbound.externalRef as string}`), [receipt.id])
  t.same(await ids(`reference=${blind.reference as string}`), [blind.id])
  t.same(await ids('updatedSince=2099-01-01T00:00:00.000Z'), [])
  const page = (await dock.get(`${RECEIPTS}?limit=1`)).body
  t.same(await ids(`limit=1&cursor=${page.nextCursor as string}`), [receipt.id])
  t.match(await dock.get(`${RECEIPTS}?inboundOrder=ref:NONE`), { status: 404, body: { code: 'inbound.not_found' } })
})
