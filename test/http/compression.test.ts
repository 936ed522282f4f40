// Answers above 1 kB are compressed when the caller asks for it; for others nothing changes.
import t from 'tap'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { buildTestApp } from '../../src/test-kit/service.js'

t.test('lists and documents, by gzip and Brotli, and the audit has the answer itself', async t => {
  const wms = await buildTestApp(t)
  const client = await wms.newClient()
  for (let at = 0; at < 20; at++) await client.post('/api/external/v1/products', { sku: `C-${at}`, name: 'Compressed' })
  const { token } = (await wms.anonymous.post('/api/external/v1/auth/token', { client_id: client.clientId, client_secret: client.clientSecret })).body as {
    token?: string
  }
  t.equal(token, undefined)
  const plain = await client.get('/api/external/v1/products')
  t.notOk('content-encoding' in plain.headers)
  for (const [encoding, decompress] of [['gzip', gunzipSync], ['br', brotliDecompressSync]] as const) {
    const authorization = `Bearer ${client.token}`
    const answer = await wms.app.inject({ method: 'GET', url: '/api/external/v1/products', headers: { authorization, 'accept-encoding': encoding } })
    t.equal(answer.headers['content-encoding'], encoding)
    t.match(answer.headers['vary'], /accept-encoding/i)
    t.same((JSON.parse(decompress(answer.rawPayload).toString()) as { data: unknown }).data, plain.body.data)
    const [call] = (await wms.operator.get(`/api/admin/v1/audit?requestId=${String(answer.headers['x-request-id'])}`)).body.data
    t.equal(call.responseBytes, decompress(answer.rawPayload).length, 'the audit counts what was said')
  }
  const small = await wms.app.inject({ method: 'GET', url: '/api/external/v1/nothing', headers: { 'accept-encoding': 'gzip' } })
  t.notOk('content-encoding' in small.headers, 'not worth it')
})
