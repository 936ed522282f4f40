import t from 'tap'
import { clientFor, httpReceiver, rawReceiver, settled } from './receivers.js'

const post = (url: string) => ({ url, headers: {}, body: 'x' })
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

t.test('aborted – before, while it waits, while it is open', async t => {
  const paths: Array<string | undefined> = []
  const receiver = await httpReceiver(t, (request, reply) => {
    paths.push(request.url)
    if (request.url === '/hooks') reply.end('ok')
  })
  const client = clientFor(t, { connectionsPerOrigin: 1 })
  t.match(await client.post({ ...post(`${receiver.url}/never`), signal: AbortSignal.abort() }), { status: null, errorClass: 'aborted' })
  const open = new AbortController()
  const waiting = new AbortController()
  const outcomes = [
    client.post({ ...post(`${receiver.url}/open`), signal: open.signal }),
    client.post({ ...post(`${receiver.url}/waiting`), signal: waiting.signal })
  ]
  await pause(30)
  waiting.abort()
  t.match(await outcomes[1], { status: null, errorClass: 'aborted', errorMessage: 'aborted by the caller' })
  open.abort()
  t.match(await outcomes[0], { status: null, errorClass: 'aborted' })
  t.match(await client.post(post(receiver.url)), { status: 200, body: 'ok' })
  t.same(paths, ['/hooks/open', '/hooks'])
})

t.test('aborted – one signal for many requests, without a warning', async t => {
  const warnings: string[] = []
  const onWarning = (warning: Error): void => { warnings.push(warning.name) }
  process.on('warning', onWarning)
  t.teardown(() => process.off('warning', onWarning))
  const receiver = await httpReceiver(t, () => {})
  const client = clientFor(t)
  const stop = new AbortController()
  const outcomes = Array.from({ length: 50 }, () => client.post({ ...post(receiver.url), signal: stop.signal }))
  await pause(30)
  t.equal(client.stats().inFlight, 50)
  stop.abort()
  t.ok((await Promise.all(outcomes)).every(outcome => outcome.errorClass === 'aborted'))
  t.equal(client.stats().inFlight, 0)
  t.same(warnings, [])
})

t.test('aborted – a signal after the answer changes nothing', async t => {
  const receiver = await httpReceiver(t, (_request, reply) => { reply.end('ok') })
  const client = clientFor(t)
  const stop = new AbortController()
  t.match(await client.post({ ...post(receiver.url), signal: stop.signal }), { status: 200 })
  await settled()
  stop.abort()
  t.match(await client.post(post(receiver.url)), { status: 200 })
  t.equal(receiver.connections(), 1)
})

t.test('close – ends what is open, connecting or waiting, and takes nothing more', async t => {
  const receiver = await httpReceiver(t, () => {})
  const silent = await rawReceiver(t, () => {}, 'https')
  const client = clientFor(t, { connectionsPerOrigin: 2 })
  const idle = await httpReceiver(t, (_request, reply) => { reply.end() })
  await client.post(post(idle.url))
  const outcomes = [receiver.url, receiver.url, receiver.url, silent.url].map(url => client.post(post(url)))
  await pause(30)
  t.match(client.stats(), { requests: 5, inFlight: 4, connectionsOpen: 4 })
  const started = Date.now()
  await client.close()
  for (const outcome of await Promise.all(outcomes)) t.match(outcome, { status: null, errorClass: 'aborted', errorMessage: 'the client was closed' })
  t.ok(Date.now() - started < 5_000, 'it does not wait for answers')
  await pause(20)
  t.match(client.stats(), { inFlight: 0, connectionsOpen: 0 })
  t.match(await client.post(post(receiver.url)), { status: null, errorClass: 'aborted' })
  await client.close()
})

t.test('throws for the mistakes of the caller, without the value', async t => {
  const receiver = await httpReceiver(t, (_request, reply) => { reply.end() })
  const client = clientFor(t)
  const send = (headers: Record<string, string>) => client.post({ ...post(receiver.url), headers })
  await t.rejects(send({ authorization: 'Basic CANARY\r\nx: y' }), { name: 'TypeError', message: 'invalid authorization header' })
  await t.rejects(send({ 'x y': 'CANARY' }), { name: 'TypeError', message: 'invalid header key' })
  await t.rejects(send({ Host: 'CANARY' }), { name: 'TypeError', message: 'invalid host header' })
  await t.rejects(send({ 'transfer-encoding': 'chunked' }), { name: 'TypeError' })
  await t.rejects(send({ 'content-length': '5' }), { name: 'TypeError' })
  for (const timeoutMs of [0, -1, Number.NaN]) await t.rejects(client.post({ ...post(receiver.url), timeoutMs }), { name: 'TypeError' })
  t.equal(client.stats().inFlight, 0)
  t.match(await client.post(post(receiver.url)), { status: 200 })
})
