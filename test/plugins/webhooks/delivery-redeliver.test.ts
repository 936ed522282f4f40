import t from 'tap'
import { startReceiver } from '../../../src/test-kit/receiver.js'
import { buildWebhookApp } from './setup.js'

t.test('the same event once more under the same webhook-id; 409 – while it still waits', async t => {
  const receiver = await startReceiver(t)
  const wms = await buildWebhookApp(t)
  await wms.hook({ url: receiver.url })
  await wms.emit(['a'])
  const [delivery] = await wms.settled(1)
  const path = `/api/admin/v1/deliveries/${delivery.id as string}/redeliver`
  t.equal((await (await wms.viewer()).post(path)).status, 403)
  const again = await wms.operator.post(path)
  t.ok(again.status >= 200 && again.status < 300, again.text)
  await wms.waitFor(() => receiver.ledger.length === 2, 'the second call')
  t.same(receiver.ids(), [delivery.eventId, delivery.eventId])
  t.equal(receiver.ledger[1]!.body, receiver.ledger[0]!.body)
  await wms.settled(1)
  t.match((await wms.delivery(delivery.id)).attempts, [{ trigger: 'auto' }, { trigger: 'manual' }])

  receiver.answer({ status: 500 })
  await wms.operator.post(path)
  await wms.waitFor(async () => (await wms.delivery(delivery.id)).attempts.length === 3, 'the failed try')
  await wms.waitFor(async () => (await wms.delivery(delivery.id)).status === 'pending', 'its place in the schedule')
  t.equal((await wms.operator.post(path)).status, 409)
  t.equal((await wms.operator.post('/api/admin/v1/deliveries/dlv_unknown/redeliver')).status, 404)
})
