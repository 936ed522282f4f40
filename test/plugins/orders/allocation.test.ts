// Which stock an order gets, and why the rest was not taken.
import t from 'tap'
import type { Answer } from '../../../src/test-kit/service.js'
import { dayIn } from '../../../plugins/inventory/domain/dates.js'
import { inDays } from './floor.js'
import { openDesk } from './setup.js'

const desk = await openDesk(t)
await desk.setting('order.create', { autoAllocate: false })

type Taken = [batch: string | null, location: string, qty: number]

/** Allocates a new order. */
const allocate = async (sku: string, qty: number, body: object = {}, line: object = {}, fields: object = {}): Promise<Answer['body']> => {
  const { id } = await desk.order([{ sku, qty, ...line }], fields)
  const answer = await desk.step(id, 'allocate', body)
  if (answer.status !== 200) throw new Error(answer.text)
  return answer.body
}
/** What was looked at in its order: what was taken, and the reasons. */
const taken = ({ explanation: [{ considered }] }: Answer['body']): Taken[] =>
  considered.filter(({ taken }: { taken: number }) => taken > 0).map((
    { batch, location, taken }: { batch: string | null, location: string, taken: number }
  ): Taken => [batch, location, taken])
const reasons = ({ explanation: [{ considered }] }: Answer['body']): Record<string, string> =>
  Object.fromEntries(considered.map(({ batch, location, reason }: { batch: string | null, location: string, reason: string }) => [batch ?? location, reason]))

for (const [code, pickPriority] of [['NEAR', 0], ['FAR', 9]] as const) await desk.newLocation(code, { pickPriority })
for (const code of ['X-1', 'X-2', 'X-3']) await desk.newLocation(code, { pickPriority: 5 })

/** Makes what lies at a location as old as this. */
const received = async (productId: string, at: string, location: string): Promise<void> => {
  await desk.db.query('UPDATE "StockItem" i SET "receivedAt" = $2 FROM "Location" l WHERE l."id" = i."locationId" AND i."productId" = $1 AND l."code" = $3', [
    productId, at, location
  ])
}

t.test('FEFO: earliest expiry first, without a date last', async t => {
  const { sku } = await desk.newProduct({ trackBatch: true })
  await desk.receive(sku, 2, { batch: 'NONE' })
  await desk.receive(sku, 2, { batch: 'LATE', expiryDate: '2032-01-01' })
  await desk.receive(sku, 2, { batch: 'SOON', expiryDate: '2030-01-01' })
  const order = await allocate(sku, 5)
  t.same(taken(order), [['SOON', 'DEFAULT', 2], ['LATE', 'DEFAULT', 2], ['NONE', 'DEFAULT', 1]])
  t.match(order.lines[0], {
    qtyAllocated: 5, allocations: [{ batch: 'SOON', strategy: 'FEFO' }, { batch: 'LATE' }, { batch: 'NONE', expiryDate: null, qty: 1 }]
  })
})

t.test('FEFO: where the expiry is the same, the oldest receipt, then pick priority, then the smallest rest, then the location', async t => {
  const { id, sku } = await desk.newProduct({ trackBatch: true, trackExpiry: true })
  const put = async (location: string, qty: number): Promise<void> => { await desk.receive(sku, qty, { batch: 'A', expiryDate: '2030-01-01', location }) }
  for (const [location, qty] of [['X-3', 3], ['X-2', 1], ['X-1', 3], ['FAR', 1], ['NEAR', 5]] as const) await put(location, qty)
  for (const location of ['X-1', 'X-2', 'X-3', 'NEAR']) await received(id, '2026-02-01T00:00:00Z', location)
  await received(id, '2026-01-01T00:00:00Z', 'FAR')
  t.same(taken(await allocate(sku, 13)), [['A', 'FAR', 1], ['A', 'NEAR', 5], ['A', 'X-2', 1], ['A', 'X-1', 3], ['A', 'X-3', 3]])
})

t.test('FIFO, LIFO and CLOSEST, of the product and of the caller', async t => {
  const stocked = async (allocationStrategy: string): Promise<string> => {
    const { id, sku } = await desk.newProduct({ trackBatch: true, trackExpiry: true, allocationStrategy })
    const lots = [['OLD', '2033-01-01', 'FAR', '2026-01-01T00:00:00Z'], ['MID', '2030-01-01', 'X-1', '2026-02-01T00:00:00Z'], ['NEW', '2031-01-01', 'NEAR',
      '2026-03-01T00:00:00Z']] as const
    for (const [batch, expiryDate, location, at] of lots) {
      await desk.receive(sku, 1, { batch, expiryDate, location })
      await received(id, at, location)
    }
    return sku
  }
  const expected: Record<string, string[]> = {
    FEFO: ['MID', 'NEW', 'OLD'], FIFO: ['OLD', 'MID', 'NEW'], LIFO: ['NEW', 'MID', 'OLD'], CLOSEST: ['NEW', 'MID', 'OLD'], inherit: ['MID', 'NEW', 'OLD']
  }
  for (const [strategy, batches] of Object.entries(expected)) {
    const order = await allocate(await stocked(strategy), 3)
    t.same(taken(order).map(([batch]) => batch), batches, strategy)
    t.equal(order.explanation[0].strategy, strategy === 'inherit' ? 'FEFO' : strategy)
  }
  for (const strategy of ['FIFO', 'LIFO', 'CLOSEST', 'FEFO']) {
    t.same(taken(await allocate(await stocked('inherit'), 3, { strategy })).map(([batch]) => batch), expected[strategy], `${strategy} of the caller`)
  }
})

