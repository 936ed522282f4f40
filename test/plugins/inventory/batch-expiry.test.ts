// The worker that publishes events of batches near and past their expiry date.
import t, { type Test } from 'tap'
import { buildTestApp } from '../../../src/test-kit/service.js'
import { addBatch, dayFromNow, newBatch } from './batches.js'
import { API, BATCHES, MAIN, openStockroom, STOCK, type StockEvent, type Stockroom } from './setup.js'

const DAY_MS = 86_400_000
const room = await openStockroom(t)
const { keeper } = room

/** Numbers of a batch's rows, for what no answer has. */
const noticeOf = async (id: string, of: Stockroom = room): Promise<[string, boolean]> => {
  const { rows: [row] } = await of.db.query<{ expiryNotice: string, passing: boolean }>(
    'SELECT "expiryNotice", "passingSince" IS NOT NULL AS "passing" FROM "Batch" WHERE "id" = $1', [id]
  )
  return [row!.expiryNotice, row!.passing]
}

/** What has been notified of a batch and its product's stock. */
async function toldOf ({ id, productId }: { id: string, productId?: string }, of: Stockroom = room): Promise<StockEvent[]> {
  return (await of.allEvents()).filter(event => (event.type.startsWith('batch.exp') && event.subject.id === id) ||
    (event.type.startsWith('stock.') && event.data['product']?.id === productId && event.actor.type === 'system'))
}

/** Tokens and sessions last hours, not days. */
async function advance (ms: number): Promise<void> {
  await room.advance(ms)
  for (const client of [room.client, keeper]) {
    Object.assign(client, await room.newToken(client))
  }
  Object.assign(room.operator, await room.signIn())
}

/** Moves the clock, and waits for a whole round: one that has begun with a probe, which is published somewhere in it, and ended before the next probe's. */
async function pass (days: number): Promise<void> {
  await advance(days * DAY_MS)
  for (const which of ['a round', 'the next']) {
    const probe = await newBatch(room, { expiryDate: dayFromNow(room, -2) })
    await room.receive(probe.sku, 1, { batch: probe.code })
    room.wakeAll()
    await room.waitFor(async () => (await noticeOf(probe.id))[0] === 'expired', which)
  }
}

t.test('near its date a batch is published once, past it once more, with what that does to the stock', async t => {
  // Within the 30 days that events are kept, which the moved clock ends too.
  await room.setting('batch.setStatus', { expiringDays: 5 })
  const { id, sku, code, productId } = await newBatch(room, { expiryDate: dayFromNow(room, 10) }, { trackExpiry: true })
  await room.receive(sku, 5, { batch: code })
  await room.db.query('UPDATE "StockItem" SET "reserved" = 2 WHERE "batchId" = $1', [id])
  await pass(4)
  t.same(await toldOf({ id, productId }), [], 'not on the day before the 5 days')
  await pass(1)
  const [expiring, ...none] = await toldOf({ id, productId })
  t.match(expiring, {
    type: 'batch.expiring',
    subject: { type: 'batch', id, version: 1 },
    actor: { type: 'system' },
    previous: null,
    data: { id, code, expired: false, status: 'released', daysLeft: 5, warehouses: [{ id: MAIN, code: 'MAIN', onHand: 5, reserved: 2 }] }
  })
  t.same(none, [])
  await pass(5)
  t.equal((await toldOf({ id, productId })).length, 1, 'the expiry date is the last good day')
  t.match(await room.stockOf(sku), { available: 3 })
  await pass(1)
  const [, expired, stock, out, ...rest] = await toldOf({ id, productId })
  t.match(expired, { type: 'batch.expired', data: { expired: true, daysLeft: -1, warehouses: [{ id: MAIN, onHand: 5, reserved: 2 }] } })
  t.match(stock, {
    type: 'stock.updated',
    subject: { id: `${productId}:${MAIN}`, version: 2 },
    data: { onHand: 5, reserved: 2, available: 0, unavailable: { expired: 3 }, causes: [{ type: 'expiry', docType: 'batch', docId: id, qty: 0 }] },
    previous: { available: 3, unavailable: { expired: 0 } }
  })
  t.match(out, { type: 'stock.out', previous: { available: 3 } })
  t.same(rest, [])
  t.match(await room.stockOf(sku), { available: 0, warehouses: [{ version: 2 }] })
  const until = room.clock.now().toISOString()
  await pass(3)
  t.same((await toldOf({ id, productId })).filter(event => event.occurredAt > until), [], 'nothing is published twice')
  await room.setting('batch.setStatus', { expiringDays: null })
  await room.checkBooks(t)
})

