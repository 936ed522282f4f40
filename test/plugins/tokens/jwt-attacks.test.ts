// Forged, altered and borrowed tokens: each is 401, at no cost to others.
import t from 'tap'
import { createHmac, createPublicKey, createSign, generateKeyPairSync } from 'node:crypto'
import { buildTestApp } from '../../support/app.js'

const wms = await buildTestApp(t)
const client = await wms.newClient()
const [header = '', payload = '', signature = ''] = client.token.split('.')
const encode = (value: unknown): string => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
const decode = (part: string): Record<string, unknown> => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>
const { keys: [jwk] } = (await wms.anonymous.get('/.well-known/jwks.json')).body
const pem = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString()
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 })

const status = async (token: string, headers: Record<string, string> = {}): Promise<number> =>
  (await wms.anonymous.get('/api/external/v1/meta', { authorization: `Bearer ${token}`, ...headers })).status
const signed = (head: unknown, claims: unknown): string => {
  const text = `${encode(head)}.${encode(claims)}`
  return `${text}.${createSign('sha256').update(text).sign(stranger.privateKey).toString('base64url')}`
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
    'a key of a stranger': signed(head, claims),
    'an unknown kid': signed({ ...head, kid: 'unknown' }, claims),
    'a kid that is a path': signed({ ...head, kid: '../../dev/null' }, claims),
    'a kid that is a number': signed({ ...head, kid: 5 }, claims),
    'no kid': signed({ alg: 'RS256', typ: 'at+jwt' }, claims),
    'a jwk in the header': signed({ ...head, jwk: stranger.publicKey.export({ format: 'jwk' }) }, claims),
    'a jku in the header': signed({ ...head, jku: 'http://127.0.0.1:1/jwks' }, claims),
    'another payload': `${header}.${encode({ ...claims, cid: 'cli_other' })}.${signature}`,
    'typ JWT': `${encode({ ...head, typ: 'JWT' })}.${payload}.${signature}`,
    crit: `${encode({ ...head, crit: ['exp'] })}.${payload}.${signature}`,
    'trailing bits': `${client.token.slice(0, -1)}${client.token.endsWith('A') ? 'B' : 'A'}`,
    padding: `${client.token}=`,
    'a fourth part': `${client.token}.x`,
    'two parts': `${header}.${payload}`,
    'not base64': 'a.b.c!',
    large: `${header}.${'x'.repeat(10_000)}.${signature}`
  }
  for (const [what, token] of Object.entries(forged)) t.equal(await status(token), 401, what)
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
