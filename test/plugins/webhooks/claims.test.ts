// Who sends what: each delivery is claimed once, ten at a time, and comes back when its claim is lost.
import t from 'tap'
import { startReceiver } from '../../../src/test-kit/receiver.js'
import { absentClaimants, lockPresence } from '../../../plugins/webhooks/store/presence.js'
import { buildWebhookApp } from './setup.js'

const names = (count: number): string[] => Array.from({ length: count }, (_, at) => `toy-${at}`)

t.test('two processes on one database deliver each event once, about ten at a time together', async t => {
  const receiver = await startReceiver(t)
  receiver.answer({ delayMs: 5 })
  const one = await buildWebhookApp(t)
  const other = await buildWebhookApp(t, { databaseUrl: one.databaseUrl })
  await one.hook({ url: receiver.url })
  await Promise.all([one, other, one, other].map(async (wms, at) => await wms.emit(names(40).map(name => `${at}-${name}`))))
  await one.settled(160)
  t.equal(receiver.ledger.length, 160)
  t.equal(new Set(receiver.ids()).size, 160)
  t.ok(receiver.mostOpen <= 13, `${receiver.mostOpen} at a time: ten, and one more for every fifty that went well`)
  const { rows } = await one.db.query<{ attempts: number, audited: number }>(
    'SELECT (SELECT count(*) FROM "Attempt") AS "attempts", (SELECT count(*) FROM "Audit" WHERE "direction" = \'out\') AS "audited"')
  t.same(rows[0], { attempts: 160, audited: 160 })
})

t.test('eleven webhooks whose receiver hangs take ten calls each and hold up no other', async t => {
  const hung = await Promise.all(Array.from({ length: 11 }, async () => await startReceiver(t)))
  const begun = (): number => hung.reduce((sum, receiver) => sum + receiver.ledger.length, 0)
  const quick = await startReceiver(t)
  for (const receiver of hung) receiver.answer({ instead: 'silence' })
  const wms = await buildWebhookApp(t)
  for (const receiver of hung) await wms.hook({ url: receiver.url })
  await wms.hook({ url: `${quick.url}/stuck`, events: ['toy.created'] })
  quick.answer(call => call.path === '/stuck' ? { instead: 'silence' } : {})
  await wms.hook({ url: quick.url, events: ['toy.broken'] })
  await wms.emit(names(30))
  await wms.waitFor(() => begun() === 110 && quick.ledger.length === 10, 'ten calls of each')
  await wms.emit(names(100), { type: 'toy.broken' })
  await wms.waitFor(async () => (await wms.deliveries('status=succeeded')).length === 100, 'the other receiver')
  t.equal(begun(), 110)
  await Promise.all(hung.map(async receiver => await receiver.stop()))
})

t.test('an expired claim is taken back without a try; its late result changes nothing', async t => {
  const receiver = await startReceiver(t)
  let release = (): void => {}
  const late = new Promise<void>(resolve => { release = resolve })
  receiver.answer((_, nth) => nth === 1 ? { status: 500, until: late } : { status: 200 })
  const wms = await buildWebhookApp(t)
  await wms.hook({ url: receiver.url })
  await wms.emit(['a'])
  await wms.waitFor(() => receiver.ledger.length === 1, 'the first call')
  await wms.advance(61_000)
  const [delivery] = await wms.settled(1)
  release()
  await wms.waitFor(async () => (await wms.delivery(delivery.id)).attempts.length === 3, 'the late result')
  const { attempts, ...after } = await wms.delivery(delivery.id)
  t.match(after, { status: 'succeeded', attemptCount: 1, lastStatus: 200, lastError: null })
  t.match(attempts.map((attempt: Record<string, unknown>) => [attempt['number'], attempt['status'], attempt['interrupted']]).sort(),
    [[1, 200, false], [1, 500, false], [1, null, true]].sort())
  t.equal(new Set(receiver.ids()).size, 1)
  const { rows } = await wms.db.query<{ errorClass: string | null }>('SELECT "errorClass" FROM "Audit" WHERE "deliveryId" = $1', [delivery.id])
  t.same(rows.map(row => row.errorClass).sort(), ['interrupted', 'status', null].sort(), 'the audit has all three')
})

t.test('what a dead process had claimed is delivered by another as soon as its lock is gone, whatever its lease says', async t => {
  const receiver = await startReceiver(t)
  const wms = await buildWebhookApp(t)
  await wms.hook({ url: receiver.url })
  const dead = await wms.db.connect('worker')
  await lockPresence(dead, 'wrk_dead')
  await wms.emit(['a'])
  await wms.settled(1)
  await wms.db
    .query(
      'UPDATE "Delivery" SET "status" = \'sending\', "finishedAt" = NULL, "claimedBy" = \'wrk_dead\', "fence" = 7, "leaseUntil" = now() + ' +
        'interval \'1 hour\''
    )
  t.same(await absentClaimants(wms.db), [], 'it holds its lock')
  await dead.end()
  await wms.settled(1)
  t.equal(receiver.ledger.length, 2)
})

t.test('what a dead process had claimed is delivered by another', async t => {
  const receiver = await startReceiver(t)
  const wms = await buildWebhookApp(t, { config: { roles: ['api', 'worker'] } })
  await wms.hook({ url: receiver.url, enabled: false })
  await wms.emit(['a'])
  await wms.waitFor(async () => (await wms.deliveries()).length === 1, 'the delivery')
  await wms.db.query('UPDATE "Delivery" SET "status" = \'sending\', "claimedBy" = \'wrk_gone\', "fence" = 7, "leaseUntil" = $1::timestamptz',
    [new Date(wms.clock.now().getTime() + 60_000).toISOString()])
  const [hook] = (await wms.operator.get('/api/admin/v1/webhooks')).body.data
  await wms.operator.patch(`/api/admin/v1/webhooks/${hook.id}`, { enabled: true })
  t.equal(receiver.ledger.length, 0)
  await wms.advance(61_000)
  await wms.settled(1)
  t.equal(receiver.ledger.length, 1)
})

t.test('what is sent again by hand takes a fifth of the slots', async t => {
  const receiver = await startReceiver(t)
  const wms = await buildWebhookApp(t)
  const hook = await wms.hook({ url: receiver.url })
  await wms.emit(names(20))
  const deliveries = await wms.settled(20)
  receiver.answer({ instead: 'silence' })
  await wms.operator.patch(`/api/admin/v1/webhooks/${hook.id as string}`, { enabled: false })
  for (const { id } of deliveries) await wms.operator.post(`/api/admin/v1/deliveries/${id as string}/redeliver`)
  await wms.emit(names(20).map(name => `new-${name}`))
  await wms.waitFor(async () => (await wms.deliveries('status=pending')).length === 40, 'both kinds')
  await wms.operator.patch(`/api/admin/v1/webhooks/${hook.id as string}`, { enabled: true })
  await wms.waitFor(() => receiver.ledger.length === 30, 'ten calls')
  const repeated = receiver.ids().slice(20).filter(id => receiver.ids().slice(0, 20).includes(id))
  t.ok(repeated.length >= 1 && repeated.length <= 2, `${repeated.length} of ten`)
  await receiver.stop()
})
