// GET /batches
import t from 'tap'
import { problem, PRODUCTS } from '../catalog/setup.js'
import { addBatch, newBatch, newCode } from './batches.js'
import { BATCHES, openStockroom } from './setup.js'

interface Listed { data: Array<{ id: string, code: string, updatedAt: string, expiryDate: string | null }>, nextCursor: string | null, asOf: string }

const room = await openStockroom(t)
const { keeper } = room
const list = async (query: Record<string, string | number> = {}): Promise<Listed> => {
  const answer = await keeper
    .get(`${BATCHES}?${new URLSearchParams(Object.entries(query).map(([name, value]): [string, string] => [name, String(value)])).toString()}`)
  if (answer.status !== 200) throw new Error(answer.text)
  return answer.body
}
const codes = async (query: Record<string, string | number> = {}): Promise<string[]> => (await list(query)).data.map(batch => batch.code)

const first = await newBatch(room, { code: 'A', expiryDate: '2031-03-01' }, { externalRef: 'P-1' })
await addBatch(room, first.sku, { code: 'B' })
await addBatch(room, first.sku, { code: 'C', expiryDate: '2031-01-01' })
const second = await newBatch(room, { code: 'A', expiryDate: '2031-03-01' })
const last = await addBatch(room, second.sku, { code: 'D', expiryDate: '2031-02-01' })
const ALL = ['A', 'B', 'C', 'A', 'D']
await room.other.post(PRODUCTS, { sku: 'FOREIGN', name: 'x', trackBatch: true })
await room.other.post(BATCHES, { sku: 'FOREIGN', code: 'A', expiryDate: '2031-01-01' })

t.test('200 – only the owner\'s, oldest change first, or in the order asked for', async t => {
  t.same(await codes(), ALL)
  t.same(await codes({ sort: 'updatedAt' }), ALL)
  t.same(await codes({ sort: '-updatedAt' }), [...ALL].reverse())
  t.same(await codes({ sort: 'expiryDate' }), ['C', 'D', 'A', 'A'], 'without those that have none')
  t.same((await room.other.get(BATCHES)).body.data.map((batch: { product: { sku: string } }) => batch.product.sku), ['FOREIGN'])
})

t.test('200 – pages of each order meet without a gap, and keep the asOf of the first', async t => {
  for (
    const query of [{}, { sort: '-updatedAt' }, { sort: 'expiryDate' }, { product: first.productId }, { product: first.productId, sort: 'expiryDate' }, {
      status: 'released'
    }, { expiringBefore: '2032-01-01' }]
  ) {
    const whole = (await list(query)).data.map(batch => batch.id)
    const walked: string[] = []
    let page = await list({ ...query, limit: 1 })
    const { asOf } = page
    for (;;) {
      walked.push(...page.data.map(batch => batch.id))
      t.equal(page.asOf, asOf)
      if (page.nextCursor === null) break
      page = await list({ ...query, limit: 1, cursor: page.nextCursor })
    }
    t.same(walked, whole, JSON.stringify(query))
    t.ok(whole.length >= 2)
  }
  t.equal((await list({ limit: 5 })).nextCursor, null, 'a page that is just full is the last')
})

t.test('200 – the items are batches as batch.get reads them', async t => {
  const { data: [item] } = await list({ limit: 1 })
  t.same(item, (await keeper.get(first.url)).body)
})

t.test('200 – each filter, alone and together', async t => {
  for (const product of [first.productId, `sku:${first.sku.toLowerCase()}`, 'ref:P-1']) t.same(await codes({ product }), ['A', 'B', 'C'], product)
  t.same(await codes({ code: 'A' }), ['A', 'A'])
  t.same(await codes({ code: ' A ' }), ['A', 'A'])
  t.same(await codes({ code: 'a' }), [])
  t.same((await list({ code: 'A', product: second.productId })).data.map(batch => batch.id), [second.id])
  t.same(await codes({ expiringBefore: '2031-02-01' }), ['C'], 'the day itself is not before it')
  t.same(await codes({ expiringBefore: '2031-02-02' }), ['C', 'D'])
  t.same(await codes({ expiringBefore: '2031-03-02', product: first.productId, sort: 'expiryDate' }), ['C', 'A'])
  t.same(await codes({ status: 'quarantined' }), [])
  await keeper.post(`${last.url}/status`, { status: 'quarantined' })
  t.same(await codes({ status: 'quarantined' }), ['D'])
  t.same(await codes({ status: 'quarantined', sort: 'expiryDate', expiringBefore: '2031-02-01' }), [])
  t.same(await codes({ status: 'released', sort: '-updatedAt' }), ['A', 'C', 'B', 'A'])
  t.same(await codes({ status: 'released', product: second.productId }), ['A'])
})

