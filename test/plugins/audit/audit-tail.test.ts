// GET /audit/tail
import t from 'tap'
import { buildTestApp, OPERATOR } from '../../support/app.js'

t.test('200 – calls that are recorded from now on, as they fit the filters; the stream ends with its time, its caller and the service', async t => {
  const wms = await buildTestApp(t)
  const base = await wms.listen()
  const session = await wms.anonymous.post('/api/admin/v1/session', OPERATOR)
  const open = async (query: string): Promise<Response> => await fetch(`${base}/api/admin/v1/audit/tail${query}`, { headers: { authorization: `Bearer ${session.body.token as string}` } })
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
  t.ok(end!.durationMs > 2_500 && start!.durationMs < end!.durationMs && end!.responseBytes >= text.length && end!.occurredAt > start!.occurredAt, JSON.stringify([start, end]))
  const last = await open('?seconds=300')
  const ended = last.text()
  const before = performance.now()
  await wms.close()
  await ended
  t.ok(performance.now() - before < 10_000, 'the end of the service does not wait for it')
})
