// More calls than can be answered in time are refused at once; operators, health and what runs go on.
import t, { type Test } from 'tap'
import { Agent, request } from 'undici'
import { Type, definePlugin, type Plugin } from '../../src/kernel/contract/index.js'
import { send } from '../attacks/sockets.js'
import { waitFor } from '../../src/test-kit/wait.js'
import { toyHost, toyRecorder, type ToyRecorder } from '../kernel/toys.js'

interface Slow { url: string, running: () => number, release: () => void, recorder: ToyRecorder, inject: (path: string) => Promise<number> }

/** `GET /slow` waits until it is released; `GET /api/admin/v1/quick` does not. */
async function slow (t: Test): Promise<Slow> {
  let running = 0
  let release = (): void => {}
  const released = new Promise<void>(resolve => { release = resolve })
  const text = { response: { 200: Type.String() } }
  const plugin: Plugin = definePlugin({
    id: 'slow',
    title: 'Slow',
    summary: 'Waits.',
    category: 'Test',
    requires: [],
    operations: { 'slow.get': { title: 'Wait', access: 'public' }, 'quick.get': { title: 'Do not wait', access: 'public' } },
    register (app) {
      app.get('/slow', { config: { operation: 'slow.get' }, schema: text }, async () => {
        running++
        await released
        running--
        return 'done'
      })
      app.get('/api/admin/v1/quick', { config: { operation: 'quick.get' }, schema: text }, async () => 'done')
    }
  })
  const recorder = toyRecorder()
  const { host } = await toyHost(t, [recorder.plugin, plugin])
  const url = await host.app.listen({ port: 0 })
  t.teardown(() => { release() })
  return { url, running: () => running, release, recorder, inject: async path => (await host.app.inject(path)).statusCode }
}

t.test('503 overloaded – beyond 256 calls, while operators are answered and those that run are finished', async t => {
  const { url, running, release } = await slow(t)
  const agent = new Agent({ connections: 400, pipelining: 1 })
  t.teardown(async () => { await agent.destroy() })
  const get = async (path: string): Promise<{ status: number, retry: unknown, body: string }> => {
    const { statusCode, headers, body } = await request(`${url}${path}`, { dispatcher: agent })
    return { status: statusCode, retry: headers['retry-after'], body: await body.text() }
  }
  const admitted = Array.from({ length: 256 }, async () => await get('/slow'))
  await waitFor(() => running() === 256, 'all that are admitted run')
  for (const answer of await Promise.all(Array.from({ length: 60 }, async () => await get('/slow')))) {
    t.match(answer, { status: 503, retry: '1', body: /"code":"overloaded"/ })
  }
  t.equal((await get('/api/admin/v1/quick')).status, 200, 'operators have a number of their own')
  t.equal(running(), 256)
  release()
  t.same(new Set((await Promise.all(admitted)).map(({ status }) => status)), new Set([200]))
  await waitFor(async () => (await get('/slow')).status === 200, 'room again')
})

t.test('503 connection.pipelined – beyond 16 calls on one connection, which is closed', async t => {
  const { url, running, release } = await slow(t)
  const call = 'GET /slow HTTP/1.1\r\nHost: x\r\n\r\n'
  const text = send(url, call.repeat(500), 'wait')
  await waitFor(() => running() === 16, 'the first ones run')
  release()
  const statuses = [...(await text).matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)
  t.same(statuses.slice(0, 17), [...Array<string>(16).fill('200'), '503'], 'in their order, and the refusal is the last')
  t.equal(statuses.length, 17)
})

t.test('503 overloaded – while the audit can not be written; the waiting calls are answered too, and are counted', async t => {
  const { url, inject, recorder } = await slow(t)
  let proceed = (): void => {}
  const stuck = new Promise<void>(resolve => { proceed = resolve })
  recorder.delay = async () => await stuck
  const waiting = inject('/api/admin/v1/quick')
  await waitFor(async () => (await fetch(`${url}/unknown`)).status === 503, 'new calls are refused')
  t.equal(await waiting, 503, 'no row, no answer: after five seconds')
  recorder.delay = async () => {}
  proceed()
  await waitFor(async () => await inject('/unknown') === 404, 'calls are answered again')
  await waitFor(
    () => recorder.calls.some(({ errorCode, url }) => errorCode === 'overloaded' && /^\(\d+ calls\)$/.test(url)), 'a row for those that were refused'
  )
})

t.test('what has ended makes room, however it was made', async t => {
  const { inject, release } = await slow(t)
  release()
  for (let count = 0; count < 600; count++) if (await inject('/slow') !== 200) t.fail(`call ${count}`)
  t.equal(await inject('/slow'), 200)
})
