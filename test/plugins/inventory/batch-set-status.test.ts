// POST /batches/:id/status
import t from 'tap'
import type { BatchRelease, InventoryService } from '../../../plugins/inventory/public.js'
import { problem } from '../catalog/setup.js'
import { addBatch, newBatch } from './batches.js'
import { BATCHES, MAIN, openStockroom, STOCK, type StockEvent } from './setup.js'

const room = await openStockroom(t)
const { keeper } = room
const inventory = room.use<InventoryService>('inventory')
const NOTHING: BatchRelease = async () => ({ orders: [], released: 0, picked: [], packed: [] })

/** What happens meanwhile, as events. */
async function eventsOf (work: () => Promise<unknown>): Promise<StockEvent[]> {
  const count = (await room.allEvents()).length
  await work()
  return (await room.allEvents()).slice(count)
}

/** Sets units of a batch aside, as an order would. */
async function reserve (batchId: string, units: number): Promise<void> {
  await room.db.query('UPDATE "StockItem" SET "reserved" = $2 WHERE "batchId" = $1', [batchId, units])
}

t.test('200 – out of sale and back: the batch, its stock and the alerts are published', async t => {
  const { id, sku, code, url, productId } = await newBatch(room)
  await room.receive(sku, 5, { batch: code })
  await room.receive(sku, 2, { batch: code, status: 'damaged' })
  const before = (await keeper.get(url)).body
  const blocked = await eventsOf(async () => {
    const answer = await keeper.post(`${url}/status`, { status: 'blocked', reason: 'Mould' })
    t.match(answer, { status: 200, headers: { etag: '"2"' } })
    t.same(answer.body, { ...before, status: 'blocked', statusReason: 'Mould', version: 2, updatedAt: answer.body.updatedAt })
    t.same((await keeper.get(url)).body, answer.body)
  })
  t.same(blocked.map(event => event.type), ['batch.status_changed', 'stock.updated', 'stock.out'])
  t.match(blocked[0], {
    subject: { type: 'batch', id, version: 2 },
    data: { id, status: 'blocked', from: 'released', to: 'blocked', affected: { onHand: 7, released: 0, orders: [] } },
    previous: { status: 'released', statusReason: null }
  })
  t.match(blocked[1], {
    subject: { id: `${productId}:${MAIN}`, version: 3 },
    data: {
      onHand: 7,
      available: 0,
      unavailable: { blocked: 5, damaged: 2 },
      byBatch: [{ status: 'blocked', available: 0 }],
      causes: [{ type: 'batch_status', docType: 'batch', docId: id, qty: 0 }]
    },
    previous: { available: 5, unavailable: { blocked: 0 } }
  })
  t.notOk('onHand' in blocked[1]!.previous!, 'what stays is not published as changed')
  t.match(await room.stockOf(sku), { available: 0, unavailable: { blocked: 5 }, warehouses: [{ version: 3 }] })
  const back = await eventsOf(async () => { await keeper.post(`${url}/status`, { status: 'released' }) })
  t.match(back, [
    { type: 'batch.status_changed', data: { from: 'blocked', to: 'released', statusReason: null }, previous: { status: 'blocked', statusReason: 'Mould' } },
    { type: 'stock.updated', data: { available: 5 }, previous: { available: 0, unavailable: { blocked: 5 } } },
    { type: 'stock.back_in_stock', previous: { available: 0 } }
  ])
  await room.checkBooks(t)
})

t.test('200 – notified of each warehouse where it lies, and of no other stock', async t => {
  await room.db.query('INSERT INTO "Warehouse" ("id", "code", "name") VALUES (\'whs_two\', \'TWO\', \'Two\')')
  await room.db.query('INSERT INTO "Location" ("id", "warehouseId", "code", "type") VALUES (\'loc_two\', \'whs_two\', \'T\', \'storage\')')
  await room.db.query('UPDATE "Warehouse" SET "defaultReceivingLocationId" = \'loc_two\' WHERE "id" = \'whs_two\'')
  const { sku, code, url, id } = await newBatch(room)
  const other = await addBatch(room, sku)
  await room.receive(sku, 1, { batch: code })
  for (const [batch, delta] of [[code, 2], [other.code, 4]] as const) {
    t.equal((await keeper.post(`${STOCK}/adjustments`, { warehouse: 'TWO', reason: 'found', lines: [{ sku, batch, delta }] })).status, 201)
  }
  const events = await eventsOf(async () => { await keeper.post(`${url}/status`, { status: 'quarantined' }) })
  t.match(events.filter(event => event.type === 'stock.updated'), [
    { data: { warehouse: { code: 'MAIN' }, available: 0, unavailable: { quarantine: 1 } } },
    { data: { warehouse: { code: 'TWO' }, available: 4, unavailable: { quarantine: 2 } } }
  ])
  t.match(events[0], { data: { affected: { onHand: 3 } } })
  const elsewhere = await eventsOf(async () => {
    await keeper.post(`${other.url}/status`, { status: 'quarantined' })
  })
  t.same(elsewhere.map(event => [event.type, event.data['warehouse']?.code]), [['batch.status_changed', undefined], ['stock.updated', 'TWO'], ['stock.out',
    'TWO']])
  t.equal(elsewhere[0]!.data['id'] === id, false)
  await room.checkBooks(t)
})