t.test('CLOSEST: pick priority before all else', async t => {
  const { sku } = await desk.newProduct()
  await desk.receive(sku, 1, { location: 'FAR' })
  await desk.receive(sku, 1, { location: 'X-1' })
  await desk.receive(sku, 1, { location: 'NEAR' })
  t.same(taken(await allocate(sku, 3, { strategy: 'CLOSEST' })).map(([, location]) => location), ['NEAR', 'X-1', 'FAR'])
  t.same(
    taken(await (async () => {
      const p = await desk.newProduct({ allocationStrategy: 'CLOSEST' })
      await desk.receive(p.sku, 1, { location: 'FAR' })
      await desk.receive(p.sku, 9, { location: 'NEAR' })
      return await allocate(p.sku, 2)
    })()),
    [[null, 'NEAR', 2]]
  )
})

t.test('shelf life: the longer of product and line must remain on the day of shipping', async t => {
  const { sku } = await desk.stocked([['IN-10', inDays(10), 5], ['IN-40', inDays(40), 5], ['IN-90', inDays(90), 5]], { minShelfLifeShipDays: 20 })
  t.same(reasons(await allocate(sku, 1)), { 'IN-10': 'shelf_life', 'IN-40': 'taken', 'IN-90': 'not_needed' })
  t.same(reasons(await allocate(sku, 1, {}, { minShelfLifeDays: 60 })), { 'IN-10': 'shelf_life', 'IN-40': 'shelf_life', 'IN-90': 'taken' })
  t.same(
    reasons(await allocate(sku, 1, {}, { minShelfLifeDays: 5 })),
    { 'IN-10': 'shelf_life', 'IN-40': 'taken', 'IN-90': 'not_needed' },
    'the line can\'t ask for less than the product'
  )
  t.same(reasons(await allocate(sku, 1, {}, {}, { requestedShipDate: inDays(30) })), { 'IN-10': 'shelf_life', 'IN-40': 'shelf_life', 'IN-90': 'taken' })
  t.same(
    reasons(await allocate(sku, 1, {}, {}, { requestedShipDate: inDays(-300) })),
    { 'IN-10': 'shelf_life', 'IN-40': 'taken', 'IN-90': 'not_needed' },
    'a day that has passed is no day to leave on'
  )
})

t.test('shelf life: exactly as many days as are wanted are enough, one less is not', async t => {
  const ship = inDays(10)
  const { sku } = await desk.stocked([['EXACT', inDays(40), 5]])
  t.same(reasons(await allocate(sku, 1, {}, { minShelfLifeDays: 30 }, { requestedShipDate: ship })), { EXACT: 'taken' })
  t.same(reasons(await allocate(sku, 1, {}, { minShelfLifeDays: 31 }, { requestedShipDate: ship })), { EXACT: 'shelf_life' })
  const { sku: short } = await desk.stocked([['ON-THE-DAY', ship, 5], ['BEFORE', inDays(9), 5]])
  t.same(
    reasons(await allocate(short, 1, {}, {}, { requestedShipDate: ship })),
    { BEFORE: 'shelf_life', 'ON-THE-DAY': 'taken' },
    'good through its last day, and not when it has expired by then'
  )
})

t.test('expired: the day where the warehouse is, its last day included', async t => {
  const west = dayIn('Pacific/Pago_Pago', new Date())
  const { sku } = await desk.stocked([['A', west, 5]])
  const { sku: none } = await desk.stocked([['GONE', inDays(-3), 5]])
  const zone = async (timezone: string): Promise<void> => { await desk.db.query('UPDATE "Warehouse" SET "timezone" = $1', [timezone]) }
  await zone('Pacific/Kiritimati')
  const late = await allocate(sku, 1)
  t.match(late, {
    allocationStatus: 'none',
    lines: [{ qtyBackordered: 1 }],
    explanation: [{ considered: [{ batch: 'A', expiryDate: west, free: 5, taken: 0, reason: 'expired' }] }]
  })
  await zone('Pacific/Pago_Pago')
  t.same(reasons(await allocate(sku, 1)), { A: 'taken' })
  await zone('UTC')
  t.same(reasons(await allocate(none, 1)), { GONE: 'expired' })
})

