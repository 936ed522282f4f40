import t from 'tap'
import { startReceiver } from '../../../src/test-kit/receiver.js'
import { buildWebhookApp } from './setup.js'

t.test('200 – one call now, answered with what came back, recorded as a test', async t => {
  const receiver = await startReceiver(t)
  const wms = await buildWebhookApp(t)
  const hook = await wms.hook({ url: receiver.url, enabled: false })
  const path = `/api/admin/v1/webhooks/${hook.id as string}/test`
  const answer = await wms.operator.post(path)
  t.equal(answer.status, 200, answer.text)
  const { body } = answer
  const call = receiver.ledger[0]!
  t.match(body, {
    succeeded: true,
    errorClass: null,
    request: { method: 'POST', url: `${receiver.url}/`, headers: { authorization: 'Basic [redacted]' } },
    response: { status: 204, body: '', truncated: false }
  })
  t.match(JSON.parse(call.body), { type: 'webhook.test', test: true, sequence: 0, data: { webhookId: hook.id } })
  t.equal(body.request.body, call.body, 'what the receiver got')
  t.same([call.headers['webhook-id'], call.headers['webhook-timestamp']], [body.eventId, body.request.headers['webhook-timestamp']])
  const { data } = (await wms.operator.get('/api/admin/v1/audit?direction=out')).body
  t.match(data, [{ requestId: body.attemptId, status: 204, outbound: { trigger: 'test', webhookId: hook.id, deliveryId: null } }])
  receiver.answer(received => ({
    status: 500, body: `broken ${String(received.headers.authorization)}`, headers: { 'x-echo': String(received.headers.authorization) }
  }))
  const refused = (await wms.operator.post(path)).body
  t.match(refused, {
    succeeded: false, errorClass: 'status', response: { status: 500, body: 'broken Basic [redacted]', headers: { 'x-echo': 'Basic [redacted]' } }
  })
  await receiver.stop()
  t.match((await wms.operator.post(path)).body, { succeeded: false, response: null, errorClass: 'connect' })
  t.same(await wms.deliveries(), [], 'a test is no delivery')
})

t.test('403, 404', async t => {
  const wms = await buildWebhookApp(t)
  const hook = await wms.hook({ url: 'http://127.0.0.1:4011/' })
  t.equal((await (await wms.viewer()).post(`/api/admin/v1/webhooks/${hook.id as string}/test`)).status, 403)
  t.equal((await wms.operator.post('/api/admin/v1/webhooks/whk_unknown/test')).status, 404)
})
