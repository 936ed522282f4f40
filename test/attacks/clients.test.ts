// Rows of the list of attacks about the token endpoint and its callers that have no test with their operation. Names begin with the row.
import t from 'tap'
import { buildTestApp, type Answer, type TestApp, type TestAppOptions } from '../../src/test-kit/service.js'

const TOKEN = '/api/external/v1/auth/token'
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

/** Callers from addresses of the test's choice, behind a proxy that is trusted. */
const build = async (t: Parameters<typeof buildTestApp>[0], config: TestAppOptions['config'] = {}): Promise<TestApp> =>
  await buildTestApp(t, { config: { trustedProxies: ['127.0.0.0/8'], ...config } })
const from = (ip: string): Record<string, string> => ({ 'x-forwarded-for': ip })

t.test('1 – an unknown id and a wrong secret are asked of the database in the same way, and answered alike', async t => {
  const wms = await build(t)
  const client = await wms.newClient()
  const { query } = wms.db
  let asked: string[] = []
  wms.db.query = async (statement, values) => {
    if (typeof statement !== 'string' && !/audit|kernel|operators|session/.test(statement.name)) asked.push(statement.name)
    return await query(statement, values)
  }
  const ask = async (clientId: string): Promise<[Answer, string[]]> => {
    asked = []
    const answer = await wms.anonymous.post(TOKEN, { client_id: clientId, client_secret: client.clientSecret.replace(/.$/, last => last === 'x' ? 'y' : 'x') })
    return [answer, asked.filter(name => name.startsWith('clients-'))]
  }
  const [known, ofKnown] = await ask(client.clientId)
  const [unknown, ofUnknown] = await ask(client.clientId.replace(/.{4}$/, 'zzzz'))
  t.same([known.status, known.text], [unknown.status, unknown.text])
  t.same(ofKnown, ['clients-by-client-id'])
  t.same(ofUnknown, ofKnown)
})

t.test('4 – ten failures of one id from one network are enough; the right secret from elsewhere works', async t => {
  const wms = await build(t)
  const client = await wms.newClient()
  const ask = async (secret: string, ip: string): Promise<Answer> =>
    await wms.anonymous.post(TOKEN, { client_id: client.clientId, client_secret: secret }, from(ip))
  for (let count = 0; count < 10; count++) t.equal((await ask('wrong', '2001:db8:1:1::1')).status, 401)
  const refused = await ask(client.clientSecret, '2001:db8:1:1::2')
  t.match([refused.status, refused.body.error, Number(refused.headers['retry-after']) > 0], [429, 'slow_down', true], 'the same /64')
  t.equal((await ask(client.clientSecret, '2001:db8:1:2::1')).status, 200)
  await wms.advance(5 * 60_000)
  t.equal((await ask(client.clientSecret, '2001:db8:1:1::1')).status, 200)
})

t.test('5 – fifty failures with changing ids close the endpoint for their network only', async t => {
  const wms = await build(t)
  const client = await wms.newClient()
  for (let count = 0; count < 50; count++) await wms.anonymous.post(TOKEN, { client_id: `unknown-${count}`, client_secret: 'x' }, from('192.0.2.1'))
  const right = { client_id: client.clientId, client_secret: client.clientSecret }
  t.equal((await wms.anonymous.post(TOKEN, right, from('192.0.2.1'))).status, 429)
  t.equal((await wms.anonymous.post(TOKEN, right, from('192.0.2.2'))).status, 200)
})

t.test('6 – X-Forwarded-For of a caller that is no trusted proxy changes nothing', async t => {
  const wms = await build(t, { trustedProxies: [] })
  for (let count = 0; count < 50; count++) await wms.anonymous.post(TOKEN, { client_id: `unknown-${count}`, client_secret: 'x' }, from(`192.0.2.${count}`))
  t.equal((await wms.anonymous.post(TOKEN, { client_id: 'unknown', client_secret: 'x' }, from('192.0.2.99'))).status, 429)
  const { rows } = await wms.db.query<{ ip: string }>('SELECT DISTINCT "ip" FROM "Audit" WHERE "operation" = \'auth.token\'')
  t.same(rows, [{ ip: '127.0.0.1' }])
})

