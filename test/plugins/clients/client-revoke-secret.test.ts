import t from 'tap'
import { buildTestApp } from '../../../src/test-kit/service.js'

t.test('200 – one of two secrets ends at once, with its tokens; never the last', async t => {
  const wms = await buildTestApp(t)
  const client = await wms.newClient()
  const path = `/api/admin/v1/clients/${client.id}`
  const [old] = (await wms.operator.get(path)).body.secrets
  const only = await wms.operator.delete(`${path}/secrets/${old.id as string}`)
  t.match([only.status, only.body.code], [409, 'client.last_secret'])
  await wms.operator.post(`${path}/regenerate-secret`, { graceSeconds: 600 })
  t.equal((await (await wms.newOperator('viewer')).delete(`${path}/secrets/${old.id as string}`)).status, 403)
  t.equal((await wms.operator.delete(`${path}/secrets/${old.id as string}`, undefined, { 'if-match': '"1"' })).status, 412)
  const revoked = await wms.operator.delete(`${path}/secrets/${old.id as string}`)
  t.match([revoked.status, revoked.body.secrets.length], [200, 1])
  t.equal((await client.get('/api/external/v1/meta')).status, 401)
  t.match((await wms.operator.delete(`${path}/secrets/${old.id as string}`)).body, { status: 404, code: 'client.secret_not_found' })
  t.match((await wms.operator.delete(`/api/admin/v1/clients/cli_unknown/secrets/${old.id as string}`)).body, { status: 404, code: 'client.not_found' })
})
