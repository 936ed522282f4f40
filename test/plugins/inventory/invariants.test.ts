// What is true of stock whatever happens to it.
import t from 'tap'
import type { Answer } from '../../../src/test-kit/service.js'
import { problem } from '../catalog/setup.js'
import { MAIN, openStockroom, STOCK } from './setup.js'

const room = await openStockroom(t)
const { keeper } = room
const adjust = async (...lines: object[]): Promise<Answer> => await keeper.post(`${STOCK}/adjustments`, { reason: 'correction', lines })
const set = async (...lines: object[]): Promise<Answer> => await keeper.post(`${STOCK}/set`, { lines })
const transfer = async (...lines: object[]): Promise<Answer> => await keeper.post(`${STOCK}/transfers`, { lines })
const allowNegative = async (allow: boolean): Promise<void> => {
  await room.db.query('UPDATE "Warehouse" SET "allowNegativeStock" = $1 WHERE "id" = $2', [allow, MAIN])
}
const inZone = async (timezone: string): Promise<void> => {
  await room.db.query('UPDATE "Warehouse" SET "timezone" = $1 WHERE "id" = $2', [timezone, MAIN])
}
const sums = async (sku: string): Promise<object> => {
  const { onHand, reserved, available, unavailable } = await room.stockOf(sku)
  return { onHand, reserved, available, ...unavailable }
}
const day = (timezone: string): string => new Intl.DateTimeFormat('en-CA', { timeZone: timezone }).format(room.clock.now())

t.test('I1 – on hand is never below zero, under any key', async t => {
  const { sku } = await room.newProduct()
  await room.receive(sku, 5)
  await room.receive(sku, 5, { status: 'quality' })
  t.equal((await adjust({ sku, delta: -6 })).body.code, 'stock.insufficient', 'stock of another status does not help')
  t.equal((await transfer({ sku, qty: 6, from: {}, to: { status: 'damaged' } })).body.code, 'stock.insufficient')
  t.equal((await adjust({ sku, delta: -5 }, { sku, delta: -5, status: 'quality' })).status, 201)
  t.equal((await adjust({ sku, delta: -1 })).body.code, 'stock.insufficient')
})

t.test('I1 – unless the warehouse allows it, and never for batches or beyond what is counted', async t => {
  const { sku } = await room.newProduct()
  const batched = await room.newProduct({ trackBatch: true })
  await room.receive(batched.sku, 1, { batch: 'A' })
  await allowNegative(true)
  t.match(await adjust({ sku, delta: -5 }), { status: 201, body: { lines: [{ before: 0, after: -5 }] } })
  t.match(await sums(sku), { onHand: -5, available: -5 })
  t.match(await transfer({ sku, qty: 2, from: {}, to: { status: 'damaged' } }), { status: 201 })
  t.match(await sums(sku), { onHand: -5, available: -7, damaged: 2 })
  t.equal((await adjust({ sku: batched.sku, batch: 'A', delta: -2 })).body.code, 'stock.insufficient')
  t.match(problem(await adjust({ sku, delta: -99_999_999_999 }, { sku, delta: -99_999_999_999 })), [422, 'stock.too_much', '/lines/0/delta'])
  t.match(await set({ sku, expectedOnHand: -7, onHand: 1 }), { status: 201, body: { lines: [{ before: -7, after: 1, delta: 8 }] } })
  t.equal((await adjust({ sku, delta: -4 })).status, 201)
  await allowNegative(false)
  t.equal((await adjust({ sku, delta: -1 })).body.code, 'stock.insufficient')
  t.match(await adjust({ sku, delta: 2 }), { status: 201, body: { lines: [{ before: -3, after: -1 }] } }, 'back step by step where it is no longer allowed')
  await room.checkBooks(t)
})

t.test('I2 – what is reserved stays: it can be neither adjusted, moved nor counted away', async t => {
  const { id, sku } = await room.newProduct()
  await room.receive(sku, 10)
  await room.db.query('UPDATE "StockItem" SET "reserved" = 7 WHERE "productId" = $1', [id])
  for (
    const answer of [await adjust({ sku, delta: -4 }), await transfer({ sku, qty: 4, from: {}, to: { status: 'damaged' } }),
      await set({ sku, expectedOnHand: 10, onHand: 6 })]
  ) {
    t.equal(answer.body.code, 'stock.insufficient')
  }
  t.equal((await adjust({ sku, delta: -3 })).status, 201)
  t.match(await sums(sku), { onHand: 7, reserved: 7, available: 0 })
  await allowNegative(true)
  t.equal((await adjust({ sku, delta: -1 })).body.code, 'stock.insufficient', 'also where stock may be negative')
  await allowNegative(false)
  for (const wrong of ['"reserved" = -1', '"reserved" = 8']) {
    await t.rejects(room.db.query(`UPDATE "StockItem" SET ${wrong} WHERE "productId" = $1`, [id]), { code: '23514' }, wrong)
  }
})

