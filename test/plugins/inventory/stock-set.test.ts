// POST /stock/set
import t from 'tap'
import { problem } from '../catalog/setup.js'
import { openStockroom, STOCK } from './setup.js'

const room = await openStockroom(t)
const { keeper } = room
const SET = `${STOCK}/set`

t.test('201 – what was counted is there, and the ledger has the difference', async t => {
  const { id, sku } = await room.newProduct({ qtyScale: 4 })
  await room.receive(sku, 10)
  const answer = await keeper.post(SET, {
    note: 'Spring', reference: 'COUNT-1', lines: [{ sku, expectedOnHand: 10, onHand: 7.5 }, { sku, status: 'damaged', expectedOnHand: 0, onHand: 0.0001 }]
  })
  t.match(answer, {
    status: 201,
    body: {
      reason: 'recount',
      note: 'Spring',
      reference: 'COUNT-1',
      lines: [{ product: { id }, status: 'available', before: 10, after: 7.5, delta: -2.5 }, { status: 'damaged', before: 0, after: 0.0001, delta: 0.0001 }],
      movements: [
        {
          type: 'count',
          qty: 2.5,
          from: { status: 'available' },
          to: null,
          balanceFromAfter: 7.5,
          balanceToAfter: null,
          reasonCode: 'recount',
          doc: { type: 'stock_count', id: 'COUNT-1' }
        },
        { type: 'count', qty: 0.0001, from: null, to: { status: 'damaged' }, balanceToAfter: 0.0001 }
      ]
    }
  })
  t.match(await room.stockOf(sku), { onHand: 7.5001, available: 7.5, unavailable: { damaged: 0.0001 } })
  const events = (await room.allEvents()).slice(-4)
  t.same(events.map(event => event.type), ['stock.movement_created', 'stock.movement_created', 'stock.updated', 'stock.adjusted'])
  t.match(events[2]!.data['causes'], [{ type: 'count', docType: 'stock_count', docId: 'COUNT-1', qty: -2.4999 }])
  await room.checkBooks(t)
})

t.test('201 – what is as expected is no movement, no version and no event', async t => {
  const { sku } = await room.newProduct()
  await room.receive(sku, 10)
  const before = await room.stored()
  const answer = await keeper.post(SET, { lines: [{ sku, expectedOnHand: 10, onHand: 10 }] })
  t.match([answer.status, answer.body.lines, answer.body.movements], [201, [], []])
  t.same(await room.stored(), before)
})

t.test('201 – to 0 and back, another reason, a new batch, an expired one', async t => {
  const { sku } = await room.newProduct({ trackBatch: true, trackExpiry: true })
  t.match(await keeper.post(SET, { reason: 'correction', lines: [{ sku, batch: 'A', expiryDate: '2020-01-31', expectedOnHand: 0, onHand: 4 }] }), {
    status: 201, body: { reason: 'correction', lines: [{ batch: { code: 'A' }, after: 4 }] }
  })
  t.match(await room.stockOf(sku), { onHand: 4, available: 0, unavailable: { expired: 4 } })
  t.match(await keeper.post(SET, { lines: [{ sku, batch: 'A', expectedOnHand: 4, onHand: 0 }] }), { status: 201, body: { lines: [{ before: 4, after: 0 }] } })
  t.match(await keeper.post(SET, { lines: [{ sku, batch: 'A', expectedOnHand: 0, onHand: 1 }] }), { status: 201, body: { lines: [{ before: 0, after: 1 }] } })
  await room.checkBooks(t)
})

t.test('201 – without expectedOnHand where the operator does not require it', async t => {
  const { sku } = await room.newProduct()
  t.same(problem(await keeper.post(SET, { lines: [{ sku, onHand: 1, expectedOnHand: 0 }, { sku, status: 'damaged', onHand: 1 }] })), [422,
    'stock.expected_required', '/lines/1/expectedOnHand'])
  await room.setting('stock.set', { requireExpected: false })
  t.match(await keeper.post(SET, { lines: [{ sku, onHand: 3 }] }), { status: 201, body: { lines: [{ before: 0, after: 3 }] } })
  t.same(
    problem(await keeper.post(SET, { lines: [{ sku, onHand: 3, expectedOnHand: 2 }] })),
    [409, 'stock.unexpected', '/lines/0/expectedOnHand'],
    'who says one is held to it'
  )
  await room.setting('stock.set', { requireExpected: null })
})

