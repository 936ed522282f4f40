// No secret survives redaction, wherever it stands; what is no secret does.
import t from 'tap'
import tokens from '../../../plugins/tokens/plugin.js'
import { KEPT_BYTES, redactBody, redactHeaders, redactUrl, redactValue } from '../../../plugins/audit/domain/redact.js'

const CANARY = 'hunter2Canary'
const OWN_SECRET = 'wmss_4kPz0mYc8sQ1vT7nB2xL6dR3wE5uH9jK0aS2fG4hZ7cV1bN8q'
const JWT = 'eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJlY2FuYXJ5'
const PEM = '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\n-----END PRIVATE KEY-----'
const BASIC = Buffer.from(`erp:${CANARY}`).toString('base64')

const stored = (body: unknown, rules: Parameters<typeof redactBody>[1] = {}): string => redactBody(body, rules).text ?? ''
/** As the plugin that makes tokens declares it. */
const TOKEN = { only: new Set(tokens.operations['auth.token']!.recordedFields) }

t.test('bodies – a value under a secret name goes, whatever its type and depth', async t => {
  const names = ['password', 'Passphrase', 'userPassword', 'pwd', 'secret', 'clientSecret', 'client_secret', 'token', 'accessTokens', 'Authorization', 'cookie',
    'api_key', 'apiKey', 'API-KEY', 'privateKey', 'private_key', 'credentials', 'signature', 'client_assertion']
  for (const name of names) {
    for (const value of [CANARY, [CANARY], { a: CANARY }, 4711, null, true]) {
      const text = stored({ a: [{ b: { [name]: value } }], kept: 'kept' })
      t.same(JSON.parse(text), { a: [{ b: { [name]: '[redacted]' } }], kept: 'kept' }, `${name}: ${JSON.stringify(value)}`)
      t.same(JSON.parse(stored(JSON.stringify({ a: [{ b: { [name]: value } }], kept: 'kept' }))), JSON.parse(text), 'the same from raw JSON')
    }
  }
})

t.test('bodies – what looks like a secret goes from any field, and the rest of the field stays', async t => {
  const cases: Array<[string, string]> = [
    [`see ${OWN_SECRET}.`, 'see [redacted].'],
    ['session wmso_abcDEF123', 'session [redacted]'],
    [`jwt ${JWT} end`, 'jwt [redacted] end'],
    [`Bearer ${CANARY}`, 'Bearer [redacted]'],
    [`sent bearer ${CANARY} twice`, 'sent bearer [redacted] twice'],
    [`Basic ${BASIC}`, 'Basic [redacted]'],
    [`x ${PEM} y`, 'x [redacted] y'],
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIE', '[redacted]'],
    [`https://erp:${CANARY}@shop.example/hook`, 'https://[redacted]@shop.example/hook'],
    [`https://erp:p@${CANARY}@shop.example/hook`, 'https://[redacted]@shop.example/hook'],
    [`https://shop.example/hook?access_token=${CANARY}&page=2`, 'https://shop.example/hook?access_token=[redacted]&page=2'],
    [`password: ${CANARY} and more`, 'password: [redacted]'],
    [`{"password":"${CANARY}"}`, '{"password":[redacted]}'],
    [Buffer.from(`wmsc_1:${OWN_SECRET}`).toString('base64'), 'd21zY18xO[redacted]'],
    [Buffer.from(`x${OWN_SECRET}`).toString('base64'), 'eH[redacted]']
  ]
  for (const [value, expected] of cases) {
    const text = stored({ note: value })
    for (const secret of [CANARY, OWN_SECRET, JWT, 'MIIE', BASIC]) t.notOk(text.includes(secret), `${value}: ${secret}`)
    if (!expected.startsWith('d21z') && !expected.startsWith('eH')) t.equal((JSON.parse(text) as { note: string }).note, expected)
    t.notOk(/[0-9A-Za-z+/]{50}/.test(text), 'no long base64 is left')
  }
})

t.test('bodies – ordinary words stay', async t => {
  for (
    const note of ['Basic T-shirt', 'Basic crewneck', 'the bearer', 'https://shop.example/a@b', 'mail to erp@shop.example', 'SKU eyJ',
      'prd_01JB3ZK6Q0T8X4M2N7C9V5W1YD', '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', 'line \u2028 \u001b[2J \u202e']
  ) {
    t.same(JSON.parse(stored({ note })), { note })
    t.same(JSON.parse(stored(JSON.stringify({ note }))), { note })
  }
})

