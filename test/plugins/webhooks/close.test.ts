// The end of a process: calls under way may finish, what is left goes back, no try is lost.
import t from 'tap'
import { onServer } from '../../../src/test-kit/databases.js'
import { startReceiver } from '../../../src/test-kit/receiver.js'
import { buildWebhookApp, type StoredDelivery } from './setup.js'

const names = Array.from({ length: 15 }, (_, at) => `toy-${at}`)

t.test('calls under way end normally, nothing new is begun', async t => {
  const receiver = await startReceiver(t)
  let release = (): void => {}
  const held = new Promise<void>(resolve => { release = resolve })
  receiver.answer({ until: held })
  const wms = await buildWebhookApp(t)
  await wms.hook({ url: receiver.url })
  await wms.emit(names)
  await wms.waitFor(() => receiver.open === 10, 'ten calls')
  const began = performance.now()
  const closed = wms.close()
  setTimeout(release, 200)
  await closed
  t.ok(performance.now() - began < 5_000, 'and as soon as they have ended, so does the process')
  t.equal(receiver.ledger.length, 10)
  const { rows } = await onServer(wms.databaseUrl, async client => await client.query<StoredDelivery>('SELECT "status", "attemptCount" FROM "Delivery"'))
  t.equal(rows.filter(row => row.status === 'succeeded' && row.attemptCount === 1).length, 10)
  t.equal(rows.filter(row => row.status === 'pending' && row.attemptCount === 0).length, 5)
})

t.test('calls that do not end in 10 s are broken off, recorded as interrupted, and go back without a try', async t => {
  const receiver = await startReceiver(t)
  receiver.answer({ instead: 'silence' })
  const wms = await buildWebhookApp(t)
  await wms.hook({ url: receiver.url })
  await wms.emit(names)
  await wms.waitFor(() => receiver.open === 10, 'ten calls')
  const began = performance.now()
  await wms.close()
  const tookMs = performance.now() - began
  t.ok(tookMs > 9_000 && tookMs < 20_000, `${Math.round(tookMs)} ms`)
  await onServer(wms.databaseUrl, async client => {
    const { rows } = await client.query('SELECT "status", "attemptCount", "lane", "leaseUntil" FROM "Delivery"')
    t.equal(rows.length, 15)
    t.ok(rows.every(row => row.status === 'pending' && row.attemptCount === 0 && row.lane === 'new' && row.leaseUntil === null))
    const { rows: [count] } = await client
      .query(`SELECT (SELECT count(*) FROM "Attempt" WHERE "interrupted" AND "errorClass" = 'interrupted')::int AS "attempts",
      (SELECT count(*) FROM "Audit" WHERE "direction" = 'out' AND "errorClass" = 'interrupted')::int AS "audited"`)
    t.same(count, { attempts: 10, audited: 10 })
  })
  receiver.answer({})
  const again = await buildWebhookApp(t, { databaseUrl: wms.databaseUrl })
  await again.settled(15)
  t.equal(receiver.ledger.length, 25)
})
