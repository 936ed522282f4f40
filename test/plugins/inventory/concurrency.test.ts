// Many writers on few products: nothing is oversold, no one blocks another for good, and the books balance.
import t, { type Test } from 'tap'
import type { Answer } from '../../../src/test-kit/service.js'
import { waitsForLock } from '../catalog/setup.js'
import { openStockroom, STOCK } from './setup.js'

const room = await openStockroom(t)
const { keeper } = room
await room.newLocation('C-1')

function shuffled<T> (items: readonly T[]): T[] {
  return items.map(item => ({ item, key: Math.random() })).sort((a, b) => a.key - b.key).map(({ item }) => item)
}

async function deadlocks (): Promise<number> {
  const { rows } = await room.db.query<
    { deadlocks: number }
  >('SELECT pg_stat_get_db_deadlocks(oid)::int AS "deadlocks" FROM pg_database WHERE datname = current_database()')
  return rows[0]!.deadlocks
}

/** Of all calls: how many of each status. Fails for one that is neither done nor refused. */
function tally (t: Test, answers: readonly Answer[]): Map<number, number> {
  const counts = new Map<number, number>()
  for (const { status, text } of answers) {
    counts.set(status, (counts.get(status) ?? 0) + 1)
    if (![201, 409].includes(status)) t.fail(`${status} ${text}`)
  }
  return counts
}

t.test('50 writers take five products in any order: exactly as many succeed as the stock allows', async t => {
  const skus = await room.manyProducts(5)
  await keeper.post(`${STOCK}/adjustments`, { reason: 'found', lines: skus.map(sku => ({ sku, delta: 60 })) })
  const before = await deadlocks()
  const answers = await Promise.all(Array.from({ length: 50 }, async () =>
    await keeper.post(`${STOCK}/adjustments`, { reason: 'lost', lines: shuffled([...skus, ...skus]).map(sku => ({ sku, delta: -1 })) })))
  const counts = tally(t, answers)
  t.same([counts.get(201), counts.get(409)], [30, 20])
  t.ok(answers.every(({ status, body }) => status === 201 || body.code === 'stock.insufficient'))
  t.same((await keeper.post(`${STOCK}/query`, { skus })).body.data.map((row: { onHand: number }) => row.onHand), [0, 0, 0, 0, 0])
  t.equal(await deadlocks(), before)
  await room.checkBooks(t)
})

t.test('50 writers bring products that never had stock, in any order', async t => {
  const skus = await room.manyProducts(8)
  const before = await deadlocks()
  const answers = await Promise.all(Array.from({ length: 50 }, async () =>
    await keeper.post(`${STOCK}/adjustments`, { reason: 'found', lines: shuffled(skus).slice(0, 4).map(sku => ({ sku, delta: 1 })) })))
  t.same([...tally(t, answers)], [[201, 50]])
  const { data } = (await keeper.post(`${STOCK}/query`, { skus })).body
  t.equal(data.reduce((sum: number, row: { onHand: number }) => sum + row.onHand, 0), 200)
  t.equal(await deadlocks(), before)
  await room.checkBooks(t)
})

t.test('adjustments, transfers and counts of the same products mixed, with batches that are made on the way', async t => {
  const products = await Promise.all(Array.from({ length: 4 }, async (_, index) => await room.newProduct({ qtyScale: 4, trackBatch: index % 2 === 0 })))
  const skus = products.map(product => product.sku)
  const before = await deadlocks()
  const batchOf = (sku: string): object => skus.indexOf(sku) % 2 === 0 ? { batch: `B-${Math.floor(Math.random() * 3)}` } : {}
  await keeper.post(`${STOCK}/adjustments`, {
    reason: 'found',
    lines: skus.flatMap((sku, index) => index % 2 === 0 ? [0, 1, 2].map(batch => ({ sku, batch: `B-${batch}`, delta: 20 })) : [{ sku, delta: 60 }])
  })
  const [here, there] = [{}, { location: 'C-1', status: 'damaged' }]
  const calls: Array<() => Promise<Answer>> = [
    async () =>
      await keeper.post(`${STOCK}/adjustments`, {
        reason: 'correction', lines: shuffled(skus).map(sku => ({ sku, ...batchOf(sku), delta: Math.random() < 0.4 ? 2.5 : -3.75 }))
      }),
    async () => await keeper.post(`${STOCK}/transfers`, { lines: shuffled(skus).map(sku => ({ sku, ...batchOf(sku), qty: 1.25, from: here, to: there })) }),
    async () => await keeper.post(`${STOCK}/transfers`, { lines: shuffled(skus).map(sku => ({ sku, ...batchOf(sku), qty: 0.5, from: there, to: here })) }),
    async () => await keeper.post(`${STOCK}/set`, { lines: shuffled(skus).slice(0, 2).map(sku => ({ sku, ...batchOf(sku), onHand: 12.5 })) }),
    async () =>
      await keeper.post(`${STOCK}/adjustments`, {
        reason: 'found', lines: shuffled(skus).map((sku, index) => ({ sku, ...skus.indexOf(sku) % 2 === 0 ? { batch: `NEW-${index}` } : {}, delta: 1 }))
      })
  ]
  await room.setting('stock.set', { requireExpected: false })
  const counts = tally(t, await Promise.all(Array.from({ length: 100 }, async (_, index) => await calls[index % calls.length]!())))
  t.comment(JSON.stringify([...counts]))
  t.ok(counts.get(201)! >= 20, 'the counts and what is brought at least')
  t.equal(await deadlocks(), before)
  await room.checkBooks(t)
  for (const { id } of products) {
    const versions = (await room.allEvents()).filter(event => event.type === 'stock.updated' && event.data['product'].id === id).map(event =>
      event.subject.version
    )
    t.same(versions, versions.map((_, index) => index + 1), 'events of a level in the order of its versions')
    const made = (await room.allEvents()).filter(event => event.type === 'batch.created' && event.data['product'].id === id).map(event => event.data['code'])
    t.equal(new Set(made).size, made.length, 'each batch is made once')
  }
})

