// What may not be read: every way out gives the same answer.
import t from 'tap'
import { connect } from 'node:net'
import { buildTestApp } from '../../src/test-kit/service.js'
import { startReceiver } from '../../src/test-kit/receiver.js'

const PEOPLE = {
  customer: { name: 'Ada Lovelace', email: 'ada@example.com' }, shipTo: { name: 'Ada Lovelace', street1: '12 St James Square', city: 'London', country: 'GB' }
}
const ABOUT_PEOPLE = /Lovelace|St James|ada@example/

t.test('exposePersonalData off – neither dry runs, replays, events, webhooks nor the audit have it; a webhook that is allowed to does', async t => {
  const wms = await buildTestApp(t)
  const [plain, allowed] = [await startReceiver(t), await startReceiver(t)]
  const client = await wms.newClient()
  const hook = { events: ['order.created'], auth: { type: 'basic', username: 'u', password: 'a long password' } }
  t.equal((await wms.operator.post('/api/admin/v1/webhooks', { ...hook, name: 'Plain', url: plain.url })).status, 201)
  t.equal((await wms.operator.post('/api/admin/v1/webhooks', { ...hook, name: 'Allowed', url: allowed.url, personalData: true })).status, 201)
  await client.post('/api/external/v1/products', { sku: 'A', name: 'a' })
  const order = { externalRef: 'WEB-1', ...PEOPLE, lines: [{ sku: 'A', qty: 1 }] }
  const key = { 'idempotency-key': 'before' }
  const before = await client.post('/api/external/v1/orders', order, key)
  t.equal(before.status, 201, before.text)
  t.match(before.text, ABOUT_PEOPLE)
  await wms.waitFor(() => plain.ledger.length === 1 && allowed.ledger.length === 1, 'the webhooks while it is shown')
  t.match(plain.ledger[0]!.body, ABOUT_PEOPLE)

  const { body: operation } = await wms.operator.get('/api/admin/v1/operations/order.get')
  t.equal((await wms.operator.patch('/api/admin/v1/operations/order.get', { settings: { ...operation.settings, exposePersonalData: false } })).status, 200)
  const replay = await client.post('/api/external/v1/orders', order, key)
  t.match([replay.status, replay.headers['idempotency-replayed']], [201, 'true'])
  t.notMatch(replay.text, ABOUT_PEOPLE, 'a replay')
  const dry = await client.post('/api/external/v1/orders?dryRun=true', { ...order, externalRef: 'WEB-2' })
  t.equal(dry.body.events.length > 0, true)
  t.notMatch(dry.text, ABOUT_PEOPLE, 'a dry run')
  const after = await client.post('/api/external/v1/orders', { ...order, externalRef: 'WEB-3' })
  t.notMatch(after.text, ABOUT_PEOPLE, 'an answer')
  await wms.waitFor(() => plain.ledger.length === 2 && allowed.ledger.length === 2, 'the webhooks while it is hidden')
  t.notMatch(plain.ledger[1]!.body, ABOUT_PEOPLE, 'a webhook')
  t.match(JSON.parse(plain.ledger[1]!.body), { type: 'order.created', data: { externalRef: 'WEB-3', shipTo: null } })
  t.match(allowed.ledger[1]!.body, ABOUT_PEOPLE, 'the webhook that is allowed to')
  const events = (await wms.operator.get('/api/admin/v1/events?type=order.created')).body.data as Array<{ id: string }>
  t.equal(events.length, 2)
  for (const { id } of events) t.notMatch((await wms.operator.get(`/api/admin/v1/events/${id}`)).text, ABOUT_PEOPLE, 'an event')
  await wms.waitFor(async () => (await wms.db.query('SELECT 1 FROM "Audit" WHERE "direction" = \'out\'')).rowCount === 4, 'their rows')
  for (const { id } of (await wms.operator.get('/api/admin/v1/audit?limit=100')).body.data as Array<{ id: string }>) {
    t.notMatch((await wms.operator.get(`/api/admin/v1/audit/${id}`)).text, ABOUT_PEOPLE, 'a call of the audit')
  }
  t.notMatch((await wms.operator.get('/api/admin/v1/audit/export?format=ndjson')).text, ABOUT_PEOPLE, 'the export')
})

t.test('a viewer sees where a webhook leads, not what is secret in its URL', async t => {
  const wms = await buildTestApp(t)
  const receiver = await startReceiver(t)
  receiver.answer({ headers: { 'set-cookie': 'session=the-receivers-own' } })
  const url = `${receiver.url}/T000/hook-secret-path?code=hook-secret-code&sig=hook-secret-sig`
  const created = await wms.operator.post('/api/admin/v1/webhooks', {
    name: 'Chat', url, events: ['product.created'], auth: { type: 'basic', username: 'u', password: 'a long password' }
  })
  t.equal(created.status, 201)
  const tested = await wms.operator.post(`/api/admin/v1/webhooks/${created.body.id as string}/test`)
  t.notMatch(tested.text, /the-receivers-own/)
  const viewer = await wms.newOperator('viewer')
  const calls = (await viewer.get('/api/admin/v1/audit?limit=100')).body.data as Array<{ id: string }>
  const seen = [
    await viewer.get('/api/admin/v1/webhooks'),
    await viewer.get(`/api/admin/v1/webhooks/${created.body.id as string}`),
    await viewer.get('/api/admin/v1/audit'),
    await viewer.get('/api/admin/v1/audit/export?format=csv'),
    ...await Promise.all(calls.map(async ({ id }) => await viewer.get(`/api/admin/v1/audit/${id}`)))
  ]
  for (const { status, text } of seen) {
    t.equal(status, 200)
    t.notMatch(text, /hook-secret|the-receivers-own/)
  }
  t.match((await wms.operator.get('/api/admin/v1/webhooks')).text, /hook-secret-path/, 'an operator sees it')
})

