// POST /stock/adjustments
import t from 'tap'
import type { Answer } from '../../../src/test-kit/service.js'
import { problem } from '../catalog/setup.js'
import { MAIN, openStockroom, STOCK } from './setup.js'

const room = await openStockroom(t)
const { keeper } = room
const ADJUST = `${STOCK}/adjustments`

t.test('201 – goods come in and go, each line a movement, with events that have the state and the delta', async t => {
  const { id, sku } = await room.newProduct()
  t.match(await keeper.post(ADJUST, { reason: 'found', note: 'Shelf', lines: [{ sku, delta: 12 }] }), {
    status: 201,
    body: {
      reason: 'found',
      note: 'Shelf',
      warehouse: { code: 'MAIN' },
      lines: [{ product: { id, sku }, batch: null, location: 'DEFAULT', status: 'available', before: 0, after: 12, delta: 12 }],
      movements: [{
        type: 'adjustment',
        qty: 12,
        from: null,
        to: { location: 'DEFAULT', status: 'available' },
        balanceToAfter: 12,
        balanceFromAfter: null,
        reasonCode: 'found'
      }]
    }
  })
  t.match(await keeper.post(ADJUST, { reason: 'damaged', lines: [{ sku: sku.toLowerCase(), delta: -2 }] }), {
    status: 201, body: { lines: [{ before: 12, after: 10, delta: -2 }] }
  })
  t.match(await room.stockOf(sku), { onHand: 10, available: 10, reserved: 0, warehouses: [{ asOfSeq: Number, version: 2 }] })
  const events = (await room.allEvents()).filter(event =>
    event.subject.id.startsWith(id) || event.data['product']?.id === id || event.data['lines']?.[0].product?.id === id
  )
  t.same(events.map(event => event.type), [
    'product.created', 'stock.movement_created', 'stock.updated', 'stock.back_in_stock', 'stock.adjusted', 'stock.movement_created', 'stock.updated',
    'stock.adjusted'
  ])
  t.match(events[6], {
    subject: { type: 'stock', version: 2 },
    actor: { type: 'client', id: keeper.id },
    data: { onHand: 10, available: 10, byBatch: [], causes: [{ type: 'adjustment', qty: -2 }] },
    previous: { onHand: 12, available: 12 }
  })
  t.equal(events[6]!.data['asOfSeq'], events[5]!.data['seq'])
  await room.checkBooks(t)
})

t.test('201 – lines on the same stock are one change, exact to four decimals', async t => {
  const { sku } = await room.newProduct({ qtyScale: 4 })
  t.match(
    await keeper.post(ADJUST, {
      reason: 'found',
      lines: [{ sku, delta: 0.1 }, { sku: ` ${sku.toLowerCase()} `, delta: 0.2 }, { sku, delta: 0.0001, location: 'DEFAULT', status: 'available' }]
    }),
    {
      status: 201, body: { lines: [{ before: 0, after: 0.3001, delta: 0.3001 }], movements: [{ qty: 0.3001, balanceToAfter: 0.3001 }] }
    }
  )
  const answer = await keeper.post(ADJUST, { reason: 'correction', lines: [{ sku, delta: -5 }, { sku, delta: 5 }] })
  t.match([answer.status, answer.body.lines, answer.body.movements], [201, [], []], 'nothing is left to do')
  t.match(await room.stockOf(sku), { onHand: 0.3001, warehouses: [{ version: 1 }] })
  await room.checkBooks(t)
})

t.test('201 – 500 lines; one more is 400', async t => {
  const skus = await room.manyProducts(250)
  const lines = [...skus, ...skus].map((sku, index) => ({ sku, delta: 1 + index % 3, status: index < 250 ? 'available' : 'damaged' }))
  const answer = await keeper.post(ADJUST, { reason: 'opening', lines })
  t.match([answer.status, answer.body.lines.length, answer.body.movements.length, answer.body.movements[0].type], [201, 500, 500, 'opening'])
  const seqs = answer.body.movements.map((movement: { seq: number }) => movement.seq) as number[]
  t.ok(seqs.every((seq, index) => index === 0 || seq > seqs[index - 1]!), 'in the order of the lines')
  t.same(
    answer.body.movements.map((movement: { product: { sku: string }, qty: number }) => [movement.product.sku, movement.qty]),
    lines.map(line => [line.sku, line.delta])
  )
  t.same(problem(await keeper.post(ADJUST, { reason: 'opening', lines: [...lines, lines[0]] })), [400, 'request.invalid', '/lines'])
  await room.checkBooks(t)
})

