// From an event to its receiver: once, with the right headers and bytes, recorded.
import { envelopeOf } from '#kernel'
import t from 'tap'
import { startReceiver } from '../../../src/test-kit/receiver.js'
import { buildWebhookApp, OWNER, PASSWORD } from './setup.js'

t.test('an event is delivered once, with the bytes of the log, Basic in UTF-8 and the standard headers', async t => {
  const receiver = await startReceiver(t)
  const wms = await buildWebhookApp(t)
  const hook = await wms.hook({ url: `${receiver.url}/hooks?site=1` })
  await wms.emit(['a', 'b'])
  const deliveries = await wms.settled(2)

  t.equal(receiver.ledger.length, 2)
  const events = (await wms.operator.get('/api/admin/v1/events')).body.data.reverse()
  t.same(receiver.ids().sort(), events.map((event: { id: string }) => event.id).sort())
  const first = receiver.ledger.find(call => call.headers['webhook-id'] === events[0].id)!
  const second = receiver.ledger.find(call => call.headers['webhook-id'] === events[1].id)!
  t.equal(first.method, 'POST')
  t.equal(first.path, '/hooks?site=1')
  t.equal(first.headers['content-type'], 'application/json')
  t.equal(first.headers.authorization, `Basic ${Buffer.from(`wms:${PASSWORD}`, 'utf8').toString('base64')}`)
  t.match(first.headers['user-agent'], /^logistics-wms-webhooks\/\d/)
  t.ok(Math.abs(Number(first.headers['webhook-timestamp']) - Date.now() / 1000) < 60)
  t.equal(first.headers['webhook-previous-sequence'], '0')
  t.equal(second.headers['webhook-previous-sequence'], String(events[0].sequence))

  const { rows: [stored] } = await wms.db.query<{ envelope: string }>(`SELECT ${envelopeOf('e')} AS "envelope" FROM "Event" e WHERE "id" = $1`, [events[0].id])
  t.equal(first.body, stored!.envelope)
  t.match(JSON.parse(first.body), {
    id: events[0].id, type: 'toy.created', sequence: events[0].sequence, ownerId: OWNER, test: false, data: { id: 'a', name: 'Toy a' }, previous: null
  })

  const { attempts, ...delivery } = await wms.delivery(deliveries[0].id)
  t.match(delivery, {
    webhookId: hook.id, status: 'succeeded', lane: 'new', attemptCount: 1, maxAttempts: 13, lastStatus: 204, lastError: null, holdReason: null
  })
  t.match(attempts, [{ number: 1, trigger: 'auto', status: 204, errorClass: null, interrupted: false, remoteAddress: '127.0.0.1', nextAttemptAt: null }])
  t.equal(attempts.length, 1)
})