t.test('8, 14, 16 – NUL, half a character and keys that are given twice are refused by name, never 500', async t => {
  const wms = await build(t)
  const basic = (text: string): Record<string, string> => ({ ...FORM, authorization: `Basic ${Buffer.from(text).toString('base64')}` })
  for (const [body, headers] of [
    ['grant_type=client_credentials&client_id=a%00b&client_secret=x', FORM],
    ['grant_type=client_credentials&client_id=a&client_secret=%00', FORM],
    ['grant_type=client_credentials&client_id=a&client_id=b&client_secret=x', FORM],
    ['grant_type=client_credentials', basic('a\0b:x')],
    ['grant_type=client_credentials', basic('a%00b:x')],
    ['{"client_id":"a","client_id":"b","client_secret":"x"}', {}],
    ['{"client_id":"a\\u0000","client_secret":"x"}', {}],
    ['{"client_id":["a"],"client_secret":{"$ne":""}}', {}]
  ] as const) {
    const answer = await wms.anonymous.post(TOKEN, body, headers)
    t.ok([400, 401].includes(answer.status), `${answer.status} ${body}`)
    t.ok(typeof answer.body.error === 'string' || typeof answer.body.code === 'string', answer.text)
  }
  const client = await wms.newClient()
  const twice = await client.post('/api/external/v1/products', '{"sku":"A","name":"a","attributes":{"a\\"b":"1","x":"\\":"},"sku":"B"}')
  t.match([twice.status, twice.body.code], [400, 'body.repeated_key'])
  t.equal(
    (await client.post('/api/external/v1/products', '{"sku":"A","name":"has \\":\\" in it: {\\"a\\":1,\\"a\\":2}"}')).status, 201, 'in text they are text'
  )
})

t.test('19 – thirty tokens a minute and client; others go on, and the next minute too', async t => {
  const wms = await build(t, { of: { tokens: { mintsPerMinute: 30, callsPerMinute: 0 } } })
  const [one, other] = [await wms.newClient(), await wms.newClient()]
  const mint = async ({ clientId, clientSecret }: typeof one): Promise<Answer> =>
    await wms.anonymous.post(TOKEN, { client_id: clientId, client_secret: clientSecret })
  for (let count = 1; count < 30; count++) t.equal((await mint(one)).status, 200)
  const refused = await mint(one)
  t.match([refused.status, refused.body.error, refused.headers['retry-after'] !== undefined], [429, 'slow_down', true])
  t.equal((await mint(other)).status, 200)
  t.equal((await one.get('/api/external/v1/meta')).status, 200, 'its tokens are good')
  await wms.advance(60_000)
  t.equal((await mint(one)).status, 200)
})

t.test('45 – a Content-Encoding is refused, packed or not', async t => {
  const wms = await build(t)
  const client = await wms.newClient()
  for (const encoding of ['gzip', 'deflate', 'br', 'gzip, identity']) {
    const answer = await client.post('/api/external/v1/products', { sku: 'A', name: 'a' }, { 'content-encoding': encoding })
    t.match([answer.status, answer.body.code], [415, 'body.encoding'], encoding)
  }
  t.equal((await client.post('/api/external/v1/products', { sku: 'A', name: 'a' }, { 'content-encoding': 'identity' })).status, 201)
})

t.test('51 – links and issuer come from the configuration, whatever the Host', async t => {
  const wms = await build(t)
  const client = await wms.newClient()
  const evil = { host: 'evil.example' }
  const minted = await wms.anonymous.post(TOKEN, { client_id: client.clientId, client_secret: client.clientSecret }, evil)
  const claims = JSON.parse(Buffer.from(String(minted.body.access_token).split('.')[1]!, 'base64url').toString()) as Record<string, string>
  t.same([claims['iss'], claims['aud']], ['http://wms.test', 'http://wms.test/api/external/v1'])
  for (const path of ['/docs/json', '/api/external/v1/meta', '/console']) t.notMatch((await client.get(path, evil)).text, /evil\.example/, path)
})