t.test('201 – the answer has the movements just as the ledger keeps them', async t => {
  const { id, sku } = await room.newProduct({ externalRef: 'A-1', trackBatch: true })
  for (let count = 0; count < 8; count++) {
    const { body } = await keeper.post(ADJUST, {
      reason: 'found', reference: `DOC-${count}`, note: 'N', lines: [{ sku, batch: 'A', expiryDate: '2031-01-31', delta: 1.0 }]
    })
    t.same((await keeper.get(`${STOCK}/movements?doc=DOC-${count}`)).body.data, body.movements)
    t.match(body.movements, [{
      product: { id, externalRef: 'A-1' },
      batch: { code: 'A', expiryDate: '2031-01-31' },
      doc: { type: 'stock_adjustment', id: `DOC-${count}`, lineNo: null },
      actor: { type: 'client', id: keeper.id }
    }])
  }
})

t.test('201 – goods of a new batch make it, once, with an event', async t => {
  const { id, sku } = await room.newProduct({ trackBatch: true, trackExpiry: true })
  const line = { sku, batch: ' L1 ', expiryDate: '2031-05-31', delta: 3 }
  const first = await keeper.post(ADJUST, { reason: 'found', lines: [line, { ...line, status: 'quality' }] })
  t.match(first, { status: 201, body: { lines: [{ batch: { code: 'L1', expiryDate: '2031-05-31' }, status: 'available' }, { status: 'quality' }] } })
  t.equal((await keeper.post(ADJUST, { reason: 'found', lines: [{ sku, batch: 'L1', delta: 1 }] })).status, 201, 'a known batch needs no date')
  const made = (await room.allEvents()).filter(event => event.type === 'batch.created' && event.data['product'].id === id)
  t.match(made, [{
    subject: { type: 'batch', id: first.body.lines[0].batch.id, version: 1 }, data: { code: 'L1', expiryDate: '2031-05-31', status: 'released', expired: false }
  }])
  t.equal(made.length, 1)
  t.match(await room.stockOf(sku), {
    onHand: 7, available: 4, unavailable: { quality: 3 }, warehouses: [{ byBatch: [{ code: 'L1', onHand: 7, available: 4 }] }]
  })
})

t.test('201 – tracked by expiry date alone, the date is the batch', async t => {
  const { sku } = await room.newProduct({ trackExpiry: true })
  t.match(await keeper.post(ADJUST, { reason: 'found', lines: [{ sku, expiryDate: '2031-05-31', delta: 3 }, { sku, expiryDate: '2031-06-30', delta: 4 }] }), {
    status: 201, body: { lines: [{ batch: { code: 'EXP-20310531' }, after: 3 }, { batch: { code: 'EXP-20310630' }, after: 4 }] }
  })
  t.match(await keeper.post(ADJUST, { reason: 'damaged', lines: [{ sku, expiryDate: '2031-05-31', delta: -1 }] }), {
    status: 201, body: { lines: [{ before: 3, after: 2 }] }
  })
  t.same(problem(await keeper.post(ADJUST, { reason: 'damaged', lines: [{ sku, expiryDate: '2031-07-31', delta: -1 }] })), [422, 'batch.unknown',
    '/lines/0/expiryDate'])
})

