import t from 'tap'
import { buildTestApp, type TestApp } from '../../../src/test-kit/service.js'

const META = '/api/external/v1/meta'
const pathOf = (id: string): string => `/api/admin/v1/clients/${id}/regenerate-secret`
const mint = async (wms: TestApp, clientId: string, secret: string): Promise<number> =>
  (await wms.anonymous.post('/api/external/v1/auth/token', { client_id: clientId, client_secret: secret })).status

t.test('200 – without grace the old secret and its tokens end at once', async t => {
  const wms = await buildTestApp(t)
  const [client, other] = [await wms.newClient(), await wms.newClient()]
  const answer = await wms.operator.post(pathOf(client.id))
  t.match([answer.status, answer.headers['cache-control']], [200, 'no-store'], answer.text)
  t.not(answer.body.clientSecret, client.clientSecret)
  t.equal(answer.body.client.secrets.length, 1)
  t.equal((await client.get(META)).status, 401)
  t.same([await mint(wms, client.clientId, client.clientSecret), await mint(wms, client.clientId, answer.body.clientSecret)], [401, 200])
  t.equal((await other.get(META)).status, 200, 'no other client is touched')
})

t.test('200 – with grace both are good until its last second', async t => {
  const wms = await buildTestApp(t)
  const client = await wms.newClient()
  const { clientSecret } = (await wms.operator.post(pathOf(client.id), { graceSeconds: 60 })).body
  t.same([await mint(wms, client.clientId, client.clientSecret), await mint(wms, client.clientId, clientSecret), (await client.get(META)).status], [200, 200,
    200])
  await wms.advance(61_000)
  t.same([await mint(wms, client.clientId, client.clientSecret), await mint(wms, client.clientId, clientSecret), (await client.get(META)).status], [401, 200,
    401])
})

t.test('409 – never three live secrets, unless the older one is ended by force', async t => {
  const wms = await buildTestApp(t)
  const client = await wms.newClient()
  const second = (await wms.operator.post(pathOf(client.id), { graceSeconds: 600 })).body.clientSecret as string
  const third = await wms.operator.post(pathOf(client.id), { graceSeconds: 600 })
  t.match([third.status, third.body.code], [409, 'client.two_secrets_live'])
  const forced = await wms.operator.post(pathOf(client.id), { graceSeconds: 600, force: true })
  t.match([forced.status, forced.body.client.secrets.length], [200, 2])
  t.same([await mint(wms, client.clientId, client.clientSecret), await mint(wms, client.clientId, second),
    await mint(wms, client.clientId, forced.body.clientSecret)], [401, 200, 200])
})

t.test('412 – of many operators at once with the same version exactly one wins', async t => {
  const wms = await buildTestApp(t)
  const client = await wms.newClient()
  const answers = await Promise.all(Array.from({ length: 8 }, async () => await wms.operator.post(pathOf(client.id), {}, { 'if-match': '"1"' })))
  t.same(answers.map(({ status }) => status).sort(), [200, 412, 412, 412, 412, 412, 412, 412])
})

t.test('400, 403, 404', async t => {
  const wms = await buildTestApp(t)
  const client = await wms.newClient()
  for (const body of [{ graceSeconds: -1 }, { graceSeconds: 604_801 }, { graceSeconds: '60' }, { force: 'yes' }, { secret: 'mine' }]) {
    t.equal((await wms.operator.post(pathOf(client.id), body)).status, 400, JSON.stringify(body))
  }
  t.equal((await (await wms.newOperator('viewer')).post(pathOf(client.id))).status, 403)
  t.equal((await wms.operator.post(pathOf('cli_unknown'))).status, 404)
  t.equal((await client.get(META)).status, 200, 'a refusal ends nothing')
})