t.test('201 – 200 lines, the largest number; one more line is 400', async t => {
  const lines = (await room.manyProducts(200)).map(sku => ({ sku, expectedOnHand: 0, onHand: 99_999_999_999 }))
  const answer = await keeper.post(SET, { lines })
  t.match([answer.status, answer.body.lines.length, answer.body.lines[199].after], [201, 200, 99_999_999_999])
  t.same(problem(await keeper.post(SET, { lines: [...lines, lines[0]] })), [400, 'request.invalid', '/lines'])
})

t.test('201 – a repeated call with its Idempotency-Key is answered, though the stock is no longer as expected', async t => {
  const { sku } = await room.newProduct()
  const body = { lines: [{ sku, expectedOnHand: 0, onHand: 3 }] }
  const first = await keeper.post(SET, body, { 'idempotency-key': 'set-1' })
  const again = await keeper.post(SET, body, { 'idempotency-key': 'set-1' })
  t.match([first.status, again.status, again.headers['idempotency-replayed'], again.text === first.text], [201, 201, 'true', true])
  t.equal((await keeper.post(SET, body)).status, 409)
})

t.test('200 – dryRun: the answer and the events, and nothing changes', async t => {
  const { sku } = await room.newProduct()
  await room.receive(sku, 3)
  const before = await room.stored()
  const dryRun = await keeper.post(`${SET}?dryRun=true`, { lines: [{ sku, expectedOnHand: 3, onHand: 0 }] })
  t.match(dryRun, { status: 200, body: { dryRun: true, status: 201, body: { lines: [{ before: 3, after: 0, delta: -3 }] } } })
  t.same(dryRun.body.events.map((event: { type: string }) => event.type), ['stock.movement_created', 'stock.updated', 'stock.out', 'stock.adjusted'])
  t.same(await room.stored(), before)
})

t.test('400 – what does not fit the schema, with its pointer', async t => {
  const { sku } = await room.newProduct()
  const line = { sku, onHand: 1, expectedOnHand: 0 }
  const cases: Array<[object, string]> = [
    [{}, '/lines'],
    [{ lines: [] }, '/lines'],
    [{ lines: [line], colour: 1 }, '/colour'],
    [{ lines: [line], reason: '' }, '/reason'],
    [{ lines: [{ sku }] }, '/lines/0/onHand'],
    [{ lines: [{ onHand: 1 }] }, '/lines/0/sku'],
    [{ lines: [{ ...line, onHand: -1 }] }, '/lines/0/onHand'],
    [{ lines: [{ ...line, onHand: '1' }] }, '/lines/0/onHand'],
    [{ lines: [{ ...line, onHand: 0.00001 }] }, '/lines/0/onHand'],
    [{ lines: [{ ...line, onHand: 100_000_000_000 }] }, '/lines/0/onHand'],
    [{ lines: [{ ...line, expectedOnHand: null }] }, '/lines/0/expectedOnHand'],
    [{ lines: [{ ...line, delta: 1 }] }, '/lines/0/delta']
  ]
  for (const [body, pointer] of cases) t.same(problem(await keeper.post(SET, body)), [400, 'request.invalid', pointer], JSON.stringify(body))
})

t.test('401, 403, 404 – token, grant, switch', async t => {
  const body = { lines: [{ sku: 'X', onHand: 1, expectedOnHand: 0 }] }
  t.equal((await room.anonymous.post(SET, body)).status, 401)
  t.match(await (await room.clientFor('stock.adjust')).post(SET, body), { status: 403, body: { code: 'insufficient_scope' } })
  await room.switchOperation('stock.set', false)
  t.match(await keeper.post(SET, body), { status: 403, body: { code: 'operation.switched_off' } })
  await room.switchOperation('stock.set', true)
})

t.test('409 – something else lies there: the line is named, and no line is done', async t => {
  const one = await room.newProduct()
  const two = await room.newProduct()
  await room.receive(two.sku, 5)
  const before = await room.stored()
  const answer = await keeper.post(SET, { lines: [{ sku: one.sku, expectedOnHand: 0, onHand: 9 }, { sku: two.sku, expectedOnHand: 4, onHand: 9 }] })
  t.same(problem(answer), [409, 'stock.unexpected', '/lines/1/expectedOnHand'])
  t.match(answer.body.errors[0].message, /which is 5/)
  t.same(await room.stored(), before)
})

