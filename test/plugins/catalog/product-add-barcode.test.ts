// POST /products/:id/barcodes
import t from 'tap'
import { buildTestApp, type Answer } from '../../../src/test-kit/service.js'

const wms = await buildTestApp(t)
const erp = await wms.newClient()
const API = '/api/external/v1/products'
const FULL = { name: 'Lantern', price: '2.50', currency: 'EUR', barcodes: [{ value: '4006381333931', kind: 'ean' }], uoms: [{ code: 'CASE', qtyInBase: 12 }] }
const codesOf = (answer: Answer): string[] => (answer.body.product.barcodes as Array<{ value: string }>).map(({ value }) => value)

t.test('200 – a barcode comes, and the others stay; the same again is no change', async t => {
  await erp.post(API, { sku: 'B-1', ...FULL })
  const added = await erp.post(`${API}/sku:B-1/barcodes`, { value: 'SHELF-7', kind: 'internal' })
  t.match(added, { status: 200, headers: { etag: '"2"' }, body: { product: { price: '2.50' } } })
  t.same(codesOf(added), ['04006381333931', 'SHELF-7'])
  t.match(await erp.post(`${API}/sku:B-1/barcodes`, { value: '4006381333931', kind: 'ean' }), { status: 200, body: { product: { version: 2 } } })
  t.match(await erp.post(`${API}/sku:B-1/barcodes`, { value: '4006381333931', kind: 'ean', uomCode: 'CASE' }), {
    status: 200, body: { product: { version: 3, barcodes: [{ uomCode: 'CASE' }, {}] } }
  })
  t.match(await erp.post(`${API}/sku:B-1/barcodes`, { value: '4006381333932' }), { status: 422, body: { code: 'barcode.check_digit' } })
})