t.test('200 – updatedSince includes its timestamp, in each order', async t => {
  const { data } = await list()
  const { updatedAt } = data[2]!
  const expected = data.filter(batch => batch.updatedAt >= updatedAt)
  t.ok(expected.length < data.length)
  t.same((await list({ updatedSince: updatedAt })).data, expected)
  t.same(
    (await list({ updatedSince: updatedAt, sort: 'expiryDate' })).data.map(batch => batch.id).sort(),
    expected.filter(batch => batch.expiryDate !== null).map(batch => batch.id).sort()
  )
  t.same(await codes({ updatedSince: '2999-01-01T00:00:00Z' }), [])
})

t.test('200 – asOf: a change that is still open when the list is read is found from there', async t => {
  const slow = await newBatch(room, { code: 'SLOW' })
  const open = await room.hold('UPDATE "Batch" SET "supplierBatch" = \'changed\', "updatedAt" = now(), "version" = "version" + 1 WHERE "id" = $1', [slow.id])
  const quick = await newBatch(room, { code: 'QUICK' })
  const seen = await list({ sort: '-updatedAt' })
  t.same(seen.data.slice(0, 2).map(batch => batch.id), [quick.id, slow.id])
  await open.end('commit')
  const changed = (await list({ updatedSince: seen.asOf })).data.find(batch => batch.id === slow.id)
  t.match(changed, { supplierBatch: 'changed' })
  t.ok(changed!.updatedAt < seen.data[0]!.updatedAt, 'the newest row that was seen would have been a wrong place to go on from')
})

t.test('400, 404 – wrong parameters are named; an unknown product', async t => {
  const cases: Array<[string, string]> = [['limit=0', '/limit'], ['limit=201', '/limit'], ['sort=code', '/sort'], ['sort=-expiryDate', '/sort'], ['status=gone',
    '/status'], ['updatedSince=2026-02-30T00:00:00Z', '/updatedSince'], ['expiringBefore=2026-02-30', '/expiringBefore'], ['expiringBefore=0000-01-01',
    '/expiringBefore'], ['code=', '/code'], [`code=${'x'.repeat(51)}`, '/code'], ['cursor=', '/cursor'], ['q=x', '/q']]
  for (const [query, pointer] of cases) t.same(problem(await keeper.get(`${BATCHES}?${query}`)), [400, 'request.invalid', pointer], query)
  for (const product of ['prd_unknown', 'sku:FOREIGN']) {
    t.match(await keeper.get(`${BATCHES}?product=${product}`), { status: 404, body: { code: 'product.not_found' } })
  }
})

t.test('400 – a cursor that was changed, or is of another list, owner or filter', async t => {
  const { nextCursor } = await list({ limit: 1 })
  for (
    const query of ['sort=expiryDate', 'status=released', `code=${newCode()}`, `product=${first.productId}`, 'expiringBefore=2031-01-01',
      'updatedSince=2020-01-01T00:00:00Z']
  ) {
    t.same(problem(await keeper.get(`${BATCHES}?${query}&cursor=${nextCursor!}`)), [400, 'cursor.invalid', '/cursor'], query)
  }
  t.same(problem(await keeper.get(`${BATCHES}?cursor=${nextCursor!.slice(1)}`)), [400, 'cursor.invalid', '/cursor'])
  t.same(problem(await room.other.get(`${BATCHES}?cursor=${nextCursor!}`)), [400, 'cursor.invalid', '/cursor'])
})

t.test('401, 403, 404 – token, grant, switch', async t => {
  t.equal((await room.anonymous.get(BATCHES)).status, 401)
  t.match(await (await room.clientFor('batch.get')).get(BATCHES), { status: 403, body: { code: 'insufficient_scope' } })
  await room.switchOperation('batch.list', false)
  t.match(await keeper.get(BATCHES), { status: 403, body: { code: 'operation.switched_off' } })
  await room.switchOperation('batch.list', true)
})
