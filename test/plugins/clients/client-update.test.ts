import t from 'tap'
import { buildTestApp } from '../../../src/test-kit/service.js'

const PATH = '/api/admin/v1/clients'

t.test('200 – name, description and grants; If-Match guards against lost updates', async t => {
  const wms = await buildTestApp(t)
  const { id } = (await wms.operator.post(PATH, { name: 'ERP' })).body.client as { id: string }
  const changed = await wms.operator.patch(`${PATH}/${id}`, { name: 'ERP 2', description: 'x', scopes: ['products:read'] }, { 'if-match': '"1"' })
  t.match([changed.status, changed.headers.etag, changed.body], [200, '"2"', {
    name: 'ERP 2', description: 'x', scopes: ['product.get', 'product.list'], version: 2
  }])
  const stale = await wms.operator.patch(`${PATH}/${id}`, { name: 'late' }, { 'if-match': '"1"' })
  t.match([stale.status, stale.body.code, stale.headers.etag], [412, 'precondition.failed', '"2"'])
  t.equal((await wms.operator.patch(`${PATH}/${id}`, { description: null })).body.description, null)
  t.equal((await wms.operator.patch(`${PATH}/${id}`, {})).status, 400, 'nothing to change')
  t.equal((await wms.operator.patch(`${PATH}/${id}`, { ownerId: 'x' })).status, 400, 'the owner is for good')
  t.equal((await wms.operator.patch(`${PATH}/${id}`, { name: 'x' }, { 'if-match': '1' })).status, 400, 'an unquoted ETag')
  t.equal((await wms.operator.patch(`${PATH}/cli_unknown`, { name: 'x' })).status, 404)
  t.equal((await (await wms.newOperator('viewer')).patch(`${PATH}/${id}`, { name: 'x' })).status, 403)
})

t.test('200 – disabling ends its tokens on the next call, for good, and touches no other client', async t => {
  const wms = await buildTestApp(t)
  const [one, other] = [await wms.newClient({ name: 'One' }), await wms.newClient({ name: 'Other' })]
  const meta = '/api/external/v1/meta'
  t.equal((await one.get(meta)).status, 200)
  t.equal((await wms.operator.patch(`${PATH}/${one.id}`, { enabled: false })).status, 200)
  t.match((await one.get(meta)).body, { status: 401, code: 'token.invalid' })
  t.equal((await other.get(meta)).status, 200)
  await wms.operator.patch(`${PATH}/${one.id}`, { enabled: true })
  t.equal((await one.get(meta)).status, 401, 'enabling does not bring a token back')
  const minted = await wms.anonymous.post('/api/external/v1/auth/token', { client_id: one.clientId, client_secret: one.clientSecret })
  t.equal((await wms.callerWith({ authorization: `Bearer ${minted.body.access_token as string}` }).get(meta)).status, 200, 'a new token works')
})

t.test('403 – a removed grant ends while the token lives, an added one needs a new token', async t => {
  const wms = await buildTestApp(t)
  const client = await wms.newClient({ scopes: ['meta.get', 'product.list'] })
  t.equal((await client.get('/api/external/v1/products')).status, 200)
  await wms.operator.patch(`${PATH}/${client.id}`, { scopes: ['meta.get', 'product.create'] })
  t.match((await client.get('/api/external/v1/products')).body, { status: 403, code: 'insufficient_scope' })
  t.equal((await client.post('/api/external/v1/products', { sku: 'A', name: 'A' })).status, 403)
})

t.test('the other process knows within a second', async t => {
  const one = await buildTestApp(t)
  const two = await buildTestApp(t, { databaseUrl: one.databaseUrl })
  const client = await one.newClient()
  const elsewhere = two.callerWith({ authorization: `Bearer ${client.token}` })
  await two.waitFor(async () => (await elsewhere.get('/api/external/v1/meta')).status === 200, 'the new client')
  await one.operator.patch(`${PATH}/${client.id}`, { enabled: false })
  const startedAt = performance.now()
  await two.waitFor(async () => (await elsewhere.get('/api/external/v1/meta')).status === 401, 'the other process')
  t.comment(`known elsewhere after ${Math.round(performance.now() - startedAt)} ms`)
})
