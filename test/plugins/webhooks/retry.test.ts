// Failures of a receiver: when the next call comes, and what is kept of each.
import t from 'tap'
import { SCHEDULE } from '../../../plugins/webhooks/engine/schedule.js'
import { startReceiver } from '../../../src/test-kit/receiver.js'
import { buildWebhookApp, type WebhookApp } from './setup.js'

/** To the moment of the next try, no further. */
async function advanceTo (wms: WebhookApp, notBefore: Date): Promise<void> {
  await wms.advance(Math.max(notBefore.getTime() - wms.clock.now().getTime(), 0))
}

t.test('13 attempts at the times of the schedule, then dead; each is recorded', async t => {
  const receiver = await startReceiver(t)
  receiver.answer({ status: 500, body: 'no' })
  const wms = await buildWebhookApp(t)
  await wms.hook({ url: receiver.url })
  await wms.emit(['a'])
  for (let attempts = 1; attempts < SCHEDULE.length; attempts++) {
    const delivery = await wms.tried(attempts)
    t.equal(delivery.status, 'pending')
    t.equal(delivery.lane, 'retry')
    t.equal(receiver.ledger.length, attempts)
    const { rows: [attempt] } = await wms.db.query<{ endedAt: Date }>(
      'SELECT "occurredAt" + "durationMs" * interval \'1 millisecond\' AS "endedAt" FROM "Attempt" WHERE "number" = $1', [attempts])
    const waitMs = delivery.notBefore.getTime() - attempt!.endedAt.getTime()
    const base = SCHEDULE[attempts]!
    t.ok(waitMs > base - 50 && waitMs < base + Math.min(Math.max(base / 5, 1_000), 900_000) + 1_000, `after try ${attempts}: ${waitMs} ms for ${base}`)
    await advanceTo(wms, delivery.notBefore)
  }
  const dead = await wms.tried(13)
  t.equal(dead.status, 'dead')
  t.equal(dead.lastError, 'status: answered 500')
  await wms.advance(48 * 3_600_000)
  await wms.waitFor(async () => (await wms.db.query('SELECT 1 FROM "Delivery" WHERE "status" = \'pending\'')).rows.length === 0, 'nothing pending')
  t.equal(receiver.ledger.length, 13)
  t.equal(new Set(receiver.ids()).size, 1, 'the same id at each try')
  t.equal(new Set(receiver.ledger.map(call => call.body)).size, 1, 'the same bytes at each try')
  t.equal(new Set(receiver.ledger.map(call => call.headers['webhook-timestamp'])).size, 13, 'the time of each try')
  const { rows } = await wms.db.query<{ number: number, status: number, responseBody: string, nextAttemptAt: Date | null }>(
    'SELECT "number", "status", "responseBody", "nextAttemptAt" FROM "Attempt" ORDER BY "occurredAt"')
  t.same(rows.map(row => row.number), Array.from({ length: 13 }, (_, at) => at + 1))
  t.ok(rows.every(row => row.status === 500 && row.responseBody === 'no'))
  t.equal(rows.filter(row => row.nextAttemptAt === null).length, 1, 'the last has no next')
  const audit = await wms.db.query<
    { attempt: number, statusClass: number }
  >('SELECT "attempt", "statusClass" FROM "Audit" WHERE "direction" = \'out\' ORDER BY "seq"')
  t.same(audit.rows.map(row => row.attempt), rows.map(row => row.number))
})

t.test('a retry does not come before its time', async t => {
  const receiver = await startReceiver(t)
  receiver.answer([{ status: 500 }, { status: 204 }])
  const wms = await buildWebhookApp(t)
  await wms.hook({ url: receiver.url })
  await wms.emit(['a'])
  const { notBefore } = await wms.tried(1)
  await wms.advance(3_000)
  // Something else is delivered in the meantime: the engine has looked.
  await wms.emit(['b'])
  await wms.waitFor(() => receiver.ledger.length === 2, 'the other delivery')
  t.not(receiver.ids()[1], receiver.ids()[0])
  await advanceTo(wms, notBefore)
  await wms.settled(2)
  t.equal(receiver.ids()[2], receiver.ids()[0])
})

t.test('302 – a redirect is not followed and is a failure', async t => {
  const receiver = await startReceiver(t)
  const other = await startReceiver(t)
  receiver.answer({ status: 302, headers: { location: other.url } })
  const wms = await buildWebhookApp(t)
  await wms.hook({ url: receiver.url })
  await wms.emit(['a'])
  const delivery = await wms.tried(1)
  t.equal(other.ledger.length, 0)
  t.match((await wms.delivery(delivery.id)).attempts, [{ status: 302, errorClass: 'redirect' }])
})

t.test('422 – dead after three attempts', async t => {
  const receiver = await startReceiver(t)
  receiver.answer({ status: 422 })
  const wms = await buildWebhookApp(t)
  await wms.hook({ url: receiver.url })
  await wms.emit(['a'])
  for (const attempts of [1, 2]) await advanceTo(wms, (await wms.tried(attempts)).notBefore)
  t.equal((await wms.tried(3)).status, 'dead')
  t.match(await wms.deliveries('status=dead'), [{ attemptCount: 3, maxAttempts: 13, lastStatus: 422, nextAttemptAt: null, succeededAt: null }])
})

t.test('429 with Retry-After – the whole receiver waits, other receivers do not', async t => {
  const busy = await startReceiver(t)
  const idle = await startReceiver(t)
  busy.answer([{ status: 429, headers: { 'retry-after': '120' } }, {}])
  const wms = await buildWebhookApp(t)
  const hook = await wms.hook({ url: busy.url })
  await wms.hook({ url: idle.url, events: ['toy.broken'] })
  await wms.emit(['a'])
  const first = await wms.tried(1)
  const waitMs = first.notBefore.getTime() - wms.clock.now().getTime()
  t.ok(waitMs > 110_000 && waitMs <= 120_000, `${waitMs} ms`)
  await wms.emit(['b'])
  await wms.emit(['c'], { type: 'toy.broken' })
  await wms.waitFor(() => idle.ledger.length === 1, 'the other receiver')
  t.equal(busy.ledger.length, 1)
  t.match((await wms.deliveries(`webhookId=${hook.id}&status=pending`)).map(delivery => delivery.holdReason), ['receiver_asked', 'receiver_asked'])
  await wms.advance(121_000)
  await wms.settled(3)
  t.equal(busy.ledger.length, 3)
})

t.test('a receiver that is down gets its events when it is back', async t => {
  const receiver = await startReceiver(t)
  const wms = await buildWebhookApp(t)
  await wms.hook({ url: receiver.url })
  await receiver.stop()
  await wms.emit(['a', 'b', 'c'])
  await wms.waitFor(
    async () => (await wms.deliveries()).filter(delivery => delivery.attemptCount === 1 && delivery.status === 'pending').length === 3, 'the first attempts'
  )
  t.ok((await wms.deliveries()).every(delivery => delivery.lastError.startsWith('connect: ') && delivery.lastStatus === null))
  await receiver.start()
  await wms.advance(10_000)
  await wms.settled(3)
  t.equal(new Set(receiver.ids()).size, 3)
  t.equal(receiver.ledger.length, 3)
})
