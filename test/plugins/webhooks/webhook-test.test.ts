import t from 'tap'
import { startReceiver } from '../../support/receiver.js'
import { buildWebhookApp } from './support.js'

t.test('200 – one call now, answered with what came back, recorded as a test', async t => {
  const receiver = await startReceiver(t)
  const wms = await buildWebhookApp(t)
  const hook = await wms.hook({ url: receiver.url, enabled: false })
  const path = `/api/admin/v1/webhooks/${hook.id as string}/test`
  const answer = await wms.operator.post(path)
  t.match([answer.status, answer.body], [200, { succeeded: true, attempt: { status: 204, trigger: 'test', errorClass: null } }], answer.text)
  t.match(JSON.parse(receiver.ledger[0]!.body), { type: 'webhook.test', test: true, sequence: 0, data: { webhookId: hook.id } })
  t.equal(receiver.ledger[0]!.headers['webhook-id'], answer.body.eventId)
  const { data } = (await wms.operator.get('/api/admin/v1/audit?direction=out')).body
  t.match(data, [{ status: 204, outbound: { trigger: 'test', webhookId: hook.id } }])
  receiver.answer({ status: 500, body: 'broken' })
  t.match((await wms.operator.post(path)).body, { succeeded: false, attempt: { status: 500 } })
  await receiver.stop()
  t.match((await wms.operator.post(path)).body, { succeeded: false, attempt: { status: null, errorClass: 'connect' } })
  t.equal((await wms.deliveries()).filter(delivery => delivery.status === 'pending').length, 0, 'a test is not tried again')
})

t.test('403, 404', async t => {
  const wms = await buildWebhookApp(t)
  const hook = await wms.hook({ url: 'http://127.0.0.1:4011/' })
  t.equal((await (await wms.viewer()).post(`/api/admin/v1/webhooks/${hook.id as string}/test`)).status, 403)
  t.equal((await wms.operator.post('/api/admin/v1/webhooks/whk_unknown/test')).status, 404)
})
