import type { Socket } from 'node:net'
import t, { type Test } from 'tap'
import type { PostRequest } from '../../../src/platform/outbound-http/client.js'
import type { HttpOutcome } from '../../../src/platform/outbound-http/outcome.js'
import { clientFor, closedPort, httpReceiver, rawReceiver, settled } from './receivers.js'

const SECRET = 'CANARY-9f3a'
const request = (url: string): PostRequest => ({
  url: `${url}/${SECRET}`, headers: { authorization: `Basic ${SECRET}`, 'x-key': SECRET }, body: `{"secret":"${SECRET}"}`
})

function safe (t: Test, outcome: HttpOutcome): void {
  t.notOk(JSON.stringify(outcome).includes(SECRET), 'no credentials, path or body in the outcome')
  t.ok((outcome.errorMessage ?? '').length > 0)
}

t.test('timeout – no headers', async t => {
  const receiver = await httpReceiver(t, () => {})
  const client = clientFor(t, { timeouts: { headersMs: 60, totalMs: 5_000 } })
  const outcome = await client.post(request(receiver.url))
  t.match(outcome, { status: null, errorClass: 'timeout', errorMessage: 'no answer within 60 ms', remoteAddress: '127.0.0.1' })
  t.ok(outcome.timings.totalMs >= 59 && outcome.timings.totalMs < 1_000, String(outcome.timings.totalMs))
  safe(t, outcome)
})

t.test('timeout – the caller may shorten the whole, and it wins over the headers limit', async t => {
  const receiver = await httpReceiver(t, () => {})
  const outcome = await clientFor(t).post({ ...request(receiver.url), timeoutMs: 50 })
  t.match(outcome, { errorClass: 'timeout', errorMessage: 'not finished within 50 ms' })
})

t.test('timeout – headers byte by byte', async t => {
  const receiver = await rawReceiver(t, socket => {
    socket.write('HTTP/1.1 200 OK\r\nx: ')
    const drip = setInterval(() => socket.write('y'), 5)
    socket.on('close', () => clearInterval(drip))
  })
  const outcome = await clientFor(t, { timeouts: { headersMs: 80 } }).post(request(receiver.url))
  t.match(outcome, { status: null, errorClass: 'timeout' })
})

t.test('timeout – a body that stalls keeps the status and what was read', async t => {
  const receiver = await httpReceiver(t, (_request, reply) => {
    reply.write('part')
    const drip = setInterval(() => reply.write('.'), 5)
    reply.on('close', () => clearInterval(drip))
  })
  const outcome = await clientFor(t, { timeouts: { headersMs: 1_500, totalMs: 3_000 } }).post(request(receiver.url))
  t.match(outcome, { status: 200, errorClass: 'timeout', errorMessage: 'not finished within 3000 ms', truncated: false, body: /^part\.+$/ })
  t.ok(outcome.timings.totalMs >= 2_999)
  safe(t, outcome)
})

t.test('timeout – one request is one request: nothing is repeated, no connection opened for nothing', async t => {
  let served = 0
  const receiver = await httpReceiver(t, () => { served++ })
  const client = clientFor(t)
  for (let count = 0; count < 5; count++) {
    t.match(await client.post({ ...request(receiver.url), timeoutMs: 200 }), { errorClass: 'timeout' })
    await settled()
  }
  t.equal(served, 5)
  t.equal(receiver.connections(), 5)
  t.match(client.stats(), { connectionsOpen: 0, inFlight: 0 })
})

t.test('timeout – an answer that comes too late is not taken for the next request', async t => {
  let count = 0
  const receiver = await httpReceiver(t, (_request, reply) => {
    const own = ++count
    setTimeout(() => reply.end(`answer ${own}`), own === 1 ? 120 : 0)
  })
  const client = clientFor(t, { connectionsPerOrigin: 1 })
  t.match(await client.post({ ...request(receiver.url), timeoutMs: 50 }), { status: null, errorClass: 'timeout' })
  t.match(await client.post(request(receiver.url)), { status: 200, body: 'answer 2' })
})

t.test('timeout – a request that waited too long for its connection is never sent', async t => {
  const paths: Array<string | undefined> = []
  const receiver = await httpReceiver(t, (incoming, reply) => {
    paths.push(incoming.url)
    setTimeout(() => reply.end(), 100)
  })
  const client = clientFor(t, { connectionsPerOrigin: 1 })
  const post = (name: string, timeoutMs = 5_000) => client.post({ url: `${receiver.url}/${name}`, headers: {}, body: 'x', timeoutMs })
  const outcomes = await Promise.all([post('first'), post('second', 30), post('third')])
  t.same(outcomes.map(outcome => outcome.errorClass), [null, 'timeout', null])
  t.same(paths, ['/hooks/first', '/hooks/third'])
  t.equal(receiver.connections(), 1, 'the connection was not lost by it')
})

