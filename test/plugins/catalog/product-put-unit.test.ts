// PUT /products/:id/units/:code
import t from 'tap'
import { buildTestApp, type Answer } from '../../../src/test-kit/service.js'

const wms = await buildTestApp(t)
const erp = await wms.newClient()
const API = '/api/external/v1/products'
const FULL = { name: 'Lantern', price: '2.50', currency: 'EUR', barcodes: [{ value: '4006381333931', kind: 'ean' }], uoms: [{ code: 'CASE', qtyInBase: 12 }] }
const unitsOf = (answer: Answer): string[] => (answer.body.product.uoms as Array<{ code: string }>).map(({ code }) => code)

t.test('200 – a unit comes or is replaced, and the others stay', async t => {
  await erp.post(API, { sku: 'U-1', ...FULL })
  t.same(unitsOf(await erp.put(`${API}/sku:U-1/units/PALLET`, { qtyInBase: 480 })), ['CASE', 'PALLET'])
  t.match(await erp.put(`${API}/sku:U-1/units/PALLET`, { qtyInBase: 480 }), { status: 200, body: { product: { version: 2 } } })
  t.match(await erp.put(`${API}/sku:U-1/units/PALLET`, { qtyInBase: 500 }), { status: 200, body: { product: { version: 3, uoms: [{}, { qtyInBase: 500 }] } } })
  t.match(await erp.put(`${API}/sku:U-1/units/EA`, { qtyInBase: 2 }), { status: 422, body: { code: 'uom.duplicate' } })
  t.equal((await erp.put(`${API}/sku:U-1/units/pallet`, { qtyInBase: 2 })).status, 400)
})
