// GET /audit/clients
import t from 'tap'
import { buildTestApp } from '../../../src/test-kit/service.js'

t.test('200 – calls and failures of each client since a timestamp', async t => {
  const wms = await buildTestApp(t)
  const [one, two] = [await wms.newClient({ name: 'One' }), await wms.newClient({ name: 'Two' })]
  const from = new Date(Date.now() - 60_000).toISOString()
  await one.get('/api/external/v1/meta')
  await one.get('/api/external/v1/products/sku:NONE')
  await two.get('/api/external/v1/meta')
  const { body } = await wms.operator.get(`/api/admin/v1/audit/clients?from=${from}`)
  const of = (id: string): unknown => body.data.find((row: { clientId: string }) => row.clientId === id)
  t.match(of(one.id), { calls: 3, failures: 1 })
  t.match(of(two.id), { calls: 2, failures: 0 }, 'fetching a token is a call')
  t.same((await wms.operator.get(`/api/admin/v1/audit/clients?from=${new Date(Date.now() + 60_000).toISOString()}`)).body.data, [])
  t.equal((await wms.operator.get('/api/admin/v1/audit/clients')).body.data.length, 2, 'of the last 24 hours by default')
  t.equal((await wms.anonymous.get(`/api/admin/v1/audit/clients?from=${from}`)).status, 401)
})
