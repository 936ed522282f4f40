// GET /stock
import t from 'tap'
import { problem } from '../catalog/setup.js'
import { openStockroom, MAIN, STOCK } from './setup.js'

interface Row { product: { id: string, sku: string }, warehouse: { code: string }, onHand: number, version: number, updatedAt: string, byLocation?: unknown[] }
interface Page { data: Row[], nextCursor: string | null, asOf: string }

const room = await openStockroom(t)
const { keeper } = room
const list = async (query: Record<string, string | number> = {}, caller = keeper): Promise<Page> => {
  const answer = await caller
    .get(`${STOCK}?${new URLSearchParams(Object.entries(query).map(([name, value]): [string, string] => [name, String(value)])).toString()}`)
  if (answer.status !== 200) throw new Error(answer.text)
  return answer.body as Page
}
const walk = async (query: Record<string, string | number>): Promise<{ rows: Row[], pages: Page[] }> => {
  const pages = [await list(query)]
  for (let page = pages[0]!; page.nextCursor !== null; pages.push(page)) page = await list({ ...query, cursor: page.nextCursor })
  return { rows: pages.flatMap(page => page.data), pages }
}

const skus = await room.manyProducts(230)
await room.db.query('INSERT INTO "Warehouse" ("id", "code", "name", "defaultReceivingLocationId") VALUES (\'whs_south\', \'SOUTH\', \'South\', \'loc_south\')')
await room.db.query('INSERT INTO "Location" ("id", "warehouseId", "code", "type") VALUES (\'loc_south\', \'whs_south\', \'S-1\', \'storage\')')
// One call: 230 levels of one timestamp, which only their ids distinguish.
await keeper.post(`${STOCK}/adjustments`, { reason: 'opening', lines: skus.map((sku, index) => ({ sku, delta: index + 1 })) })
await keeper.post(`${STOCK}/adjustments`, { reason: 'opening', warehouse: 'SOUTH', lines: skus.slice(0, 20).map(sku => ({ sku, delta: 1000 })) })

t.test('200 – pages meet without a gap, also among rows of one timestamp, and keep the asOf of the first', async t => {
  for (const limit of [200, 37]) {
    const { rows, pages } = await walk({ limit })
    t.equal(rows.length, 250)
    t.equal(new Set(rows.map(row => `${row.product.sku} ${row.warehouse.code}`)).size, 250, 'each once')
    t.ok(rows.every((row, index) => index === 0 || row.updatedAt >= rows[index - 1]!.updatedAt), 'oldest change first')
    t.same(new Set(pages.map(page => page.asOf)).size, 1)
    t.equal(rows.find(row => row.product.sku === skus[41] && row.warehouse.code === 'MAIN')?.onHand, 42)
  }
  t.equal((await list({ limit: 200, warehouse: 'SOUTH' })).nextCursor, null)
  t.equal((await list({})).data.length, 50)
})

t.test('200 – of one warehouse, by code or id, page by page', async t => {
  const { rows } = await walk({ limit: 7, warehouse: 'SOUTH' })
  t.same([rows.length, new Set(rows.map(row => row.product.sku)).size, rows.every(row => row.warehouse.code === 'SOUTH' && row.onHand === 1000)], [20, 20,
    true])
  t.same((await walk({ limit: 200, warehouse: MAIN })).rows.length, 230)
})

t.test('200 – newest first is oldest first turned round, of all and of one warehouse, page by page', async t => {
  for (const warehouse of [{}, { warehouse: 'SOUTH' }]) {
    const oldest = (await walk({ limit: 200, ...warehouse })).rows
    t.same((await walk({ limit: 7, sort: '-updatedAt', ...warehouse })).rows, oldest.toReversed())
  }
  const { nextCursor } = await list({ limit: 7 })
  t.equal((await keeper.get(`${STOCK}?limit=7&sort=-updatedAt&cursor=${encodeURIComponent(nextCursor!)}`)).status, 400, 'a cursor belongs to its order')
})

