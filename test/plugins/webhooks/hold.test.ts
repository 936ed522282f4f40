// Held, not lost: while something is off deliveries wait, and go when it is on again.
import t from 'tap'
import { startReceiver } from '../../../src/test-kit/receiver.js'
import { buildWebhookApp, externalApi, expected, PLUGINS } from './setup.js'

t.test('while the integration is off deliveries wait; switched on, they go', async t => {
  const receiver = await startReceiver(t)
  const wms = await buildWebhookApp(t, { plugins: [...PLUGINS, externalApi] })
  await wms.hook({ url: receiver.url })
  const set = async (id: string, enabled: boolean): Promise<void> => {
    await wms.db.query('INSERT INTO "PluginSwitch" ("id", "enabled") VALUES ($1, $2) ON CONFLICT ("id") DO UPDATE SET "enabled" = $2', [id, enabled])
    await wms.db
      .query('INSERT INTO "StateVersion" ("topic") VALUES (\'switches\') ON CONFLICT ("topic") DO UPDATE SET "version" = "StateVersion"."version" + 1')
    await new Promise(resolve => setTimeout(resolve, 600))
  }
  await set('external-api', false)
  await wms.emit(['a', 'b'])
  await wms.waitFor(async () => (await wms.deliveries()).length === 2, 'the deliveries')
  t.same((await wms.deliveries()).map(delivery => [delivery.status, delivery.holdReason]), [['pending', 'switched_off'], ['pending', 'switched_off']])
  await wms.advance(100 * 1000)
  t.equal(receiver.ledger.length, 0)
  await set('external-api', true)
  await wms.settled(2)
  t.equal(receiver.ledger.length, 2)

  await set('webhooks', false)
  await wms.emit(['c'])
  await wms.waitFor(async () => (await wms.db.query('SELECT 1 FROM "Delivery" WHERE "status" = \'pending\'')).rows.length === 1, 'the delivery')
  t.equal((await wms.operator.get('/api/admin/v1/webhooks')).status, 404)
  t.equal(receiver.ledger.length, 2)
  await set('webhooks', true)
  await wms.settled(3)
  t.equal(receiver.ledger.length, 3)
})

t.test('a disabled webhook keeps its deliveries and drains them when it is enabled', async t => {
  const receiver = await startReceiver(t)
  const wms = await buildWebhookApp(t)
  const hook = await wms.hook({ url: receiver.url, enabled: false })
  await wms.emit(Array.from({ length: 120 }, (_, at) => `toy-${at}`))
  await wms.waitFor(async () => (await wms.deliveries()).length === 120, 'the deliveries')
  t.ok((await wms.deliveries()).every(delivery => delivery.holdReason === 'webhook_disabled'))
  t.equal(receiver.ledger.length, 0)
  await expected(wms.operator.patch(`/api/admin/v1/webhooks/${hook.id as string}`, { enabled: true }), 200)
  await wms.settled(120)
  t.equal(new Set(receiver.ids()).size, 120)
  t.equal(receiver.ledger.length, 120)
})

t.test('after the answer to a change nothing goes out as it was before', async t => {
  const old = await startReceiver(t)
  const next = await startReceiver(t)
  old.answer({ delayMs: 2 })
  const wms = await buildWebhookApp(t)
  const hook = await wms.hook({ url: old.url, enabled: false })
  await wms.emit(Array.from({ length: 150 }, (_, at) => `toy-${at}`))
  await wms.waitFor(async () => (await wms.deliveries()).length === 150, 'the deliveries')
  await expected(wms.operator.patch(`/api/admin/v1/webhooks/${hook.id as string}`, { enabled: true }), 200)
  await wms.waitFor(() => old.ledger.length >= 30, 'the first calls')
  await expected(wms.operator.patch(`/api/admin/v1/webhooks/${hook.id as string}`, { url: next.url, auth: { username: 'wms', password: 'the new one' } }), 200)
  const begun = old.ledger.length + old.open
  await wms.settled(150)
  // Ten at a time, and one more for every fifty that went well; all of them may still be on their way.
  t.ok(old.ledger.length <= begun + 13, `only calls that were under way: ${old.ledger.length - begun}`)
  t.ok(next.ledger.length > 0)
  t.equal(new Set([...old.ids(), ...next.ids()]).size, 150)
  t.equal(old.ledger.length + next.ledger.length, 150)
})
