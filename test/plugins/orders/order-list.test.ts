// GET /orders
import t from 'tap'
import { problem } from './common.js'
import { openDesk, ORDERS } from './setup.js'

const desk = await openDesk(t)
const { erp, foreign } = desk
type Row = Record<string, any> // eslint-disable-line @typescript-eslint/no-explicit-any -- rows of every shape
const list = async (query: Record<string, string | number | boolean> = {}, caller = erp): Promise<{ data: Row[], nextCursor: string | null, asOf: string }> => {
  const answer = await caller
    .get(`${ORDERS}?${new URLSearchParams(Object.entries(query).map(([name, value]): [string, string] => [name, String(value)])).toString()}`)
  if (answer.status !== 200) throw new Error(answer.text)
  return answer.body
}
const refs = async (query: Record<string, string | number | boolean>): Promise<string[]> =>
  (await list(query)).data.map(order => order['externalRef'] as string)

const { sku } = await desk.stocked(10)
const full = await desk.order([{ sku, qty: 6 }], { externalRef: 'full', customer: { name: 'Ada' }, tags: ['a'], requestedShipDate: '2026-12-01' })
const partial = await desk.order([{ sku, qty: 6 }], { externalRef: 'partial' })
const none = await desk.order([{ sku, qty: 6 }], { externalRef: 'none' })
const released = await desk.order([{ sku: (await desk.stocked(1)).sku, qty: 1 }], { externalRef: 'released' })
await desk.step(released.id, 'release')
const held = await desk.order([{ sku, qty: 1 }], { externalRef: 'held' })
await desk.step(held.id, 'hold', { code: 'payment' })
const cancelled = await desk.order([{ sku, qty: 1 }], { externalRef: 'cancelled' })
await desk.step(cancelled.id, 'cancel')
const ALL = ['full', 'partial', 'none', 'released', 'held', 'cancelled']
await foreign.post('/api/external/v1/products', { sku, name: 'Theirs' })
await foreign.post(ORDERS, { externalRef: 'full', lines: [{ sku, qty: 1 }] })

t.test('200 – only the owner\'s, oldest change first, or newest', async t => {
  t.same(await refs({}), ALL)
  t.same(await refs({ sort: 'updatedAt' }), ALL)
  t.same(await refs({ sort: '-updatedAt' }), [...ALL].reverse())
  t.same((await list({}, foreign)).data.length, 1)
})

t.test('200 – items are orders as order.get reads them, without lines', async t => {
  for (const item of (await list()).data) {
    const { lines, ...header } = (await erp.get(`${ORDERS}/${item['id'] as string}`)).body
    t.same(item, header)
    t.equal(item['lineCount'], lines.length)
  }
})

t.test('200 – each filter, alone and together', async t => {
  t.same(await refs({ status: 'released' }), ['released'])
  t.same(await refs({ status: 'cancelled' }), ['cancelled'])
  t.same(await refs({ status: 'draft' }), [])
  t.same(await refs({ allocationStatus: 'full' }), ['full', 'released'])
  t.same(await refs({ allocationStatus: 'partial' }), ['partial'])
  t.same(await refs({ allocationStatus: 'none' }), ['none', 'held', 'cancelled'])
  t.same(await refs({ onHold: true }), ['held'])
  t.same(await refs({ onHold: false }), ALL.filter(ref => ref !== 'held'))
  t.same(await refs({ externalRef: ' partial ' }), ['partial'])
  t.same(await refs({ externalRef: 'PARTIAL' }), [])
  t.same(await refs({ number: none.number }), ['none'])
  t.same(await refs({ number: (none.number as string).toLowerCase() }), ['none'])
  t.same(await refs({ status: 'open', allocationStatus: 'none', onHold: false, sort: '-updatedAt' }), ['none'])
  t.same(await refs({ externalRef: 'full', status: 'released' }), [])
})

t.test('200 – pages meet without a gap, and keep the asOf of the first', async t => {
  for (const query of [{}, { sort: '-updatedAt' }, { status: 'open' }, { allocationStatus: 'none', sort: '-updatedAt' }]) {
    const whole = await refs(query)
    const walked: string[] = []
    let page = await list({ ...query, limit: 2 })
    const { asOf } = page
    for (;;) {
      walked.push(...page.data.map(order => order['externalRef'] as string))
      t.equal(page.asOf, asOf)
      if (page.nextCursor === null) break
      page = await list({ ...query, limit: 2, cursor: page.nextCursor })
    }
    t.same(walked, whole, JSON.stringify(query))
  }
  t.equal((await list({ limit: ALL.length })).nextCursor, null, 'a page that is just full is the last')
})

