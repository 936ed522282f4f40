import t from 'tap'
import { access, things, toyHost, toyRecorder, type ToyHost } from './toys.js'
import type { LightMyRequestResponse } from 'fastify'

const headers = { authorization: 'Toy one' }
const create = async ({ host }: ToyHost, body: unknown, extra: Record<string, string> = {}): Promise<LightMyRequestResponse> =>
  await host.app.inject({ method: 'POST', url: '/api/toy/v1/things', payload: body as object, headers: { ...headers, ...extra } })
const rows = async ({ db }: ToyHost): Promise<number> => (await db.query<{ count: number }>('SELECT count(*) AS "count" FROM "Toy"')).rows[0]!.count
const events = async ({ db }: ToyHost): Promise<number> =>
  (await db.query<{ count: number }>('SELECT (SELECT count(*) FROM "Event") + (SELECT count(*) FROM "EventOutbox") AS "count"')).rows[0]!.count

t.test('201 – change, event and audit row commit together', async t => {
  const recorder = toyRecorder()
  const toy = await toyHost(t, [recorder.plugin, access, things()])
  const answer = await create(toy, { name: 'hello' }, { 'x-correlation-id': 'order-7' })
  t.match([answer.statusCode, answer.json(), answer.headers.etag], [201, { id: 'thg_1', name: 'hello', version: 1 }, '"1"'])
  t.same([await rows(toy), await events(toy), recorder.calls.length], [1, 1, 1])
  t.match(recorder.calls[0], {
    status: 201,
    operation: 'thing.create',
    route: '/api/toy/v1/things',
    correlationId: 'order-7',
    requestBody: { name: 'hello' },
    responseBody: answer.payload,
    principal: { id: 'cli_one' }
  })
  t.equal(recorder.calls[0]!.requestId, answer.headers['x-request-id'])
})

t.test('what fails leaves nothing behind but its row', async t => {
  const recorder = toyRecorder()
  const toy = await toyHost(t, [recorder.plugin, access, things()])
  const fail = async (how: string): Promise<LightMyRequestResponse> =>
    await toy.host.app.inject({ method: 'POST', url: '/api/toy/v1/fail', payload: { how }, headers })
  const thrown = await fail('throw')
  t.match([thrown.statusCode, thrown.json().code], [500, 'internal'])
  t.notMatch(thrown.payload, /secret detail/, 'the inside stays inside')
  const unserialisable = await fail('serialise')
  t.equal(unserialisable.statusCode, 500)
  t.notMatch(unserialisable.payload, /required/)
  t.match((await fail('refuse')).json(), { status: 409, code: 'thing.conflict' })
  t.equal(await rows(toy), 0)
  t.same(recorder.calls.map(record => record.status), [500, 500, 409])
})

t.test('503 – no row, no answer, no change', async t => {
  const recorder = toyRecorder()
  const toy = await toyHost(t, [recorder.plugin, access, things()])
  recorder.failing = true
  const write = await create(toy, { name: 'hello' })
  t.match([write.statusCode, write.json().code], [503, 'audit.unavailable'])
  t.notOk(write.headers.etag, 'nothing of the rolled-back answer')
  t.equal(await rows(toy), 0)
  const read = await toy.host.app.inject({ url: '/api/toy/v1/things/thg_1', headers })
  t.match([read.statusCode, read.json().code], [503, 'audit.unavailable'])
  recorder.failing = false
  t.equal((await create(toy, { name: 'hello' })).statusCode, 201)
})

t.test('reads are recorded in groups, one insert in flight', async t => {
  const recorder = toyRecorder()
  const toy = await toyHost(t, [recorder.plugin, access, things()])
  let release = (): void => {}
  recorder.delay = async () => { await new Promise<void>(resolve => { release = resolve }) }
  const first = toy.host.app.inject({ url: '/api/toy/v1/things/a', headers })
  const rest = Array.from({ length: 20 }, async (_, index) => await toy.host.app.inject({ url: `/api/toy/v1/things/b${index}`, headers }))
  await new Promise(resolve => setTimeout(resolve, 100))
  t.equal(recorder.calls.length, 0, 'no one is answered before its row is written')
  recorder.delay = async () => {}
  release()
  const answers = await Promise.all([first, ...rest])
  t.ok(answers.every(answer => answer.statusCode === 200))
  t.same(recorder.batches, [1, 20])
})

