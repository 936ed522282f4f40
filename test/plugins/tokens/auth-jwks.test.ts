import t from 'tap'
import { createPublicKey, verify } from 'node:crypto'
import { buildTestApp } from '../../../src/test-kit/service.js'

t.test('200 – public members only, and they verify a token', async t => {
  const wms = await buildTestApp(t)
  const { token } = await wms.newClient()
  const answer = await wms.anonymous.get('/.well-known/jwks.json')
  t.match([answer.status, answer.headers['cache-control']], [200, /max-age=300/])
  const [key] = answer.body.keys
  t.same(Object.keys(key).sort(), ['alg', 'e', 'kid', 'kty', 'n', 'use'])
  const [header = '', payload = '', signature = ''] = token.split('.')
  t.same(JSON.parse(Buffer.from(header, 'base64url').toString()), { alg: 'RS256', typ: 'at+jwt', kid: key.kid })
  t.ok(verify('sha256', Buffer.from(`${header}.${payload}`), createPublicKey({ key, format: 'jwk' }), Buffer.from(signature, 'base64url')))
})

t.test('processes that start together agree on one key', async t => {
  const one = await buildTestApp(t)
  const others = await Promise.all([1, 2].map(async () => await buildTestApp(t, { databaseUrl: one.databaseUrl })))
  const kids = await Promise
    .all([one, ...others].map(async wms => (await wms.anonymous.get('/.well-known/jwks.json')).body.keys.map((key: { kid: string }) => key.kid)))
  t.same(kids[1], kids[0])
  t.same(kids[2], kids[0])
  const { rows } = await one.db.query<{ privateKey: string }>('SELECT "privateKey" FROM "SigningKey"')
  t.equal(rows.length, 1)
  t.notMatch(rows[0]!.privateKey, /PRIVATE KEY/, 'encrypted at rest')
})