t.test('a tail ends within seconds of the sign-out, the disabling and the new password of its operator', async t => {
  const wms = await buildTestApp(t)
  const url = new URL(await wms.listen())
  const ends: ReadonlyArray<[what: string, end: (token: string, id: string) => Promise<unknown>]> = [
    ['sign-out', async token => await wms.callerWith({ authorization: `Bearer ${token}` }).delete('/api/admin/v1/session')],
    ['disabling', async (_, id) => await wms.operator.patch(`/api/admin/v1/operators/${id}`, { enabled: false })],
    ['another role', async (_, id) => await wms.operator.patch(`/api/admin/v1/operators/${id}`, { role: 'operator' })],
    ['deletion', async (_, id) => await wms.operator.delete(`/api/admin/v1/operators/${id}`)]
  ]
  for (const [what, end] of ends) {
    const email = `${what.replace(' ', '-')}@example.com`
    const { token, id } = await wms.newOperator('viewer', email)
    let received = ''
    let closed = false
    const socket = connect({ host: url.hostname, port: Number(url.port) })
    socket.on('data', (chunk: Buffer) => { received += chunk.toString() }).on('close', () => { closed = true }).on('error', () => {})
    socket.write(`GET /api/admin/v1/audit/tail HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`)
    await wms.waitFor(() => received.includes('200 OK'), `the tail before ${what}`)
    await end(token, id)
    await wms.waitFor(() => closed, `the end of the tail after ${what}`)
  }
})

t.test('streams have no HEAD, and one session has four of them at most', async t => {
  const wms = await buildTestApp(t)
  const url = await wms.listen()
  const { token } = await wms.signIn()
  for (const path of ['tail', 'export']) {
    t.equal(
      (await wms.app.inject({ method: 'HEAD', url: `/api/admin/v1/audit/${path}`, headers: { authorization: `Bearer ${token}` } })).statusCode, 404
    )
  }
  const left = new AbortController()
  const open = async (): Promise<number> =>
    (await fetch(`${url}/api/admin/v1/audit/tail`, { headers: { authorization: `Bearer ${token}` }, signal: left.signal })).status
  t.same(await Promise.all([open(), open(), open(), open()]), [200, 200, 200, 200])
  t.equal(await open(), 429)
  left.abort()
})

t.test('with the plugin Tokens or API clients off no token is worth anything, and each comes back with it', async t => {
  const wms = await buildTestApp(t)
  const client = await wms.newClient()
  for (const plugin of ['tokens', 'clients']) {
    t.equal((await wms.operator.patch(`/api/admin/v1/plugins/${plugin}`, { enabled: false })).status, 200)
    for (const answer of [await client.get('/api/external/v1/products'), await client.post('/api/external/v1/products', { sku: plugin, name: 'a' })]) {
      t.equal(answer.status, 404, plugin)
    }
    t.equal((await wms.operator.patch(`/api/admin/v1/plugins/${plugin}`, { enabled: true })).status, 200)
    t.equal((await client.post('/api/external/v1/products', { sku: plugin, name: 'a' })).status, 201, plugin)
  }
})

t.test('the documents are made once per state of the switches, packed, and compared by their ETag', async t => {
  const wms = await buildTestApp(t)
  for (const name of ['json', 'yaml']) {
    const first = await wms.anonymous.get(`/docs/${name}`)
    const etag = String(first.headers['etag'])
    t.match([first.status, etag], [200, /^"[\w-]{22}"$/])
    t.same([(await wms.anonymous.get(`/docs/${name}`)).text === first.text, (await wms.anonymous.get(`/docs/${name}`, { 'if-none-match': etag })).status], [
      true, 304
    ])
    const packed = await wms.app.inject({ url: `/docs/${name}`, headers: { 'accept-encoding': 'gzip' } })
    t.equal(packed.headers['content-encoding'], 'gzip')
    t.ok(packed.rawPayload.length < first.text.length / 3)
  }
  const before = (await wms.anonymous.get('/docs/json')).headers['etag']
  await wms.operator.patch('/api/admin/v1/operations/product.create', { enabled: false })
  const after = await wms.anonymous.get('/docs/json')
  t.not(after.headers['etag'], before)
  t.notOk(JSON.stringify(after.body.paths['/api/external/v1/products']).includes('"product.create"'))
})

t.test('every answer has the security headers, and none that operators read is kept', async t => {
  const wms = await buildTestApp(t)
  const client = await wms.newClient()
  const answers = {
    read: await client.get('/api/external/v1/products'),
    refused: await wms.anonymous.get('/api/external/v1/products'),
    unknown: await wms.anonymous.get('/nowhere'),
    write: await client.post('/api/external/v1/products', { sku: 'A', name: 'a' }),
    operator: await wms.operator.get('/api/admin/v1/clients'),
    audit: await wms.operator.get('/api/admin/v1/audit')
  }
  for (const [name, { headers }] of Object.entries(answers)) {
    t.match(headers, {
      'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY', 'referrer-policy': 'no-referrer', 'content-security-policy': /default-src 'none'/
    }, name)
    if (name === 'operator' || name === 'audit') t.equal(headers['cache-control'], 'no-store', name)
  }
})
