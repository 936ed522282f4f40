// POST /stock/transfers
import t from 'tap'
import { problem } from '../catalog/setup.js'
import { openStockroom, STOCK } from './setup.js'

const room = await openStockroom(t)
const { keeper } = room
const TRANSFER = `${STOCK}/transfers`
const damaged = { from: {}, to: { status: 'damaged' } }
await room.newLocation('A-1')
await room.newLocation('A-2')

t.test('201 – to another location and another status: the same goods elsewhere, with events', async t => {
  const { id, sku } = await room.newProduct({ qtyScale: 2 })
  await room.receive(sku, 10)
  const answer = await keeper.post(TRANSFER, {
    note: 'Tidy',
    reference: 'MOVE-1',
    lines: [{ sku, qty: 2.5, from: {}, to: { location: 'A-1' } }, { sku, qty: 1, from: { location: 'DEFAULT' }, to: { status: 'damaged' } }]
  })
  t.match(answer, {
    status: 201,
    body: {
      reason: null,
      note: 'Tidy',
      reference: 'MOVE-1',
      lines: [
        { product: { id, sku }, location: 'DEFAULT', status: 'available', before: 10, after: 6.5, delta: -3.5 },
        { location: 'A-1', status: 'available', before: 0, after: 2.5, delta: 2.5 },
        { location: 'DEFAULT', status: 'damaged', before: 0, after: 1, delta: 1 }
      ],
      movements: [
        {
          type: 'transfer',
          qty: 2.5,
          from: { location: 'DEFAULT', status: 'available' },
          to: { location: 'A-1', status: 'available' },
          balanceFromAfter: 7.5,
          balanceToAfter: 2.5,
          doc: { type: 'stock_transfer', id: 'MOVE-1' }
        },
        {
          type: 'status_change',
          qty: 1,
          from: { location: 'DEFAULT', status: 'available' },
          to: { location: 'DEFAULT', status: 'damaged' },
          balanceFromAfter: 6.5,
          balanceToAfter: 1,
          reasonCode: null
        }
      ]
    }
  })
  t.match(await room.stockOf(sku), {
    onHand: 10,
    available: 9,
    unavailable: { damaged: 1 },
    warehouses: [{
      version: 2, byLocation: [{ location: 'A-1', onHand: 2.5 }, { location: 'DEFAULT', onHand: 6.5 }, { location: 'DEFAULT', status: 'damaged', onHand: 1 }]
    }]
  })
  const events = (await room.allEvents()).slice(-3)
  t.same(events.map(event => event.type), ['stock.movement_created', 'stock.movement_created', 'stock.updated'])
  t.match(events[2]!.data['causes'], [{ type: 'transfer', docId: 'MOVE-1', qty: 2.5 }, { type: 'status_change', qty: 1 }])
  t.same(events[2]!.previous, { available: 10, unavailable: { damaged: 0 } })
  await room.checkBooks(t)
})

t.test('201 – lines in a chain: what comes in may go on', async t => {
  const { sku } = await room.newProduct()
  await room.receive(sku, 5)
  t.match(
    await keeper.post(TRANSFER, {
      lines: [{ sku, qty: 5, from: {}, to: { location: 'A-1' } }, { sku, qty: 5, from: { location: 'A-1' }, to: { location: 'A-2' } }]
    }),
    {
      status: 201, body: { lines: [{ location: 'DEFAULT', after: 0 }, { location: 'A-2', after: 5 }], movements: { length: 2 } }
    }
  )
  await room.checkBooks(t)
})

t.test('201 – lines in a chain, the last one first: no balance is negative in between', async t => {
  const { sku } = await room.newProduct()
  await room.newLocation('C-1')
  await room.newLocation('C-2')
  await room.receive(sku, 5)
  const answer = await keeper.post(TRANSFER, {
    lines: [{ sku, qty: 5, from: { location: 'C-2' }, to: { status: 'damaged' } }, { sku, qty: 5, from: { location: 'C-1' }, to: { location: 'C-2' } }, {
      sku, qty: 5, from: {}, to: { location: 'C-1' }
    }]
  })
  t.equal(answer.status, 201, answer.text)
  for (const { balanceFromAfter, balanceToAfter } of answer.body.movements as Array<{ balanceFromAfter: number, balanceToAfter: number }>) {
    t.ok(balanceFromAfter >= 0 && balanceToAfter >= 0, `${balanceFromAfter} ${balanceToAfter}`)
  }
  await room.checkBooks(t)
})