t.test('one Idempotency-Key, 20 times at once: done once', async t => {
  const { sku } = await room.newProduct()
  const answers = await Promise.all(Array.from({ length: 20 }, async () =>
    await keeper.post(`${STOCK}/adjustments`, { reason: 'found', lines: [{ sku, delta: 1 }] }, { 'idempotency-key': 'at-once' })))
  tally(t, answers)
  t.equal((await room.stockOf(sku))['onHand'], 1)
})

t.test('archiving and a first receipt at once: never an archived product with stock', async t => {
  const outcomes = new Set<string>()
  for (let round = 0; round < 25; round++) {
    const { id, sku } = await room.newProduct()
    const archive = async (): Promise<Answer> => await keeper.delete(`/api/external/v1/products/${id}`)
    const receive = async (): Promise<Answer> => await keeper.post(`${STOCK}/adjustments`, { reason: 'found', lines: [{ sku, delta: 1 }] })
    const [archived, received] = round % 2 === 0
      ? await Promise.all([archive(), receive()])
      : (await Promise.all([receive(), archive()])).reverse() as [Answer, Answer]
    outcomes.add(`${archived.status} ${received.status}`)
    const { onHand } = await room.stockOf(sku)
    const { body: { status } } = await room.client.get(`/api/external/v1/products/${id}`)
    t.ok(
      status === 'archived' ? onHand === 0 : onHand === 1,
      `${status as string} with ${onHand as number}: archive ${archived.status}, receipt ${received.status}`
    )
    t.ok([200, 409].includes(archived.status) && [201, 422].includes(received.status), `${archived.text} ${received.text}`)
    t.equal(archived.status === 200, received.status === 422, 'one of the two')
  }
  t.comment([...outcomes].join(', '))
})

t.test('a receipt that waits for a change of its product counts by what the product has become', async t => {
  const changes: Array<[string, object, string]> = [
    ['"status" = \'archived\'', { delta: 1 }, 'product.archived'], ['"kind" = \'service\'', { delta: 1 }, 'product.not_stocked'],
    ['"trackBatch" = true', { delta: 1 }, 'batch.required'], ['"qtyScale" = 0', { delta: 1.5 }, 'quantity.scale']
  ]
  for (const [change, line, code] of changes) {
    const { id, sku } = await room.newProduct({ qtyScale: 2 })
    // As the catalog does: the product's row is locked before it is changed.
    const open = await room.hold(
      `WITH p AS (SELECT "id" FROM "Product" WHERE "id" = $1 FOR UPDATE) UPDATE "Product" SET ${change} WHERE "id" = (SELECT "id" FROM p)`, [id]
    )
    const receipt = keeper.post(`${STOCK}/adjustments`, { reason: 'found', lines: [{ sku, ...line }] })
    await room.waitFor(async () => await waitsForLock(room), 'the receipt to wait')
    await open.end('commit')
    t.match(await receipt, { status: 422, body: { code } }, change)
  }
})

t.test('archiving waits for a receipt that is under way, and is refused', async t => {
  const { id, sku } = await room.newProduct()
  await room.receive(sku, 1)
  await room.db.query('UPDATE "StockItem" SET "onHand" = 0 WHERE "productId" = $1', [id])
  const open = await room.hold(`WITH l AS (SELECT 1 FROM "StockLevel" WHERE "productId" = $1 FOR UPDATE)
    UPDATE "StockItem" SET "onHand" = 1 WHERE "productId" = $1 AND EXISTS (SELECT FROM l)`, [id])
  const archiving = keeper.delete(`/api/external/v1/products/${id}`)
  await room.waitFor(async () => await waitsForLock(room), 'the archiving to wait')
  await open.end('commit')
  t.match(await archiving, { status: 409, body: { code: 'product.has_stock', detail: /There are 1 of this product/ } })
})

t.test('a level that someone removes by hand: the first call is asked to repeat, and the next makes it again', async t => {
  const { id, sku } = await room.newProduct()
  await room.receive(sku, 1)
  await room.db.query('DELETE FROM "StockItem" WHERE "productId" = $1', [id])
  await room.db.query('DELETE FROM "StockLevel" WHERE "productId" = $1', [id])
  const receive = async (): Promise<unknown> => await keeper.post(`${STOCK}/adjustments`, { reason: 'found', lines: [{ sku, delta: 2 }] })
  t.match(await receive(), { status: 503, body: { code: 'database.conflict' } })
  t.match(await receive(), { status: 201, body: { lines: [{ before: 0, after: 2 }] } })
})
