// GET /audit/tail
import { EventEmitter, once } from 'node:events'
import t from 'tap'
import { buildTestApp } from '../../../src/test-kit/service.js'

t.test('200 – calls that are recorded from now on, as they fit the filters; the stream ends with its time, its caller and the service', async t => {
  const wms = await buildTestApp(t)
  const base = await wms.listen()
  const { token } = await wms.signIn()
  const open = async (query: string): Promise<Response> =>
    await fetch(`${base}/api/admin/v1/audit/tail${query}`, { headers: { authorization: `Bearer ${token}` } })
  await wms.anonymous.get('/api/external/v1/before')
  const stream = await open('?direction=in&seconds=3')
  t.match([stream.status, stream.headers.get('content-type')], [200, /^text\/event-stream/])
  await wms.anonymous.get('/api/external/v1/during')
  await wms.operator.get('/api/admin/v1/plugins')
  const text = await stream.text()
  const calls = [...text.matchAll(/^event: call\ndata: (.*)$/gm)].map(match => JSON.parse(match[1]!) as { path: string })
  t.same(calls.map(({ path }) => path), ['/api/external/v1/during'])
  t.match(text, /^retry: 1000$/m)
  t.equal((await wms.operator.get('/api/admin/v1/audit/tail?seconds=0')).status, 400)
  t.equal((await wms.anonymous.get('/api/admin/v1/audit/tail')).status, 401)
  const left = await open('?seconds=300')
  await left.body!.cancel()
  const rows = async (): Promise<unknown[]> => (await wms.operator.get('/api/admin/v1/audit?operation=audit.tail&statusClass=2xx')).body.data
  await wms.waitFor(async () => (await rows()).length === 4, 'two rows of each stream')
  t.match(await rows(), [
    { errorCode: 'stream.left', status: 200 }, { errorCode: null, path: '/api/admin/v1/audit/tail?seconds=300' },
    { errorCode: null, status: 200, requestId: /^req_/ }, { errorCode: null, path: '/api/admin/v1/audit/tail?direction=in&seconds=3' }
  ], 'one when it begins, one when it ends')
  const [, , end, start] = await rows() as Array<{ durationMs: number, responseBytes: number, requestId: string, occurredAt: string }>
  t.equal(end!.requestId, start!.requestId)
  t.ok(
    end!.durationMs > 2_500 && start!.durationMs < end!.durationMs && end!.responseBytes >= text.length && end!.occurredAt > start!.occurredAt,
    JSON.stringify([start, end])
  )
  const last = await open('?seconds=300')
  const ended = last.text()
  const before = performance.now()
  await wms.close()
  await ended
  t.ok(performance.now() - before < 10_000, 'the end of the service does not wait for it')
})

interface Stream { ids: number[], paths: string[], last: () => string, end: () => Promise<void> }

/** Reads a stream as a browser does. */
async function follow (base: string, token: string, query: string, lastEventId?: string): Promise<Stream> {
  const response = await fetch(`${base}/api/admin/v1/audit/tail${query}`, {
    headers: { authorization: `Bearer ${token}`, ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) }
  })
  const left = new AbortController()
  let id = ''
  let text = ''
  const stream: Stream = { ids: [], paths: [], last: () => id, end: async () => { left.abort(); await read } }
  const read = (async () => {
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    left.signal.addEventListener('abort', () => { reader.cancel().catch(() => {}) })
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      text += chunk.value
      const events = text.split('\n\n')
      text = events.pop()!
      for (const event of events) {
        id = /^id: (.*)$/m.exec(event)?.[1] ?? id
        const data = /^data: (.*)$/m.exec(event)?.[1]
        if (data === undefined) continue
        stream.ids.push(Number(id))
        stream.paths.push((JSON.parse(data) as { path: string }).path)
      }
    }
  })()
  return stream
}

t.test('each call once and in order, however fast they come; a stream that broke goes on where it ended', async t => {
  const wms = await buildTestApp(t)
  const base = await wms.listen()
  const { token } = await wms.signIn()
  const all = await follow(base, token, '')
  const some = await follow(base, token, '?q=many-1')
  await wms.waitFor(() => all.last() !== '' && some.last() !== '', 'streams')
  const CALLS = 250
  const AT_ONCE = 50
  const call = async (round: number): Promise<void> => {
    for (let first = 0; first < CALLS; first += AT_ONCE) {
      await Promise.all(Array.from({ length: AT_ONCE }, async (_, at) => await wms.operator.get(`/api/admin/v1/audit/many-${round}-${first + at}`)))
    }
  }
  await call(0)
  await call(1)
  const of = (stream: Stream, round: number): string[] => stream.paths.filter(path => path.includes(`many-${round}-`))
  await wms.waitFor(() => of(all, 1).length >= CALLS && of(some, 1).length >= CALLS, 'all calls')
  t.equal(new Set(all.paths).size, all.paths.length, 'none twice')
  t.equal(of(all, 0).length + of(all, 1).length, 2 * CALLS, 'none missing')
  t.same(all.ids, [...all.ids].sort((a, b) => a - b), 'in order')
  t.equal(of(some, 1).length, CALLS, 'a filter leaves out others')
  await some.end()
  await call(2)
  await call(1)
  const resumed = await follow(base, token, '?q=many-1', some.last())
  await wms.waitFor(() => of(resumed, 1).length >= CALLS, 'what was missed')
  await call(1)
  await wms.waitFor(() => of(resumed, 1).length >= 2 * CALLS, 'what came later')
  t.equal(of(resumed, 1).length, 2 * CALLS)
  t.same(resumed.ids, [...new Set(resumed.ids)].sort((a, b) => a - b), 'each once and in order')
  const bad = await fetch(`${base}/api/admin/v1/audit/tail`, { headers: { authorization: `Bearer ${token}`, 'last-event-id': 'x' } })
  t.match([bad.status, await bad.json()], [400, { code: 'request.invalid', errors: [{ in: 'header', pointer: '/last-event-id' }] }])
  await all.end()
  await resumed.end()
})

t.test('a row that is written late is not lost', async t => {
  const wms = await buildTestApp(t)
  const base = await wms.listen()
  const { token } = await wms.signIn()
  const stream = await follow(base, token, '?q=late-')
  await wms.waitFor(() => stream.last() !== '', 'stream')
  const gate = new EventEmitter()
  const written = once(gate, 'written')
  const mayCommit = once(gate, 'commit')
  const committed = wms.db.transaction(async tx => {
    await tx.query(
      `INSERT INTO "Audit" ("occurredAt", "direction", "requestId", "correlationId", "method", "path", "statusClass", "durationMs", "requestBytes",
        "responseBytes", "requestTruncated", "responseTruncated")
      VALUES (now(), 'in', 'req_late', 'req_late', 'GET', '/late-1', 2, 1, 0, 0, false, false)`,
      []
    )
    gate.emit('written')
    await mayCommit
  })
  await written
  await wms.operator.get('/api/admin/v1/audit/late-2')
  t.same(stream.paths, [])
  gate.emit('commit')
  await committed
  await wms.waitFor(() => stream.paths.length === 2, 'both')
  t.same(stream.paths, ['/late-1', '/api/admin/v1/audit/late-2'], 'in the order of their numbers')
  await stream.end()
})
