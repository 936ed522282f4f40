import t from 'tap'
import { buildTestApp } from '../../../src/test-kit/service.js'

t.test('204 – its tokens and secrets end at once, others and its name in the audit stay', async t => {
  const wms = await buildTestApp(t)
  const [client, other] = [await wms.newClient({ name: 'Goes away' }), await wms.newClient({ name: 'Stays' })]
  await client.get('/api/external/v1/meta')
  const path = `/api/admin/v1/clients/${client.id}`
  t.equal((await (await wms.newOperator('viewer')).delete(path)).status, 403)
  t.equal((await wms.operator.delete(path, undefined, { 'if-match': '"7"' })).status, 412)
  const deleted = await wms.operator.delete(path)
  t.match([deleted.status, deleted.text], [204, ''])
  t.equal((await client.get('/api/external/v1/meta')).status, 401)
  t.equal((await wms.anonymous.post('/api/external/v1/auth/token', { client_id: client.clientId, client_secret: client.clientSecret })).status, 401)
  t.equal((await other.get('/api/external/v1/meta')).status, 200)
  t.equal((await wms.operator.delete(path)).status, 404)
  t.equal((await wms.operator.post(`${path}/regenerate-secret`)).status, 404)
  const { rows } = await wms.db.query('SELECT 1 FROM "ApiClientSecret" WHERE "apiClientId" = $1', [client.id])
  t.equal(rows.length, 0, 'no secret is kept')
  const { data } = (await wms.operator.get(`/api/admin/v1/audit?clientId=${client.id}&limit=5`)).body
  t.ok(data.length > 0 && data.every((row: { actorName: string }) => row.actorName === 'Goes away'))
})
