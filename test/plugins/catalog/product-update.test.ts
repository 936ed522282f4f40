// PATCH /products/:id
import t from 'tap'
import { newSku, openShop, problem, PRODUCTS, waitsForLock } from './setup.js'

const shop = await openShop(t)
const { client, outsider } = shop
const url = (id: string): string => `${PRODUCTS}/${encodeURIComponent(id)}`

t.test('200 – only what is said changes; the event has the former values', async t => {
  const { id, sku } = await shop.newProduct({ name: 'Old', externalRef: 'U-1', price: '1.00', currency: 'EUR', categories: ['a'] })
  const before = (await client.get(url(id))).body
  const after = await client.patch(url(id), { name: 'New', price: '1.50' })
  t.match(after, { status: 200, headers: { etag: '"2"' } })
  const { product, applied } = after.body
  t.same([product, applied], [{ ...before, name: 'New', price: '1.50', version: 2, updatedAt: product.updatedAt }, []])
  t.ok(product.updatedAt >= before.updatedAt)
  t.same((await client.get(url(id))).body, product)
  const [, event] = await shop.events(id, 2)
  t.match(event, { type: 'product.updated', subject: { id, version: 2, externalRef: 'U-1' }, causedBy: 'product.update' })
  t.same([event!.previous, event!.data], [{ name: 'Old', price: '1.00' }, product])
  t.equal(before.sku, sku)
})

t.test('200 – as application/merge-patch+json, which other methods do not take', async t => {
  const { id } = await shop.newProduct()
  const mergePatch = { 'content-type': 'application/merge-patch+json; charset=utf-8' }
  t.match(await client.patch(url(id), { name: 'Merged' }, mergePatch), { status: 200, body: { product: { name: 'Merged' } } })
  t.match(await client.post(PRODUCTS, { sku: newSku(), name: 'x' }, mergePatch), { status: 415, body: { code: 'body.media_type' } })
})

t.test('200 – null clears, objects merge, lists are replaced (RFC 7396)', async t => {
  const { id } = await shop.newProduct({
    description: 'x',
    externalRef: 'U-2',
    attributes: { a: 1, b: { c: 1, d: 2 } },
    dangerousGoods: { unNumber: 'UN1263', class: '3', packingGroup: 'II' },
    categories: ['a', 'b'],
    barcodes: [{ value: 'U-B1', kind: 'internal' }, { value: 'U-B2', kind: 'internal' }],
    uoms: [{ code: 'CASE', qtyInBase: 6 }, { code: 'BOX', qtyInBase: 2 }]
  })
  const { body: { product: body } } = await client.patch(url(id), {
    description: null,
    externalRef: null,
    attributes: { a: null, b: { c: 7 }, e: [null] },
    dangerousGoods: { packingGroup: null },
    categories: ['c'],
    barcodes: [{ value: 'U-B3', kind: 'supplier', uomCode: 'CASE' }, { value: 'U-B2', kind: 'supplier' }],
    uoms: [{ code: 'CASE', qtyInBase: 12 }]
  })
  t.same([body.description, body.externalRef, body.attributes, body.dangerousGoods, body.categories],
    [null, null, { b: { c: 7, d: 2 }, e: [null] }, { unNumber: 'UN1263', class: '3', packingGroup: null }, ['c']])
  const read = (await client.get(url(id))).body
  t.same(read.barcodes, [{ value: 'U-B3', kind: 'supplier', uomCode: 'CASE' }, { value: 'U-B2', kind: 'supplier', uomCode: null }])
  t.same(read.uoms.map((uom: { code: string, qtyInBase: number }) => [uom.code, uom.qtyInBase]), [['CASE', 12]])
  t.equal((await client.get(url('gtin:4006381333931'))).status, 404)
  t.equal((await client.patch(url(id), { barcodes: [], uoms: [], dangerousGoods: null })).status, 200)
  t.match((await client.get(url(id))).body, { barcodes: { length: 0 }, uoms: { length: 0 }, dangerousGoods: null, version: 3 })
  t.equal(
    (await client.post(PRODUCTS, { sku: newSku(), name: 'x', barcodes: [{ value: 'U-B2', kind: 'internal' }] })).status,
    201,
    'a barcode that was taken off is free'
  )
})