t.test('201 – as much as is counted, and not a ten-thousandth more', async t => {
  const { sku } = await room.newProduct({ qtyScale: 4 })
  const most = 99_999_999_999
  t.match(await keeper.post(ADJUST, { reason: 'found', lines: [{ sku, delta: most }, { sku, delta: 0.9999 }] }), {
    status: 201, body: { lines: [{ after: 99_999_999_999.9999 }] }
  })
  t.match(await room.stockOf(sku), { onHand: 99_999_999_999.9999 })
  t.same(problem(await keeper.post(ADJUST, { reason: 'found', lines: [{ sku, delta: 0.0001 }] })), [422, 'stock.too_much', '/lines/0/delta'])
  t.match(await keeper.post(ADJUST, { reason: 'lost', lines: [{ sku, delta: -most }, { sku, delta: -0.9999 }] }), {
    status: 201, body: { lines: [{ after: 0 }] }
  })
  t.match(problem(await keeper.post(ADJUST, { reason: 'lost', lines: [{ sku, delta: -most }, { sku, delta: -most }] })), [409, 'stock.insufficient',
    '/lines/0/delta'])
  const lines = [...Array.from({ length: 200 }, () => ({ sku, delta: most })), { sku, delta: 0.0001 },
    ...Array.from({ length: 200 }, () => ({ sku, delta: -most }))]
  t.same(
    problem(await keeper.post(ADJUST, { reason: 'correction', lines })),
    [422, 'stock.too_much', '/lines/0/delta'],
    'a sum that no number holds exactly is refused, not rounded'
  )
  await room.checkBooks(t)
})

t.test('201 – the operator\'s settings: reasons, notes, the largest change, the warehouse', async t => {
  const { sku } = await room.newProduct()
  const lines = [{ sku, delta: 5 }]
  await room.setting('stock.adjust', { allowedReasons: ['found', 'lost'], maxAbsDelta: 5, requireNote: true })
  t.same(problem(await keeper.post(ADJUST, { reason: 'found', lines })), [422, 'reason.note_required', '/note'])
  t.same(problem(await keeper.post(ADJUST, { reason: 'damaged', note: 'N', lines: [{ sku, delta: -1 }] })), [422, 'reason.not_allowed', '/reason'])
  t.same(problem(await keeper.post(ADJUST, { reason: 'found', note: 'N', lines: [{ sku, delta: 1 }, { sku, delta: 6 }] })), [422, 'adjustment.too_large',
    '/lines/1/delta'])
  t.match(await keeper.post(ADJUST, { reason: 'found', note: 'N', lines }), { status: 201, body: { note: 'N' } })
  await room.setting('stock.adjust', { allowedReasons: null, maxAbsDelta: null, requireNote: null, defaultWarehouse: 'SOUTH' })
  t.same(problem(await keeper.post(ADJUST, { reason: 'found', lines })), [422, 'warehouse.unknown', '/warehouse'])
  await room.db.query('INSERT INTO "Warehouse" ("id", "code", "name", "defaultReceivingLocationId") VALUES ($1, $2, $3, $4)', ['whs_south', 'SOUTH', 'South',
    'loc_south'])
  await room.db.query('INSERT INTO "Location" ("id", "warehouseId", "code", "type") VALUES ($1, $2, $3, $4)', ['loc_south', 'whs_south', 'S-1', 'storage'])
  t.match(await keeper.post(ADJUST, { reason: 'found', lines }), {
    status: 201, body: { warehouse: { id: 'whs_south', code: 'SOUTH' }, lines: [{ location: 'S-1' }] }
  })
  for (const warehouse of ['MAIN', ' MAIN ', MAIN]) {
    t.match(await keeper.post(ADJUST, { reason: 'found', warehouse, lines }), { status: 201, body: { warehouse: { code: 'MAIN' } } }, warehouse)
  }
  await room.setting('stock.adjust', { defaultWarehouse: null })
  t.match(await keeper.post(ADJUST, { reason: 'found', lines: [{ ...lines[0], location: ' DEFAULT ' }] }), {
    status: 201, body: { warehouse: { code: 'MAIN' } }
  })
  t.match(await room.stockOf(sku), { onHand: 30, warehouses: [{ warehouse: { code: 'MAIN' }, onHand: 25 }, { warehouse: { code: 'SOUTH' }, onHand: 5 }] })
  await room.checkBooks(t)
})