t.test('200 – updatedSince includes its timestamp; a change moves an order to the end', async t => {
  const since = (await erp.get(`${ORDERS}/${partial.id as string}`)).body.updatedAt as string
  t.same(await refs({ updatedSince: since }), ALL.slice(1))
  t.same(await refs({ updatedSince: '2999-01-01T00:00:00Z' }), [])
  await erp.patch(`${ORDERS}/${full.id as string}`, { priority: 1 })
  t.same(await refs({}), [...ALL.slice(1), 'full'])
  t.same((await refs({ updatedSince: since })).at(-1), 'full')
})

t.test('200 – asOf: an order that is not committed when the list is read is found from there', async t => {
  const held = await desk.hold('SELECT now()')
  const order = await desk.order([{ sku, qty: 1 }], { externalRef: 'later' })
  const { asOf } = await list({ limit: 1 })
  t.ok(asOf < order.createdAt)
  await held.end('commit')
  t.ok((await refs({ updatedSince: asOf })).includes('later'))
})

t.test('exposePersonalData off – customer and addresses are null', async t => {
  t.match((await list({ externalRef: 'full' })).data, [{ customer: { name: 'Ada' } }])
  await desk.setting('order.get', { exposePersonalData: false })
  t.match((await list({ externalRef: 'full' })).data, [{ customer: null, tags: ['a'], requestedShipDate: '2026-12-01' }])
  await desk.setting('order.get', { exposePersonalData: null })
})

t.test('200 – several values of a filter, SKUs, when it was created, and lines', async t => {
  const a = await desk.stocked(10)
  const b = await desk.stocked(10)
  const first = await desk.order([{ sku: a.sku, qty: 2 }, { sku: b.sku, qty: 1 }])
  const second = await desk.order([{ sku: b.sku, qty: 1 }])
  await desk.step(second.id, 'cancel')
  const ids = async (query: string): Promise<string[]> => (await erp.get(`${ORDERS}?${query}`)).body.data.map((order: { id: string }) => order.id)
  t.same(await ids(`sku=${b.sku.toLowerCase()}`), [first.id, second.id])
  t.same(await ids(`sku=${a.sku}&sku=${b.sku}&status=open&status=released`), [first.id])
  t.same(await ids(`sku=${b.sku}&status=cancelled&status=draft`), [second.id])
  t.same(await ids('sku=UNKNOWN-SKU'), [])
  t.same(await ids(`externalRef=${first.externalRef as string}&externalRef=${second.externalRef as string}`), [first.id, second.id])
  t.same(await ids(`sku=${b.sku}&createdSince=${second.createdAt as string}`), [second.id])
  const [withLines, other] = (await erp.get(`${ORDERS}?sku=${b.sku}&include=lines`)).body.data
  t.same(withLines.lines, (await erp.get(`${ORDERS}/${first.id as string}`)).body.lines)
  t.equal(other.lines.length, 1)
  t.notOk('lines' in (await erp.get(`${ORDERS}?sku=${b.sku}`)).body.data[0])
})

t.test('400 – unknown parameters, values out of range, a cursor of another list', async t => {
  const cases: Array<[string, string]> = [['limit=0', '/limit'], ['limit=201', '/limit'], ['limit=x', '/limit'], ['status=gone', '/status'], ['status=',
    '/status'], ['allocationStatus=half', '/allocationStatus'], ['onHold=maybe', '/onHold'], ['externalRef=', '/externalRef'], ['number=', '/number'], [
    'number=%07',
    '/number'
  ], ['sort=number', '/sort'], ['updatedSince=yesterday', '/updatedSince'], ['updatedSince=2026-02-30T00:00:00Z', '/updatedSince'], [
    'updatedSince=2016-12-31T23:59:60Z', '/updatedSince'
  ], ['warehouse=MAIN', '/warehouse'], ['dryRun=true', '/dryRun']]
  for (const [query, pointer] of cases) t.same(problem(await erp.get(`${ORDERS}?${query}`)), [400, 'request.invalid', pointer], query)
  const { nextCursor } = await list({ limit: 1 })
  for (const query of [`cursor=${nextCursor!}x`, `cursor=${nextCursor!}&status=open`, `cursor=${nextCursor!}&sort=-updatedAt`, 'cursor=x']) {
    t.same(problem(await erp.get(`${ORDERS}?${query}`)), [400, 'cursor.invalid', '/cursor'], query)
  }
  t.same(problem(await foreign.get(`${ORDERS}?cursor=${nextCursor!}`)), [400, 'cursor.invalid', '/cursor'], 'another owner\'s')
})

t.test('401, 403, 404 – not without a token, not without order.list, not while it is off', async t => {
  t.equal((await desk.anonymous.get(ORDERS)).status, 401)
  t.match(await (await desk.clientFor('order.get')).get(ORDERS), { status: 403, body: { code: 'insufficient_scope' } })
  await desk.switchOperation('order.list', false)
  t.match(await erp.get(ORDERS), { status: 403, body: { code: 'operation.switched_off' } })
  await desk.switchOperation('order.list', true)
})
