// PATCH /batches/:id
import t from 'tap'
import { problem, PRODUCTS, waitsForLock } from '../catalog/setup.js'
import { dayFromNow, newBatch } from './batches.js'
import { BATCHES, openStockroom } from './setup.js'

const room = await openStockroom(t)
const { keeper } = room

t.test('200 – only what is said changes; the event has the former values', async t => {
  const { id, url } = await newBatch(room, { expiryDate: '2031-01-01', supplierBatch: 'S-1', attributes: { a: 1, b: { c: 1, d: 2 } } })
  const before = (await keeper.get(url)).body
  const after = await keeper.patch(url, { expiryDate: '2031-02-01', attributes: { a: null, b: { c: 7 } } })
  t.match(after, { status: 200, headers: { etag: '"2"' } })
  t.same(after.body, { ...before, expiryDate: '2031-02-01', attributes: { b: { c: 7, d: 2 } }, version: 2, updatedAt: after.body.updatedAt })
  t.same((await keeper.get(url)).body, after.body)
  const [, event] = await room.events(id, 2)
  t.match(event, { type: 'batch.updated', subject: { type: 'batch', id, version: 2 }, causedBy: 'batch.update' })
  t.same([event!.previous, event!.data], [{ expiryDate: '2031-01-01', attributes: { a: 1, b: { c: 1, d: 2 } } }, after.body])
})

t.test('200 – null clears (RFC 7396)', async t => {
  const { url } = await newBatch(room, {
    expiryDate: '2031-01-01', bestBeforeDate: '2031-01-01', manufacturedDate: '2030-01-01', supplierBatch: 'S', countryOfOrigin: 'DE'
  })
  const nothing = { expiryDate: null, bestBeforeDate: null, manufacturedDate: null, supplierBatch: null, countryOfOrigin: null }
  t.match(await keeper.patch(url, nothing, { 'content-type': 'application/merge-patch+json' }), { status: 200, body: nothing })
})

t.test('200 – a call that changes nothing is no version and no event', async t => {
  const { id, url } = await newBatch(room, { expiryDate: '2031-01-01', supplierBatch: 'é', attributes: { b: 1, a: 2 } })
  const before = (await keeper.get(url)).body
  for (
    const patch of [{ expiryDate: '2031-01-01' }, { supplierBatch: ' e\u0301 ' }, { attributes: { a: 2, b: 1 } }, { attributes: {} }, { countryOfOrigin: null }]
  ) {
    t.match(await keeper.patch(url, patch), { status: 200, headers: { etag: '"1"' }, body: before }, JSON.stringify(patch))
  }
  t.equal(await room.countEvents(id), 1)
})

t.test('200 – of two at once the second waits and builds on the first', async t => {
  const { id, url } = await newBatch(room)
  const first = await room.hold('UPDATE "Batch" SET "supplierBatch" = \'First\', "version" = "version" + 1 WHERE "id" = $1', [id])
  const second = keeper.patch(url, { countryOfOrigin: 'DE' })
  await room.waitFor(async () => await waitsForLock(room), 'the second to wait')
  await first.end('commit')
  t.match((await second).body, { supplierBatch: 'First', countryOfOrigin: 'DE', version: 3 })
})

t.test('200 – with the setting an expiry date changes with stock, and what that does to the stock is published', async t => {
  const { id, sku, url, code, productId } = await newBatch(room, { expiryDate: '2031-01-01' })
  await room.receive(sku, 5, { batch: code })
  const count = (await room.allEvents()).length
  await room.setting('batch.create', { expiryEditableWithStock: true })
  t.match(await keeper.patch(url, { expiryDate: dayFromNow(room, -1) }), { status: 200, body: { expired: true } })
  const [updated, stock, out, ...rest] = (await room.allEvents()).slice(count)
  t.match(updated, { type: 'batch.updated', previous: { expiryDate: '2031-01-01' } })
  t.match(stock, {
    type: 'stock.updated',
    data: {
      onHand: 5,
      available: 0,
      unavailable: { expired: 5 },
      causes: [{ type: 'expiry', docType: 'batch', docId: id, qty: 0 }],
      byBatch: [{ expiryDate: dayFromNow(room, -1), available: 0 }]
    },
    previous: { available: 5, unavailable: { expired: 0 } }
  })
  t.match(out, { type: 'stock.out', data: { product: { id: productId } }, previous: { available: 5 } })
  t.same(rest, [])
  t.match(await room.stockOf(sku), { available: 0, warehouses: [{ version: 2 }] })
  await keeper.patch(url, { expiryDate: null })
  t.match((await room.allEvents()).slice(-2), [{ type: 'stock.updated', data: { available: 5 }, previous: { available: 0 } }, { type: 'stock.back_in_stock' }])
  await room.setting('batch.create', { expiryEditableWithStock: null })
  await room.checkBooks(t)
})

t.test('400 – a wrong type, an unknown field, a field that stays, nothing at all', async t => {
  const { url } = await newBatch(room)
  const cases: Array<[object, string]> = [[{ code: 'other' }, '/code'], [{ sku: 'x' }, '/sku'], [{ status: 'blocked' }, '/status'], [{ expired: true },
    '/expired'], [{ expiryDate: '2026-02-30' }, '/expiryDate'], [{ manufacturedDate: '0000-01-01' }, '/manufacturedDate'], [{ attributes: null },
    '/attributes'], [{ supplierBatch: ' ' }, '/supplierBatch'], [{}, '']]
  for (const [patch, pointer] of cases) t.same(problem(await keeper.patch(url, patch)), [400, 'request.invalid', pointer], JSON.stringify(patch))
})