t.test('I3, I4 – every bucket has its reason, and on hand is their sum', async t => {
  const yesterday = '2020-01-01'
  const { id, sku } = await room.newProduct({ qtyScale: 4, trackBatch: true, safetyStock: 2.5 })
  await room.newLocation('LOCKED')
  await room.newLocation('UNSOLD', { sellable: false })
  await room.newLocation('UNPICKED', { pickable: false })
  await room.db.query('UPDATE "Product" SET "minShelfLifeShipDays" = 30 WHERE "id" = $1', [id])
  const soon = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10)
  await adjust(
    { sku, batch: 'SOON', expiryDate: soon, delta: 0.7 },
    { sku, batch: 'GOOD', location: 'UNPICKED', delta: 0.9 },
    { sku, batch: 'GOOD', delta: 20 },
    { sku, batch: 'OLD', expiryDate: yesterday, delta: 1.1 },
    { sku, batch: 'QUARANTINED', delta: 2.2 },
    { sku, batch: 'BLOCKED', delta: 3.3 },
    { sku, batch: 'RECALLED', delta: 4.4 },
    { sku, batch: 'GOOD', status: 'quality', delta: 5.5 },
    { sku, batch: 'GOOD', status: 'quarantine', delta: 6.6 },
    { sku, batch: 'GOOD', status: 'damaged', delta: 7.7 },
    { sku, batch: 'GOOD', status: 'blocked', delta: 8.8 },
    { sku, batch: 'GOOD', location: 'LOCKED', delta: 9.9 },
    { sku, batch: 'GOOD', location: 'UNSOLD', delta: 0.0001 },
    { sku, batch: 'OLD', status: 'damaged', delta: 0.3 }
  )
  await room.db.query('UPDATE "Location" SET "locked" = true WHERE "code" = \'LOCKED\'')
  for (const status of ['quarantined', 'blocked', 'recalled']) {
    await room.db.query('UPDATE "Batch" SET "status" = $1 WHERE "productId" = $2 AND "code" = upper($1)', [status, id])
  }
  await room.db.query(
    'UPDATE "StockItem" i SET "reserved" = 4 FROM "Batch" b WHERE b."id" = i."batchId" AND b."code" = \'GOOD\' AND i."status" = \'available\' AND ' +
      'i."productId" = $1 AND i."onHand" = 20',
    [id]
  )
  t.same(await sums(sku), {
    onHand: 71.4001,
    reserved: 4,
    available: 13.5,
    quality: 5.5,
    quarantine: 8.8,
    damaged: 8,
    blocked: 26.4001,
    expired: 1.1,
    shelfLife: 0.7,
    notPickable: 0.9,
    safetyStock: 2.5
  })
  const { warehouses: [{ byBatch }] } = await room.stockOf(sku)
  t.match(byBatch.find((row: { code: string }) => row.code === 'GOOD'), { reserved: 4, available: 16, status: 'released' })
  t.match(byBatch.find((row: { code: string }) => row.code === 'OLD'), { onHand: 1.4, available: 0 })
  await room.checkBooks(t)
})

t.test('I3 – safety stock takes what there is and no more, and never makes available stock negative', async t => {
  const { sku } = await room.newProduct({ safetyStock: 5 })
  for (const [delta, available, safetyStock] of [[3, 0, 3], [1, 0, 4], [3, 2, 5], [-7, 0, 0]] as const) {
    await adjust({ sku, delta })
    t.match(await sums(sku), { available, safetyStock })
  }
})

t.test('I3 – low, out and back are published once each, when they come true', async t => {
  const { id, sku } = await room.newProduct({ safetyStock: 2, reorderPoint: 5 })
  const published = async (): Promise<string[]> =>
    (await room.allEvents()).filter(({ type, data }) => /\.(low|out|back_in_stock)$/.test(type) && data['product'].id === id).map(({ type, data }) =>
      `${type} ${String(data['available'])}`
    )
  for (const delta of [1, 1, 1, 1, 6, -1, -3, -1, -5, 9]) await adjust({ sku, delta })
  t.same(await published(), ['stock.back_in_stock 1', 'stock.low 1', 'stock.low 4', 'stock.out 0', 'stock.back_in_stock 7'])
})

