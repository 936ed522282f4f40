import t from 'tap'
import { startReceiver } from '../../../src/test-kit/receiver.js'
import { buildWebhookApp } from './setup.js'

t.test('200 – with its attempts, oldest first; 404 – an unknown one', async t => {
  const receiver = await startReceiver(t)
  const wms = await buildWebhookApp(t)
  await wms.hook({ url: receiver.url })
  receiver.answer([{ status: 503, body: 'busy' }, { status: 204 }])
  await wms.emit(['a'])
  await wms.tried(1)
  await wms.advance(20_000)
  const [delivery] = await wms.settled(1)
  const { status, body } = await (await wms.viewer()).get(`/api/admin/v1/deliveries/${delivery.id as string}`)
  t.match([status, body], [200, {
    status: 'succeeded',
    attemptCount: 2,
    attempts: [{ number: 1, status: 503, responseBody: 'busy', errorClass: 'status' }, { number: 2, status: 204, errorClass: null }]
  }])
  t.equal((await wms.operator.get('/api/admin/v1/deliveries/dlv_unknown')).status, 404)
})
