// POST /batches
import t from 'tap'
import { DEFAULT_OWNER, newSku, problem, PRODUCTS, waitsForLock } from '../catalog/setup.js'
import { dayFromNow, newBatch, newCode } from './batches.js'
import { API, BATCHES, openStockroom } from './setup.js'

const room = await openStockroom(t)
const { keeper } = room
const tracked = await room.newProduct({ trackBatch: true, externalRef: 'ERP-B' })
const dated = await room.newProduct({ trackExpiry: true })
const FULL = {
  expiryDate: '2031-03-31',
  bestBeforeDate: '2031-02-28',
  manufacturedDate: '2030-03-31',
  supplierBatch: 'S-77120',
  countryOfOrigin: 'DE',
  attributes: { harvest: 2026, nested: { list: [1, null, 'x'] } }
}

t.test('201 – everything that is said is kept, read back and published', async t => {
  const created = await keeper.post(BATCHES, { sku: tracked.sku.toLowerCase(), code: 'L2411-A', ...FULL })
  const { id, ownerId, product, version, createdAt, updatedAt, ...rest } = created.body
  t.match(created, { status: 201, headers: { etag: '"1"', location: `${BATCHES}/${id as string}` } })
  t.match(id, /^bat_[0-9A-Z]{26}$/)
  t.same([ownerId, product, version, updatedAt], [DEFAULT_OWNER, { id: tracked.id, sku: tracked.sku, externalRef: 'ERP-B' }, 1, createdAt])
  t.same(rest, { code: 'L2411-A', ...FULL, status: 'released', statusReason: null, expired: false })
  t.same((await keeper.get(`${BATCHES}/${id as string}`)).body, created.body)
  const [event, ...others] = await room.events(id as string, 1)
  t.match(event, { type: 'batch.created', subject: { type: 'batch', id, version: 1 }, causedBy: 'batch.create', previous: null })
  t.same(event!.data, created.body)
  t.same(others, [])
})

t.test('201 – what is left out is null; the code is kept in NFC without spaces around it, and its case matters', async t => {
  const { body } = await keeper.post(BATCHES, { sku: tracked.sku, code: ' e\u0301tuvE ', supplierBatch: ' e\u0301 ' })
  t.match(body, { code: 'étuvE', supplierBatch: 'é', expiryDate: null, bestBeforeDate: null, manufacturedDate: null, countryOfOrigin: null, attributes: {} })
  t.same(problem(await keeper.post(BATCHES, { sku: tracked.sku, code: 'étuvE' })), [409, 'batch.code_taken', '/code'])
  t.equal((await keeper.post(BATCHES, { sku: tracked.sku, code: 'Étuve' })).status, 201)
  t.equal((await keeper.post(BATCHES, { sku: dated.sku, code: 'étuvE', expiryDate: '2031-01-01' })).status, 201, 'another product has codes of its own')
})

t.test('201 – good on the day of its expiry date, expired on the next; bad on arrival too', async t => {
  const code = newCode()
  t.match((await keeper.post(BATCHES, { sku: dated.sku, code: `${code}-1`, expiryDate: dayFromNow(room, 0) })).body, { expired: false })
  const past = await keeper.post(BATCHES, { sku: dated.sku, code: `${code}-2`, expiryDate: dayFromNow(room, -1), manufacturedDate: dayFromNow(room, -1) })
  t.match(past, { status: 201, body: { expired: true } })
  await room.receive(dated.sku, 1, { batch: `${code}-3`, expiryDate: dayFromNow(room, -1) })
  t.match(
    (await room.allEvents()).find(event => event.data['code'] === `${code}-3`), { type: 'batch.created', data: { expired: true } }, 'also when goods make it'
  )
})

t.test('201 – goods that come in find it', async t => {
  const { id, code, sku } = await newBatch(room, { expiryDate: '2031-01-01' }, { trackExpiry: true })
  await room.receive(sku, 5, { batch: code })
  t.match((await room.stockOf(sku)).warehouses[0].byBatch, [{ batchId: id, code, expiryDate: '2031-01-01', onHand: 5 }])
})