t.test('a batch that was never near is published as expired only; batches of one product in one event of its stock', async t => {
  const first = await newBatch(room, { expiryDate: dayFromNow(room, 100) })
  const second = await addBatch(room, first.sku, { expiryDate: dayFromNow(room, 101) })
  await room.receive(first.sku, 1, { batch: first.code })
  await room.receive(first.sku, 2, { batch: second.code })
  await room.receive(first.sku, 4, { batch: (await addBatch(room, first.sku)).code })
  await pass(102)
  const published = await toldOf(first)
  t.match(published.filter(event => event.type.startsWith('stock.')), {
    length: 1, 0: { data: { available: 4 }, previous: { available: 7, unavailable: { expired: 0 } } }
  })
  t.same(
    published[0]!.data['causes'] ?? published[1]!.data['causes'],
    [first.id, second.id].sort().map(docId => ({ type: 'expiry', docType: 'batch', docId, qty: 0 }))
  )
  t.same([...published, ...await toldOf({ id: second.id })].map(event => event.type).filter(type => type.startsWith('batch.')), ['batch.expired',
    'batch.expired'])
})

t.test('the days before expiry are the operator\'s; a date that is changed begins again', async t => {
  await room.setting('batch.setStatus', { expiringDays: 3 })
  await room.setting('batch.create', { expiryEditableWithStock: true })
  const { id, sku, code, url } = await newBatch(room, { expiryDate: dayFromNow(room, 5) })
  await room.receive(sku, 1, { batch: code })
  await pass(1)
  t.same(await toldOf({ id }), [])
  await pass(1)
  t.match(await toldOf({ id }), { length: 1, 0: { type: 'batch.expiring', data: { daysLeft: 3 } } })
  await keeper.patch(url, { expiryDate: dayFromNow(room, 10) })
  await pass(6)
  t.equal((await toldOf({ id })).length, 1)
  await pass(1)
  t.match(await toldOf({ id }), { length: 2, 1: { type: 'batch.expiring', data: { daysLeft: 3, version: 2 } } })
  await room.setting('batch.setStatus', { expiringDays: null })
  await room.setting('batch.create', { expiryEditableWithStock: null })
})

t.test('a batch without stock has no event; one whose goods come late is published when they have come', async t => {
  const empty = await newBatch(room, { expiryDate: dayFromNow(room, 2) })
  const gone = await newBatch(room, { expiryDate: dayFromNow(room, 2) })
  const late = await newBatch(room, { expiryDate: dayFromNow(room, 2) })
  await room.receive(gone.sku, 1, { batch: gone.code })
  await keeper.post(`${STOCK}/adjustments`, { reason: 'lost', lines: [{ sku: gone.sku, batch: gone.code, delta: -1 }] })
  await pass(0)
  await room.receive(late.sku, 1, { batch: late.code })
  await pass(0)
  t.match(await toldOf({ id: late.id }), { length: 1, 0: { type: 'batch.expiring', data: { daysLeft: 2 } } })
  await pass(3)
  t.match(await toldOf(late), { length: 4 })
  for (const batch of [empty, gone]) {
    t.same(await toldOf(batch), [])
    t.same(await noticeOf(batch.id), ['expired', false])
  }
})

t.test('in several time zones: published when it has expired in the first, and of each warehouse\'s stock when it has expired there', async t => {
  const [east, west] = ['Pacific/Kiritimati', 'Pacific/Pago_Pago'] // UTC+14 and UTC-11, without summer time
  await room.setting('batch.setStatus', { expiringDays: 3 })
  await room.db.query(
    'INSERT INTO "Warehouse" ("id", "code", "name", "timezone", "defaultReceivingLocationId") VALUES (\'whs_west\', \'WEST\', \'West\', $1, \'loc_west\')',
    [west]
  )
  await room.db.query('INSERT INTO "Location" ("id", "warehouseId", "code", "type") VALUES (\'loc_west\', \'whs_west\', \'W\', \'storage\')')
  await room.db.query('UPDATE "Warehouse" SET "timezone" = $2 WHERE "id" = $1', [MAIN, east])
  // To 12:00 UTC: in the east it is tomorrow, in the west today.
  const noon = (DAY_MS * 3 / 2 - room.clock.now().getTime() % DAY_MS) % DAY_MS
  await advance(noon)
  const expiryDate = dayFromNow(room, 5)
  const batch = await newBatch(room, { expiryDate })
  await room.receive(batch.sku, 1, { batch: batch.code })
  t.equal(
    (await keeper.post(`${STOCK}/adjustments`, { warehouse: 'WEST', reason: 'found', lines: [{ sku: batch.sku, batch: batch.code, delta: 2 }] })).status, 201
  )
  await pass(0)
  t.same(await toldOf(batch), [])
  await pass(1)
  t.match(await toldOf(batch), { length: 1, 0: { type: 'batch.expiring', data: { daysLeft: 3 } } }, 'as the east counts')
  await pass(4)
  t.equal(room.clock.now().toISOString().slice(0, 10), expiryDate)
  const first = await toldOf(batch)
  t.match(first.slice(1), {
    length: 3,
    0: { type: 'batch.expired', data: { daysLeft: -1, warehouses: [{ onHand: 1 }, { onHand: 2 }] } },
    1: { data: { warehouse: { code: 'MAIN' }, available: 0 } },
    2: { type: 'stock.out' }
  })
  t.same(await noticeOf(batch.id), ['expired', true])
  await pass(0.9)
  t.equal((await toldOf(batch)).length, first.length, 'in the west it is still the last good day')
  await pass(0.1)
  t.match((await toldOf(batch)).slice(first.length), {
    length: 2, 0: { type: 'stock.updated', data: { warehouse: { code: 'WEST' }, available: 0 }, previous: { available: 2 } }, 1: { type: 'stock.out' }
  })
  t.same(await noticeOf(batch.id), ['expired', false])
  await pass(1)
  t.equal((await toldOf(batch)).length, first.length + 2)
  await room.db.query('UPDATE "Warehouse" SET "timezone" = \'UTC\'')
  await room.setting('batch.setStatus', { expiringDays: null })
})

