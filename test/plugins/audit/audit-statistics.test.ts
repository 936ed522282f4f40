// GET /audit/statistics: counted from the calls and from the counts of periods that are over, each call once.
import t, { type Test } from 'tap'
import { percentileOf } from '../../../plugins/audit/domain/histogram.js'
import { buildTestApp, type Answer, type TestApp } from '../../../src/test-kit/service.js'
import { startReceiver } from '../../../src/test-kit/receiver.js'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

/** Signs in again: sessions do not last as long as the statistics. */
const read = async (wms: TestApp, range: string): Promise<Answer['body']> => {
  const answer = await (await wms.signIn()).get(`/api/admin/v1/audit/statistics?range=${range}`)
  if (answer.status !== 200) throw new Error(answer.text)
  return answer.body
}

/** Lets time pass, and waits until all that is over is counted. */
async function pass (wms: TestApp, ms: number): Promise<void> {
  await wms.advance(ms)
  await wms.waitFor(async () => {
    wms.wakeAll()
    const { rows: [state] } = await wms.db.query<{ rolledTo: Date | null }>('SELECT "rolledTo" FROM "AuditRollupState"')
    return state!.rolledTo !== null && state!.rolledTo.getTime() > wms.clock.now().getTime() - 4 * MINUTE_MS
  }, 'the counting')
}

const sum = (periods: ReadonlyArray<Record<string, number>>, field: string): number => periods.reduce((total, period) => total + period[field]!, 0)

t.test('200 – each call once, whether it is counted already or not', async t => {
  const wms = await buildTestApp(t)
  const receiver = await startReceiver(t)
  const erp = await wms.newClient({ name: 'ERP' })
  await wms.operator.post('/api/admin/v1/webhooks', {
    name: 'Shop', url: receiver.url, events: ['product.created'], auth: { type: 'basic', username: 'u', password: 'a long password' }
  })
  for (let count = 0; count < 5; count++) await erp.post('/api/external/v1/products', { sku: `S-${count}`, name: 'Counted' })
  await erp.get('/api/external/v1/products/sku:NONE')
  await wms.anonymous.get('/api/external/v1/products')
  await wms.waitFor(async () => (await wms.db.query('SELECT 1 FROM "Audit" WHERE "direction" = \'out\'')).rowCount === 5, 'the deliveries')

  const check = (t: Test, body: Answer['body'], periods: number): void => {
    t.equal(body.periods.length, periods)
    t.match(body.totals, { calls: 8, refused: 2, failed: 0, attempts: 5, delivered: 5 }, 'a token, five products, two refusals')
    t.same([sum(body.periods, 'succeeded'), sum(body.periods, 'refused'), sum(body.periods, 'delivered'), sum(body.periods, 'undelivered')], [6, 2, 5, 0])
    t.ok(body.totals.p50Ms > 0 && body.totals.p50Ms <= body.totals.p95Ms)
    t.match(body.clients, [{ key: erp.id, name: 'ERP', calls: 7, failed: 1 }])
    t.match(body.operations.find(({ key }: { key: string }) => key === 'product.create'), { name: null, calls: 5, failed: 0 })
    t.match(body.webhooks, [{ name: 'Shop', calls: 5, failed: 0 }])
    t.match(body.failures, [{ status: 401 }, { status: 404 }], 'the last first')
    t.equal(body.failures.length, 2)
  }
  t.test('while it happens', async t => {
    for (const [range, periods] of [['hour', 60], ['day', 96], ['week', 84]] as const) check(t, await read(wms, range), periods)
    t.match(await read(wms, 'hour'), { range: 'hour', periodSeconds: 60 })
  })
  t.test('half counted, and counted whole', async t => {
    await pass(wms, 3.1 * MINUTE_MS)
    for (const [range, periods] of [['hour', 60], ['day', 96], ['week', 84]] as const) check(t, await read(wms, range), periods)
    await pass(wms, 20 * MINUTE_MS)
    for (const [range, periods] of [['hour', 60], ['day', 96], ['week', 84]] as const) check(t, await read(wms, range), periods)
  })
  t.test('an hour later the last hour is quiet, a day later the last day', async t => {
    await pass(wms, 70 * MINUTE_MS)
    t.match((await read(wms, 'hour')).totals, { calls: 0, p50Ms: null, attempts: 0 })
    check(t, await read(wms, 'day'), 96)
    await pass(wms, 1.5 * DAY_MS)
    t.match((await read(wms, 'day')).totals, { calls: 0 })
    check(t, await read(wms, 'week'), 84)
  })
})

t.test('400, 401 – an unknown range is named; no one reads without a session', async t => {
  const wms = await buildTestApp(t)
  t.match(await wms.operator.get('/api/admin/v1/audit/statistics?range=year'), { status: 400, body: { errors: [{ pointer: '/range' }] } })
  t.equal((await wms.anonymous.get('/api/admin/v1/audit/statistics')).status, 401)
})

t.test('percentiles are right to within a fifth', t => {
  const histogram = (...durations: number[]): number[] => {
    const counts = new Array<number>(72).fill(0)
    for (const duration of durations) counts[Math.floor(4 * Math.log2(duration / 0.25))]!++
    return counts
  }
  t.equal(percentileOf(histogram(), 0.5), null)
  const near = (found: number | null, wanted: number): void => {
    t.ok(found !== null && found / wanted > 1 / 1.2 && found / wanted < 1.2, `${found} for ${wanted}`)
  }
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1)
  near(percentileOf(histogram(...hundred), 0.5), 50)
  near(percentileOf(histogram(...hundred), 0.95), 95)
  near(percentileOf(histogram(7), 0.95), 7)
  t.end()
})
