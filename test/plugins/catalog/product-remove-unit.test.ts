// DELETE /products/:id/units/:code
import t from 'tap'
import { buildTestApp, type Answer } from '../../../src/test-kit/service.js'

const wms = await buildTestApp(t)
const erp = await wms.newClient()
const API = '/api/external/v1/products'
const FULL = { name: 'Lantern', price: '2.50', currency: 'EUR', barcodes: [{ value: '4006381333931', kind: 'ean' }], uoms: [{ code: 'CASE', qtyInBase: 12 }] }
const unitsOf = (answer: Answer): string[] => (answer.body.product.uoms as Array<{ code: string }>).map(({ code }) => code)

t.test('200 – a unit goes, and the others stay; 404 – it is not there', async t => {
  await erp.post(API, { sku: 'U-1', ...FULL, uoms: [...FULL.uoms, { code: 'PALLET', qtyInBase: 480 }] })
  t.same(unitsOf(await erp.delete(`${API}/sku:U-1/units/CASE`)), ['PALLET'])
  t.match(await erp.delete(`${API}/sku:U-1/units/CASE`), { status: 404, body: { code: 'uom.not_found' } })
})