t.test('I5 – every change is a movement: the ledger\'s sums are the stock, transfers net to nothing', async t => {
  await room.newLocation('R-1')
  const products = await Promise.all(Array.from({ length: 4 }, async () => await room.newProduct({ qtyScale: 4 })))
  let state = 42
  const random = (below: number): number => {
    state = (state * 1103515245 + 12345) % 2 ** 31
    return state % below
  }
  const shelf = (): object => ({ location: random(2) === 0 ? 'DEFAULT' : 'R-1', status: ['available', 'damaged'][random(2)]! })
  const done = new Map<number, number>()
  for (let round = 0; round < 60; round++) {
    const lines = Array.from({ length: 1 + random(4) }, () => ({ sku: products[random(4)]!.sku, qty: (1 + random(40_000)) / 10_000 }))
    const answer = random(3) === 0
      ? await transfer(...lines.map(({ sku, qty }) => ({ sku, qty, from: shelf(), to: shelf() })))
      : await adjust(...lines.map(({ sku, qty }) => ({ sku, delta: random(3) === 0 ? -qty : qty, ...shelf() })))
    done.set(answer.status, (done.get(answer.status) ?? 0) + 1)
  }
  t.ok((done.get(201) ?? 0) > 20 && [...done.keys()].every(status => [201, 409, 422].includes(status)), JSON.stringify([...done]))
  await room.checkBooks(t)
  const { rows } = await room.db
    .query('SELECT 1 FROM "StockMovement" WHERE ("type" IN (\'transfer\', \'status_change\')) <> ("fromLocationId" IS NOT NULL AND "toLocationId" IS NOT NULL)')
  t.same(rows, [], 'a transfer has both sides, all else one')
})

t.test('I6 – the ledger can\'t be changed, and balances follow it row by row', async t => {
  const { id, sku } = await room.newProduct()
  for (const delta of [5, -2, 4, -7, 3]) await adjust({ sku, delta })
  for (
    const attempt of ['UPDATE "StockMovement" SET "qty" = "qty"', 'DELETE FROM "StockMovement"', 'TRUNCATE "StockMovement"',
      'DELETE FROM "StockMovement" WHERE "seq" = -1']
  ) {
    await t.rejects(room.db.query(attempt), { code: '23001', message: /append-only/ }, attempt)
  }
  await t.rejects(room.db.query('DELETE FROM "Product" WHERE "id" = $1', [id]), { message: /violates .*foreign key constraint "StockLevel_productId_fkey"/ })
  const { data } = (await keeper.get(`${STOCK}/movements?product=${id}`)).body
  t.same(data.map((row: { balanceToAfter: number | null, balanceFromAfter: number | null }) => row.balanceToAfter ?? row.balanceFromAfter), [5, 3, 7, 0, 3])
  const broken = await room.db.query(`SELECT * FROM (
    SELECT "seq", "balance", sum("units") OVER (PARTITION BY "productId", "batchId", "location", "status" ORDER BY "seq") AS "running" FROM (
      SELECT "seq", "productId", "batchId", "toLocationId" AS "location", "toStatus" AS "status", "qty" AS "units", "balanceToAfter" AS "balance"
        FROM "StockMovement" WHERE "toLocationId" IS NOT NULL
      UNION ALL SELECT "seq", "productId", "batchId", "fromLocationId", "fromStatus", -"qty", "balanceFromAfter" FROM "StockMovement"
        WHERE "fromLocationId" IS NOT NULL) AS "side") AS "row"
    WHERE "balance" <> "running"`)
  t.same(broken.rows, [], 'each balance of the whole ledger is the sum up to it')
})