t.test('200 – a call that changes nothing is no version and no event', async t => {
  const { id, sku } = await shop.newProduct({ price: '2.50', currency: 'EUR', attributes: { b: 1, a: 2 }, barcodes: [{ value: '4012345678901' }] })
  const before = (await client.get(url(id))).body
  for (
    const patch of [{}, { sku: ` ${sku} `, price: '2.5', attributes: { a: 2, b: 1 }, externalRef: null }, {
      barcodes: [{ value: '4012345678901', kind: 'gtin' }], weightG: null
    }]
  ) {
    const answer = await client.patch(url(id), patch)
    t.match([answer.status, answer.headers['etag'], answer.body.product.updatedAt], [200, '"1"', before.updatedAt], JSON.stringify(patch))
  }
  t.equal(await shop.countEvents(id), 1)
})

t.test('200 – a SKU may be renamed; the id stays, and the old name is free', async t => {
  const { id, sku } = await shop.newProduct()
  const renamed = newSku()
  t.match(await client.patch(url(`sku:${sku}`), { sku: renamed }), { status: 200, body: { product: { id, sku: renamed } } })
  t.equal((await client.get(url(`sku:${sku}`))).status, 404)
  t.match((await shop.events(id, 2))[1], { previous: { sku } })
  t.equal((await client.post(PRODUCTS, { sku, name: 'x' })).status, 201)
  t.match(
    await client.patch(url(id), { sku: renamed.toLowerCase() }),
    { status: 200, body: { product: { sku: renamed.toLowerCase() } } },
    'another spelling of its own'
  )
})

t.test('200 – of two at once the second waits and builds on the first, barcodes included', async t => {
  const { id } = await shop.newProduct({ barcodes: [{ value: 'W-1', kind: 'internal' }] })
  const first = await shop.hold(
    `WITH p AS (UPDATE "Product" SET "name" = 'First', "version" = "version" + 1 WHERE "id" = $1)
    INSERT INTO "ProductBarcode" ("ownerId", "value", "productId", "position", "kind") SELECT "ownerId", 'W-2', "id", 1, 'internal' FROM "Product"
      WHERE "id" = $1`,
    [id]
  )
  const second = client.patch(url(id), { description: 'Second' })
  await shop.waitFor(async () => await waitsForLock(shop), 'the second to wait')
  await first.end('commit')
  const { body: { product: body } } = await second
  t.match(body, { name: 'First', description: 'Second', version: 3 })
  t.same(body.barcodes.map((barcode: { value: string }) => barcode.value), ['W-1', 'W-2'])
})

t.test('400 – a wrong type, an unknown field, null where there must be a value', async t => {
  const { id } = await shop.newProduct()
  const cases: Array<[object, string]> = [[{ name: null }, '/name'], [{ sku: null }, '/sku'], [{ baseUom: null }, '/baseUom'], [{ trackBatch: 'yes' },
    '/trackBatch'], [{ barcodes: null }, '/barcodes'], [{ colour: 1 }, '/colour'], [{ status: 'archived' }, '/status'], [{ dangerousGoods: { un: 'UN1263' } },
    '/dangerousGoods/un'], [{ warnings: [] }, '/warnings']]
  for (const [patch, pointer] of cases) t.same(problem(await client.patch(url(id), patch)), [400, 'request.invalid', pointer], JSON.stringify(patch))
  t.equal((await client.patch(url(id), '[1]')).status, 400)
  t.same(problem(await client.patch(url('gtin:1'), { name: 'x' })), [400, 'request.invalid', '/id'])
})

t.test('401, 403 – not without a token, not without product.update', async t => {
  const { id } = await shop.newProduct()
  t.equal((await shop.anonymous.patch(url(id), { name: 'x' })).status, 401)
  t.match(await (await shop.clientFor('product.get')).patch(url(id), { name: 'x' }), { status: 403, body: { code: 'insufficient_scope' } })
})

