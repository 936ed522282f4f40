// What a product and a warehouse may not become while goods are announced.
import t from 'tap'
import { API, expected, INBOUND, newInbound, newRef, newSku, openDock, refusal } from './setup.js'

const room = await openDock(t)
const { dock } = room

t.test('a product that is announced keeps what its numbers mean, until nothing of it is to come', async t => {
  const sku = await newSku(dock, { qtyScale: 2, uoms: [{ code: 'CASE', qtyInBase: 12 }, { code: 'PALLET', qtyInBase: 480 }] })
  const made = await newInbound(dock, [{ sku, qty: 4, uomCode: 'CASE' }])
  const url = `${API}/products/sku:${sku}`
  for (const [patch, pointer] of [
    [{ baseUom: 'KGM' }, '/baseUom'], [{ kind: 'service' }, '/kind'], [{ qtyScale: 0 }, '/qtyScale'],
    [{ uoms: [{ code: 'CASE', qtyInBase: 10 }, { code: 'PALLET', qtyInBase: 480 }] }, '/uoms'], [{ uoms: [{ code: 'PALLET', qtyInBase: 480 }] }, '/uoms']
  ] as const) t.same(refusal(await dock.patch(url, patch)), [422, 'product.has_inbound', pointer], JSON.stringify(patch))
  t.same(refusal(await dock.delete(url)), [422, 'product.has_inbound', '/status'])
  t.equal((await dock.patch(url, { uoms: [{ code: 'CASE', qtyInBase: 12 }] })).status, 200, 'a unit in which nothing is announced may go')
  expected(await dock.post(`${INBOUND}/${made.id as string}/cancel`, {}), 200)
  t.equal((await dock.patch(url, { baseUom: 'KGM' })).status, 200)
})

t.test('a warehouse for which goods are announced is not archived', async t => {
  const code = newRef('W')
  const place = expected(await room.operator.post('/api/admin/v1/warehouses', { code, name: code }), 201)
  const made = await newInbound(dock, [{ sku: await newSku(dock), qty: 1 }], { warehouse: code })
  const url = `/api/admin/v1/warehouses/${place.id as string}`
  t.same(refusal(await room.operator.patch(url, { active: false })), [409, 'warehouse.in_use', '/active'])
  expected(await dock.post(`${INBOUND}/${made.id as string}/cancel`, {}), 200)
  t.equal((await room.operator.patch(url, { active: false })).status, 200)
})
