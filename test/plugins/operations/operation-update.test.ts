import t from 'tap'
import { buildTestApp } from '../../../src/test-kit/service.js'

const PATH = '/api/admin/v1/operations/product.create'

t.test('200 – a switch acts on the next call', async t => {
  const wms = await buildTestApp(t)
  const client = await wms.newClient()
  const off = await wms.operator.patch(PATH, { enabled: false })
  t.match([off.status, off.headers.etag, off.body], [200, '"1"', { enabled: false, effective: false, version: 1 }])
  t.equal((await client.post('/api/external/v1/products', { sku: 'A', name: 'A' })).status, 403)
  t.equal((await client.get('/api/external/v1/products')).status, 200, 'others are not touched')
  await wms.operator.patch(PATH, { enabled: true })
  t.equal((await client.post('/api/external/v1/products', { sku: 'A', name: 'A' })).status, 201)
})

t.test('200 – a setting acts on the next call; a merge patch, null brings the default back', async t => {
  const wms = await buildTestApp(t)
  const client = await wms.newClient()
  const changed = await wms.operator.patch(PATH, { settings: { batchPolicy: 'always' } })
  t.match(changed.body.settings, { batchPolicy: 'always', expiryPolicy: 'caller', onPolicyConflict: 'override' })
  t.match((await client.post('/api/external/v1/products', { sku: 'A', name: 'A', trackBatch: false })).body, {
    product: { trackBatch: true }, applied: [{ field: 'trackBatch', policy: 'always' }]
  })
  const more = await wms.operator.patch(PATH, { settings: { expiryPolicy: 'never' } })
  t.match(more.body.settings, { batchPolicy: 'always', expiryPolicy: 'never' })
  t.match((await wms.operator.patch(PATH, { settings: { batchPolicy: null } })).body.settings, { batchPolicy: 'caller', expiryPolicy: 'never' })
  t.match((await client.post('/api/external/v1/products', { sku: 'B', name: 'B' })).body, { product: { trackBatch: false } })
})

t.test('422 – every wrong setting is named with what it accepts, and nothing changes', async t => {
  const wms = await buildTestApp(t)
  const answer = await wms.operator.patch(PATH, { enabled: false, settings: { batchPolicy: 'sometimes', colour: 'red' } })
  t.match([answer.status, answer.body.code], [422, 'settings.invalid'])
  t.match(answer.body.errors, [{ pointer: '/settings/colour', message: /accepted: batchPolicy, expiryPolicy, onPolicyConflict/ }, {
    pointer: '/settings/batchPolicy', message: /"caller", "always", "never"/
  }])
  t.match((await wms.operator.get(PATH)).body, { enabled: true, version: 0 })
})

t.test('400, 403, 404, 409, 412', async t => {
  const wms = await buildTestApp(t)
  for (const body of [{}, { enabled: 1 }, { settings: [] }, { id: 'x' }]) t.equal((await wms.operator.patch(PATH, body)).status, 400, JSON.stringify(body))
  t.equal((await (await wms.newOperator('viewer')).patch(PATH, { enabled: true })).status, 403)
  t.equal((await wms.operator.patch('/api/admin/v1/operations/client.create', { enabled: false })).status, 404)
  t.match((await wms.operator.patch('/api/admin/v1/operations/product.upsert', { settings: { batchPolicy: 'always' } })).body, {
    status: 409, code: 'settings.elsewhere', detail: /product\.create/
  })
  t.equal((await wms.operator.patch(PATH, { enabled: true }, { 'if-match': '"5"' })).status, 412)
})
