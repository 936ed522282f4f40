import t from 'tap'
import { buildTestApp } from '../../../src/test-kit/service.js'

t.test('200 – one operation with its ETag; 404 – unknown ones and those that are not for API clients', async t => {
  const wms = await buildTestApp(t)
  const answer = await wms.operator.get('/api/admin/v1/operations/product.get')
  t.match([answer.status, answer.headers.etag, answer.body], [200, '"0"', { id: 'product.get', path: '/api/external/v1/products/{id}', version: 0 }])
  for (const id of ['product.nothing', 'client.create', 'auth.token', '%2e%2e']) {
    t.match((await wms.operator.get(`/api/admin/v1/operations/${id}`)).body, { status: 404 }, id)
  }
})
