import t from 'tap'
import { request as httpRequest } from 'node:http'
import { access, things, toyHost, toyRecorder } from './toys.js'
import { waitFor } from '../../src/test-kit/wait.js'

interface Raw { status: number, headers: Record<string, unknown>, body: string }

/** Over a real socket: inject hides what Node adds. */
async function call (base: string, method: string, path: string, headers: Record<string, string> = {}, body?: string): Promise<Raw> {
  return await new Promise((resolve, reject) => {
    const request = httpRequest(`${base}${path}`, { method, headers, agent: false }, response => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => { text += chunk })
      response.on('end', () => { resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }) })
    })
    request.on('error', reject)
    request.end(body)
  })
}

/** What may differ: the request id in header and body, and the date. */
function comparable ({ status, headers, body }: Raw): unknown {
  const names = Object.entries(headers).filter(([name]) => name !== 'date' && name !== 'x-request-id')
  return { status, names: Object.keys(headers).sort(), headers: Object.fromEntries(names), body: body.replace(/req_[0-9A-Z]{26}/, 'req') }
}

t.test('404 – switched off, unknown and wrong method are the same for every method, body, parameter and token that was not granted it', async t => {
  const recorder = toyRecorder()
  const { host, db } = await toyHost(t, [recorder.plugin, access, things()])
  const base = await host.app.listen({ host: '127.0.0.1', port: 0 })
  await db.transaction(async tx => {
    await host.switches.lock(tx)
    for (const id of ['thing.create', 'thing.get']) await host.switches.setOperation(tx, id, { enabled: false }, 'test')
  })
  const json = { 'content-type': 'application/json' }
  const variants: Array<[string, string, Record<string, string>, string | undefined]> = [
    ['valid body', 'POST', json, '{"name":"x"}'],
    ['broken body', 'POST', json, '{"name":'],
    ['oversize body', 'POST', json, JSON.stringify({ name: 'x'.repeat(1_500_000) })],
    ['XML body', 'POST', { 'content-type': 'application/xml' }, '<name/>'],
    ['no body', 'POST', {}, undefined],
    ['GET', 'GET', {}, undefined],
    ['HEAD', 'HEAD', {}, undefined],
    ['OPTIONS', 'OPTIONS', {}, undefined],
    ['DELETE', 'DELETE', {}, undefined]
  ]
  const longId = 'x'.repeat(1500)
  for (const token of [{}, { authorization: 'Toy poor' }]) {
    for (const [what, method, headers, body] of variants) {
      const send = async (path: string): Promise<unknown> => comparable(await call(base, method, path, { ...headers, ...token }, body))
      const unknown = await send('/api/toy/v1/nothing')
      const label = `${what}, ${JSON.stringify(token)}`
      t.match(unknown, { status: 404 }, label)
      t.same(await send('/api/toy/v1/things'), unknown, `switched off or wrong method: ${label}`)
      t.same(await send('/api/toy/v1/things/thg_1'), unknown, `switched off read: ${label}`)
      t.same(await send(`/api/toy/v1/things/${longId}`), unknown, `long parameter: ${label}`)
      t.same(await send('/api/toy/v1/fail/x'), unknown, `unknown below a known one: ${label}`)
    }
  }
  t.equal(recorder.calls.length, 2 * variants.length * 5, 'each of them is in the audit')
  t.ok(recorder.calls.every(record => record.status === 404 && record.operation === null))
  const granted = await call(base, 'POST', '/api/toy/v1/things', { ...json, authorization: 'Toy one' }, '{"name":')
  t.match(
    [granted.status, JSON.parse(granted.body)], [403, { code: 'operation.switched_off', detail: /thing\.create/ }], 'a client that was granted it learns so'
  )
  t.match(recorder.calls.at(-1), { status: 403, errorCode: 'operation.switched_off', operation: 'thing.create' })
})

t.test('404 – an operation that is on has the same 404 for a method that it does not have', async t => {
  const { host } = await toyHost(t, [access, things()])
  const base = await host.app.listen({ host: '127.0.0.1', port: 0 })
  t.same(comparable(await call(base, 'PATCH', '/api/toy/v1/things')), comparable(await call(base, 'PATCH', '/api/toy/v1/nothing')))
  t.match(comparable(await call(base, 'GET', '/api/toy/v1/things/thg_1', { authorization: 'Toy one' })), { status: 200 })
})

t.test('401 and 403 – recognised before the body is read', async t => {
  const { host } = await toyHost(t, [access, things()])
  const missing = await host.app.inject({ method: 'POST', url: '/api/toy/v1/things', payload: '{broken', headers: { 'content-type': 'application/json' } })
  t.match([missing.statusCode, missing.headers['www-authenticate'], missing.json().code], [401, 'Toy', 'token.missing'])
  const poor = await host.app.inject({
    method: 'POST', url: '/api/toy/v1/things', payload: '{broken', headers: { 'content-type': 'application/json', authorization: 'Toy poor' }
  })
  t.match([poor.statusCode, poor.json().code], [403, 'insufficient_scope'])
})

t.test('a switch reaches another process in under a second, a plugin takes its dependants along', async t => {
  const one = await toyHost(t, [access, things()])
  const two = await toyHost(t, [access, things()], { databaseUrl: one.databaseUrl })
  const read = async (): Promise<number> => (await two.host.app.inject({ url: '/api/toy/v1/things/thg_1', headers: { authorization: 'Toy one' } })).statusCode
  t.equal(await read(), 200)
  await one.db.transaction(async tx => {
    await one.host.switches.lock(tx)
    await one.host.switches.setPlugin(tx, 'toy-access', false, 'test')
  })
  t.notOk(one.host.switches.isPluginOn('things'), 'here at once')
  const startedAt = performance.now()
  await waitFor(async () => await read() === 404, 'the other process')
  t.comment(`known elsewhere after ${Math.round(performance.now() - startedAt)} ms`)
})