t.test('I8 – lines on the same stock are summed before anything is checked', async t => {
  const { sku } = await room.newProduct()
  await room.receive(sku, 5)
  t.equal((await adjust({ sku, delta: -3 }, { sku, delta: -3 })).body.code, 'stock.insufficient', 'each alone would do')
  t.match(
    await adjust({ sku, delta: -8 }, { sku: sku.toLowerCase(), delta: 4 }),
    { status: 201, body: { lines: [{ before: 5, after: 1, delta: -4 }] } },
    'one alone would not'
  )
  const { sku: fresh } = await room.newProduct({ trackBatch: true })
  t.equal(
    (await adjust({ sku: fresh, batch: 'A', delta: 1 }, { sku: fresh, batch: ' A ', delta: 1 })).body.lines.length, 1, 'a batch that is made by the call too'
  )
})

t.test('I10 – tracked products name batch and expiry date wherever goods come in', async t => {
  const { sku } = await room.newProduct({ trackBatch: true, trackExpiry: true })
  const line = { sku, delta: 1, batch: 'A', expiryDate: '2031-01-31' }
  const counted = { sku, expectedOnHand: 0, onHand: 1, batch: 'A', expiryDate: '2031-01-31' }
  for (const send of [async (fields: object) => await adjust({ ...line, ...fields }), async (fields: object) => await set({ ...counted, ...fields })]) {
    t.same(problem(await send({ batch: undefined })), [422, 'batch.required', '/lines/0/batch'])
    t.same(problem(await send({ expiryDate: undefined })), [422, 'batch.expiry_required', '/lines/0/expiryDate'])
  }
  t.equal((await adjust(line)).status, 201)
  const conflicts = [await adjust({ ...line, expiryDate: '2031-02-01' }), await set({ ...counted, expectedOnHand: 1, onHand: 2, expiryDate: '2031-02-01' }),
    await transfer({ sku, qty: 1, batch: 'A', expiryDate: '2031-02-01', from: {}, to: { status: 'damaged' } }),
    await adjust({ ...line, batch: 'B' }, { ...line, batch: 'B', expiryDate: '2031-02-01' })]
  t.same(conflicts.map(answer => problem(answer)), [0, 0, 0, 1].map(index => [409, 'batch.expiry_conflict', `/lines/${index}/expiryDate`]))
  t.match(await room.stockOf(sku), { onHand: 1, warehouses: [{ byBatch: [{ code: 'A', expiryDate: '2031-01-31' }] }] })
})

t.test('I10 – nothing comes in under a batch from before the product had expiry dates', async t => {
  const { id, sku } = await room.newProduct({ trackBatch: true })
  await adjust({ sku, batch: 'A', delta: 1 })
  await adjust({ sku, batch: 'A', delta: -1 })
  t.equal((await room.client.patch(`/api/external/v1/products/${id}`, { trackExpiry: true })).status, 200)
  t.same(problem(await adjust({ sku, batch: 'A', delta: 1 })), [422, 'batch.expiry_required', '/lines/0/batch'])
  t.same(problem(await adjust({ sku, batch: 'A', expiryDate: '2031-01-31', delta: 1 })), [409, 'batch.expiry_conflict', '/lines/0/expiryDate'])
})

t.test('I11 – kind, tracking and fewer decimals need an empty shelf; the rest does not', async t => {
  const product = (id: string): string => `/api/external/v1/products/${id}`
  const { id, sku } = await room.newProduct({ qtyScale: 2 })
  await room.receive(sku, 1.5, { status: 'damaged' })
  for (const [field, value] of [['kind', 'service'], ['trackBatch', true], ['trackExpiry', true], ['qtyScale', 1]] as const) {
    t.same(problem(await room.client.patch(product(id), { [field]: value })), [422, 'product.has_stock', `/${field}`])
    t.same(
      problem(await room.client.put(product(`sku:${sku}`), { name: 'A product', qtyScale: 2, [field]: value })),
      [422, 'product.has_stock', `/${field}`],
      'upsert'
    )
  }
  t.equal((await room.client.patch(product(id), { qtyScale: 3, name: 'New', status: 'inactive', safetyStock: 1 })).status, 200)
  await adjust({ sku, status: 'damaged', delta: -1.5 })
  t.equal((await room.client.patch(product(id), { qtyScale: 0, trackBatch: true, trackExpiry: true })).status, 200)
  t.equal((await room.client.patch(product(id), { kind: 'service' })).status, 200)
  t.equal((await adjust({ sku, delta: 1 })).body.code, 'product.not_stocked')
})