t.test('nothing is published while the plugin is off; then it is', async t => {
  const batch = await newBatch(room, { expiryDate: dayFromNow(room, 1) })
  await room.receive(batch.sku, 1, { batch: batch.code })
  const plugin = async (enabled: boolean): Promise<unknown> => await room.operator.patch('/api/admin/v1/plugins/inventory', { enabled })
  await plugin(false)
  await advance(2 * DAY_MS)
  await room.allEvents()
  t.same(await toldOf(batch), [])
  await plugin(true)
  await pass(0)
  t.same((await toldOf(batch)).map(event => event.type), ['batch.expired', 'stock.updated', 'stock.out'])
})

t.test('two processes and callers at once: more than a round\'s batches, each published once', async t => {
  await manyBatches(t)
  await room.checkBooks(t)
})

async function manyBatches (t: Test): Promise<void> {
  const other = await buildTestApp(t, { databaseUrl: room.databaseUrl, clock: room.clock, activate: false })
  const products = await Promise.all(Array.from({ length: 5 }, async () => await room.newProduct({ trackExpiry: true, trackBatch: true })))
  const expiryDate = dayFromNow(room, 0)
  for (const { sku } of products) {
    const lines = Array.from({ length: 50 }, (_, index) => ({ sku, batch: `M-${index}`, expiryDate, delta: 1 }))
    t.equal((await keeper.post(`${STOCK}/adjustments`, { reason: 'found', lines })).status, 201)
  }
  await advance(DAY_MS)
  other.wakeAll()
  const busy = await Promise
    .all(products.map(async ({ sku }) => await keeper.post(`${STOCK}/adjustments`, { reason: 'found', lines: [{ sku, batch: 'M-7', delta: 1 }] })))
  t.same(busy.map(answer => answer.status), [201, 201, 201, 201, 201])
  const left = async (): Promise<number> =>
    (await room.db.query('SELECT 1 FROM "Batch" WHERE "expiryNotice" <> \'expired\' AND "expiryDate" = $1', [expiryDate])).rowCount
  await room.waitFor(async () => {
    room.wakeAll()
    other.wakeAll()
    return await left() === 0
  }, 'all to be published')
  const events = (await room.allEvents()).filter(event => event.type === 'batch.expired' && event.data['expiryDate'] === expiryDate)
  t.equal(events.length, 250)
  t.equal(new Set(events.map(event => event.subject.id)).size, 250)
  for (const { sku } of products) t.match(await room.stockOf(sku), { onHand: 51, available: 0, unavailable: { expired: 51 } })
  t.ok((await keeper.get(`${BATCHES}?code=M-7`)).body.data.every((batch: { expired: boolean }) => batch.expired))
}

t.test('stock.updated when too little of the shelf life is left to ship, once; another date or another product rule begins again', async t => {
  const { sku, id: productId } = await room.newProduct({ trackBatch: true, trackExpiry: true, minShelfLifeShipDays: 30 })
  await room.receive(sku, 5, { batch: 'SL', expiryDate: dayFromNow(room, 40) })
  t.match(await room.stockOf(sku), { available: 5, unavailable: { shelfLife: 0 } })
  const published = async (): Promise<StockEvent[]> =>
    (await room.allEvents()).filter(event => event.type === 'stock.updated' && event.data['product'].id === productId && event.actor.type === 'system')
  await pass(8)
  t.same(await published(), [])
  await pass(5)
  t.match(await published(), [{
    data: { available: 0, unavailable: { shelfLife: 5 }, causes: [{ type: 'shelf_life', docType: 'batch' }] },
    previous: { available: 5, unavailable: { shelfLife: 0 } }
  }])
  await pass(1)
  t.equal((await published()).length, 1, 'once')
  t.equal((await keeper.patch(`${API}/products/${productId}`, { minShelfLifeShipDays: 10 })).status, 200)
  t.match(await room.stockOf(sku), { available: 5 })
  await pass(20)
  t.equal((await published()).filter(event => event.data['causes'][0].type === 'shelf_life').length, 2)
})
