// Forged, altered and borrowed tokens: each is 401, at no cost to others.
import t from 'tap'
import { createHmac, createPublicKey, createSign, generateKeyPairSync, type KeyLike } from 'node:crypto'
import { openKeyRing } from '../../../plugins/tokens/signing-keys.js'
import { openKeys } from '../../../src/platform/runtime/installation-key.js'
import { buildTestApp, KEY } from '../../../src/test-kit/service.js'

const wms = await buildTestApp(t)
const client = await wms.newClient()
const [header = '', payload = '', signature = ''] = client.token.split('.')
const encode = (value: unknown): string => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
const decode = (part: string): Record<string, unknown> => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>
const { keys: [jwk] } = (await wms.anonymous.get('/.well-known/jwks.json')).body
const pem = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString()
const own = await openKeyRing({ db: wms.db, secrets: (await openKeys({ dataDir: '', encryptionKey: KEY })).secrets })
const outsider = generateKeyPairSync('rsa', { modulusLength: 2048 })

const status = async (token: string, headers: Record<string, string> = {}): Promise<number> =>
  (await wms.anonymous.get('/api/external/v1/meta', { authorization: `Bearer ${token}`, ...headers })).status
const signed = (head: unknown, claims: unknown, key: KeyLike = outsider.privateKey): string => {
  const text = `${encode(head)}.${encode(claims)}`
  return `${text}.${createSign('sha256').update(text).sign(key).toString('base64url')}`
}

t.test('200 – the token itself, with the scheme in any case', async t => {
  t.equal(await status(client.token), 200)
  t.equal((await wms.anonymous.get('/api/external/v1/meta', { authorization: `bearer ${client.token}` })).status, 200)
})

t.test('401 – forged and altered', async t => {
  const head = decode(header)
  const claims = decode(payload)
  const hmac = (key: string): string => {
    const text = `${encode({ ...head, alg: 'HS256' })}.${payload}`
    return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`
  }
  const forged: Record<string, string> = {
    'alg none': `${encode({ ...head, alg: 'none' })}.${payload}.`,
    'alg None with the signature': `${encode({ ...head, alg: 'None' })}.${payload}.${signature}`,
    'no signature': `${header}.${payload}.`,
    'HS256 with the public PEM': hmac(pem),
    'HS256 with the trimmed PEM': hmac(pem.trim()),
    'HS256 with the JWK': hmac(JSON.stringify(jwk)),
    'a key of an outsider': signed(head, claims),
    'an unknown kid': signed({ ...head, kid: 'unknown' }, claims),
    'a kid that is a path': signed({ ...head, kid: '../../dev/null' }, claims),
    'a kid that is a number': signed({ ...head, kid: 5 }, claims),
    'no kid': signed({ alg: 'RS256', typ: 'at+jwt' }, claims),
    'a jwk in the header': signed({ ...head, jwk: outsider.publicKey.export({ format: 'jwk' }) }, claims),
    'a jku in the header': signed({ ...head, jku: 'http://127.0.0.1:1/jwks' }, claims),
    'another payload': `${header}.${encode({ ...claims, cid: 'cli_other' })}.${signature}`,
    'trailing bits': `${client.token.slice(0, -1)}${client.token.endsWith('A') ? 'B' : 'A'}`,
    padding: `${client.token}=`,
    'a fourth part': `${client.token}.x`,
    'two parts': `${header}.${payload}`,
    'not base64': 'a.b.c!',
    large: `${header}.${'x'.repeat(10_000)}.${signature}`
  }
  for (const [what, token] of Object.entries(forged)) t.equal(await status(token), 401, what)
})

t.test('401 – signed with the key of the installation, and still not a token of ours', async t => {
  const head = decode(header)
  const claims = decode(payload)
  const ours = (changes: Record<string, unknown>, claimed: Record<string, unknown> = claims): string =>
    signed({ ...head, ...changes }, claimed, own.current.privatePem)
  const without = (name: string): Record<string, unknown> => Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name))
  t.equal(await status(ours({})), 200, 'the key is right')
  for (const crit of [['exp'], ['b64'], ['unknown'], [], 'exp', null]) t.equal(await status(ours({ crit })), 401, `crit ${JSON.stringify(crit)}`)
  t.equal(await status(ours({ b64: false, crit: ['b64'] })), 401, 'b64')
  for (const typ of ['JWT', 'jwt', 'application/jwt', '', null, 1, undefined]) t.equal(await status(ours({ typ })), 401, `typ ${String(typ)}`)
  for (const name of ['iss', 'aud', 'sub', 'iat', 'exp', 'nbf', 'jti', 'scope', 'sid', 'ver', 'cid']) {
    t.equal(await status(ours({}, without(name))), 401, `without ${name}`)
  }
  const now = Math.floor(wms.clock.now().getTime() / 1000)
  for (
    const change of [
      { exp: now - 1 },
      { nbf: now + 60 },
      { exp: String(now + 60) },
      { exp: Number.MAX_VALUE },
      { exp: -1 },
      { iss: [claims['iss']] },
      { iss: 'http://evil.example' },
      { aud: 'http://wms.test' },
      { aud: [claims['aud']] },
      { cid: 'cli_other' },
      { cid: { toString: 1 } },
      { sid: 'sec_other' },
      { ver: Number(claims['ver']) + 1 },
      { ver: String(claims['ver']) },
      { scope: null },
      { scope: ['product.create'] }
    ]
  ) t.equal(await status(ours({}, { ...claims, ...change })), 401, JSON.stringify(change))
  const more = ours({}, { ...claims, scope: `${String(claims['scope'])} operator.create stock.adjust` })
  t.equal(
    (await wms.callerWith({ authorization: `Bearer ${more}` }).get('/api/external/v1/stock/adjustments')).status, 404, 'a scope beyond the grant opens nothing'
  )
})

t.test('401 – in the wrong place', async t => {
  t.equal((await wms.anonymous.get('/api/external/v1/meta')).headers['www-authenticate'], 'Bearer', 'no error code without credentials')
  t.equal((await wms.anonymous.get('/api/external/v1/meta', { cookie: `session=${client.token}` })).status, 401)
  t.equal((await wms.anonymous.get('/api/external/v1/meta', { authorization: `Bearer  ${client.token}` })).status, 401)
  t.equal((await wms.anonymous.get('/api/external/v1/meta', { authorization: client.token })).status, 401)
  t.equal((await wms.anonymous.get('/api/admin/v1/clients', { authorization: `Bearer ${client.token}` })).status, 401, 'on the operators\' side')
  t.match((await wms.anonymous.get('/api/external/v1/meta', { authorization: 'Bearer x.y.z' })).headers['www-authenticate'], /error="invalid_token"/)
})

t.test('401 – of another installation, and when its hour is over', async t => {
  const other = await buildTestApp(t, { config: { publicUrl: 'http://other.test' }, databaseUrl: wms.databaseUrl })
  t.equal((await other.callerWith({ authorization: `Bearer ${client.token}` }).get('/api/external/v1/meta')).status, 401, 'another issuer with the same keys')
  await wms.advance(3_590_000)
  t.equal(await status(client.token), 200, 'in its last seconds')
  await wms.advance(11_000)
  const expired = await wms.anonymous.get('/api/external/v1/meta', { authorization: `Bearer ${client.token}` })
  t.match([expired.status, expired.body.code], [401, 'token.expired'])
})
