// What a product may not become while orders or the ledger count in it.
import t from 'tap'
import type { Answer } from '../../../src/test-kit/service.js'
import { API, openDesk } from './setup.js'

const desk = await openDesk(t)
const { erp } = desk
const patch = async (id: string, body: object): Promise<Answer> => await erp.patch(`${API}/products/${id}`, body)

t.test('422 – the base unit, once stock was counted in it or an order has it', async t => {
  const moved = await desk.stocked(5)
  t.match(await patch(moved.id, { baseUom: 'KGM' }), { status: 422, body: { code: 'product.has_movements', errors: [{ pointer: '/baseUom' }] } })
  const ordered = await desk.stocked(0)
  const order = await desk.order([{ sku: ordered.sku, qty: 1 }])
  t.match(await patch(ordered.id, { baseUom: 'KGM' }), {
    status: 422, body: { code: 'product.has_orders', errors: [{ pointer: '/baseUom', message: new RegExp(order.number) }] }
  })
  t.match(await patch(ordered.id, { baseUom: 'EA', name: 'The same' }), { status: 200 })
  await desk.step(order.id, 'cancel')
  t.match(await patch(ordered.id, { baseUom: 'KGM' }), { status: 200 })
})

t.test('422 – the kind and the decimals, while it is ordered', async t => {
  const { id, sku } = await desk.stocked(0, { qtyScale: 2 })
  const order = await desk.order([{ sku, qty: 1.5 }])
  t.match(await patch(id, { kind: 'service' }), { status: 422, body: { code: 'product.has_orders', errors: [{ pointer: '/kind' }] } })
  t.match(await patch(id, { qtyScale: 0 }), { status: 422, body: { code: 'product.has_orders', errors: [{ pointer: '/qtyScale' }] } })
  t.match(await patch(id, { qtyScale: 1 }), { status: 200 }, 'what is ordered still fits')
  await desk.step(order.id, 'cancel')
  t.match(await patch(id, { qtyScale: 0 }), { status: 200 })
  t.match(await patch(id, { kind: 'service' }), { status: 200 })
})

t.test('422 – the size of a unit in which something is ordered, and its removal', async t => {
  const { id, sku } = await desk.stocked(100, { uoms: [{ code: 'CASE', qtyInBase: 12 }, { code: 'INNER', qtyInBase: 3 }] })
  const order = await desk.order([{ sku, qty: 2, uomCode: 'CASE' }])
  const refused = { status: 422, body: { code: 'product.has_orders' } }
  t.match(await patch(id, { uoms: [{ code: 'CASE', qtyInBase: 10 }, { code: 'INNER', qtyInBase: 3 }] }), {
    ...refused, body: { ...refused.body, errors: [{ pointer: '/uoms/0/qtyInBase' }] }
  })
  t.match(await patch(id, { uoms: [] }), { ...refused, body: { ...refused.body, errors: [{ pointer: '/uoms' }] } })
  t.match(await erp.delete(`${API}/products/${id}/units/CASE`), refused)
  t.match(await erp.put(`${API}/products/${id}/units/CASE`, { qtyInBase: 10 }), refused)
  t.match(await erp.put(`${API}/products/${id}/units/INNER`, { qtyInBase: 4 }), { status: 200 }, 'nothing is ordered in it')
  await desk.bring(order.id, 'shipped')
  t.match(await erp.put(`${API}/products/${id}/units/CASE`, { qtyInBase: 10 }), { status: 200 })
})
