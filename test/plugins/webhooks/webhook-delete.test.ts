import t from 'tap'
import { startReceiver } from '../../../src/test-kit/receiver.js'
import { buildWebhookApp } from './setup.js'

t.test('204 – what waits is cancelled and never sent, what ended stays readable', async t => {
  const receiver = await startReceiver(t)
  const wms = await buildWebhookApp(t)
  const hook = await wms.hook({ url: receiver.url })
  const path = `/api/admin/v1/webhooks/${hook.id as string}`
  await wms.emit(['a'])
  await wms.settled(1)
  await wms.operator.patch(path, { enabled: false })
  await wms.emit(['b'])
  await wms.waitFor(async () => (await wms.deliveries()).length === 2, 'the second delivery')
  t.equal((await (await wms.viewer()).delete(path)).status, 403)
  t.equal((await wms.operator.delete(path, undefined, { 'if-match': '"1"' })).status, 412)
  t.equal((await wms.operator.delete(path)).status, 204)
  await wms.waitFor(
    async () => (await wms.deliveries()).map(delivery => delivery.status).sort().join() === 'cancelled,succeeded', 'the waiting one to be cancelled'
  )
  t.equal(receiver.ledger.length, 1)
  t.equal((await wms.operator.delete(path)).status, 404)
})
