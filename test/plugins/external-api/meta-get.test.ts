import t from 'tap'
import { buildTestApp } from '../../../src/test-kit/service.js'

const PATH = '/api/external/v1/meta'

t.test('200 – what is switched on and granted, and nothing else', async t => {
  const wms = await buildTestApp(t)
  const client = await wms.newClient({ name: 'BI', scopes: ['meta.get', 'product.get', 'product.list'] })
  const ids = async (): Promise<string[]> => (await client.get(PATH)).body.operations.map((operation: { id: string }) => operation.id).sort()
  t.same(await ids(), ['meta.get', 'product.get', 'product.list'])
  await wms.operator.patch('/api/admin/v1/operations/product.list', { enabled: false })
  t.same(await ids(), ['meta.get', 'product.get'])
  const { body } = await client.get(PATH)
  t.match(body, { client: { id: client.id, name: 'BI' }, maxPageSize: 200, links: { openapi: 'http://wms.test/docs/json' } })
  t.match(body.operations.find((operation: { id: string }) => operation.id === 'product.get'), { method: 'GET', path: '/api/external/v1/products/{id}' })
})

t.test('401, 403, 404 – without a token, without the grant, while the integration is off', async t => {
  const wms = await buildTestApp(t)
  t.equal((await wms.anonymous.get(PATH)).status, 401)
  t.equal((await (await wms.newClient({ scopes: ['product.get'] })).get(PATH)).status, 403)
  const client = await wms.newClient()
  await wms.operator.patch('/api/admin/v1/plugins/external-api', { enabled: false })
  t.equal((await client.get(PATH)).status, 404)
  await wms.operator.patch('/api/admin/v1/plugins/external-api', { enabled: true })
  t.equal((await client.get(PATH)).status, 200, 'its token survives')
})