t.test('53 – other spellings of a path reach nothing that they should not', async t => {
  const wms = await build(t)
  const client = await wms.newClient()
  for (
    const path of ['//api/admin/v1/clients', '/api/external/v1/../../admin/v1/clients', '/api/external/v1/%2e%2e/%2e%2e/admin/v1/clients',
      '/api/admin/v1/clients/', '/API/admin/v1/clients', '/api/admin/v1/clients;x', '/api/admin/v1/clients%00', '/api/admin%2fv1/clients',
      '/./api/admin/v1/clients', '/console/../api/admin/v1/clients']
  ) {
    const { status, text } = await client.get(path)
    t.ok([400, 401, 404].includes(status) || path.startsWith('/console/'), `${status} ${path}`)
    t.notMatch(text, client.clientId, path)
  }
})

t.test('58 – no answer opens a door to pages of other origins', async t => {
  const wms = await build(t)
  const client = await wms.newClient()
  for (const origin of ['https://evil.example', 'null', 'http://wms.test.evil.example', 'http://wms.test']) {
    for (
      const answer of [await client.get('/api/external/v1/products', { origin }), await wms.operator.get('/api/admin/v1/clients', { origin }),
        await wms.anonymous.post(TOKEN, {}, { origin }), await wms.anonymous.get('/docs/json', { origin })]
    ) {
      t.same(Object.keys(answer.headers).filter(name => name.startsWith('access-control-')), [], origin)
    }
  }
})

t.test('60 – a client that makes too many calls learns when to go on; others are not held up', async t => {
  const wms = await build(t, { of: { tokens: { mintsPerMinute: 10_000, callsPerMinute: 5 } } })
  const [one, other] = [await wms.newClient(), await wms.newClient()]
  for (let count = 0; count < 5; count++) t.equal((await one.get('/api/external/v1/meta')).status, 200)
  const refused = await one.get('/api/external/v1/meta')
  t.match([refused.status, refused.body.code, refused.headers['ratelimit-policy']], [429, 'client.rate_limited', '"client";q=5;w=60'])
  t.match([refused.headers['retry-after'], refused.headers['ratelimit']], [/^\d+$/, /^"client";r=0;t=\d+$/])
  t.equal((await other.get('/api/external/v1/meta')).status, 200)
  await wms.advance(60_000)
  t.equal((await one.get('/api/external/v1/meta')).status, 200)
})

t.test('64 – whose data it is says the token alone', async t => {
  const wms = await build(t)
  const [owner, client] = [await wms.seedOwner(), await wms.newClient()]
  for (const field of ['ownerId', 'userId', 'owner', 'clientId']) {
    const answer = await client.post('/api/external/v1/products', { sku: 'A', name: 'a', [field]: owner })
    t.match([answer.status, answer.body.errors[0].pointer], [400, `/${field}`])
  }
  t.equal((await client.get(`/api/external/v1/products?ownerId=${owner}`)).status, 400)
})

t.test('92 – refusals of callers who are not known are counted beyond a rate, with few headers; known clients are recorded as ever', async t => {
  const wms = await build(t)
  const client = await wms.newClient()
  const large = { 'x-large': 'x'.repeat(10_000), 'user-agent': 'y'.repeat(10_000), ...from('198.51.100.7') }
  for (let count = 0; count < 350; count++) t.equal((await wms.anonymous.get('/api/external/v1/nowhere', large)).status, 404)
  for (let count = 0; count < 5; count++) await client.get('/api/external/v1/products/sku:NONE', from('198.51.100.7'))
  await wms.close()
  const after = await buildTestApp(t, { databaseUrl: wms.databaseUrl, config: { roles: ['api'] } })
  const { rows: [row] } = await after.db.query<
    Record<string, number>
  >(`SELECT count(*) FILTER (WHERE "status" = 404) AS "recorded", max(length("requestHeaders"::text)) AS "largest",
    count(*) FILTER (WHERE "path" = '(50 calls)' AND "errorCode" = 'calls.counted') AS "summaries" FROM "Audit" WHERE "ip" = '198.51.100.7'`)
  t.match(row, { recorded: 305, summaries: 1 })
  t.ok(row!['largest']! < 2_000, `${row!['largest']} characters of headers`)
})

