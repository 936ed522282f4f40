import t from 'tap'
import { buildTestApp, type Answer, type TestApp, type TestClient } from '../../../src/test-kit/service.js'

const PATH = '/api/external/v1/auth/token'
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const basic = (id: string, secret: string): { authorization: string } => ({ authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` })

async function stage (t: Parameters<typeof buildTestApp>[0]): Promise<{ wms: TestApp, client: TestClient, post: TestApp['anonymous']['post'] }> {
  const wms = await buildTestApp(t)
  return { wms, client: await wms.newClient({ scopes: ['meta.get', 'product.get', 'product.list'] }), post: wms.anonymous.post }
}

t.test('200 – JSON in both spellings, a form, HTTP Basic raw and form-encoded', async t => {
  const { client: { clientId, clientSecret }, post } = await stage(t)
  const encode = (text: string): string => encodeURIComponent(text).replaceAll('_', '%5F')
  const ways: Array<[string, Promise<Answer>]> = [
    ['snake case', post(PATH, { client_id: clientId, client_secret: clientSecret })],
    ['camel case', post(PATH, { clientId, clientSecret, grant_type: 'client_credentials' })],
    ['form', post(PATH, new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret }).toString(), FORM)],
    ['basic and form', post(PATH, 'grant_type=client_credentials', { ...FORM, ...basic(clientId, clientSecret) })],
    ['basic without a body', post(PATH, undefined, basic(clientId, clientSecret))],
    ['basic, form-encoded', post(PATH, 'grant_type=client_credentials', { ...FORM, ...basic(encode(clientId), encode(clientSecret)) })],
    ['empty scope', post(PATH, { client_id: clientId, client_secret: clientSecret, scope: '' })]
  ]
  for (const [way, answer] of ways) {
    const { status, body, headers, text } = await answer
    t.match([status, headers['cache-control']], [200, 'no-store'], `${way}: ${text}`)
    t.match(body, { token_type: 'Bearer', expires_in: 3600, scope: 'meta.get product.get product.list' }, way)
  }
})

t.test('200 – the token says who, until when, by which secret and for what', async t => {
  const { wms, client, post } = await stage(t)
  const { body } = await post(PATH, { client_id: client.clientId, client_secret: client.clientSecret, scope: 'products:read' })
  const claims = JSON.parse(Buffer.from(body.access_token.split('.')[1], 'base64url').toString())
  const { secrets } = (await wms.operator.get(`/api/admin/v1/clients/${client.id}`)).body
  t.match(claims, {
    iss: 'http://wms.test',
    aud: 'http://wms.test/api/external/v1',
    sub: client.clientId,
    client_id: client.clientId,
    scope: 'product.get product.list',
    sid: secrets[0].id,
    ver: 1
  })
  t.equal(claims.exp - claims.iat, 3600)
  t.equal(body.scope, 'product.get product.list')
  const narrow = wms.callerWith({ authorization: `Bearer ${body.access_token as string}` })
  t.same([(await narrow.get('/api/external/v1/products')).status, (await narrow.get('/api/external/v1/meta')).status], [200, 403])
})

t.test('401 – unknown id, wrong secret and a disabled client with a wrong secret are the same bytes', async t => {
  const { wms, client, post } = await stage(t)
  const disabled = await wms.newClient()
  await wms.operator.patch(`/api/admin/v1/clients/${disabled.id}`, { enabled: false })
  const wrong = `${client.clientSecret.slice(0, -1)}${client.clientSecret.endsWith('a') ? 'b' : 'a'}`
  const seen = async (id: string, secret: string): Promise<unknown> => {
    const { status, text, headers } = await post(PATH, { client_id: id, client_secret: secret })
    const { 'x-request-id': _, date: __, ...rest } = headers
    return [status, text, rest]
  }
  const unknown = await seen('wmsc_0000000000000000000000', wrong)
  t.match(unknown, [401, /"error":"invalid_client"/, { 'content-type': /^application\/json/, 'cache-control': 'no-store' }])
  t.same(await seen(client.clientId, wrong), unknown)
  t.same(await seen(disabled.clientId, wrong), unknown)
  t.match(await seen(disabled.clientId, disabled.clientSecret), [401, /"error":"invalid_client".*disabled/], 'who proved to hold the secret may know')
  const byHeader = await post(PATH, undefined, basic(client.clientId, wrong))
  t.match([byHeader.status, byHeader.headers['www-authenticate']], [401, /^Basic/])
})

t.test('200 – parameters that no one knows are ignored (RFC 6749, section 3.2)', async t => {
  const { wms, client: { clientId, clientSecret } } = await stage(t)
  t.match(await wms.anonymous.post(PATH, { client_id: clientId, client_secret: clientSecret, audience: 'https://wms.example.com', resource: ['a', 'b'] }), {
    status: 200
  })
  t.match(
    await wms.anonymous.post(
      PATH,
      new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, audience: 'x', resource: 'y' }).toString(),
      { 'content-type': 'application/x-www-form-urlencoded' }
    ),
    { status: 200 }
  )
})

t.test('400 – errors are those of RFC 6749, in JSON', async t => {
  const { client: { clientId, clientSecret }, post } = await stage(t)
  const credentials = { client_id: clientId, client_secret: clientSecret }
  const form = new URLSearchParams(credentials).toString()
  const cases: Array<[string, Promise<Answer>, number, string]> = [
    ['two methods', post(PATH, credentials, basic(clientId, clientSecret)), 400, 'invalid_request'],
    ['two spellings', post(PATH, { ...credentials, clientId }), 400, 'invalid_request'],
    ['repeated parameter', post(PATH, `grant_type=client_credentials&${form}&client_id=${clientId}`, FORM), 400, 'invalid_request'],
    ['form without a grant type', post(PATH, form, FORM), 400, 'invalid_request'],
    ['another grant', post(PATH, { ...credentials, grant_type: 'password' }), 400, 'unsupported_grant_type'],
    ['scope beyond the grant', post(PATH, { ...credentials, scope: 'product.create' }), 400, 'invalid_scope'],
    ['unknown scope', post(PATH, { ...credentials, scope: 'everything "now"' }), 400, 'invalid_scope'],
    ['no secret', post(PATH, { client_id: clientId }), 400, 'invalid_request'],
    ['nothing', post(PATH), 400, 'invalid_request'],
    ['a number', post(PATH, { client_id: 5, client_secret: clientSecret }), 400, 'invalid_request'],
    ['an object', post(PATH, { client_id: { $ne: '' }, client_secret: clientSecret }), 400, 'invalid_request'],
    ['a long string', post(PATH, { client_id: 'x'.repeat(10_000), client_secret: clientSecret }), 400, 'invalid_request'],
    ['broken JSON', post(PATH, '{"client_id":'), 400, 'invalid_request'],
    ['XML', post(PATH, '<client/>', { 'content-type': 'application/xml' }), 415, 'invalid_request'],
    ['too large', post(PATH, JSON.stringify({ client_id: 'x'.repeat(20_000) })), 413, 'invalid_request'],
    ['in the query', post(`${PATH}?client_id=${clientId}&client_secret=${clientSecret}`), 400, 'invalid_request'],
    ['Basic without a colon', post(PATH, undefined, { authorization: `Basic ${Buffer.from('nocolon').toString('base64')}` }), 401, 'invalid_client'],
    ['Basic that is no base64', post(PATH, undefined, { authorization: 'Basic ***' }), 401, 'invalid_client'],
    ['Basic, badly encoded', post(PATH, undefined, basic('%zz', 'x')), 401, 'invalid_client'],
    ['Basic with CR LF', post(PATH, undefined, basic('a\r\nX: y', 'z')), 401, 'invalid_client']
  ]
  for (const [what, answer, status, error] of cases) {
    const { status: got, body, headers, text } = await answer
    t.match([got, body.error, String(headers['content-type'])], [status, error, /^application\/json/], `${what}: ${text}`)
  }
})

t.test('credentials in a query or a body are in no table', async t => {
  const { wms, client, post } = await stage(t)
  await post(`${PATH}?client_secret=${client.clientSecret}`)
  await post(PATH, { client_id: client.clientId, client_secret: client.clientSecret })
  for (const table of ['Audit', 'AuditBody']) {
    const { rows } = await wms.db.query(`SELECT 1 FROM "${table}" t WHERE t::text LIKE $1 OR t::text LIKE $2`, [`%${client.clientSecret.slice(6, 30)}%`,
      `%${client.token.slice(30, 80)}%`])
    t.equal(rows.length, 0, table)
  }
})

t.test('401 – no minted token outlives a disable, however they race', async t => {
  const { wms, client, post } = await stage(t)
  const mints = Array.from({ length: 40 }, async () => await post(PATH, { client_id: client.clientId, client_secret: client.clientSecret }))
  const disable = wms.operator.patch(`/api/admin/v1/clients/${client.id}`, { enabled: false })
  const answers = await Promise.all(mints)
  t.equal((await disable).status, 200)
  t.equal((await post(PATH, { client_id: client.clientId, client_secret: client.clientSecret })).status, 401)
  for (const { status, body } of answers) {
    if (status !== 200) continue
    t.equal((await wms.callerWith({ authorization: `Bearer ${body.access_token as string}` }).get('/api/external/v1/meta')).status, 401)
  }
})
