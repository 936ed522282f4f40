// GET /stock/movements
import t from 'tap'
import { problem } from '../catalog/setup.js'
import { openStockroom, STOCK } from './setup.js'

interface Movement { seq: number, postedAt: string, type: string, qty: number, product: { sku: string } }
interface Page { data: Movement[], nextCursor: string | null, asOf: string }

const room = await openStockroom(t)
const { keeper } = room
const MOVEMENTS = `${STOCK}/movements`
const list = async (query: Record<string, string | number> = {}): Promise<Page> => {
  const answer = await keeper
    .get(`${MOVEMENTS}?${new URLSearchParams(Object.entries(query).map(([name, value]): [string, string] => [name, String(value)])).toString()}`)
  if (answer.status !== 200) throw new Error(answer.text)
  return answer.body as Page
}
const walk = async (query: Record<string, string | number>): Promise<Movement[]> => {
  let page = await list(query)
  const rows = [...page.data]
  const { asOf } = page
  for (; page.nextCursor !== null; rows.push(...page.data)) {
    page = await list({ ...query, cursor: page.nextCursor })
    if (page.asOf !== asOf) throw new Error('asOf has changed')
  }
  return rows
}

const { id, sku } = await room.newProduct({ externalRef: 'M-1', trackBatch: true })
const plain = await room.newProduct()
const { body: { lines: [{ batch }] } } = await room.receive(sku, 10, { batch: 'A', expiryDate: '2031-01-31' })
await room.receive(sku, 5, { batch: 'B' })
await keeper.post(`${STOCK}/transfers`, { reference: 'MOVE-7', note: 'Torn', lines: [{ sku, batch: 'A', qty: 2, from: {}, to: { status: 'damaged' } }] })
await keeper.post(`${STOCK}/adjustments`, { reason: 'lost', reference: 'INV-7', lines: [{ sku, batch: 'A', delta: -1 }, { sku, batch: 'B', delta: -1 }] })
await room.receive(plain.sku, 3)
await keeper.post(`${STOCK}/set`, { lines: [{ sku: plain.sku, expectedOnHand: 3, onHand: 4 }] })

t.test('200 – oldest first or newest first, complete rows', async t => {
  const { data } = await list()
  t.same(data.map(row => [row.type, row.qty]), [['adjustment', 10], ['adjustment', 5], ['status_change', 2], ['adjustment', 1], ['adjustment', 1], [
    'adjustment', 3
  ], ['count', 1]])
  t.ok(data.every((row, index) => index === 0 || row.seq > data[index - 1]!.seq))
  t.same((await list({ sort: '-postedAt' })).data, [...data].reverse())
  t.match(data[2], {
    product: { id, sku, externalRef: 'M-1' },
    batch: { id: batch.id, code: 'A', expiryDate: '2031-01-31' },
    warehouse: { code: 'MAIN' },
    from: { location: 'DEFAULT', status: 'available' },
    to: { location: 'DEFAULT', status: 'damaged' },
    balanceFromAfter: 8,
    balanceToAfter: 2,
    note: 'Torn',
    reasonCode: null,
    doc: { type: 'stock_transfer', id: 'MOVE-7', lineNo: null },
    actor: { type: 'client', id: keeper.id },
    requestId: /^req_/,
    reversalOf: null
  })
  const published = (await room.allEvents()).filter(event => event.type === 'stock.movement_created').map(event => event.data)
  t.same(published, data, 'the events have the ledger')
})

t.test('200 – each filter, alone and together', async t => {
  const quantities = async (query: Record<string, string>): Promise<number[]> => (await list(query)).data.map(row => row.qty)
  for (const product of [id, `sku:${sku.toLowerCase()}`, 'ref:M-1']) t.same(await quantities({ product }), [10, 5, 2, 1, 1], product)
  t.same(await quantities({ batch: batch.id }), [10, 2, 1])
  t.same(await quantities({ doc: 'INV-7' }), [1, 1])
  t.same(await quantities({ type: 'status_change' }), [2])
  t.same(await quantities({ type: 'receipt' }), [])
  t.same(await quantities({ product: id, type: 'adjustment', batch: batch.id, sort: '-postedAt' }), [1, 10])
  t.match(await keeper.get(`${MOVEMENTS}?product=${plain.id}&batch=${String(batch.id)}`), { status: 404, body: { code: 'batch.not_found' } })
  t.same(await quantities({ batch: 'A' }), [10, 2, 1], 'by its code')
  t.match(await keeper.get(`${MOVEMENTS}?batch=NONE`), { status: 404, body: { code: 'batch.not_found' } })
  t.same(await quantities({ doc: 'inv-7' }), [], 'case matters')
})