t.test('201 – a batch keeps its age, wherever it is put', async t => {
  const { id, sku } = await room.newProduct({ trackBatch: true })
  await room.receive(sku, 5, { batch: 'OLD' })
  await room.db.query('UPDATE "StockItem" SET "receivedAt" = \'2020-01-01T00:00:00Z\' WHERE "productId" = $1', [id])
  t.equal((await keeper.post(TRANSFER, { lines: [{ sku, batch: 'OLD', qty: 2, from: {}, to: { location: 'A-1' } }] })).status, 201)
  const { rows } = await room.db.query<{ receivedAt: Date }>('SELECT "receivedAt" FROM "StockItem" WHERE "productId" = $1', [id])
  t.same(rows.map(row => row.receivedAt.getUTCFullYear()), [2020, 2020])
  t.match(await room.stockOf(sku), { warehouses: [{ byBatch: [{ code: 'OLD', onHand: 5, available: 5 }] }] })
})

t.test('201 – 500 lines; one more is 400', async t => {
  const { sku } = await room.newProduct()
  await room.receive(sku, 500)
  const lines = Array.from({ length: 500 }, () => ({ sku, qty: 1, ...damaged }))
  t.match(await keeper.post(TRANSFER, { lines }), { status: 201, body: { lines: [{ after: 0 }, { after: 500 }], movements: { length: 500 } } })
  t.same(problem(await keeper.post(TRANSFER, { lines: [...lines, lines[0]] })), [400, 'request.invalid', '/lines'])
  await room.checkBooks(t)
})

t.test('201 – a repeated call with its Idempotency-Key is answered, not done', async t => {
  const { sku } = await room.newProduct()
  await room.receive(sku, 4)
  const body = { lines: [{ sku, qty: 3, ...damaged }] }
  const first = await keeper.post(TRANSFER, body, { 'idempotency-key': 'transfer-1' })
  const again = await keeper.post(TRANSFER, body, { 'idempotency-key': 'transfer-1' })
  t.match([first.status, again.status, again.headers['idempotency-replayed'], again.text === first.text], [201, 201, 'true', true])
  t.match(await room.stockOf(sku), { available: 1, unavailable: { damaged: 3 } })
})

t.test('200 – dryRun: the answer and the events, and nothing changes', async t => {
  const { sku } = await room.newProduct()
  await room.receive(sku, 3)
  const before = await room.stored()
  const dryRun = await keeper.post(`${TRANSFER}?dryRun=true`, { lines: [{ sku, qty: 3, ...damaged }] })
  t.match(dryRun, { status: 200, body: { dryRun: true, status: 201, body: { lines: [{ before: 3, after: 0 }, { before: 0, after: 3 }] } } })
  t.same(dryRun.body.events.map((event: { type: string }) => event.type), ['stock.movement_created', 'stock.updated', 'stock.out'])
  t.same(await room.stored(), before)
})

t.test('400 – what does not fit the schema, with its pointer', async t => {
  const line = { sku: 'X', qty: 1, ...damaged }
  const cases: Array<[object, string]> = [
    [{}, '/lines'],
    [{ lines: [] }, '/lines'],
    [{ lines: [line], reason: 'lost' }, '/reason'],
    ...([[{ ...line, qty: 0 }, '/qty'], [{ ...line, qty: -1 }, '/qty'], [{ ...line, qty: 1e-5 }, '/qty'], [{ ...line, qty: 100_000_000_000 }, '/qty'], [{
      sku: 'X', qty: 1, to: {}
    }, '/from'], [{ ...line, to: { status: 'sold' } }, '/to/status'], [{ ...line, to: { shelf: 'MAIN' } }, '/to/shelf'], [{
      ...line, from: { location: '' }
    }, '/from/location'], [{ ...line, from: null }, '/from']] as Array<[object, string]>)
      .map(([wrong, pointer]): [object, string] => [{ lines: [wrong] }, `/lines/0${pointer}`])
  ]
  for (const [body, pointer] of cases) t.same(problem(await keeper.post(TRANSFER, body)), [400, 'request.invalid', pointer], JSON.stringify(body))
})

