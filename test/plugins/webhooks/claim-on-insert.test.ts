// Deliveries that can go at once are made as taken; what is older, or has an order, is claimed as ever.
import t from 'tap'
import { startReceiver } from '../../../src/test-kit/receiver.js'
import { buildWebhookApp } from './setup.js'

const names = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, at) => `toy-${from + at}`)

interface Row { status: string, fence: number, isTaken: boolean, isUntouched: boolean }

// A claim writes the row once more, so that its `updatedAt` is later.
const ROWS = `SELECT "status", "fence"::int, "claimedBy" IS NOT NULL AND "leaseUntil" IS NOT NULL AS "isTaken", "updatedAt" = "createdAt" AS "isUntouched"
  FROM "Delivery" ORDER BY "eventSequence"`

t.test('an idle webhook gets new events without a claim, up to its slots; the others wait their turn behind them', async t => {
  const receiver = await startReceiver(t)
  let release = (): void => {}
  receiver.answer({ until: new Promise<void>(resolve => { release = resolve }) })
  const wms = await buildWebhookApp(t)
  await wms.hook({ url: receiver.url })
  await wms.emit(names(0, 15))
  await wms.waitFor(() => receiver.ledger.length === 10, 'ten calls')
  await wms.emit(names(15, 18))
  await wms.waitFor(async () => (await wms.deliveries()).length === 18, 'all deliveries')
  const { rows } = await wms.db.query<Row>(ROWS)
  t.same(rows.slice(0, 10), Array(10).fill({ status: 'sending', fence: 1, isTaken: true, isUntouched: true }))
  t.same(rows.slice(10), Array(8).fill({ status: 'pending', fence: 0, isTaken: false, isUntouched: true }))
  release()
  const deliveries = await wms.settled(18)
  t.equal(receiver.ledger.length, 18)
  t.equal(new Set(receiver.ids()).size, 18)
  t.ok(deliveries.every(delivery => delivery['status'] === 'succeeded' && delivery['attemptCount'] === 1))
})

t.test('the events of a webhook that keeps an order are claimed', async t => {
  const receiver = await startReceiver(t)
  receiver.answer({ instead: 'silence' })
  const wms = await buildWebhookApp(t)
  await wms.hook({ url: receiver.url, ordering: 'subject' })
  await wms.emit(['toy'])
  await wms.waitFor(() => receiver.ledger.length === 1, 'the call')
  const { rows } = await wms.db.query<Row>(ROWS)
  t.same(rows, [{ status: 'sending', fence: 1, isTaken: true, isUntouched: false }])
  await receiver.stop()
})

t.test('an event for two webhooks: each has its own, a third that is off waits', async t => {
  const [one, other] = [await startReceiver(t), await startReceiver(t)]
  const wms = await buildWebhookApp(t)
  await wms.hook({ url: one.url })
  await wms.hook({ url: other.url })
  const off = await wms.hook({ url: other.url, enabled: false })
  one.answer({ instead: 'silence' })
  other.answer({ instead: 'silence' })
  await wms.emit(names(0, 3))
  await wms.waitFor(() => one.ledger.length === 3 && other.ledger.length === 3, 'both webhooks')
  t.same(one.ids().sort(), other.ids().sort())
  const { rows } = await wms.db.query<Row & { webhookId: string }>(ROWS.replace('SELECT', 'SELECT "webhookId",'))
  for (const { webhookId, ...row } of rows) {
    t.same(
      row,
      webhookId === off['id']
        ? { status: 'pending', fence: 0, isTaken: false, isUntouched: true }
        : { status: 'sending', fence: 1, isTaken: true, isUntouched: true }
    )
  }
  t.equal(rows.length, 9)
  await one.stop()
  await other.stop()
})

t.test('what is older and due goes first: new events wait behind it', async t => {
  const receiver = await startReceiver(t)
  const wms = await buildWebhookApp(t)
  const hook = await wms.hook({ url: receiver.url, enabled: false })
  await wms.emit(names(0, 2))
  await wms.waitFor(async () => (await wms.deliveries()).length === 2, 'the older ones')
  // Behind the back of the worker, which is woken by the next events only.
  await wms.db.query('UPDATE "Webhook" SET "enabled" = true WHERE "id" = $1', [hook['id']])
  await wms.emit(names(2, 4))
  await wms.settled(4)
  t.same(
    receiver.ledger.map(call => JSON.parse(call.body).sequence as number).toSorted((a, b) => a - b),
    receiver.ledger.map(call => JSON.parse(call.body).sequence as number)
  )
})

t.test('a webhook whose credentials can\'t be read keeps no event from being numbered', async t => {
  const [broken, sound] = [await startReceiver(t), await startReceiver(t)]
  const wms = await buildWebhookApp(t)
  const hook = await wms.hook({ url: broken.url })
  await wms.db.query('UPDATE "WebhookCredential" SET "secret" = \'damaged\' WHERE "webhookId" = $1', [hook['id']])
  await wms.emit(names(0, 2))
  await wms.waitFor(async () => (await wms.deliveries('status=pending')).length === 2, 'their deliveries')
  t.equal(broken.ledger.length, 0)
  await wms.operator.delete(`/api/admin/v1/webhooks/${hook['id'] as string}`)
  await wms.hook({ url: sound.url })
  await wms.emit(names(2, 4))
  await wms.waitFor(() => sound.ledger.length === 2, 'the other webhook')
})
