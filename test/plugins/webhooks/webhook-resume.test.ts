// POST /webhooks/{id}/resume: the pause that a receiver asked for ends when an operator says so, or with another URL.
import t from 'tap'
import { startReceiver } from '../../../src/test-kit/receiver.js'
import { buildWebhookApp, expected } from './setup.js'

const HOUR = { 'retry-after': '3600' }

t.test('200 – what waits goes at once', async t => {
  const receiver = await startReceiver(t)
  receiver.answer((_, nth) => nth === 1 ? { status: 429, headers: HOUR } : {})
  const wms = await buildWebhookApp(t)
  const hook = await wms.hook({ url: receiver.url })
  const path = `/api/admin/v1/webhooks/${hook.id as string}`
  t.equal(hook.pausedUntil, null)
  await wms.emit(['a'])
  await wms.tried(1)
  await wms.emit(['b'])
  await wms.waitFor(async () => (await wms.deliveries('status=pending')).length === 2, 'both wait')
  const paused = (await wms.operator.get(path)).body
  t.ok(Date.parse(paused.pausedUntil) > wms.clock.now().getTime() + 3_000_000)
  const answer = await expected(wms.operator.post(`${path}/resume`), 200)
  t.match(answer.body, { id: hook.id, pausedUntil: null, version: paused.version })
  await wms.settled(2)
  t.equal(receiver.ledger.length, 3)
  t.equal((await expected(wms.operator.post(`${path}/resume`), 200)).body.pausedUntil, null, 'again: nothing to end')
})

t.test('a pause asked for at the old URL, by a call that was under way when it changed, does not stop the new one', async t => {
  const [old, next] = [await startReceiver(t), await startReceiver(t)]
  let release = (): void => {}
  const late = new Promise<void>(resolve => { release = resolve })
  old.answer({ status: 429, headers: HOUR, until: late })
  const wms = await buildWebhookApp(t)
  const hook = await wms.hook({ url: old.url })
  const path = `/api/admin/v1/webhooks/${hook.id as string}`
  await wms.emit(['a'])
  await wms.waitFor(() => old.ledger.length === 1, 'the call')
  await expected(wms.operator.patch(path, { url: next.url, auth: { username: 'wms', password: 'for the new one' } }), 200)
  release()
  await wms.tried(1)
  t.equal((await wms.operator.get(path)).body.pausedUntil, null)
  await wms.emit(['b'])
  await wms.waitFor(() => next.ledger.length === 1, 'the next event at the new URL')
})

t.test('403, 404, 412 – what is refused', async t => {
  const wms = await buildWebhookApp(t)
  const hook = await wms.hook({ url: 'http://127.0.0.1:4011/' })
  t.equal((await (await wms.viewer()).post(`/api/admin/v1/webhooks/${hook.id as string}/resume`)).status, 403)
  t.equal((await wms.operator.post('/api/admin/v1/webhooks/whk_unknown/resume')).status, 404)
  t.equal((await wms.operator.post(`/api/admin/v1/webhooks/${hook.id as string}/resume`, undefined, { 'if-match': '"9"' })).status, 412)
})