t.test('200 – pages of each order meet without a gap, also among rows of one timestamp', async t => {
  const skus = await room.manyProducts(250)
  await keeper.post(`${STOCK}/adjustments`, {
    reason: 'opening', lines: skus.flatMap((name, index) => [{ sku: name, delta: index + 1 }, { sku: name, status: 'quality', delta: 1 }])
  })
  const whole = await walk({ limit: 200 })
  t.equal(whole.length, 507)
  t.ok(whole.every((row, index) => index === 0 || row.seq > whole[index - 1]!.seq))
  t.same(await walk({ limit: 101, sort: '-postedAt' }), [...whole].reverse())
  t.same((await walk({ limit: 90, type: 'opening' })).map(row => row.seq), whole.filter(row => row.type === 'opening').map(row => row.seq))
})

t.test('200 – updatedSince includes its timestamp', async t => {
  const all = await walk({ limit: 200 })
  const { postedAt } = all[5]!
  t.same((await walk({ limit: 200, updatedSince: postedAt })).map(row => row.seq), all.filter(row => row.postedAt >= postedAt).map(row => row.seq))
  t.same((await list({ updatedSince: '2999-01-01T00:00:00Z' })).data, [])
})

t.test('200 – another owner sees nothing of it', async t => {
  t.same((await room.other.get(MOVEMENTS)).body.data, [])
  t.same((await room.other.get(`${MOVEMENTS}?doc=INV-7`)).body.data, [])
  for (const name of [String(batch.id), 'A']) {
    t.match(await room.other.get(`${MOVEMENTS}?batch=${name}`), { status: 404, body: { code: 'batch.not_found' } }, name)
  }
  t.match(await room.other.get(`${MOVEMENTS}?product=${id}`), { status: 404, body: { code: 'product.not_found' } })
})

t.test('400 – wrong parameters are named', async t => {
  const cases = ['limit=0', 'limit=201', 'type=theft', 'sort=seq', 'updatedSince=2026-02-30T00:00:00Z', 'product=', 'product=gtin:1', 'batch=', 'doc=%00',
    'sinceSeq=1', 'warehouse=MAIN']
  for (const query of cases) {
    const answer = await keeper.get(`${MOVEMENTS}?${query}`)
    t.same([...problem(answer), answer.body.errors?.[0].in], [400, 'request.invalid', `/${query.split('=')[0]!}`, 'query'], query)
  }
})

t.test('400 – a cursor of other filters or another owner', async t => {
  const { nextCursor } = await list({ limit: 1 })
  for (const query of ['sort=-postedAt', `product=${id}`, 'type=count', 'doc=X', 'batch=X', 'updatedSince=2020-01-01T00:00:00Z']) {
    t.same(problem(await keeper.get(`${MOVEMENTS}?${query}&cursor=${nextCursor!}`)), [400, 'cursor.invalid', '/cursor'], query)
  }
  t.same(problem(await room.other.get(`${MOVEMENTS}?cursor=${nextCursor!}`)), [400, 'cursor.invalid', '/cursor'])
  t.equal((await keeper.get(`${MOVEMENTS}?limit=3&cursor=${nextCursor!}`)).status, 200)
})

t.test('401, 403, 404 – token, grant, switch, an unknown product', async t => {
  t.equal((await room.anonymous.get(MOVEMENTS)).status, 401)
  t.match(await (await room.clientFor('stock.list')).get(MOVEMENTS), { status: 403, body: { code: 'insufficient_scope' } })
  await room.switchOperation('movement.list', false)
  t.match(await keeper.get(MOVEMENTS), { status: 403, body: { code: 'operation.switched_off' } })
  await room.switchOperation('movement.list', true)
  t.match(await keeper.get(`${MOVEMENTS}?product=sku:nothing`), { status: 404, body: { code: 'product.not_found' } })
})
