// Which events a webhook gets.
import t from 'tap'
import { startReceiver } from '../../../src/test-kit/receiver.js'
import { buildWebhookApp } from './setup.js'

t.test('only the events that it names, from its creation on', async t => {
  const receiver = await startReceiver(t)
  const wms = await buildWebhookApp(t)
  await wms.emit(['before'])
  await wms.waitFor(async () => (await wms.operator.get('/api/admin/v1/events')).body.data.length === 1, 'the event of before')
  await wms.hook({ url: receiver.url, events: ['toy.broken'] })
  await wms.emit(['a'])
  await wms.emit(['b'], { type: 'toy.broken' })
  await wms.settled(1)
  t.same(receiver.ledger.map(call => JSON.parse(call.body).data.id), ['b'])
})

t.test('previous sequences say about every event that was addressed, and of no other', async t => {
  const receiver = await startReceiver(t)
  const wms = await buildWebhookApp(t)
  await wms.hook({ url: receiver.url })
  for (const [ids, type] of [[['a', 'b'], 'toy.created'], [['c'], 'toy.broken'], [['d'], 'toy.created']] as const) {
    await wms.emit(ids, { type })
    await wms.waitFor(async () => (await wms.db.query('SELECT 1 FROM "EventOutbox"')).rows.length === 0, 'the numbers')
  }
  await wms.settled(3)
  const calls = receiver.ledger.map(call => ({ sequence: JSON.parse(call.body).sequence, previous: Number(call.headers['webhook-previous-sequence']) }))
    .sort((one, other) => one.sequence - other.sequence)
  t.same(calls, [{ sequence: 1, previous: 0 }, { sequence: 2, previous: 1 }, { sequence: 4, previous: 2 }])
})

t.test('not what an excluded client caused, but what others caused', async t => {
  const receiver = await startReceiver(t)
  const wms = await buildWebhookApp(t)
  await wms.hook({ url: receiver.url, excludeClientIds: ['cli_erp'] })
  await wms.emit(['own'], { clientId: 'cli_erp' })
  await wms.emit(['other'], { clientId: 'cli_shop' })
  await wms.emit(['system'])
  await wms.settled(2)
  t.same(receiver.ledger.map(call => JSON.parse(call.body).data.id).sort(), ['other', 'system'])
})

t.test('of one owner, when it names one', async t => {
  const all = await startReceiver(t)
  const one = await startReceiver(t)
  const wms = await buildWebhookApp(t)
  const ownerId = await wms.seedOwner()
  await wms.hook({ url: all.url })
  await wms.hook({ url: one.url, ownerId })
  await wms.emit(['a'])
  await wms.emit(['b'], { ownerId })
  await wms.settled(3)
  t.same(all.ledger.map(call => JSON.parse(call.body).data.id).sort(), ['a', 'b'])
  t.same(one.ledger.map(call => JSON.parse(call.body).data.id), ['b'])
})