t.test('401, 403, 404 – token, grant, switch', async t => {
  const body = { lines: [{ sku: 'X', qty: 1, ...damaged }] }
  t.equal((await room.anonymous.post(TRANSFER, body)).status, 401)
  t.match(await (await room.clientFor('stock.adjust')).post(TRANSFER, body), { status: 403, body: { code: 'insufficient_scope' } })
  await room.switchOperation('stock.transfer', false)
  t.match(await keeper.post(TRANSFER, body), { status: 403, body: { code: 'operation.switched_off' } })
  await room.switchOperation('stock.transfer', true)
})

t.test('409 – more than is there and not reserved, also in sum; no line is done', async t => {
  const { id, sku } = await room.newProduct()
  await room.receive(sku, 10)
  await room.db.query('UPDATE "StockItem" SET "reserved" = 6 WHERE "productId" = $1', [id])
  const before = await room.stored()
  const line = { sku, qty: 2, ...damaged }
  const answer = await keeper.post(TRANSFER, { lines: [line, line, { ...line, qty: 1, to: { location: 'A-1' } }] })
  t.match([answer.status, answer.body.code, answer.body.errors.map((error: { pointer: string }) => error.pointer)], [409, 'stock.insufficient', ['/lines/0/qty',
    '/lines/1/qty', '/lines/2/qty']])
  t.match(answer.body.errors[0].message, /takes 5 of .* where 10 are on hand, of which 6 are reserved/)
  t.same(
    problem(await keeper.post(TRANSFER, { lines: [{ ...line, from: { location: 'A-2' } }] })),
    [409, 'stock.insufficient', '/lines/0/qty'],
    'from where nothing lies'
  )
  t.same(await room.stored(), before)
  t.equal((await keeper.post(TRANSFER, { lines: [line, line] })).status, 201)
  t.match(await room.stockOf(sku), { onHand: 10, reserved: 6, available: 0, unavailable: { damaged: 4 } })
})

t.test('409, 422 – numbers that no ledger holds are refused', async t => {
  const { sku } = await room.newProduct({ qtyScale: 4 })
  await room.receive(sku, 1)
  const there = { sku, qty: 99_999_999_999, ...damaged }
  const back = { ...there, from: there.to, to: there.from }
  t.same(problem(await keeper.post(TRANSFER, { lines: [there] })), [409, 'stock.insufficient', '/lines/0/qty'])
  for (const count of [2, 20, 200]) {
    const lines = [...Array.from({ length: count }, () => there), ...Array.from({ length: count }, () => back)]
    t.match(problem(await keeper.post(TRANSFER, { lines })), [409, 'stock.insufficient'], `there and back ${count} times`)
  }
  t.match(await room.stockOf(sku), { onHand: 1, available: 1 })
  await room.checkBooks(t)
})