t.test('raw text – broken JSON, escapes, forms, multipart and XML keep no secret', async t => {
  const bodies = [
    `{"password":"${CANARY}"`, `{"password":"${CANARY}`, `{"a":1,"clientSecret" : "${CANARY}",}`, `{"tokens":["a","${CANARY}"`, `{"secret":{"a":"${CANARY}"`,
    `{'password':'${CANARY}'`, `{"pass\\u0077ord":"${CANARY}"`, `{"a":"{\\"password\\":\\"${CANARY}\\"}"`, `password=${CANARY}&a=1`, `a=1&pass%77ord=${CANARY}`,
    `a=1&pass%2577ord=${CANARY}`, `client[secret]=${CANARY}`, `password = ${CANARY} with spaces`, `Authorization: Basic ${CANARY} ${CANARY}`,
    `<login><password>${CANARY}</password></login>`, `<ns:apiKey id="1">${CANARY}</ns:apiKey>`, `<user password="${CANARY}"/>`,
    `--b\r\nContent-Disposition: form-data; name="password"\r\n\r\n${CANARY}\r\n--b--`,
    `--b\r\nContent-Disposition: form-data; name="apiKey"; filename="k"\r\nContent-Type: text/plain\r\n\r\n${CANARY}\r\n--b--`,
    `"${JWT}"`,
    `[1,"Bearer ${CANARY}"`,
    `x=https://a:${CANARY}@b.example`,
    `{"url":"https:\\/\\/a:${CANARY}@b.example"`,
    `{"url":"https:\\/\\/a:${CANARY}@b.example"}`,
    'a'.repeat(70_000) + ` password=${CANARY}`,
    `{"a":"${'x'.repeat(65_500)}","password":"${CANARY}"}`
  ]
  for (const body of bodies) {
    const text = stored(body)
    t.notOk(text.includes(CANARY), body.slice(0, 80))
    t.notOk(text.includes(JWT), body.slice(0, 80))
  }
  t.equal(stored('a=1&client_secret=x&b=%41'), 'a=1&client_secret=[redacted]&b=%41', 'the rest of a form stays byte for byte')
  t.equal(stored('plain words'), 'plain words')
})

t.test('token endpoint – only an allow list survives, in both directions', async t => {
  const request = {
    grant_type: 'client_credentials',
    client_id: 'wmsc_1',
    clientId: 'wmsc_1',
    scope: 'a b',
    client_secret: CANARY,
    clientSecret: CANARY,
    other: CANARY,
    scopes: [CANARY]
  }
  t.same(JSON.parse(stored(request, TOKEN)), { grant_type: 'client_credentials', client_id: 'wmsc_1', clientId: 'wmsc_1', scope: 'a b' })
  const answer = JSON.stringify({ access_token: CANARY, token_type: 'Bearer', expires_in: 3600, scope: 'a b', refresh: CANARY })
  t.same(JSON.parse(stored(answer, TOKEN)), { token_type: 'Bearer', expires_in: 3600, scope: 'a b' })
  t.same(JSON.parse(stored('{"error":"invalid_client","error_description":"no"}', TOKEN)), { error: 'invalid_client', error_description: 'no' })
  for (const body of [`{"client_id":"${CANARY}`, `client_id=a&client_secret=${CANARY}`, [CANARY], `"${CANARY}"`]) t.equal(stored(body, TOKEN), '[redacted]')
  t.same(JSON.parse(stored({ client_id: OWN_SECRET, scope: { $ne: CANARY } }, TOKEN)), { client_id: '[redacted]' }, 'a secret in the wrong field')
})

t.test('headers – credentials keep their scheme at most, lists are judged item by item', async t => {
  t.same(redactHeaders({
    authorization: `Bearer ${JWT}`,
    'proxy-authorization': CANARY,
    cookie: `session=${CANARY}`,
    'set-cookie': [`session=${CANARY}; HttpOnly`, `b=${CANARY}`],
    'x-api-key': CANARY,
    'webhook-signature': CANARY,
    'x-amz-security-token': CANARY,
    referer: `https://a:${CANARY}@shop.example/?token=${CANARY}`,
    'x-note': `Basic ${BASIC}`,
    'x-list': ['plain', OWN_SECRET],
    'idempotency-key': 'order-1',
    'user-agent': 'erp/1 (basic client)',
    'content-length': 12,
    none: undefined
  }), {
    authorization: 'Bearer [redacted]',
    'proxy-authorization': '[redacted]',
    cookie: '[redacted]',
    'set-cookie': ['[redacted]', '[redacted]'],
    'x-api-key': '[redacted]',
    'webhook-signature': '[redacted]',
    'x-amz-security-token': '[redacted]',
    referer: 'https://[redacted]@shop.example/?token=[redacted]',
    'x-note': 'Basic [redacted]',
    'x-list': ['plain', '[redacted]'],
    'idempotency-key': 'order-1',
    'user-agent': 'erp/1 (basic client)',
    'content-length': '12'
  })
  t.equal(redactHeaders({}), null)
})