t.test('reset – before, at and after the headers', async t => {
  const cases: Array<[string, (socket: Socket) => void, object]> = [
    ['RST', socket => socket.resetAndDestroy(), { status: null, body: '' }],
    ['FIN', socket => socket.end(), { status: null, body: '' }],
    ['half a status line', socket => socket.end('HTTP/1.1 2'), { status: null, body: '' }],
    ['FIN in the body', socket => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf'), { status: 200, body: 'half' }],
    ['FIN in a chunk', socket => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhal'), { status: 200, body: 'hal' }],
    ['RST in the body', socket => { socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf', () => setTimeout(() => socket.resetAndDestroy(), 20)) },
      { status: 200, body: 'half' }]
  ]
  for (const [name, answer, expected] of cases) {
    const receiver = await rawReceiver(t, socket => { socket.once('data', () => answer(socket)) })
    const outcome = await clientFor(t).post(request(receiver.url))
    t.match(outcome, { ...expected, truncated: false }, name)
    t.ok(outcome.errorClass === 'reset' || outcome.errorClass === 'protocol', `${name}: ${outcome.errorClass}`)
    safe(t, outcome)
  }
})

t.test('a body that ends with the connection is whole', async t => {
  const receiver = await rawReceiver(t, socket => { socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\n\r\nall of it')) })
  t.match(await clientFor(t).post(request(receiver.url)), { status: 200, body: 'all of it', errorClass: null })
})

t.test('a receiver that closes its sending side first still gets the request', async t => {
  const receiver = await rawReceiver(t, socket => { socket.end() })
  const outcome = await clientFor(t).post(request(receiver.url))
  t.match(outcome, { status: null, errorClass: 'reset' })
})

t.test('protocol – what is no HTTP answer', async t => {
  const answers = {
    garbage: '\x00\x01\x02 nonsense\r\n\r\n',
    ssh: 'SSH-2.0-OpenSSH_9.6\r\n',
    'HTTP/0.9': '<html>hello</html>',
    'status out of range': 'HTTP/1.1 9999 X\r\n\r\n',
    upgrade: 'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n',
    'two lengths': 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab',
    'length and chunks': 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    'bad chunk': 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
    'bad header': 'HTTP/1.1 200 OK\r\nbad header\r\n\r\n',
    'endless headers': `HTTP/1.1 200 OK\r\n${'x-filler: 0123456789\r\n'.repeat(10_000)}\r\n`
  }
  for (const [name, answer] of Object.entries(answers)) {
    const receiver = await rawReceiver(t, socket => { socket.once('data', () => socket.write(answer, 'latin1')) })
    const outcome = await clientFor(t).post(request(receiver.url))
    t.match(outcome, { errorClass: 'protocol' }, name)
    safe(t, outcome)
  }
})

t.test('a second answer no one asked for never becomes the next answer', async t => {
  const receiver = await rawReceiver(t, socket => {
    socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\noneHTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nforged'))
  })
  const client = clientFor(t, { connectionsPerOrigin: 1 })
  t.match(await client.post(request(receiver.url)), { status: 200, body: 'one' })
  const second = await client.post(request(receiver.url))
  t.not(second.body, 'forged')
})

t.test('connect – no one listens, also for requests that wait', async t => {
  const port = await closedPort()
  const client = clientFor(t, { connectionsPerOrigin: 2 })
  const url = `http://127.0.0.1:${port}`
  const outcomes = await Promise.all(Array.from({ length: 30 }, () => client.post({ ...request(url), timeoutMs: 4_000 })))
  for (const outcome of outcomes) {
    t.match(outcome, { status: null, errorClass: 'connect', errorMessage: `connect ECONNREFUSED 127.0.0.1:${port}`, remoteAddress: '127.0.0.1' })
    t.ok(outcome.timings.totalMs < 2_000)
  }
  safe(t, outcomes[0] as HttpOutcome)
  t.equal(client.stats().inFlight, 0)
})

t.test('a receiver that comes back is reached again', async t => {
  let down = true
  const receiver = await rawReceiver(t, socket => {
    socket.on('data', () => {
      if (down) socket.resetAndDestroy()
      else socket.write('HTTP/1.1 204 No Content\r\n\r\n')
    })
  })
  const client = clientFor(t)
  t.match(await client.post(request(receiver.url)), { errorClass: 'reset' })
  down = false
  t.match(await client.post(request(receiver.url)), { status: 204, errorClass: null })
})