t.test('422 – rules that a schema can\'t say, with their pointers', async t => {
  const { sku } = await room.newProduct()
  const batched = await room.newProduct({ trackBatch: true, trackExpiry: true })
  await room.receive(sku, 5)
  await room.receive(batched.sku, 5, { batch: 'A', expiryDate: '2031-01-31' })
  const line = { sku, qty: 1, ...damaged }
  const cases: Array<[object, string, string]> = [
    [{ lines: [line, { ...line, to: { location: 'DEFAULT', status: 'available' } }] }, 'transfer.nowhere', '/lines/1/to'],
    [{ lines: [{ ...line, from: { location: 'NOWHERE' } }] }, 'location.unknown', '/lines/0/from/location'],
    [{ lines: [{ ...line, to: { location: 'NOWHERE' } }] }, 'location.unknown', '/lines/0/to/location'],
    [{ lines: [{ ...line, qty: 0.5 }] }, 'quantity.scale', '/lines/0/qty'],
    [{ lines: [{ ...line, sku: 'No such' }] }, 'product.unknown_sku', '/lines/0/sku'],
    [{ warehouse: 'NORTH', lines: [line] }, 'warehouse.unknown', '/warehouse'],
    [{ lines: [{ ...line, batch: 'A' }] }, 'batch.not_tracked', '/lines/0/batch'],
    [{ lines: [{ ...line, sku: batched.sku }] }, 'batch.required', '/lines/0/batch'],
    [{ lines: [{ ...line, sku: batched.sku, batch: 'NEW', expiryDate: '2031-01-31' }] }, 'batch.unknown', '/lines/0/batch']
  ]
  const before = await room.stored()
  for (const [body, code, pointer] of cases) t.same(problem(await keeper.post(TRANSFER, body)), [422, code, pointer], JSON.stringify(body))
  t.same(problem(await keeper.post(TRANSFER, { lines: [{ ...line, sku: batched.sku, batch: 'A', expiryDate: '2031-02-01' }] })), [409, 'batch.expiry_conflict',
    '/lines/0/expiryDate'])
  t.same(problem(await room.other.post(TRANSFER, { lines: [line] })), [422, 'product.unknown_sku', '/lines/0/sku'], 'another owner')
  t.same(await room.stored(), before)
})

t.test('201 – to another warehouse, where the operator allows it: out of one and into the other, both published; 422 where not', async t => {
  const { id, sku } = await room.newProduct({ trackBatch: true })
  await room.receive(sku, 9, { batch: 'T' })
  const north = await room.operator.post('/api/admin/v1/warehouses', { code: 'NORTH', name: 'North' })
  t.equal(north.status, 201, north.text)
  t.equal((await room.operator.post('/api/admin/v1/warehouses/code:NORTH/locations', { code: 'N-1' })).status, 201)
  const lines = [{ sku, batch: 'T', qty: 4, from: {}, to: { warehouse: 'NORTH' } }]
  t.match(await keeper.post(TRANSFER, { lines }), {
    status: 422, body: { code: 'transfer.other_warehouse', errors: [{ pointer: '/lines/0/to/warehouse' }] }
  })
  await room.setting('stock.transfer', { allowCrossWarehouse: true })
  t.match(await keeper.post(TRANSFER, { lines: [{ ...lines[0], to: { warehouse: 'NOWHERE' } }] }), {
    status: 422, body: { code: 'warehouse.unknown', errors: [{ pointer: '/lines/0/to/warehouse' }] }
  })
  t.match(await keeper.post(TRANSFER, { lines: [{ ...lines[0], qty: 10 }] }), { status: 409, body: { code: 'stock.insufficient' } })
  const moved = await keeper.post(TRANSFER, { lines })
  t.equal(moved.status, 201, moved.text)
  t.match(moved.body.lines.map(({ delta, warehouse, location }: Record<string, unknown>) => [delta, warehouse, location]), [
    [-4, undefined, 'DEFAULT'], [4, { code: 'NORTH' }, 'N-1']
  ])
  t.match(moved.body.movements, [
    { type: 'transfer', qty: 4, warehouse: { code: 'MAIN' }, to: null }, { type: 'transfer', qty: 4, warehouse: { code: 'NORTH' }, from: null }
  ])
  t.match((await room.stockOf(sku)).warehouses.map((row: { warehouse: { code: string }, onHand: number }) => [row.warehouse.code, row.onHand]).sort(), [
    ['MAIN', 5], ['NORTH', 4]
  ])
  const published = (await room.allEvents()).filter(({ type, data }) => type === 'stock.updated' && data['product'].id === id).slice(-2)
  t.same(published.map(({ data }) => [data['warehouse'].code, data['onHand']]).sort(), [['MAIN', 5], ['NORTH', 4]])
  await room.setting('stock.transfer', { allowCrossWarehouse: null })
  await room.checkBooks(t)
})
