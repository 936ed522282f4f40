import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { clientFor, httpReceiver, settled } from './receivers.js'

const KEPT = 64 * 1_024

t.test('200 – sends what it was given, and reports what came back', async t => {
  const seen: Array<{ method?: string | undefined, url?: string | undefined, headers: Record<string, unknown>, body: string }> = []
  const receiver = await httpReceiver(t, (request, reply) => {
    let body = ''
    request.setEncoding('utf8').on('data', chunk => { body += chunk }).on('end', () => {
      seen.push({ method: request.method, url: request.url, headers: request.headers, body })
      reply.writeHead(201, { 'X-Trace': 'abc', 'content-type': 'application/json', 'set-cookie': ['a=1', 'b=2'] }).end('{"ok":"ä"}')
    })
  })
  const client = clientFor(t)
  const headers = { 'content-type': 'application/json', authorization: 'Basic dTpw' }
  const outcome = await client.post({ url: `${receiver.url}?x=1`, headers, body: '{"n":"ü"}' })
  t.match(outcome, { status: 201, body: '{"ok":"ä"}', truncated: false, errorClass: null, errorMessage: null, retryAfterMs: null })
  t.match(outcome.headers, { 'x-trace': 'abc', 'content-type': 'application/json', 'set-cookie': 'a=1, b=2' })
  t.equal(outcome.remoteAddress, '127.0.0.1')
  t.match(seen[0], { method: 'POST', url: '/hooks?x=1', body: '{"n":"ü"}' })
  t.match(seen[0]?.headers, {
    host: `127.0.0.1:${receiver.port}`, authorization: 'Basic dTpw', 'user-agent': 'wms-test/1', 'content-length': '10', 'content-type': 'application/json'
  })
  await client.post({ url: receiver.url, headers: { 'User-Agent': 'own/2' }, body: Buffer.from('x') })
  t.equal(seen[1]?.headers['user-agent'], 'own/2')
  t.equal(seen[1]?.headers['cookie'], undefined, 'no cookie jar')
  t.notOk('accept-encoding' in (seen[1]?.headers ?? {}), 'no compression is asked for')
})

t.test('timings – DNS and connect on the request that opened the connection only', async t => {
  const receiver = await httpReceiver(t, (_request, reply) => { setTimeout(() => reply.end(), 30) })
  const client = clientFor(t)
  const first = await client.post({ url: receiver.url, headers: {}, body: 'x' })
  await settled()
  const second = await client.post({ url: receiver.url, headers: {}, body: 'x' })
  t.type(first.timings.connectMs, 'number')
  t.type(first.timings.dnsMs, 'number')
  t.ok((first.timings.ttfbMs ?? 0) >= 25 && first.timings.totalMs >= (first.timings.ttfbMs ?? 0))
  t.notOk('connectMs' in second.timings || 'dnsMs' in second.timings)
})

t.test('one connection serves many requests, and DNS is asked once', async t => {
  let asked = 0
  const receiver = await httpReceiver(t, (_request, reply) => { reply.end('ok') })
  const client = clientFor(t, { resolve: async () => { asked++; return ['127.0.0.1'] } })
  for (let count = 0; count < 50; count++) {
    const outcome = await client.post({ url: `http://erp.test:${receiver.port}/`, headers: {}, body: 'x' })
    t.equal(outcome.status, 200)
    await settled()
  }
  t.equal(receiver.connections(), 1)
  t.equal(asked, 1)
  t.same(client.stats(), { requests: 50, inFlight: 0, connectionsOpened: 1, connectionsOpen: 1 })
})

t.test('connections to one origin are limited, the rest waits', async t => {
  let open = 0
  let most = 0
  const receiver = await httpReceiver(t, (_request, reply) => {
    most = Math.max(most, ++open)
    setTimeout(() => { open--; reply.end() }, 10)
  })
  const client = clientFor(t, { connectionsPerOrigin: 4 })
  const outcomes = await Promise.all(Array.from({ length: 40 }, () => client.post({ url: receiver.url, headers: {}, body: 'x' })))
  t.ok(outcomes.every(outcome => outcome.status === 200))
  t.equal(most, 4)
  t.equal(receiver.connections(), 4)
})

t.test('3xx – a redirect is reported and not followed', async t => {
  let reached = 0
  const other = await httpReceiver(t, (_request, reply) => { reached++; reply.end() })
  const client = clientFor(t)
  for (const status of [301, 302, 303, 307, 308]) {
    const receiver = await httpReceiver(t, (_request, reply) => { reply.writeHead(status, { location: other.url }).end('moved') })
    const outcome = await client.post({ url: receiver.url, headers: {}, body: 'x' })
    t.match(outcome, { status, errorClass: null, body: 'moved', headers: { location: other.url } })
  }
  t.equal(reached, 0)
})

