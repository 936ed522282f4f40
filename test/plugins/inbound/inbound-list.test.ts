import t from 'tap'
import { API, expected, INBOUND, newInbound, newSku, openDock } from './setup.js'

const { dock } = await openDock(t)

t.test('200 – filters, order, pages', async t => {
  expected(await dock.post(`${API}/partners`, { code: 'S-1', name: 'Supplier', roles: ['supplier'] }), 201)
  const sku = await newSku(dock)
  const first = await newInbound(dock, [{ sku, qty: 1 }], { supplier: 'S-1', expectedAt: '2026-12-01' })
  const second = await newInbound(dock, [{ sku, qty: 1 }], { kind: 'purchase_order', expectedAt: '2026-12-20' })
  await dock.post(`${INBOUND}/${second.id as string}/cancel`, {})
  const ids = async (query: string): Promise<string[]> =>
    expected(await dock.get(`${INBOUND}?${query}`), 200).data.map(({ id }: { id: string }) => id)
  t.same(await ids(''), [first.id, second.id])
  t.same(await ids('sort=-updatedAt'), [second.id, first.id])
  for (const [query, found] of [
    ['status=expected', [first.id]], ['status=expected&status=cancelled', [first.id, second.id]], ['kind=purchase_order', [second.id]],
    [`externalRef=${first.externalRef as string}`, [first.id]], ['supplier=S-1', [first.id]], ['warehouse=MAIN', [first.id, second.id]],
    ['expectedUntil=2026-12-10', [first.id]], ['updatedSince=2099-01-01T00:00:00.000Z', []]
  ] as const) t.same(await ids(query), found, query)
  const page = (await dock.get(`${INBOUND}?limit=1`)).body
  t.same(await ids(`limit=1&cursor=${page.nextCursor as string}`), [second.id])
  t.equal((await dock.get(`${INBOUND}?limit=1&kind=asn&cursor=${page.nextCursor as string}`)).status, 400, 'a cursor of another list')
  t.match((await dock.get(`${INBOUND}?warehouse=NONE`)).body, { errors: [{ in: 'query', pointer: '/warehouse' }] })
})
