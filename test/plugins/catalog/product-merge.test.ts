// PATCH /products/:id with Prefer: upsert, and what is not available yet
import t from 'tap'
import { buildTestApp, type Answer } from '../../../src/test-kit/service.js'

const wms = await buildTestApp(t)
const erp = await wms.newClient()
const API = '/api/external/v1/products'
const FULL = { name: 'Lantern', price: '2.50', currency: 'EUR', barcodes: [{ value: '4006381333931', kind: 'ean' }], uoms: [{ code: 'CASE', qtyInBase: 12 }] }

t.test('PATCH with Prefer: upsert makes a product or merges; what is not said stays', async t => {
  const patch = async (sku: string, body: object, caller = erp, headers = {}): Promise<Answer> =>
    await caller.patch(`${API}/sku:${sku}`, body, { prefer: 'upsert', ...headers })
  const made = await patch('M-1', { ...FULL, externalRef: 'R-3', barcodes: [], description: null })
  t.match(made, {
    status: 201,
    headers: { 'preference-applied': 'upsert', location: /\/products\/prd_/ },
    body: { product: { sku: 'M-1', price: '2.50', uoms: [{ code: 'CASE' }], version: 1 } }
  })
  t.match(await patch('M-1', { name: 'Lantern' }), {
    status: 200, headers: { 'preference-applied': 'upsert' }, body: { product: { version: 1, price: '2.50', externalRef: 'R-3', uoms: [{ code: 'CASE' }] } }
  }, 'no change')
  t.match(await patch('m-1', { name: 'New name' }), {
    status: 200, body: { product: { name: 'New name', version: 2, price: '2.50', uoms: [{ code: 'CASE' }] } }
  })
  t.match(await patch('M-2', { price: '1.00', currency: 'EUR' }), { status: 422, body: { code: 'product.name_required', errors: [{ pointer: '/name' }] } })
  t.match(await erp.patch(`${API}/sku:M-2`, { name: 'x' }), { status: 404 }, 'without the preference')
  t.match(await erp.patch(`${API}/ref:R-3`, { name: 'x' }, { prefer: 'upsert' }), { status: 400 })
  t.match(await patch('M-2', { name: 'x' }, erp, { 'if-match': '"1"' }), { status: 412 })
  const patcher = await wms.newClient({ scopes: ['product.update'] })
  t.match(await patch('M-1', { name: 'By another' }, patcher), { status: 200 })
  t.match(await patch('M-3', { name: 'x' }, patcher), { status: 403, body: { code: 'insufficient_scope' } }, 'who may change may not make')
  const answers = await Promise.all(Array.from({ length: 10 }, async (_, at) => await patch('RACE', { name: 'Race', description: `by ${at}` })))
  t.equal(answers.filter(({ status }) => status === 201).length, 1)
  t.ok(answers.every(({ status }) => status === 200 || status === 201), answers.map(({ text }) => text.slice(0, 80)).join())
})

t.test('422 – what is not available yet; what a product has already may be written back', async t => {
  t.match(await erp.post(API, { sku: 'N-1', name: 'x', trackSerial: true }), {
    status: 422, body: { code: 'feature.not_available', errors: [{ pointer: '/trackSerial' }] }
  })
  t.match(await erp.post(API, { sku: 'N-1', name: 'x', minShelfLifeReceiveDays: 5 }), {
    status: 422, body: { code: 'feature.not_available', errors: [{ pointer: '/minShelfLifeReceiveDays' }] }
  })
  t.equal((await erp.post(API, { sku: 'N-1', name: 'x', trackSerial: false, minShelfLifeReceiveDays: null })).status, 201)
  await wms.db.query('UPDATE "Product" SET "trackSerial" = true WHERE "sku" = \'N-1\'')
  t.equal((await erp.patch(`${API}/sku:N-1`, { trackSerial: true, name: 'y' })).status, 200)
})
