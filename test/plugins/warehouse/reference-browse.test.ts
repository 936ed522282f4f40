import t from 'tap'
import { buildTestApp } from '../../../src/test-kit/service.js'

const wms = await buildTestApp(t)

t.test('200 – as clients are answered', async t => {
  const client = await wms.newClient()
  for (const list of ['reasons', 'units', 'statuses']) {
    t.same((await wms.operator.get(`/api/admin/v1/reference/${list}`)).body.data, (await client.get(`/api/external/v1/reference/${list}`)).body.data, list)
  }
})