t.test('URLs – secrets in userinfo, path and query go, the rest stays byte for byte', async t => {
  const cases: Array<[string, string]> = [
    ['/api/external/v1/products?limit=50&q=a%20b', '/api/external/v1/products?limit=50&q=a%20b'],
    ['/api/external/v1/auth/token', '/api/external/v1/auth/token'],
    [`/x?access_token=${CANARY}&page=2`, '/x?access_token=[redacted]&page=2'],
    [`/x?a=1;pass%77ord=${CANARY}`, '/x?a=1;pass%77ord=[redacted]'],
    [`/x?a=1&pass%2577ord=${CANARY}`, '/x?a=1&pass%2577ord=[redacted]'],
    [`/x?user[password]=${CANARY}`, '/x?user[password]=[redacted]'],
    [`/x?note=${JWT}&b=2`, '/x?note=[redacted]&b=2'],
    [`/x?note=Bearer%20${CANARY}`, '/x?note=[redacted]'],
    [`/x?note=Bearer+${CANARY}`, '/x?note=[redacted]'],
    [`/x?${OWN_SECRET}`, '/x?[redacted]'],
    [`/x?${OWN_SECRET}=1`, '/x?[redacted]'],
    [`/x?filter={"password":"${CANARY}"}`, '/x?filter=[redacted]'],
    [`/keys/${OWN_SECRET}/use`, '/keys/[redacted]/use'],
    [`/keys/${OWN_SECRET.replace('_', '%5F')}/use`, '/keys/[redacted]/use'],
    [`/keys/${encodeURIComponent(encodeURIComponent(JWT))}`, '/keys/[redacted]'],
    [`https://erp:${CANARY}@shop.example:8443/hook?a=1`, 'https://[redacted]@shop.example:8443/hook?a=1']
  ]
  for (const [url, expected] of cases) t.equal(redactUrl(url), expected)
  t.equal(redactUrl(`/${'a'.repeat(20_000)}`).length, 4_000)
})

t.test('size – at most 16 kB are kept, cut at a character and marked', async t => {
  t.same(redactBody(undefined), { text: null, truncated: false })
  t.same(redactBody(''), { text: null, truncated: false })
  const exact = redactBody('a'.repeat(KEPT_BYTES))
  t.equal(exact.text?.length, KEPT_BYTES)
  t.notOk(exact.truncated)
  for (const character of ['é', '€', '😀']) {
    for (const before of ['', 'a', 'ab', 'abc']) {
      const { text, truncated } = redactBody(before + character.repeat(10_000))
      t.ok(truncated)
      t.ok(Buffer.byteLength(text ?? '') <= KEPT_BYTES && Buffer.byteLength(text ?? '') > KEPT_BYTES - 4)
      t.equal(text, before + character.repeat(((text ?? '').length - before.length) / character.length))
    }
  }
  const { truncated } = redactBody({ items: Array.from({ length: 200_000 }, (_, item) => item) })
  t.ok(truncated)
  t.same(JSON.parse(stored(new TextEncoder().encode('{"password":"x"}'))), { password: '[redacted]' }, 'bytes are read as UTF-8')
})

t.test('odd values – depth, prototypes, dates and big numbers do no harm', async t => {
  let deep: unknown = CANARY
  for (let level = 0; level < 50_000; level++) deep = { password: [deep], a: deep }
  t.ok(stored({ deep }).includes('[too deep]'))
  const circular: Record<string, unknown> = {}
  circular['self'] = circular
  t.ok(stored(circular).includes('[too deep]'))
  t.same(stored(JSON.parse('{"__proto__":{"password":"x"},"a":1}')), '{"__proto__":{"password":"[redacted]"},"a":1}')
  t.same(redactValue({ at: new Date(0), big: 10n, bytes: Buffer.from('abc') }), { at: '1970-01-01T00:00:00.000Z', big: '10', bytes: '[3 bytes]' })
  t.same(Object.keys(redactValue({ [OWN_SECRET]: 1 }) as object), ['[redacted]'], 'a secret as a field name')
})

t.test('cost – no input makes it slow', async t => {
  const n = 65_000
  const inputs = ['a', 'pass', 'password', '{', '[', '"', '\\', '?', '?pass', '<', '<pass', '<pass ', 'eyJ', 'eyJaaaaaa.', '://', 'a://', 'http://a', 'basic ',
    'Bearer aaaaaaaa', '-----BEGIN ', '-----BEGIN A-----', 'name="', 'name="pass"\n', 'name="pass" x', 'name="pass"\nx\nx\n', 'wmss_', '%70', '%25', '\\u0070',
    'pass:', 'pass=', 'pass:"', 'pass  ', 'token.token', '\'pass\':\'\\', 'd21zc19']
  for (const input of inputs) {
    const body = input.repeat(Math.ceil(n / input.length))
    const started = performance.now()
    redactBody(body)
    redactBody(`${body} password`)
    redactUrl(`/x?${body}`)
    t.ok(performance.now() - started < 1_000, `${JSON.stringify(input)}: ${Math.round(performance.now() - started)} ms`)
  }
})
