import t from 'tap'
import { authority } from './certificates.js'
import { clientFor, httpReceiver, httpsReceiver, rawReceiver, settled } from './receivers.js'

const post = (url: string) => ({ url, headers: { authorization: 'Basic CANARY' }, body: 'x' })
const resolve = async () => ['127.0.0.1']

t.test('200 – a trusted certificate, by name and by address', async t => {
  const receiver = await httpsReceiver(t, (_request, reply) => { reply.end('ok') })
  const client = clientFor(t, { ca: authority, resolve })
  t.match(await client.post(post(`https://receiver.test:${receiver.port}/`)), { status: 200, body: 'ok', remoteAddress: '127.0.0.1' })
  t.match(await client.post(post(`https://receiver.test.:${receiver.port}/`)), { status: 200 }, 'the trailing dot is not part of the server name')
  t.match(await client.post(post(receiver.url)), { status: 200 })
  await settled()
  t.match(await client.post(post(receiver.url)), { status: 200 })
  t.equal(receiver.connections(), 3)
})

t.test('tls – an unknown authority is refused, whatever the environment says', async t => {
  let served = 0
  const receiver = await httpsReceiver(t, (_request, reply) => { served++; reply.end() })
  const client = clientFor(t)
  const expected = { status: null, errorClass: 'tls', errorMessage: /certificate/, remoteAddress: '127.0.0.1' }
  t.match(await client.post(post(receiver.url)), expected)
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
  t.teardown(() => { delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'] })
  t.match(await client.post(post(receiver.url)), expected)
  t.equal(served, 0)
})

t.test('tls – a certificate for another name is refused every time', async t => {
  const receiver = await httpsReceiver(t, (_request, reply) => { reply.end() })
  const client = clientFor(t, { ca: authority, resolve })
  for (let count = 0; count < 3; count++) {
    t.match(await client.post(post(`https://other.test:${receiver.port}/`)), { errorClass: 'tls', errorMessage: /altnames/ })
  }
  const waiting = await Promise.all(Array.from({ length: 25 }, () => client.post(post(`https://other.test:${receiver.port}/`))))
  t.ok(waiting.every(outcome => outcome.errorClass === 'tls'))
})

t.test('tls – a receiver that speaks plain http, or hangs up', async t => {
  const plain = await httpReceiver(t, (_request, reply) => { reply.end() })
  t.match(await clientFor(t).post(post(`https://127.0.0.1:${plain.port}/`)), { status: null, errorClass: 'tls' })
  const gone = await rawReceiver(t, socket => { socket.once('data', () => socket.resetAndDestroy()) }, 'https')
  t.match(await clientFor(t).post(post(gone.url)), { status: null, errorClass: 'tls' })
})

t.test('timeout – a handshake that is never answered', async t => {
  const silent = await rawReceiver(t, () => {}, 'https')
  const outcome = await clientFor(t, { timeouts: { connectMs: 60 } }).post(post(silent.url))
  t.match(outcome, { errorClass: 'timeout', errorMessage: 'TLS connect to 127.0.0.1 took longer than 60 ms', remoteAddress: '127.0.0.1' })
})
