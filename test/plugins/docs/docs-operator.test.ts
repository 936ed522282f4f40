import t from 'tap'
import { buildTestApp } from '../../../src/test-kit/service.js'

t.test('200 – the operator document for signed-in operators; 401 – for others', async t => {
  const wms = await buildTestApp(t)
  const { status, body } = await (await wms.newOperator('viewer')).get('/docs/operator/json')
  t.equal(status, 200)
  t.ok('/api/admin/v1/clients' in body.paths)
  t.notOk('/api/external/v1/products' in body.paths)
  t.equal((await wms.anonymous.get('/docs/operator/json')).status, 401)
  t.equal((await (await wms.newClient()).get('/docs/operator/json')).status, 401)
})