t.test('201 – a repeated call with its Idempotency-Key is answered, not done', async t => {
  const { sku } = await room.newProduct()
  const body = { reason: 'found', lines: [{ sku, delta: 4 }] }
  const first = await keeper.post(ADJUST, body, { 'idempotency-key': 'adjust-1' })
  const again = await keeper.post(ADJUST, body, { 'idempotency-key': 'adjust-1' })
  t.match([first.status, again.status, again.headers['idempotency-replayed'], again.text === first.text], [201, 201, 'true', true])
  t.match(await keeper.post(ADJUST, { ...body, note: 'other' }, { 'idempotency-key': 'adjust-1' }), { status: 422 })
  t.match(await room.stockOf(sku), { onHand: 4 })
  const refused = { reason: 'lost', lines: [{ sku, delta: -5 }] }
  t.equal((await keeper.post(ADJUST, refused, { 'idempotency-key': 'adjust-2' })).status, 409)
  await room.receive(sku, 1)
  t.equal((await keeper.post(ADJUST, refused, { 'idempotency-key': 'adjust-2' })).status, 201, 'a refusal is not kept')
})

t.test('200 – dryRun: the answer and the events, and nothing changes', async t => {
  const { sku } = await room.newProduct({ trackBatch: true })
  const body = { reason: 'found', lines: [{ sku, batch: 'DRY', delta: 4 }] }
  const before = await room.stored()
  const dryRun = await keeper.post(`${ADJUST}?dryRun=true`, body)
  t.match(dryRun, { status: 200, body: { dryRun: true, status: 201, body: { lines: [{ before: 0, after: 4 }] } } })
  t.same(dryRun.body.events.map((event: { type: string }) => event.type), ['batch.created', 'stock.movement_created', 'stock.updated', 'stock.back_in_stock',
    'stock.adjusted'])
  t.same(await room.stored(), before)
  t.match(problem(await keeper.post(`${ADJUST}?dryRun=true`, { reason: 'found', lines: [{ sku, delta: 4 }] })), [422, 'batch.required'])
  t.equal((await keeper.post(ADJUST, body)).status, 201)
})

t.test('400 – what does not fit the schema, with its pointer', async t => {
  const { sku } = await room.newProduct()
  const line = { sku, delta: 1 }
  const good = { reason: 'found', lines: [line] }
  const cases: Array<[object, string]> = [
    [{ lines: [line] }, '/reason'],
    [{ reason: 'found' }, '/lines'],
    [{ ...good, lines: [] }, '/lines'],
    [{ ...good, lines: line }, '/lines'],
    [{ ...good, colour: 1 }, '/colour'],
    [{ ...good, note: ' ' }, '/note'],
    [{ ...good, note: 'x'.repeat(501) }, '/note'],
    [{ ...good, reference: 'a\tb' }, '/reference'],
    [{ ...good, warehouse: '' }, '/warehouse'],
    ...([[{ delta: 1 }, '/sku'], [{ sku }, '/delta'], [{ ...line, delta: '1' }, '/delta'], [{ ...line, delta: null }, '/delta'], [{ ...line, delta: 0.00001 },
      '/delta'], [{ ...line, delta: 1e-7 }, '/delta'], [{ ...line, delta: 100_000_000_000 }, '/delta'], [{ ...line, delta: -1e300 }, '/delta'], [{
      ...line,
      status: 'sold'
    }, '/status'], [{ ...line, expiryDate: '2026-02-30' }, '/expiryDate'], [{ ...line, expiryDate: '2026-2-3' }, '/expiryDate'], [{ ...line, batch: '' },
      '/batch'], [{ ...line, batch: 'x'.repeat(51) }, '/batch'], [{ ...line, qty: 1 }, '/qty']] as Array<[object, string]>)
      .map(([wrong, pointer]): [object, string] => [{ ...good, lines: [line, wrong] }, `/lines/1${pointer}`])
  ]
  for (const [body, pointer] of cases) t.same(problem(await keeper.post(ADJUST, body)), [400, 'request.invalid', pointer], JSON.stringify(body).slice(0, 200))
  t.equal((await keeper.post(ADJUST, '{"lines":')).status, 400)
  t.match(await keeper.post(ADJUST, { ...good, lines: [{ ...line, note: 'x' }] }), {
    body: { errors: [{ message: /accepted: sku, batch, expiryDate, location, status, delta/ }] }
  })
})

