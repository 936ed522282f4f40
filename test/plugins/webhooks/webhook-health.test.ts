// GET /webhooks/health
import t from 'tap'
import { startReceiver } from '../../../src/test-kit/receiver.js'
import { buildWebhookApp } from './setup.js'

t.test('200 – what was delivered, given up and waits, per webhook', async t => {
  const receiver = await startReceiver(t)
  const wms = await buildWebhookApp(t)
  const [good, paused] = [await wms.hook({ url: receiver.url }), await wms.hook({ url: receiver.url, enabled: false })]
  await wms.emit(['a', 'b'])
  const health = async (): Promise<Array<Record<string, unknown>>> => (await wms.operator.get('/api/admin/v1/webhooks/health')).body.data
  await wms.waitFor(async () => (await health())[0]!['succeeded'] === 2, 'two deliveries')
  const [first, second] = await health()
  t.match(first, { webhookId: good.id, succeeded: 2, dead: 0, pending: 0, oldestPendingAt: null, lastSuccessAt: /Z$/ })
  t.match(second, { webhookId: paused.id, succeeded: 0, dead: 0, pending: 2, oldestPendingAt: /Z$/, lastSuccessAt: null })
  await wms.db.query('UPDATE "Delivery" SET "status" = \'dead\', "finishedAt" = now() WHERE "webhookId" = $1', [paused.id])
  t.match((await health())[1], { dead: 2, pending: 0 })
  t.equal((await wms.anonymous.get('/api/admin/v1/webhooks/health')).status, 401)
})