t.test('Retry-After – seconds and dates, at any status', async t => {
  const answers: Array<[number, string]> = [[429, '7'], [503, 'Wed, 01 Jan 2031 00:00:10 GMT'], [200, '3'], [503, 'later']]
  const receiver = await httpReceiver(t, (_request, reply) => {
    const [status, value] = answers.shift() ?? [500, '']
    reply.writeHead(status, { 'retry-after': value }).end()
  })
  const client = clientFor(t, { now: () => Date.parse('2031-01-01T00:00:00Z') })
  const post = () => client.post({ url: receiver.url, headers: {}, body: 'x' })
  t.match(await post(), { status: 429, retryAfterMs: 7_000 })
  t.match(await post(), { status: 503, retryAfterMs: 10_000 })
  t.match(await post(), { status: 200, retryAfterMs: 3_000 })
  t.match(await post(), { status: 503, retryAfterMs: null })
})

t.test('body – 64 KiB are kept and the connection lives', async t => {
  const receiver = await httpReceiver(t, (_request, reply) => { reply.end('x'.repeat(KEPT)) })
  const client = clientFor(t)
  const outcome = await client.post({ url: receiver.url, headers: {}, body: 'x' })
  t.equal(outcome.body.length, KEPT)
  t.equal(outcome.truncated, false)
  await settled()
  await client.post({ url: receiver.url, headers: {}, body: 'x' })
  t.equal(receiver.connections(), 1)
})

t.test('body – more is cut between characters, and the connection is closed', async t => {
  let closed = 0
  const receiver = await httpReceiver(t, (request, reply) => {
    request.socket.once('close', () => closed++)
    reply.write('a')
    const endless = (): void => { while (reply.write('é'.repeat(8_192)) && !reply.destroyed) { /* until the buffer is full */ } }
    reply.on('drain', endless)
    endless()
  })
  const client = clientFor(t)
  const outcome = await client.post({ url: receiver.url, headers: {}, body: 'x' })
  t.match(outcome, { status: 200, truncated: true, errorClass: null })
  t.equal(outcome.body, `a${'é'.repeat((KEPT - 2) / 2)}`, 'a character cut in two is left out')
  await settled()
  await client.post({ url: receiver.url, headers: {}, body: 'x' })
  t.equal(receiver.connections(), 2)
  t.ok(closed >= 1)
})

t.test('body – a bomb stays packed, wrong UTF-8 becomes replacement characters', async t => {
  const { gzipSync } = await import('node:zlib')
  const bomb = gzipSync(Buffer.alloc(10_000_000))
  const receiver = await httpReceiver(t, (_request, reply) => { reply.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb) })
  const outcome = await clientFor(t).post({ url: receiver.url, headers: {}, body: 'x' })
  t.equal(outcome.errorClass, null)
  t.ok(outcome.body.length <= bomb.length)
  t.ok(outcome.body.includes('\ufffd'))
})

t.test('413 – an early answer counts although the body was not read', async t => {
  const receiver = await httpReceiver(t, (_request, reply) => { reply.writeHead(413, { connection: 'close' }).end('too large') })
  const outcome = await clientFor(t).post({ url: receiver.url, headers: {}, body: Buffer.alloc(1_000_000) })
  t.match(outcome, { status: 413, body: 'too large', errorClass: null })
})

t.test('103 – informational answers are not the answer', async t => {
  const receiver = await httpReceiver(t, (_request, reply) => {
    reply.writeEarlyHints({ link: '</x>; rel=preload' })
    reply.writeProcessing()
    reply.writeHead(204).end()
  })
  const outcome = await clientFor(t).post({ url: receiver.url, headers: {}, body: 'x' })
  t.match(outcome, { status: 204, errorClass: null })
  t.notOk('link' in outcome.headers)
})

t.test('an old connection is closed after its next request', async t => {
  const receiver = await httpReceiver(t, (_request, reply) => { reply.end() })
  const client = clientFor(t, { maxConnectionAgeMs: 500 })
  const post = async () => {
    await settled()
    return await client.post({ url: receiver.url, headers: {}, body: 'x' })
  }
  await post()
  await post()
  t.equal(receiver.connections(), 1)
  await new Promise(resolve => setTimeout(resolve, 520))
  t.match(await post(), { status: 200, headers: { connection: 'close' } })
  t.match(await post(), { status: 200 })
  t.equal(receiver.connections(), 2)
})

t.test('an idle connection is closed', async t => {
  const receiver = await httpReceiver(t, (_request, reply) => { reply.end() })
  const client = clientFor(t, { keepAliveMs: 30 })
  await client.post({ url: receiver.url, headers: {}, body: 'x' })
  await new Promise(resolve => setTimeout(resolve, 200))
  t.equal(client.stats().connectionsOpen, 0)
  t.match(await client.post({ url: receiver.url, headers: {}, body: 'x' }), { status: 200 })
})

t.test('proxies of the environment are not used', async t => {
  let proxied = 0
  const proxy = createServer((_request, reply) => { proxied++; reply.end() })
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve))
  t.teardown(() => proxy.close())
  const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  t.intercept(process, 'env', {
    value: { ...process.env, HTTP_PROXY: address, http_proxy: address, HTTPS_PROXY: address, ALL_PROXY: address, NODE_USE_ENV_PROXY: '1' }
  })
  const receiver = await httpReceiver(t, (_request, reply) => {
    reply.end('direct')
  })
  t.match(await clientFor(t).post({ url: receiver.url, headers: {}, body: 'x' }), { body: 'direct' })
  t.equal(proxied, 0)
})