t.test('401, 403 – not without a token, not without stock.adjust', async t => {
  const body = { reason: 'found', lines: [{ sku: 'X', delta: 1 }] }
  t.equal((await room.anonymous.post(ADJUST, body)).status, 401)
  t.match(await (await room.clientFor('stock.get')).post(ADJUST, body), { status: 403, body: { code: 'insufficient_scope' } })
})

t.test('403 – off until an operator switches it on', async t => {
  await room.switchOperation('stock.adjust', false)
  t.match(await keeper.post(ADJUST, { reason: 'found', lines: [{ sku: 'X', delta: 1 }] }), { status: 403, body: { code: 'operation.switched_off' } })
  await room.switchOperation('stock.adjust', true)
})

t.test('409 – more goes than is there: each line that takes it is named, and nothing changes', async t => {
  const one = await room.newProduct()
  const two = await room.newProduct()
  await room.receive(one.sku, 5)
  const before = await room.stored()
  const answer = await keeper.post(ADJUST, {
    reason: 'lost',
    lines: [{ sku: one.sku, delta: -3 }, { sku: two.sku, delta: -1 }, { sku: one.sku, delta: -3 }, { sku: one.sku, status: 'damaged', delta: -1 }]
  })
  t.match([answer.status, answer.body.code], [409, 'stock.insufficient'])
  t.same(answer.body.errors.map((error: { pointer: string }) => error.pointer).sort(), ['/lines/0/delta', '/lines/1/delta', '/lines/2/delta', '/lines/3/delta'])
  t.match(answer.body.errors[0].message, new RegExp(`takes 6 of ${one.sku} at DEFAULT, where 5 are on hand`))
  t.same(await room.stored(), before)
})

t.test('422 – rules that a schema can\'t say, with their pointers', async t => {
  const plain = await room.newProduct()
  const batched = await room.newProduct({ trackBatch: true })
  const dated = await room.newProduct({ trackExpiry: true })
  const both = await room.newProduct({ trackBatch: true, trackExpiry: true })
  const service = await room.newProduct({ kind: 'service' })
  const scaled = await room.newProduct({ qtyScale: 2 })
  const gone = await room.newProduct()
  await keeper.delete(`/api/external/v1/products/${gone.id}`)
  const known = { sku: plain.sku, delta: 1 }
  const cases: Array<[object, string, string]> = [
    [{ sku: 'No such', delta: 1 }, 'product.unknown_sku', '/sku'],
    [{ sku: service.sku, delta: 1 }, 'product.not_stocked', '/sku'],
    [{ sku: gone.sku, delta: 1 }, 'product.archived', '/sku'],
    [{ sku: plain.sku, delta: 0 }, 'adjustment.zero', '/delta'],
    [{ sku: plain.sku, delta: 0.5 }, 'quantity.scale', '/delta'],
    [{ sku: scaled.sku, delta: 0.125 }, 'quantity.scale', '/delta'],
    [{ sku: plain.sku, delta: 1, location: 'NOWHERE' }, 'location.unknown', '/location'],
    [{ sku: plain.sku, delta: 1, batch: 'A' }, 'batch.not_tracked', '/batch'],
    [{ sku: plain.sku, delta: 1, expiryDate: '2031-01-01' }, 'batch.not_tracked', '/expiryDate'],
    [{ sku: batched.sku, delta: 1 }, 'batch.required', '/batch'],
    [{ sku: dated.sku, delta: 1 }, 'batch.expiry_required', '/expiryDate'],
    [{ sku: both.sku, delta: 1, expiryDate: '2031-01-01' }, 'batch.required', '/batch'],
    [{ sku: both.sku, delta: 1, batch: 'A' }, 'batch.expiry_required', '/expiryDate']
  ]
  const before = await room.stored()
  for (const [line, code, pointer] of cases) {
    t.same(problem(await keeper.post(ADJUST, { reason: 'found', lines: [known, line] })), [422, code, `/lines/1${pointer}`], JSON.stringify(line))
  }
  t.same(problem(await keeper.post(ADJUST, { reason: 'lost', lines: [{ sku: batched.sku, delta: -1, batch: 'No such' }] })), [422, 'batch.unknown',
    '/lines/0/batch'])
  t.same(problem(await keeper.post(ADJUST, { reason: 'whim', lines: [known] })), [422, 'reason.unknown', '/reason'])
  t.same(problem(await keeper.post(ADJUST, { reason: 'damaged', lines: [known] })), [422, 'reason.direction', '/lines/0/delta'])
  t.same(problem(await keeper.post(ADJUST, { reason: 'found', lines: [known, { ...known, delta: -1 }] })), [422, 'reason.direction', '/lines/1/delta'])
  t.same(problem(await keeper.post(ADJUST, { reason: 'found', warehouse: 'NORTH', lines: [known] })), [422, 'warehouse.unknown', '/warehouse'])
  await room.db.query('UPDATE "ReferenceEntry" SET "requiresNote" = true WHERE "list" = \'reasons\' AND "code" = \'found\'')
  t.same(problem(await keeper.post(ADJUST, { reason: 'found', lines: [known] })), [422, 'reason.note_required', '/note'])
  await room.db.query('UPDATE "ReferenceEntry" SET "requiresNote" = false WHERE "list" = \'reasons\'')
  t.same(await room.stored(), before)
})