t.test('401, 403 – not without a token, not without batch.update', async t => {
  const { url } = await newBatch(room)
  t.equal((await room.anonymous.patch(url, { countryOfOrigin: 'DE' })).status, 401)
  t.match(await (await room.clientFor('batch.get')).patch(url, { countryOfOrigin: 'DE' }), { status: 403, body: { code: 'insufficient_scope' } })
})

t.test('404 – unknown, another owner\'s, and switched off', async t => {
  const { url } = await newBatch(room, { supplierBatch: 'Mine' })
  const unknown = await keeper.patch(`${BATCHES}/bat_unknown`, { supplierBatch: 'x' })
  t.match(unknown, { status: 404, body: { code: 'batch.not_found' } })
  const foreign = await room.other.patch(url, { supplierBatch: 'x' })
  t.same({ ...foreign.body, requestId: '' }, { ...unknown.body, requestId: '' })
  t.equal((await keeper.get(url)).body.supplierBatch, 'Mine')
  await room.switchOperation('batch.update', false)
  t.match(await keeper.patch(url, { supplierBatch: 'x' }), { status: 403, body: { code: 'operation.switched_off' } })
  await room.switchOperation('batch.update', true)
})

t.test('409 – a batch in stock keeps its expiry date; everything else may change, and the date once it is gone', async t => {
  const { url, sku, code } = await newBatch(room, { expiryDate: '2031-01-01' })
  await room.receive(sku, 5, { batch: code, status: 'damaged' })
  for (const expiryDate of ['2031-01-02', null]) t.same(problem(await keeper.patch(url, { expiryDate })), [409, 'batch.has_stock', '/expiryDate'])
  t.match(await keeper.patch(url, { expiryDate: '2031-01-01', supplierBatch: 'S-2' }), { status: 200, body: { version: 2 } })
  await keeper.post('/api/external/v1/stock/adjustments', { reason: 'lost', lines: [{ sku, batch: code, delta: -5, status: 'damaged' }] })
  t.equal((await keeper.patch(url, { expiryDate: '2031-01-02' })).status, 200)
})

t.test('409 – goods that come in while the date changes come in first', async t => {
  const { url, id, productId } = await newBatch(room, { expiryDate: '2031-01-01' })
  const coming = await room.hold(
    `WITH l AS (INSERT INTO "StockLevel" ("productId", "warehouseId", "ownerId") SELECT p."id", w."id", p."ownerId" FROM "Product" p, "Warehouse" w
      WHERE p."id" = $1 RETURNING *)
    INSERT INTO "StockItem" SELECT l."productId", l."warehouseId", $2, (SELECT "id" FROM "Location" LIMIT 1), 'available', 5, 0, now() FROM l`,
    [productId, id]
  )
  const changing = keeper.patch(url, { expiryDate: '2031-01-02' })
  await room.waitFor(async () => await waitsForLock(room), 'the change to wait, though no one had this product in stock before')
  await coming.end('commit')
  t.same(problem(await changing), [409, 'batch.has_stock', '/expiryDate'])
})

t.test('412 – If-Match of another version; a matching one goes through', async t => {
  const { url } = await newBatch(room)
  t.match(await keeper.patch(url, { supplierBatch: '2' }, { 'if-match': '"1"' }), { status: 200, headers: { etag: '"2"' } })
  t.match(await keeper.patch(url, { supplierBatch: '3' }, { 'if-match': '"1"' }), {
    status: 412, body: { code: 'precondition.failed' }, headers: { etag: '"2"' }
  })
  t.equal((await keeper.get(url)).body.supplierBatch, '2')
})

t.test('422 – the rules hold for what results', async t => {
  const { url } = await newBatch(room, { expiryDate: '2031-01-01', manufacturedDate: '2030-01-01' }, { trackExpiry: true })
  t.same(problem(await keeper.patch(url, { expiryDate: null })), [422, 'batch.expiry_required', '/expiryDate'])
  t.same(problem(await keeper.patch(url, { expiryDate: '2029-12-31' })), [422, 'batch.dates', '/expiryDate'])
  t.same(problem(await keeper.patch(url, { manufacturedDate: '2031-01-02' })), [422, 'batch.dates', '/expiryDate'])
  t.same(problem(await keeper.patch(url, { attributes: { x: 'x'.repeat(16_400) } })), [422, 'batch.attributes_too_large', '/attributes'])
  t.match(await keeper.get(url), { body: { version: 1 } })
})

t.test('200 – a batch without a date, of a product that has become tracked by expiry, can get one', async t => {
  const { url, productId } = await newBatch(room)
  await room.client.patch(`${PRODUCTS}/${productId}`, { trackExpiry: true })
  t.equal((await keeper.patch(url, { countryOfOrigin: 'DE' })).status, 200)
  t.match(await keeper.patch(url, { expiryDate: '2031-01-01' }), { status: 200, body: { expiryDate: '2031-01-01' } })
})