t.test('404 – unknown, another owner\'s, and switched off', async t => {
  const { id, sku } = await shop.newProduct({ name: 'Mine' })
  t.match(await client.patch(url('prd_unknown'), { name: 'x' }), { status: 404, body: { code: 'product.not_found' } })
  for (const name of [id, `sku:${sku}`]) t.match(await outsider.patch(url(name), { name: 'x' }), { status: 404, body: { code: 'product.not_found' } })
  t.equal((await client.get(url(id))).body.name, 'Mine')
  await shop.switchOperation('product.update', false)
  t.match(await client.patch(url(id), { name: 'x' }), { status: 403, body: { code: 'operation.switched_off' } })
  await shop.switchOperation('product.update', true)
})

t.test('409 – SKU, reference and barcodes of another product; nothing is changed', async t => {
  const other = await shop.newProduct({ externalRef: 'U-taken', barcodes: [{ value: 'U-taken', kind: 'internal' }] })
  const { id } = await shop.newProduct({ name: 'Same', barcodes: [{ value: 'U-own', kind: 'internal' }] })
  t.same(problem(await client.patch(url(id), { sku: other.sku.toLowerCase(), name: 'x' })), [409, 'product.sku_taken', '/sku'])
  t.same(problem(await client.patch(url(id), { externalRef: 'U-taken', name: 'x' })), [409, 'product.external_ref_taken', '/externalRef'])
  t.same(problem(await client.patch(url(id), { name: 'x', barcodes: [{ value: 'U-new', kind: 'internal' }, { value: 'U-taken', kind: 'internal' }] })), [409,
    'product.barcode_taken', '/barcodes/1/value'])
  t.match((await client.get(url(id))).body, { name: 'Same', version: 1, barcodes: [{ value: 'U-own' }] })
})

t.test('412 – If-Match of another version; a matching one goes through', async t => {
  const { id } = await shop.newProduct()
  t.match(await client.patch(url(id), { name: '2' }, { 'if-match': '"1"' }), { status: 200, headers: { etag: '"2"' } })
  t.match(await client.patch(url(id), { name: '3' }, { 'if-match': '"1"' }), { status: 412, body: { code: 'precondition.failed' }, headers: { etag: '"2"' } })
  t.equal((await client.patch(url(id), { name: '3' }, { 'if-match': 'W/"2"' })).status, 412, 'weak tags never match')
  t.equal((await client.patch(url(id), { name: '3' }, { 'if-match': '2' })).status, 400)
  t.equal((await client.get(url(id))).body.name, '2')
})

t.test('422 – the rules hold for what results', async t => {
  const { id } = await shop.newProduct({
    uoms: [{ code: 'CASE', qtyInBase: 6 }], barcodes: [{ value: 'U-422', kind: 'internal', uomCode: 'CASE' }], maxStock: 5, price: '1', currency: 'EUR'
  })
  t.same(problem(await client.patch(url(id), { uoms: [] })), [422, 'barcode.unknown_uom', '/barcodes/0/uomCode'])
  t.same(problem(await client.patch(url(id), { baseUom: 'CASE' })), [422, 'uom.duplicate', '/uoms/0/code'])
  t.same(problem(await client.patch(url(id), { minStock: 6 })), [422, 'product.range', '/minStock'])
  t.same(problem(await client.patch(url(id), { currency: null })), [422, 'product.currency_missing', '/currency'])
  t.same(problem(await client.patch(url(id), { dangerousGoods: { class: '3' } })), [422, 'product.dangerous_goods', '/dangerousGoods/unNumber'])
})

t.test('Idempotency-Key – a repeated change is made once', async t => {
  const { id } = await shop.newProduct()
  const headers = { 'idempotency-key': 'update-1', 'if-match': '"1"' }
  t.equal((await client.patch(url(id), { name: 'x' }, headers)).status, 200)
  t.match(await client.patch(url(id), { name: 'x' }, headers), { status: 200, headers: { etag: '"2"', 'idempotency-replayed': 'true' } })
  t.equal(await shop.countEvents(id), 2)
})
