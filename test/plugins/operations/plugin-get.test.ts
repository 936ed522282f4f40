import t from 'tap'
import { buildTestApp } from '../../../src/test-kit/service.js'

t.test('200 – one plugin with its ETag; 404 – one that is not installed', async t => {
  const wms = await buildTestApp(t)
  const answer = await wms.operator.get('/api/admin/v1/plugins/external-api')
  t.match([answer.status, answer.headers.etag, answer.body], [200, '"1"', {
    id: 'external-api', category: 'Other Integrations', enabled: true, updatedBy: /^opr_/
  }])
  t.match((await wms.operator.get('/api/admin/v1/plugins/nothing')).body, { status: 404, code: 'plugin.not_found' })
})