t.test('17 – SQL and LIKE in ids, names and filters is text', async t => {
  const wms = await build(t)
  const client = await wms.newClient()
  await client.post('/api/external/v1/products', { sku: 'A', name: 'A' })
  for (const text of ['\' OR 1=1 --', '"; DROP TABLE "Product"; --', '%', '_', '\\', '$1', '*', '\') UNION SELECT 1 --', '{a,b}', 'A\' || pg_sleep(5) || \'']) {
    const encoded = encodeURIComponent(text)
    for (const path of [`products/sku:${encoded}`, `products/${encoded}`, `orders/ref:${encoded}`]) {
      t.equal((await client.get(`/api/external/v1/${path}`)).status, 404, path)
    }
    for (const filter of ['products?q', 'products?category', 'orders?externalRef', 'stock?sku', 'batches?sku']) {
      const answer = await client.get(`/api/external/v1/${filter}=${encoded}`)
      t.ok(answer.status === 200 ? answer.body.data.length === 0 : [400, 404].includes(answer.status), `${answer.status} ${filter}=${text}`)
    }
    const made = await client.post('/api/external/v1/products', { sku: text, name: text })
    t.ok(made.status === 201 ? made.body.product.name === text : made.status === 400, `${made.status} ${text}`)
  }
  t.equal((await client.get('/api/external/v1/products/sku:A')).status, 200)
})

t.test('44 – bodies that are cheap to send and expensive to read', async t => {
  const wms = await build(t)
  const client = await wms.newClient()
  const bombs: ReadonlyArray<[string, string]> = [
    ['nested lists', `{"sku":"A","name":"A","attributes":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['nested objects', `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`],
    ['many keys', `{${Array.from({ length: 1_000_000 }, (_, at) => `"k${at}":1`).join(',')}}`],
    ['a long list', `{"sku":"A","name":"A","barcodes":[${'1,'.repeat(999_999)}1]}`],
    ['a great exponent', '{"sku":"A","name":"A","weightGrams":1e999999}'],
    ['a long number', `{"sku":"A","name":"A","weightGrams":${'9'.repeat(100_000)}}`]
  ]
  for (const [name, body] of bombs) {
    const answer = await client.post('/api/external/v1/products', body)
    t.ok([400, 413, 422].includes(answer.status), `${answer.status} ${name}: ${answer.body.code as string}`)
  }
  t.equal((await client.get('/api/external/v1/products')).body.data.length, 0)
})

t.test('56 – texts that would keep an expression busy', async t => {
  const wms = await build(t)
  const client = await wms.newClient()
  for (const text of ['(a+)+$', 'a'.repeat(10_000), `${'a'.repeat(5_000)}!`, '*'.repeat(5_000), `${' '.repeat(5_000)}x`, '[['.repeat(2_000)]) {
    const encoded = encodeURIComponent(text)
    for (
      const url of [`/api/external/v1/products?q=${encoded}`, `/api/external/v1/products?updatedSince=${encoded}`, `/api/external/v1/stock?sku=${encoded}`]
    ) {
      const { status } = await client.get(url)
      t.ok([200, 400, 404, 414, 431].includes(status), `${status} ${url.slice(0, 60)}`)
    }
    for (const url of [`/api/admin/v1/audit?q=${encoded}`, `/api/admin/v1/events?type=${encoded}`]) {
      const { status } = await wms.operator.get(url)
      t.ok([200, 400, 404, 414, 431].includes(status), `${status} ${url.slice(0, 60)}`)
    }
  }
})

t.test('66 – what anybody may call is written down here', async t => {
  const wms = await build(t)
  const open = [...wms.host.catalogue.operations.values()].filter(({ access }) => access === 'public').map(({ id }) => id)
  t.same(open.sort(), ['auth.jwks', 'auth.token', 'session.create', 'session.get'])
  for (const [id, { method, url }] of wms.host.catalogue.operations) {
    if (open.includes(id)) continue
    const response = await wms.app.inject({ method: method as 'GET', url: url.replace(/:\w+/g, 'x'), ...(method === 'GET' ? {} : { payload: {} }) })
    t.ok([401, 404].includes(response.statusCode), `${response.statusCode} ${id}`)
  }
})
