// Deliveries that can go at once are made as taken; what is older, or has an order, is claimed as ever.
import t from 'tap'
import { startReceiver } from '../../support/receiver.js'
import { buildWebhookApp } from './support.js'

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
  await wms.emit(names(0, 3))
  await wms.waitFor(async () => (await wms.deliveries('status=succeeded')).length === 6, 'both webhooks')
  t.same([one.ids().sort(), other.ids().sort()], [one.ids().sort(), one.ids().sort()])
  const waiting = await wms.deliveries('status=pending')
  t.same(waiting.map(delivery => delivery['webhookId']), Array(3).fill(off['id']))
})
