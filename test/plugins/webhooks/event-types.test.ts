// GET /event-types, and the events of one call
import t from 'tap'
import { buildTestApp } from '../../../src/test-kit/service.js'

t.test('200 – every kind of event with an example, which is null while its plugin is off', async t => {
  const wms = await buildTestApp(t)
  const kinds = async (): Promise<Array<Record<string, unknown>>> => (await wms.operator.get('/api/admin/v1/event-types')).body.data
  const of = (list: Array<Record<string, unknown>>, id: string): unknown => list.find(kind => kind['id'] === id)
  t.match(of(await kinds(), 'product.created'), {
    title: 'A product was created', kind: 'fact', group: 'Catalog', effective: true, example: { type: 'product.created', data: { sku: 'LANTERN-01' } }
  })
  await wms.operator.patch('/api/admin/v1/plugins/catalog', { enabled: false })
  t.match(of(await kinds(), 'product.created'), { effective: false, example: null })
  t.equal((await wms.anonymous.get('/api/admin/v1/event-types')).status, 401)
})

t.test('200 – the events of one call, by its correlation id', async t => {
  const wms = await buildTestApp(t)
  const client = await wms.newClient()
  await client.post('/api/external/v1/products', { sku: 'A', name: 'A' }, { 'x-correlation-id': 'import-7' })
  await client.post('/api/external/v1/products', { sku: 'B', name: 'B' })
  await wms.waitFor(async () => (await wms.operator.get('/api/admin/v1/events')).body.data.length === 2, 'both events')
  t.match((await wms.operator.get('/api/admin/v1/events?correlationId=import-7')).body.data, [{ type: 'product.created', correlationId: 'import-7' }])
  t.equal((await wms.operator.get('/api/admin/v1/events?correlationId=import-7')).body.data.length, 1)
})
