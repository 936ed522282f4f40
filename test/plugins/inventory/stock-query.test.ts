// POST /stock/query
import t from 'tap'
import { problem } from '../catalog/setup.js'
import { openStockroom, MAIN, STOCK } from './setup.js'

const room = await openStockroom(t)
const { keeper } = room
const QUERY = `${STOCK}/query`

t.test('200 – in the order of the question, each SKU once, the unknown ones apart', async t => {
  const one = await room.newProduct({ externalRef: 'Q-1' })
  const two = await room.newProduct()
  await room.receive(two.sku, 7)
  await room.receive(two.sku, 2, { status: 'blocked' })
  const { status, body } = await keeper.post(QUERY, { skus: [two.sku.toLowerCase(), 'No such', one.sku, ` ${two.sku} `, 'NO SUCH', 'Nor this'] })
  t.equal(status, 200)
  t.same(body.unknown, ['No such', 'Nor this'])
  t.match(body.data, [
    { sku: two.sku, productId: two.id, externalRef: null, onHand: 9, available: 7, unavailable: { blocked: 2 } },
    { sku: one.sku, productId: one.id, externalRef: 'Q-1', onHand: 0, available: 0 }
  ])
  t.equal(body.data.length, 2)
  const { product, warehouses, ...buckets } = await room.stockOf(two.sku)
  const { sku, productId, externalRef, ...answered } = body.data[0]
  t.same(answered, buckets, 'as stock.get says')
  t.same([productId, sku, externalRef], [product.id, product.sku, product.externalRef])
  t.equal(warehouses.length, 1)
})

t.test('200 – of one warehouse, by code or id', async t => {
  const { sku } = await room.newProduct()
  await room.receive(sku, 5)
  await room.db.query('INSERT INTO "Warehouse" ("id", "code", "name") VALUES (\'whs_bare\', \'BARE\', \'No location at all\')')
  for (const warehouse of ['MAIN', ' MAIN ', MAIN]) {
    t.match((await keeper.post(QUERY, { skus: [sku], warehouse })).body, { data: [{ sku, onHand: 5 }], unknown: { length: 0 } }, warehouse)
  }
  t.match(
    (await keeper.post(QUERY, { skus: [sku], warehouse: 'BARE' })).body, { data: [{ sku, onHand: 0 }], unknown: { length: 0 } }, 'known, and nothing there'
  )
})

t.test('200 – 500 SKUs in one answer; one more is 400', async t => {
  const skus = await room.manyProducts(500)
  t.equal((await keeper.post(`${STOCK}/adjustments`, { reason: 'found', lines: skus.map((sku, index) => ({ sku, delta: index + 1 })) })).status, 201)
  const { body } = await keeper.post(QUERY, { skus: [...skus].reverse() })
  t.same(body.data.map((row: { sku: string, onHand: number }) => [row.sku, row.onHand]), skus.map((sku, index) => [sku, index + 1]).reverse())
  t.same(problem(await keeper.post(QUERY, { skus: [...skus, 'X'] })), [400, 'request.invalid', '/skus'])
})

t.test('200 – another owner\'s SKUs are unknown', async t => {
  const { sku } = await room.newProduct()
  await room.receive(sku, 5)
  t.match((await room.other.post(QUERY, { skus: [sku] })).body, { data: { length: 0 }, unknown: [sku] })
})

t.test('200 – a question changes nothing: no key is used, there is no dry run', async t => {
  const { sku } = await room.newProduct()
  const before = await room.stored()
  t.equal((await keeper.post(QUERY, { skus: [sku] })).status, 200)
  t.same(await room.stored(), before)
  t.same(problem(await keeper.post(`${QUERY}?dryRun=true`, { skus: [sku] })), [400, 'request.invalid', '/dryRun'])
})

t.test('400 – what does not fit the schema, with its pointer', async t => {
  const cases: Array<[object, string]> = [[{}, '/skus'], [{ skus: [] }, '/skus'], [{ skus: 'X' }, '/skus'], [{ skus: [1] }, '/skus/0'], [{ skus: ['X', ' '] },
    '/skus/1'], [{ skus: ['x'.repeat(65)] }, '/skus/0'], [{ skus: ['X'], ids: [] }, '/ids'], [{ skus: ['X'], warehouse: null }, '/warehouse']]
  for (const [body, pointer] of cases) t.same(problem(await keeper.post(QUERY, body)), [400, 'request.invalid', pointer], JSON.stringify(body))
  t.equal((await keeper.post(QUERY)).status, 400)
})

t.test('401, 403, 404 – token, grant, switch', async t => {
  t.equal((await room.anonymous.post(QUERY, { skus: ['X'] })).status, 401)
  t.match(await (await room.clientFor('stock.get')).post(QUERY, { skus: ['X'] }), { status: 403, body: { code: 'insufficient_scope' } })
  await room.switchOperation('stock.query', false)
  t.match(await keeper.post(QUERY, { skus: ['X'] }), { status: 403, body: { code: 'operation.switched_off' } })
  await room.switchOperation('stock.query', true)
})

t.test('422 – no such warehouse', async t => {
  t.same(problem(await keeper.post(QUERY, { skus: ['X'], warehouse: 'NORTH' })), [422, 'warehouse.unknown', '/warehouse'])
})