t.test('I13 – the expiry date is the last good day, where the warehouse is', async t => {
  const { sku } = await room.newProduct({ trackExpiry: true })
  // The day there begins 26 hours before it does at the other end of the world.
  const [early, late] = ['Pacific/Kiritimati', 'Etc/GMT+12'] as const
  await inZone(late)
  await adjust({ sku, expiryDate: day(late), delta: 4 })
  t.match(await sums(sku), { available: 4, expired: 0 }, 'good all day')
  t.match((await keeper.post(`${STOCK}/query`, { skus: [sku] })).body.data, [{ available: 4 }])
  await inZone(early)
  t.match(await sums(sku), { available: 0, expired: 4 }, 'where it is a later day')
  t.match((await keeper.post(`${STOCK}/query`, { skus: [sku] })).body.data, [{ available: 0, unavailable: { expired: 4 } }])
  await inZone('UTC')
  await room.checkBooks(t)
})

t.test('I13 – expired stock can still be counted, moved and scrapped', async t => {
  const { sku } = await room.newProduct({ trackBatch: true, trackExpiry: true })
  const batch = { sku, batch: 'OLD' }
  await adjust({ ...batch, expiryDate: '2020-01-31', delta: 10 })
  t.match(await sums(sku), { available: 0, expired: 10 })
  t.equal((await transfer({ ...batch, qty: 4, from: {}, to: { status: 'blocked' } })).status, 201)
  t.equal((await set({ ...batch, expectedOnHand: 6, onHand: 5 })).status, 201)
  t.equal(
    (await keeper.post(`${STOCK}/adjustments`, { reason: 'expired', lines: [{ ...batch, delta: -5 }, { ...batch, status: 'blocked', delta: -4 }] })).status, 201
  )
  t.match(await sums(sku), { onHand: 0, expired: 0, blocked: 0 })
  await room.checkBooks(t)
})

t.test('I23 – a product of which anything lies anywhere is not archived', async t => {
  const { id, sku } = await room.newProduct()
  const archive = async (query = ''): Promise<Answer> => await keeper.delete(`/api/external/v1/products/${id}${query}`)
  await room.receive(sku, 2, { status: 'blocked' })
  for (const query of ['', '?dryRun=true']) {
    t.match(await archive(query), { status: 409, body: { code: 'product.has_stock', detail: /There are 2 of this product on hand/ } })
  }
  await allowNegative(true)
  await adjust({ sku, delta: -2 })
  t.match(await archive(), { status: 409, body: { code: 'product.has_stock' } }, 'though it adds up to nothing')
  await adjust({ sku, delta: 2 }, { sku, status: 'blocked', delta: -2 })
  await allowNegative(false)
  t.match(await archive(), { status: 200, body: { product: { status: 'archived' } } })
  t.same(problem(await adjust({ sku, delta: 1 })), [422, 'product.archived', '/lines/0/sku'])
  t.same(problem(await set({ sku, expectedOnHand: 0, onHand: 1 })), [422, 'product.archived', '/lines/0/sku'])
  t.match(await sums(sku), { onHand: 0 }, 'it can still be read')
})

t.test('I24 – events commit with the change: none after a refusal, versions without a gap, in order', async t => {
  const { id, sku } = await room.newProduct()
  const other = await room.newProduct()
  for (const delta of [5, -9, 2, -3, -8, 1]) await adjust({ sku: other.sku, delta: 1 }, { sku, delta })
  const states = (await room.allEvents()).filter(event => event.type === 'stock.updated' && event.data['product'].id === id)
  t.same(
    states.map(event => [event.subject.id, event.subject.version, event.data['version'], event.data['onHand'], event.previous?.['onHand']]),
    [[5, 0], [7, 5], [4, 7], [5, 4]].map(([onHand, before], index) => [`${id}:${MAIN}`, index + 1, index + 1, onHand, before])
  )
  t.ok(states.every((event, index) => index === 0 || event.data['asOfSeq'] > states[index - 1]!.data['asOfSeq']))
  t.match(await room.stockOf(other.sku), { onHand: 4 }, 'refused lines took the others with them')
})

t.test('I13 – midnight passes: what was good yesterday is expired', async t => {
  const { sku } = await room.newProduct({ trackExpiry: true })
  await adjust({ sku, expiryDate: day('UTC'), delta: 3 })
  t.match(await sums(sku), { available: 3, expired: 0 })
  await room.advance(86_400_000)
  const later = await room.newToken(keeper)
  t.match((await later.get(`${STOCK}/${encodeURIComponent(`sku:${sku}`)}`)).body, { onHand: 3, available: 0, unavailable: { expired: 3 } })
})