t.test('400 – a wrong type, an unknown field, a missing one, a day that does not exist', async t => {
  const cases: Array<[object, string]> = [[{ sku: undefined }, '/sku'], [{ code: undefined }, '/code'], [{ code: ' ' }, '/code'], [{ code: 'a\u0007' },
    '/code'], [{ code: 'x'.repeat(51) }, '/code'], [{ status: 'blocked' }, '/status'], [{ countryOfOrigin: 'de' }, '/countryOfOrigin'], [{ attributes: [] },
    '/attributes'], [{ attributes: null }, '/attributes']]
  for (const field of ['expiryDate', 'bestBeforeDate', 'manufacturedDate']) {
    for (const day of ['2026-02-30', '2026-13-01', '2025-02-29', '0000-01-01', '2026-1-1', '20260101', 'tomorrow', '2026-01-01T00:00:00Z', '']) {
      cases.push([{ [field]: day }, `/${field}`])
    }
  }
  for (const [fields, pointer] of cases) {
    t.same(problem(await keeper.post(BATCHES, { sku: tracked.sku, code: newCode(), ...fields })), [400, 'request.invalid', pointer], JSON.stringify(fields))
  }
  t.equal((await keeper.post(BATCHES, { sku: tracked.sku, code: newCode(), expiryDate: '2028-02-29' })).status, 201)
  for (const day of ['0001-01-01', '9999-12-31']) {
    t.equal((await keeper.post(BATCHES, { sku: tracked.sku, code: newCode(), bestBeforeDate: day })).status, 201, day)
  }
})

t.test('401, 403, 404 – token, grant, switch', async t => {
  const body = { sku: tracked.sku, code: newCode() }
  t.equal((await room.anonymous.post(BATCHES, body)).status, 401)
  t.match(await (await room.clientFor('batch.get')).post(BATCHES, body), { status: 403, body: { code: 'insufficient_scope' } })
  await room.switchOperation('batch.create', false)
  t.match(await keeper.post(BATCHES, body), { status: 403, body: { code: 'operation.switched_off' } })
  await room.switchOperation('batch.create', true)
})

t.test('409 – the code is taken; with another expiry date it is a conflict of dates', async t => {
  const { sku, code } = await newBatch(room, { expiryDate: '2031-01-01' })
  t.same(problem(await keeper.post(BATCHES, { sku, code, expiryDate: '2031-01-01' })), [409, 'batch.code_taken', '/code'])
  t.same(problem(await keeper.post(BATCHES, { sku, code })), [409, 'batch.code_taken', '/code'])
  const conflict = await keeper.post(BATCHES, { sku, code, expiryDate: '2031-01-02' })
  t.same(problem(conflict), [409, 'batch.expiry_conflict', '/expiryDate'])
  t.match(conflict.body.detail, /2031-01-01/)
})

t.test('409 – of twenty at once one is made, and published once', async t => {
  const { id: productId, sku } = await room.newProduct({ trackBatch: true })
  const answers = await Promise.all(Array.from({ length: 20 }, async () => await keeper.post(BATCHES, { sku, code: 'RACE' })))
  t.same(answers.map(answer => answer.status).sort(), [201, ...Array.from({ length: 19 }, () => 409)])
  t.ok(answers.every(({ status, body }) => status === 201 || body.code === 'batch.code_taken'))
  t.equal((await room.allEvents()).filter(event => event.type === 'batch.created' && event.data['product'].id === productId).length, 1)
})