t.test('200 – include=locations adds where it lies', async t => {
  const [plain] = (await list({ limit: 1 })).data
  const [located] = (await list({ limit: 1, include: 'locations' })).data
  const { byLocation, ...rest } = located!
  t.same(rest, plain)
  t.match(byLocation, [{ location: 'DEFAULT', status: 'available', batch: null, onHand: plain!.onHand }])
})

t.test('200 – updatedSince: what changed since the last walk, and what a walk overlooked', async t => {
  const { pages: [first] } = await walk({ limit: 200 })
  t.same((await list({ updatedSince: '2999-01-01T00:00:00Z' })).data, [])
  await new Promise(resolve => setTimeout(resolve, 1100))
  const quiet = await list({ limit: 1 })
  const { id, sku } = await room.newProduct()
  await room.receive(sku, 1)
  const slow = await room.hold('UPDATE "StockLevel" SET "updatedAt" = now(), "version" = "version" + 1 WHERE "productId" = $1', [id])
  const { sku: quick } = await room.newProduct()
  await room.receive(quick, 1)
  const during = await list({ updatedSince: quiet.asOf })
  t.same(during.data.map(row => [row.product.sku, row.version]), [[sku, 1], [quick, 1]])
  await slow.end('commit')
  t.match((await list({ updatedSince: during.asOf })).data.find(row => row.product.sku === sku), { version: 2 }, 'a change that was open while it was read')
  t.ok(first!.asOf < during.asOf)
})

t.test('200 – a row that changes while it is walked is met again, none is lost', async t => {
  const seen = new Map<string, number>()
  let page = await list({ limit: 50, warehouse: MAIN })
  for (let round = 0; ; round++) {
    for (const row of page.data) seen.set(row.product.sku, row.onHand)
    if (page.nextCursor === null) break
    if (round < 3) await room.receive(skus[round]!, 1)
    page = await list({ limit: 50, warehouse: MAIN, cursor: page.nextCursor })
  }
  for (const [index, sku] of skus.entries()) t.equal(seen.get(sku), index + 1 + (index < 3 ? 1 : 0), sku)
})

t.test('200 – another owner sees nothing of it', async t => {
  t.same((await list({}, room.other)).data, [])
})

t.test('400 – wrong parameters are named', async t => {
  const cases = ['limit=0', 'limit=201', 'limit=x', 'include=batches', 'updatedSince=yesterday', 'warehouse=', 'warehouse=NORTH', 'groupBy=batch', 'sort=sku',
    'cursor=', 'dryRun=true']
  for (const query of cases) t.same(problem(await keeper.get(`${STOCK}?${query}`)), [400, 'request.invalid', `/${query.split('=')[0]!}`], query)
})

t.test('400 – a cursor of other filters, another owner or another list', async t => {
  const { nextCursor } = await list({ limit: 1 })
  for (const query of ['warehouse=MAIN', 'updatedSince=2020-01-01T00:00:00Z']) {
    t.same(problem(await keeper.get(`${STOCK}?${query}&cursor=${nextCursor!}`)), [400, 'cursor.invalid', '/cursor'], query)
  }
  t.same(problem(await room.other.get(`${STOCK}?cursor=${nextCursor!}`)), [400, 'cursor.invalid', '/cursor'])
  t.same(problem(await keeper.get(`${STOCK}/movements?cursor=${nextCursor!}`)), [400, 'cursor.invalid', '/cursor'])
  t.same(problem(await keeper.get(`${STOCK}?cursor=x`)), [400, 'cursor.invalid', '/cursor'])
  t.equal((await keeper.get(`${STOCK}?limit=3&include=locations&cursor=${nextCursor!}`)).status, 200, 'length and detail of a page may change')
})

t.test('401, 403, 404 – token, grant, switch', async t => {
  t.equal((await room.anonymous.get(STOCK)).status, 401)
  t.match(await (await room.clientFor('stock.get')).get(STOCK), { status: 403, body: { code: 'insufficient_scope' } })
  await room.switchOperation('stock.list', false)
  t.match(await keeper.get(STOCK), { status: 403, body: { code: 'operation.switched_off' } })
  await room.switchOperation('stock.list', true)
})