t.test('409 – of many who saw the same number one sets it', async t => {
  const { sku } = await room.newProduct()
  await room.receive(sku, 10)
  const answers = await Promise
    .all(Array.from({ length: 12 }, async (_, index) => await keeper.post(SET, { lines: [{ sku, expectedOnHand: 10, onHand: 20 + index }] })))
  const winners = answers.filter(answer => answer.status === 201)
  t.equal(winners.length, 1)
  t.ok(answers.every(answer => answer.status === 201 || answer.body.code === 'stock.unexpected'))
  t.equal((await room.stockOf(sku))['onHand'], winners[0]!.body.lines[0].after)
  await room.checkBooks(t)
})

t.test('409 – less than orders have allocated', async t => {
  const { id, sku } = await room.newProduct()
  await room.receive(sku, 10)
  await room.db.query('UPDATE "StockItem" SET "reserved" = 6 WHERE "productId" = $1', [id])
  const answer = await keeper.post(SET, { lines: [{ sku, expectedOnHand: 10, onHand: 5 }] })
  t.same(problem(answer), [409, 'stock.insufficient', '/lines/0/onHand'])
  t.match(answer.body.errors[0].message, /of which 6 are reserved/)
  t.equal((await keeper.post(SET, { lines: [{ sku, expectedOnHand: 10, onHand: 6 }] })).status, 201)
  t.match(await room.stockOf(sku), { onHand: 6, reserved: 6, available: 0 })
})

t.test('422 – rules that a schema can\'t say, with their pointers', async t => {
  const { sku } = await room.newProduct()
  const batched = await room.newProduct({ trackBatch: true, trackExpiry: true })
  const line = { sku, expectedOnHand: 0, onHand: 1 }
  const cases: Array<[object, string, string]> = [
    [{ lines: [line, { ...line, sku: sku.toLowerCase(), location: 'DEFAULT' }] }, 'stock.set_twice', '/lines/1'],
    [{ lines: [{ ...line, onHand: 0.5 }] }, 'quantity.scale', '/lines/0/onHand'],
    [{ lines: [{ ...line, sku: 'No such' }] }, 'product.unknown_sku', '/lines/0/sku'],
    [{ lines: [{ ...line, location: 'NOWHERE' }] }, 'location.unknown', '/lines/0/location'],
    [{ warehouse: 'NORTH', lines: [line] }, 'warehouse.unknown', '/warehouse'],
    [{ reason: 'whim', lines: [line] }, 'reason.unknown', '/reason'],
    [{ lines: [{ ...line, sku: batched.sku }] }, 'batch.required', '/lines/0/batch'],
    [{ lines: [{ ...line, sku: batched.sku, batch: 'A' }] }, 'batch.expiry_required', '/lines/0/expiryDate'],
    [{ lines: [{ ...line, sku: batched.sku, batch: 'A', onHand: 0 }] }, 'batch.unknown', '/lines/0/batch']
  ]
  const before = await room.stored()
  for (const [body, code, pointer] of cases) t.same(problem(await keeper.post(SET, body)), [422, code, pointer], JSON.stringify(body))
  t.same(problem(await room.other.post(SET, { lines: [line] })), [422, 'product.unknown_sku', '/lines/0/sku'], 'another owner')
  t.same(await room.stored(), before)
})

t.test('422 – a reason that knows one direction only', async t => {
  const { sku } = await room.newProduct()
  await room.receive(sku, 5)
  t.same(problem(await keeper.post(SET, { reason: 'damaged', lines: [{ sku, expectedOnHand: 5, onHand: 6 }] })), [422, 'reason.direction', '/lines/0/onHand'])
  t.same(problem(await keeper.post(SET, { reason: 'found', lines: [{ sku, expectedOnHand: 5, onHand: 4 }] })), [422, 'reason.direction', '/lines/0/onHand'])
  t.equal((await keeper.post(SET, { reason: 'damaged', lines: [{ sku, expectedOnHand: 5, onHand: 4 }] })).status, 201)
})