t.test('422 – the product: unknown, another owner\'s, a service, archived, not tracked', async t => {
  const of = async (sku: string): Promise<unknown> => problem(await keeper.post(BATCHES, { sku, code: newCode(), expiryDate: '2031-01-01' }))
  t.same(await of(newSku()), [422, 'product.unknown_sku', '/sku'])
  const foreign = newSku()
  await room.outsider.post(PRODUCTS, { sku: foreign, name: 'x', trackBatch: true })
  t.same(await of(foreign), [422, 'product.unknown_sku', '/sku'])
  t.same(await of((await room.newProduct({ kind: 'service' })).sku), [422, 'product.not_stocked', '/sku'])
  t.same(await of((await room.newProduct()).sku), [422, 'batch.not_tracked', '/sku'])
  const archived = await room.newProduct({ trackBatch: true })
  await room.client.delete(`${PRODUCTS}/${archived.id}`)
  t.same(await of(archived.sku), [422, 'product.archived', '/sku'])
})

t.test('422 – a product that is being archived is waited for', async t => {
  const { id, sku } = await room.newProduct({ trackBatch: true })
  const archiving = await room.hold('UPDATE "Product" SET "status" = \'archived\' WHERE "id" = (SELECT "id" FROM "Product" WHERE "id" = $1 FOR UPDATE)', [id])
  const creating = keeper.post(BATCHES, { sku, code: newCode() })
  await room.waitFor(async () => await waitsForLock(room), 'the batch to wait')
  await archiving.end('commit')
  t.same(problem(await creating), [422, 'product.archived', '/sku'])
})

t.test('422 – dates and sizes', async t => {
  t.same(problem(await keeper.post(BATCHES, { sku: dated.sku, code: newCode() })), [422, 'batch.expiry_required', '/expiryDate'])
  t.same(problem(await keeper.post(BATCHES, { sku: dated.sku, code: newCode(), expiryDate: null })), [422, 'batch.expiry_required', '/expiryDate'])
  t.same(problem(await keeper.post(BATCHES, { sku: tracked.sku, code: newCode(), expiryDate: '2031-01-01', manufacturedDate: '2031-01-02' })), [422,
    'batch.dates', '/expiryDate'])
  const attributes = (bytes: number): object => ({ x: 'ü'.repeat((bytes - 8) / 2) })
  t.equal((await keeper.post(BATCHES, { sku: tracked.sku, code: newCode(), attributes: attributes(16_384) })).status, 201)
  t.same(problem(await keeper.post(BATCHES, { sku: tracked.sku, code: newCode(), attributes: attributes(16_386) })), [422, 'batch.attributes_too_large',
    '/attributes'])
})

t.test('422 – gs1Strict: only what GS1 AI (10) can hold', async t => {
  await room.setting('batch.create', { gs1Strict: true })
  for (const code of ['x'.repeat(21), 'a b', 'é', 'a#1', 'a@1', 'a[1]', 'a^1', 'a~']) {
    t.same(problem(await keeper.post(BATCHES, { sku: tracked.sku, code })), [422, 'batch.gs1', '/code'], code)
  }
  for (const code of ['x'.repeat(20), '!"%&\'()*+,-./', '0:;<=>?AZ_az9']) t.equal((await keeper.post(BATCHES, { sku: tracked.sku, code })).status, 201, code)
  await room.setting('batch.create', { gs1Strict: null })
  t.equal((await keeper.post(BATCHES, { sku: tracked.sku, code: 'a b #' })).status, 201)
})

t.test('Idempotency-Key and dryRun – made once, or not at all', async t => {
  const code = newCode()
  const dryRun = await keeper.post(`${BATCHES}?dryRun=true`, { sku: tracked.sku, code })
  t.match(dryRun, { status: 200, body: { dryRun: true, status: 201, body: { code }, events: [{ type: 'batch.created' }] } })
  const headers = { 'idempotency-key': 'batch-1' }
  const first = await keeper.post(BATCHES, { sku: tracked.sku, code }, headers)
  t.equal(first.status, 201)
  t.match(await keeper.post(BATCHES, { sku: tracked.sku, code }, headers), {
    status: 201, headers: { 'idempotency-replayed': 'true' }, body: { id: first.body.id }
  })
  t.equal(await room.countEvents(first.body.id), 1)
  t.equal((await keeper.get(`${API}/batches?code=${code}`)).body.data.length, 1)
})
