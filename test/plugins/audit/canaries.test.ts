// Secrets planted in every place of every kind of call: none is found in any table afterwards.
import t from 'tap'
import { buildTestApp, OPERATOR, type TestApp } from '../../../src/test-kit/service.js'
import { attemptRecord, insertCalls } from './toy.js'

const CANARY = 'canaryZq8'
const JWT = `eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ${CANARY}.c2lnbmF0dXJl${CANARY}`
const EXTERNAL = '/api/external/v1'

/** Every row of every table as text. */
async function dump (db: TestApp['db']): Promise<string> {
  const { rows: tables } = await db.query<
    { name: string }
  >(
    'SELECT quote_ident(c.relname) AS "name" FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = \'r\' AND ' +
      'n.nspname = current_schema()'
  )
  let text = ''
  for (const { name } of tables) {
    const { rows } = await db.query<{ row: string }>(`SELECT t::text AS "row" FROM ${name} t`)
    text += rows.map(({ row }) => `${name} ${row}\n`).join('')
  }
  return text
}

const where = (text: string, secret: string): string => text.split('\n').find(line => line.includes(secret))?.slice(0, 1_000) ?? 'nowhere'

t.test('no secret in the database – headers, query, path, bodies, broken bodies, forms, attempts', async t => {
  const wms = await buildTestApp(t)
  const { anonymous, operator } = wms
  const basic = Buffer.from(`erp:${CANARY}`).toString('base64')
  const headers = {
    authorization: `Bearer ${JWT}`,
    cookie: `session=${CANARY}; a=${CANARY}`,
    'x-api-key': CANARY,
    'x-note': `Basic ${basic}`,
    referer: `https://a:${CANARY}@b.example/?token=${CANARY}`
  }
  const secrets = {
    a: [{ clientSecret: CANARY, b: { api_key: [CANARY], privateKey: { x: CANARY } } }],
    note: `Bearer ${CANARY}`,
    more: JWT,
    url: `https://a:${CANARY}@b.example`
  }
  const paths = [`${EXTERNAL}/products`, `${EXTERNAL}/auth/token`, '/api/admin/v1/session', '/api/admin/v1/clients', '/api/nowhere']
  for (const path of paths) {
    await anonymous.get(`${path}?access_token=${CANARY}&a=${JWT}&pass%77ord=${CANARY}`, headers)
    await anonymous.get(`${path}/${JWT}`, headers)
    await anonymous.post(path, secrets, headers)
    await operator.post(path, secrets)
    await anonymous.post(path, `{"password":"${CANARY}`, headers)
    await anonymous.post(path, `{"a":1,"client_secret":"${CANARY}",}`, headers)
    await anonymous.post(path, `client_id=a&client_secret=${CANARY}&grant_type=client_credentials&password=${CANARY}`, {
      ...headers, 'content-type': 'application/x-www-form-urlencoded'
    })
    await anonymous.post(path, `--b\r\nContent-Disposition: form-data; name="password"\r\n\r\n${CANARY}\r\n--b--`, {
      'content-type': 'multipart/form-data; boundary=b'
    })
  }
  await anonymous.post('/api/admin/v1/session', { email: OPERATOR.email, password: CANARY })
  await anonymous.post(`${EXTERNAL}/auth/token`, { client_id: 'wmsc_x', client_secret: CANARY, grant_type: 'client_credentials' })
  await anonymous.post(`${EXTERNAL}/auth/token`, { grant_type: 'client_credentials' }, { authorization: `Basic ${basic}` })
  await insertCalls(wms.db, [attemptRecord({
    url: `https://a:${CANARY}@shop.example/hook?key=1&token=${CANARY}`,
    requestHeaders: { authorization: `Basic ${basic}` },
    responseHeaders: { 'set-cookie': [`a=${CANARY}`], location: `/x?secret=${CANARY}` },
    responseBody: `<html>password: ${CANARY}</html>`
  })])
  const text = await dump(wms.db)
  t.ok(text.includes('[redacted]'))
  for (const secret of [CANARY, JWT, basic]) t.notOk(text.includes(secret), where(text, secret))
})

t.test('no live secret in the database – session, client secret, access token, webhook password, operator password', async t => {
  const wms = await buildTestApp(t)
  const session = await wms.anonymous.post('/api/admin/v1/session', OPERATOR)
  const client = await wms.newClient({ name: 'ERP' })
  await client.get(`${EXTERNAL}/products?limit=1`)
  const webhook = await wms.operator.post('/api/admin/v1/webhooks', {
    name: 'Shop',
    url: 'http://127.0.0.1:4011/hook',
    events: ['product.created'],
    auth: { type: 'basic', username: 'shop', password: CANARY }
  })
  t.equal(webhook.status, 201, webhook.text)
  const regenerated = await wms.operator.post(`/api/admin/v1/clients/${client.id}/regenerate-secret`)
  t.equal(regenerated.status, 200, regenerated.text)
  const text = await dump(wms.db)
  const secrets = [session.body.token as string, client.clientSecret, client.token, regenerated.body.clientSecret as string, CANARY, OPERATOR.password]
  for (const secret of secrets) {
    t.type(secret, 'string')
    t.notOk(text.includes(secret), where(text, secret))
  }
})

t.test('401 – a client\'s token opens no audit', async t => {
  const wms = await buildTestApp(t)
  const client = await wms.newClient()
  t.equal((await client.get('/api/admin/v1/audit')).status, 401)
  t.equal((await client.get('/api/admin/v1/audit/aud_1_1')).status, 401)
  t.equal((await client.get(`${EXTERNAL}/products?limit=1`)).status, 200)
  const { body: { data: [row] } } = await wms.operator.get(`/api/admin/v1/audit?clientId=${client.id}`)
  t.match(row, { operation: 'product.list', actorType: 'client', actorName: 'Test client', status: 200 })
})