t.test('422 – a warehouse without a default location takes what says where it is put', async t => {
  const { sku } = await room.newProduct()
  await room.db.query('INSERT INTO "Warehouse" ("id", "code", "name") VALUES ($1, $2, $3)', ['whs_bare', 'BARE', 'Bare'])
  await room.db.query('INSERT INTO "Location" ("id", "warehouseId", "code", "type") VALUES ($1, $2, $3, $4)', ['loc_bare', 'whs_bare', 'B-1', 'storage'])
  const adjust = async (...lines: object[]): Promise<Answer> => await keeper.post(ADJUST, { reason: 'found', warehouse: 'BARE', lines })
  t.same(problem(await adjust({ sku, delta: 1, location: 'B-1' }, { sku, delta: 1 })), [422, 'location.required', '/warehouse'])
  t.same(problem(await adjust({ sku, delta: 1, location: 'DEFAULT' })), [422, 'location.unknown', '/lines/0/location'], 'of another warehouse')
  t.equal((await adjust({ sku, delta: 1, location: 'B-1' })).status, 201)
})

t.test('422 – another owner knows neither the product nor its batches', async t => {
  const { sku } = await room.newProduct({ trackBatch: true })
  await room.receive(sku, 5, { batch: 'MINE' })
  t.same(problem(await room.other.post(ADJUST, { reason: 'lost', lines: [{ sku, batch: 'MINE', delta: -1 }] })), [422, 'product.unknown_sku', '/lines/0/sku'])
  t.equal((await room.other.post('/api/external/v1/products', { sku, name: 'The same SKU', trackBatch: true })).status, 201)
  t.same(problem(await room.other.post(ADJUST, { reason: 'lost', lines: [{ sku, batch: 'MINE', delta: -1 }] })), [422, 'batch.unknown', '/lines/0/batch'])
  t.equal((await room.other.post(ADJUST, { reason: 'found', lines: [{ sku, batch: 'MINE', delta: 2 }] })).status, 201)
  t.match(await room.stockOf(sku), { onHand: 5 })
})

t.test('stock.updated also when the product keeps more back: what is available has changed', async t => {
  const { id, sku } = await room.newProduct({ reorderPoint: 5 })
  await room.receive(sku, 10)
  t.match(await keeper.patch(`/api/external/v1/products/${id}`, { safetyStock: 6 }), { status: 200 })
  t.match(await room.stockOf(sku), { onHand: 10, available: 4, unavailable: { safetyStock: 6 } })
  const events = (await room.allEvents()).filter(event => event.subject.id.startsWith(id) && event.type.startsWith('stock.')).slice(-2)
  t.match(events, [
    {
      type: 'stock.updated',
      subject: { version: 2 },
      data: { available: 4, causes: [{ type: 'product' }] },
      previous: { available: 10, unavailable: { safetyStock: 0 } }
    },
    { type: 'stock.low', data: { available: 4, threshold: 5 } }
  ])
})