t.test('200 – the same status again is no version and no event, a recall too; a batch without stock has an event of its own only', async t => {
  const { url } = await newBatch(room)
  t.same(
    await eventsOf(async () => {
      t.match(await keeper.post(`${url}/status`, { status: 'released', reason: 'x' }), { status: 200, headers: { etag: '"1"' }, body: { statusReason: null } })
    }),
    []
  )
  t.match(
    await eventsOf(async () => {
      await keeper.post(`${url}/status`, { status: 'recalled' })
    }),
    { length: 1, 0: { type: 'batch.status_changed', data: { affected: { onHand: 0 } } } }
  )
  t.same(
    await eventsOf(async () => {
      t.match(await keeper.post(`${url}/status`, { status: 'recalled' }), { status: 200, headers: { etag: '"2"' } })
    }),
    []
  )
})

t.test('200 – what orders have allocated is deallocated in the same transaction, and published once, as what can\'t be sold', async t => {
  const { id, sku, code, url, productId } = await newBatch(room)
  await room.receive(sku, 5, { batch: code })
  await reserve(id, 5)
  inventory.onBatchUnsold(async (_tx, ownerId, batch, open) => {
    t.match({ ownerId, batch }, { ownerId: String, batch: { id, code, productId, status: 'quarantined' } })
    const book = await open()
    t.equal(await open(), book)
    const [item] = book.itemsOf(batch.id)
    t.equal(item!.batch!.status, 'quarantined', 'no one can take of it again')
    book.reserve(item!, -30_000, { type: 'order', id: 'ord_1', lineNo: 1 })
    return { orders: ['ord_1'], released: 3, picked: [], packed: [] }
  })
  const events = await eventsOf(async () => { t.equal((await keeper.post(`${url}/status`, { status: 'quarantined' })).status, 200) })
  t.match(events, [
    { type: 'batch.status_changed', data: { affected: { onHand: 5, released: 3, orders: ['ord_1'] } } },
    {
      type: 'stock.updated',
      data: { reserved: 2, available: 0, unavailable: { quarantine: 3 }, causes: [{ type: 'batch_status' }, { type: 'release', docId: 'ord_1', qty: -3 }] },
      previous: { reserved: 5, unavailable: { quarantine: 0 } }
    },
    { type: 'stock.out' }
  ])
  inventory.onBatchUnsold(NOTHING)
  await room.checkBooks(t)
})

t.test('200 – nothing is deallocated when it was out of sale already, comes back, or the operator does not want it', async t => {
  const { url } = await newBatch(room)
  const asked: string[] = []
  inventory.onBatchUnsold(async (_tx, _ownerId, batch) => {
    if (batch.isLetGo) asked.push(batch.status)
    return { orders: [], released: 0, picked: [], packed: [] }
  })
  for (const status of ['quarantined', 'blocked', 'released']) await keeper.post(`${url}/status`, { status })
  t.same(asked, ['quarantined'])
  await room.setting('batch.setStatus', { autoReleaseAllocations: false })
  await keeper.post(`${url}/status`, { status: 'blocked' })
  t.same(asked, ['quarantined'])
  await room.setting('batch.setStatus', { autoReleaseAllocations: null })
  inventory.onBatchUnsold(NOTHING)
})

t.test('500 – when letting go fails, nothing has changed', async t => {
  const { url, sku, code } = await newBatch(room)
  await room.receive(sku, 5, { batch: code })
  inventory.onBatchUnsold(async () => { throw new Error('no') })
  t.same(await eventsOf(async () => { t.equal((await keeper.post(`${url}/status`, { status: 'blocked' })).status, 500) }), [])
  inventory.onBatchUnsold(NOTHING)
  t.match((await keeper.get(url)).body, { status: 'released', version: 1 })
  t.match(await room.stockOf(sku), { available: 5 })
})

t.test('200 – in parallel with twenty adjustments: no deadlock, the books balance, and the last that is published is right', async t => {
  const { sku, code, url, productId } = await newBatch(room)
  const second = await newBatch(room)
  const lines = (delta: number): object[] => [{ sku, batch: code, delta }, { sku: second.sku, batch: second.code, delta }, { sku, batch: 'NEW', delta }]
  const adjust = async (index: number): Promise<number> =>
    (await keeper.post(`${STOCK}/adjustments`, {
      ...index % 3 === 0 ? { warehouse: 'TWO' } : {}, reason: 'found', lines: index % 2 === 0 ? lines(1) : lines(1).reverse()
    })).status
  const set = async (target: string, status: string): Promise<number> => (await keeper.post(`${target}/status`, { status })).status
  const statuses = await Promise.all([
    ...Array.from({ length: 20 }, async (_, index) => await adjust(index)),
    set(url, 'blocked'), set(second.url, 'quarantined'), set(url, 'quarantined'), set(second.url, 'blocked'), set(url, 'recalled')
  ])
  t.same(statuses.slice(0, 20), Array.from({ length: 20 }, () => 201))
  t.same(statuses.slice(20, 24).filter(status => status !== 200 && status !== 409), [])
  t.equal(statuses[24], 200)
  await room.checkBooks(t)
  const published = (await room.allEvents()).filter(event => event.type === 'stock.updated' && event.data['product'].id === productId)
  for (const now of (await room.stockOf(sku))['warehouses']) {
    const of = published.filter(event => event.data['warehouse'].id === now.warehouse.id)
    t.same(of.map(event => event.subject.version), of.map((_, index) => index + 1), 'each version once, in order')
    const { byLocation: _, ...state } = now
    const { causes: __, ...last } = of.at(-1)!.data
    t.same(last, state)
  }
  t.match(await room.stockOf(sku), { onHand: 40, available: 20, unavailable: { blocked: 20 } })
})

