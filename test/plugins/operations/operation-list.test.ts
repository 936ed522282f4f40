import t from 'tap'
import { buildTestApp } from '../../../src/test-kit/service.js'

t.test('200 – the operations of API clients with switches, settings and their JSON Schema; nothing of the operators', async t => {
  const wms = await buildTestApp(t)
  const answer = await (await wms.newOperator('viewer')).get('/api/admin/v1/operations')
  const { data, version } = answer.body
  t.equal(answer.headers.etag, `"${version as number}"`)
  t.ok(data.every((operation: { path: string }) => operation.path.startsWith('/api/external/v1/')))
  const find = (id: string): Record<string, unknown> => data.find((operation: { id: string }) => operation.id === id)
  t.match(find('product.create'), {
    title: 'Create a product',
    group: 'Catalog',
    method: 'POST',
    path: '/api/external/v1/products',
    enabled: true,
    effective: true,
    settings: { batchPolicy: 'caller', expiryPolicy: 'caller', onPolicyConflict: 'override' },
    settingsSchema: { type: 'object', properties: { batchPolicy: { enum: ['caller', 'always', 'never'] } } },
    emits: ['product.created']
  })
  t.match(find('product.upsert'), { settings: null, settingsOf: 'product.create' })
  t.match(find('product.archive'), { enabled: false, effective: false })
  t.equal(find('client.create'), undefined)
})