t.test('batches taken out of sale, stock of other statuses, locations that give nothing: each with its reason', async t => {
  const { id, sku } = await desk.newProduct({ trackBatch: true })
  for (const batch of ['Q', 'B', 'R', 'GOOD']) await desk.receive(sku, 2, { batch })
  for (const [batch, status] of [['Q', 'quarantined'], ['B', 'blocked'], ['R', 'recalled']]) {
    await desk.db.query('UPDATE "Batch" SET "status" = $3 WHERE "productId" = $1 AND "code" = $2', [id, batch, status])
  }
  t.match(reasons(await allocate(sku, 3)), { Q: 'quarantine', B: 'blocked', R: 'blocked', GOOD: 'taken' })
  const { sku: plain } = await desk.newProduct()
  await desk.newLocation('LOCKED')
  await desk.newLocation('UNSOLD', { sellable: false })
  await desk.newLocation('HIGH', { pickable: false })
  for (const location of ['LOCKED', 'UNSOLD', 'HIGH']) await desk.receive(plain, 2, { location })
  for (const [location, status] of [['X-1', 'damaged'], ['X-2', 'quality'], ['X-3', 'quarantine'], ['NEAR', 'blocked']]) {
    await desk.receive(plain, 2, { location, status })
  }
  await desk.db.query('UPDATE "Location" SET "locked" = true WHERE "code" = \'LOCKED\'')
  await desk.receive(plain, 2)
  const order = await allocate(plain, 5)
  t.match(reasons(order), {
    LOCKED: 'blocked', UNSOLD: 'blocked', HIGH: 'not_pickable', 'X-1': 'damaged', 'X-2': 'quality', 'X-3': 'quarantine', NEAR: 'blocked', DEFAULT: 'taken'
  })
  t.match(order, { lines: [{ qtyAllocated: 2, qtyBackordered: 3 }], explanation: [{ wanted: 5, allocated: 2 }] })
  const { sku: shared } = await desk.stocked(4)
  await allocate(shared, 4)
  t.match((await allocate(shared, 1)).explanation[0].considered, [{ free: 0, taken: 0, reason: 'reserved' }])
  await desk.checkOrders(t)
})

t.test('a pinned batch: no other, even when it is not enough or no good', async t => {
  const { id, sku } = await desk.stocked([['A', '2030-01-01', 2], ['B', '2031-01-01', 2]])
  const order = await allocate(sku, 3, {}, { batch: 'B' })
  t.match(order.lines[0], { pinnedBatch: 'B', qtyAllocated: 2, qtyBackordered: 1, allocations: [{ batch: 'B', pinned: true }] })
  t.same(reasons(order), { A: 'other_batch', B: 'taken' })
  await desk.db.query('UPDATE "Batch" SET "status" = \'quarantined\' WHERE "productId" = $1 AND "code" = \'A\'', [id])
  t.same(reasons(await allocate(sku, 1, {}, { batch: 'A' })), { A: 'quarantine', B: 'other_batch' })
  t.match(await allocate(sku, 1, {}, { batch: 'NEVER' }), { allocationStatus: 'none' })
  await desk.checkOrders(t)
})

t.test('never more than is ordered, never more than is there, in units and fractions', async t => {
  const { sku } = await desk.stocked(10, { qtyScale: 4, uoms: [{ code: 'BOX', qtyInBase: 0.3 }] })
  const order = await allocate(sku, 7, {}, { uomCode: 'BOX' })
  t.match(order.lines[0], { qtyUom: 7, qtyOrdered: 2.1, qtyAllocated: 2.1, qtyOpen: 0 })
  t.match(await desk.stockOf(sku), { reserved: 2.1, available: 7.9 })
  t.match((await allocate(sku, 7.9001)).lines[0], { qtyAllocated: 7.9, qtyOpen: 0.0001, qtyBackordered: 0.0001 })
  t.match(await desk.stockOf(sku), { reserved: 10, available: 0 })
  await desk.checkOrders(t)
})

t.test('the same stock, the same order: the same choice', async t => {
  const { sku } = await desk.newProduct({ trackBatch: true, trackExpiry: true })
  for (const location of ['X-3', 'X-1', 'X-2', 'NEAR']) {
    for (const batch of ['A', 'B']) await desk.receive(sku, 2, { batch, expiryDate: '2030-01-01', location })
  }
  const { id } = await desk.order([{ sku, qty: 5 }])
  const choices = []
  for (let round = 0; round < 5; round++) {
    choices.push((await desk.step(id, 'allocate')).body.explanation)
    await desk.step(id, 'deallocate')
  }
  for (const choice of choices) t.same(choice, choices[0])
})