t.test('200 – stock that is on its way to a warehouse that never had any is waited for', async t => {
  const { sku, code, url, productId } = await newBatch(room)
  // A lock of the sequence of movements holds the adjustment after it has read the batch, before it commits.
  const held = await room.hold('LOCK TABLE "StockMovement" IN EXCLUSIVE MODE')
  const adjusting = keeper.post(`${STOCK}/adjustments`, { reason: 'found', lines: [{ sku, batch: code, delta: 3 }] })
  const waiting = async (count: number): Promise<boolean> =>
    (await room.db.query('SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = \'Lock\'')).rowCount === count
  await room.waitFor(async () => await waiting(1), 'the adjustment to wait')
  const setting = keeper.post(`${url}/status`, { status: 'blocked' })
  await room.waitFor(async () => await waiting(2), 'the status to wait')
  await held.end('commit')
  t.equal((await adjusting).status, 201)
  t.equal((await setting).status, 200)
  const last = (await room.allEvents()).filter(event => event.type === 'stock.updated' && event.data['product'].id === productId).at(-1)
  t.match(last, { data: { available: 0, unavailable: { blocked: 3 } }, previous: { available: 3 } })
})

t.test('400 – a status that there is not, a field that there is not', async t => {
  const { url } = await newBatch(room)
  for (
    const [body, pointer] of [[{ status: 'sold' }, '/status'], [{}, '/status'], [{ status: 'blocked', reason: '' }, '/reason'], [{
      status: 'blocked', note: 'x'
    }, '/note']] as const
  ) {
    t.same(problem(await keeper.post(`${url}/status`, body)), [400, 'request.invalid', pointer])
  }
})

t.test('401, 403 – not without a token, not without batch.setStatus', async t => {
  const { url } = await newBatch(room)
  t.equal((await room.anonymous.post(`${url}/status`, { status: 'blocked' })).status, 401)
  t.match(await (await room.clientFor('batch.update')).post(`${url}/status`, { status: 'blocked' }), { status: 403, body: { code: 'insufficient_scope' } })
})

t.test('404 – unknown, another owner\'s, and switched off', async t => {
  const { url } = await newBatch(room)
  const unknown = await keeper.post(`${BATCHES}/bat_unknown/status`, { status: 'blocked' })
  t.match(unknown, { status: 404, body: { code: 'batch.not_found' } })
  t.same({ ...(await room.other.post(`${url}/status`, { status: 'blocked' })).body, requestId: '' }, { ...unknown.body, requestId: '' })
  t.equal((await keeper.get(url)).body.status, 'released')
  await room.switchOperation('batch.setStatus', false)
  t.match(await keeper.post(`${url}/status`, { status: 'blocked' }), { status: 403, body: { code: 'operation.switched_off' } })
  await room.switchOperation('batch.setStatus', true)
})

t.test('409 – a recall is final', async t => {
  const { url } = await newBatch(room)
  await keeper.post(`${url}/status`, { status: 'recalled' })
  for (const status of ['released', 'quarantined', 'blocked']) {
    t.same(problem(await keeper.post(`${url}/status`, { status })), [409, 'batch.illegal_transition', '/status'], status)
  }
  t.match((await keeper.get(url)).body, { status: 'recalled', version: 2 })
})

t.test('412 – If-Match of another version', async t => {
  const { url } = await newBatch(room)
  t.match(await keeper.post(`${url}/status`, { status: 'blocked' }, { 'if-match': '"7"' }), { status: 412, headers: { etag: '"1"' } })
  t.equal((await keeper.post(`${url}/status`, { status: 'blocked' }, { 'if-match': '"1"' })).status, 200)
})

t.test('dryRun – what would happen, with what it would do to the stock', async t => {
  const { url, sku, code } = await newBatch(room)
  await room.receive(sku, 5, { batch: code })
  t.match((await keeper.post(`${url}/status?dryRun=true`, { status: 'blocked' })).body, {
    dryRun: true,
    status: 200,
    body: { status: 'blocked' },
    events: [{ type: 'batch.status_changed' }, { type: 'stock.updated', data: { available: 0 } }, { type: 'stock.out' }]
  })
  t.match(await room.stockOf(sku), { available: 5 })
})
