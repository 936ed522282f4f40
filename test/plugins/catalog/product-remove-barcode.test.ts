// DELETE /products/:id/barcodes/:value
import t from 'tap'
import { buildTestApp, type Answer } from '../../../src/test-kit/service.js'

const wms = await buildTestApp(t)
const erp = await wms.newClient()
const API = '/api/external/v1/products'
const FULL = { name: 'Lantern', price: '2.50', currency: 'EUR', barcodes: [{ value: '4006381333931', kind: 'ean' }], uoms: [{ code: 'CASE', qtyInBase: 12 }] }
const codesOf = (answer: Answer): string[] => (answer.body.product.barcodes as Array<{ value: string }>).map(({ value }) => value)

t.test('200 – a barcode goes, in any of its lengths, and the others stay; 404 – it is not there', async t => {
  await erp.post(API, { sku: 'B-1', ...FULL, barcodes: [...FULL.barcodes, { value: 'SHELF-7', kind: 'internal' }] })
  t.same(codesOf(await erp.delete(`${API}/sku:B-1/barcodes/4006381333931`)), ['SHELF-7'])
  t.match(await erp.delete(`${API}/sku:B-1/barcodes/4006381333931`), { status: 404, body: { code: 'barcode.not_found' } })
  t.match(await erp.delete(`${API}/sku:none/barcodes/1`), { status: 404, body: { code: 'product.not_found' } })
})