t.test('400 – bodies are strict, parameters named', async t => {
  const toy = await toyHost(t, [access, things()])
  const cases: Array<[unknown, string, string]> = [
    [{}, '/name', 'required'],
    [{ name: 1 }, '/name', 'type'],
    [{ name: 'x', nam: 'y' }, '/nam', 'unknown'],
    [{ name: '' }, '/name', 'minLength'],
    [[], '', 'type']
  ]
  for (const [body, pointer, code] of cases) {
    const answer = await create(toy, body)
    t.match([answer.statusCode, answer.json().errors], [400, [{ in: 'body', pointer, code }]], answer.payload)
  }
  const raw = async (payload: string | Buffer, type = 'application/json'): Promise<[number, string]> => {
    const answer = await toy.host.app.inject({ method: 'POST', url: '/api/toy/v1/things', payload, headers: { ...headers, 'content-type': type } })
    return [answer.statusCode, answer.json().code]
  }
  t.same(await raw('{"name":'), [400, 'body.not_json'])
  t.same(await raw('{"name":"a\\u0000b"}'), [400, 'body.forbidden_character'])
  t.same(await raw('{"name":"\\ud800"}'), [400, 'body.forbidden_character'])
  t.same(await raw('{"__proto__":{"a":1},"name":"x"}'), [400, 'body.forbidden_key'])
  t.same(await raw('['.repeat(1000) + ']'.repeat(1000)), [400, 'body.too_deep'])
  t.same(await raw(Buffer.from([0x7b, 0xff, 0x7d])), [400, 'body.not_json'])
  t.same(await raw('<name/>', 'application/xml'), [415, 'body.media_type'])
  t.same(await raw(JSON.stringify({ name: 'x'.repeat(1_100_000) })), [413, 'body.too_large'])
  const query = await toy.host.app.inject({ url: '/api/toy/v1/things/a?x=1', headers })
  t.match([query.statusCode, query.json().errors], [400, [{ in: 'query', pointer: '/x', code: 'unknown' }]])
})

t.test('a setting takes effect on the next call', async t => {
  const toy = await toyHost(t, [access, things()])
  t.equal((await create(toy, { name: 'hello' })).json().name, 'hello')
  await toy.db.transaction(async tx => {
    await toy.host.switches.lock(tx)
    await toy.host.switches.setOperation(tx, 'thing.create', { settings: { shout: true } }, 'test')
  })
  t.equal((await create(toy, { name: 'hello' })).json().name, 'HELLO')
})

t.test('503 – a call that takes too long is given up, and recorded as that', async t => {
  let end = (): void => {}
  const recorder = toyRecorder()
  const toy = await toyHost(t, [recorder.plugin, access, things({
    work: async () => {
      await new Promise<void>(resolve => {
        end = resolve
      })
    }
  })], { handlerMs: 50 })
  const answer = await create(toy, { name: 'slow' })
  t.match([answer.statusCode, answer.json().code, answer.headers['retry-after']], [503, 'request.timeout', '1'])
  t.match(recorder.calls, [{ status: 503, errorCode: 'request.timeout' }])
  end()
})

t.test('Idempotency-Key', async t => {
  let inside: (() => Promise<void>) | null = null
  const recorder = toyRecorder()
  const toy = await toyHost(t, [recorder.plugin, access, things({ work: async () => { await inside?.() } })])
  const key = { 'idempotency-key': 'key-1' }
  const first = await create(toy, { name: 'hello' }, key)
  const again = await create(toy, { name: 'hello' }, { 'idempotency-key': '"key-1"' })
  t.same([again.statusCode, again.payload, again.headers.etag], [first.statusCode, first.payload, first.headers.etag], 'replayed byte for byte')
  t.equal(again.headers['idempotency-replayed'], 'true')
  t.equal(await rows(toy), 1)
  t.equal(recorder.calls.length, 2, 'the replay is a call too')
  const other = await create(toy, { name: 'other' }, key)
  t.match([other.statusCode, other.json().code], [422, 'idempotency.key_reused'])
  t.equal((await create(toy, { name: 'hello' }, { ...key, authorization: 'Toy two' })).statusCode, 201, 'another client has its own keys')
  t.equal((await create(toy, { name: 'x' }, { 'idempotency-key': 'x'.repeat(300) })).statusCode, 400)

  let release = (): void => {}
  const entered = new Promise<void>(resolve => { inside = async () => { resolve(); await new Promise<void>(_resolve => { release = _resolve }) } })
  const running = create(toy, { name: 'slow' }, { 'idempotency-key': 'key-2' })
  await entered
  inside = null
  const parallel = await create(toy, { name: 'slow' }, { 'idempotency-key': 'key-2' })
  t.match([parallel.statusCode, parallel.json().code], [409, 'idempotency.in_progress'])
  release()
  t.equal((await running).statusCode, 201)

  inside = async () => { throw new Error('no') }
  t.equal((await create(toy, { name: 'again' }, { 'idempotency-key': 'key-3' })).statusCode, 500)
  inside = null
  t.equal((await create(toy, { name: 'again' }, { 'idempotency-key': 'key-3' })).statusCode, 201, 'a failed call leaves no record')
})
