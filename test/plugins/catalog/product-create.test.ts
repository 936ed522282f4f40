// POST /products
import t from 'tap'
import { DEFAULT_OWNER, INSERT_RAW, newSku, openShop, problem, PRODUCTS, waitsForLock } from './setup.js'

const shop = await openShop(t)
const { client, outsider } = shop
const FULL = {
  externalRef: 'ERP-1',
  name: 'Lantern',
  description: 'Two lines\nof text',
  kind: 'stock',
  status: 'inactive',
  baseUom: 'KG',
  qtyScale: 3,
  trackBatch: true,
  trackExpiry: true,
  trackSerial: false,
  shelfLifeDays: 365,
  minShelfLifeReceiveDays: null,
  minShelfLifeShipDays: 30,
  allocationStrategy: 'FEFO',
  weightG: 1200,
  lengthMm: 1,
  widthMm: 2,
  heightMm: 3,
  hsCode: '940550',
  countryOfOrigin: 'DE',
  dangerousGoods: { unNumber: 'UN1263', class: '3', packingGroup: 'II' },
  tempMinC: -18.5,
  tempMaxC: 4,
  safetyStock: 0.0001,
  reorderPoint: 10.5,
  minStock: 5,
  maxStock: 99999999999,
  cost: '1.25',
  price: '99999999999999.9999',
  currency: 'GBP',
  supplierSku: '85123A',
  categories: ['lighting', 'garden'],
  imageUrl: 'https://cdn.example.com/1.jpg',
  attributes: { colour: 'white', nested: { list: [1, null, 'x'] } },
  barcodes: [{ value: '04006381333931', kind: 'ean', uomCode: null }, { value: 'SHELF 7', kind: 'internal', uomCode: 'CASE' }],
  uoms: [
    { code: 'CASE', qtyInBase: 0.3, weightG: 500, lengthMm: 1, widthMm: 2, heightMm: 3, isDefaultInbound: true, isDefaultOutbound: false },
    { code: 'PALLET', qtyInBase: 480, weightG: null, lengthMm: null, widthMm: null, heightMm: null, isDefaultInbound: false, isDefaultOutbound: true }
  ]
}

t.test('201 – everything that is said is kept and read back', async t => {
  const sku = newSku()
  const created = await client.post(PRODUCTS, { sku, ...FULL })
  t.match(created, { status: 201, headers: { etag: '"1"', location: `${PRODUCTS}/${created.body.product.id as string}` } })
  const { product } = created.body
  const { id, ownerId, version, createdAt, updatedAt, ...rest } = product
  t.match(id, /^prd_[0-9A-Z]{26}$/)
  t.same([ownerId, version, created.body.applied, createdAt], [DEFAULT_OWNER, 1, [], updatedAt])
  t.same(rest, { sku, ...FULL })
  t.same((await client.get(`${PRODUCTS}/${id as string}`)).body, product)
  const [event] = await shop.events(id as string, 1)
  t.match(event, {
    type: 'product.created',
    subject: { type: 'product', id, version: 1, externalRef: 'ERP-1' },
    ownerId: DEFAULT_OWNER,
    causedBy: 'product.create',
    previous: null
  })
  t.same(event!.data, product)
})

t.test('201 – a SKU and a name are enough; the rest has defaults', async t => {
  const { body: { product: body } } = await client.post(PRODUCTS, { sku: newSku(), name: 'Plain' })
  t.match(body, {
    status: 'active',
    kind: 'stock',
    baseUom: 'EA',
    qtyScale: 0,
    trackBatch: false,
    trackExpiry: false,
    trackSerial: false,
    allocationStrategy: 'inherit',
    safetyStock: 0,
    price: null,
    currency: null
  })
  t.same([body.categories, body.attributes, body.barcodes, body.uoms, body.dangerousGoods], [[], {}, [], [], null])
})

t.test('201 – null is as good as leaving out; expiry without batch is allowed', async t => {
  t.match(await client.post(PRODUCTS, { sku: newSku(), name: 'x', externalRef: null, price: null, dangerousGoods: null, trackExpiry: true }),
    { status: 201, body: { product: { externalRef: null, trackBatch: false, trackExpiry: true } } })
})

t.test('201 – SKU and reference lose the spaces around them and are composed; money has two to four decimals', async t => {
  const { body: { product: body } } = await client.post(PRODUCTS, {
    sku: '  e\u0301tui 1 ', name: 'x', externalRef: ' ref ', price: '3', cost: '0.1250', currency: 'EUR'
  })
  t.match(body, { sku: '\u00e9tui 1', externalRef: 'ref', price: '3.00', cost: '0.125' })
  t.match((await client.get(`${PRODUCTS}/${body.id as string}`)).body, { price: '3.00', cost: '0.125' })
})

t.test('201 – GTINs are kept with 14 digits, in whichever length and kind they come', async t => {
  const { id } = await shop.newProduct({
    barcodes: [{ value: '96385074' }, { value: '036000291452', kind: 'upc' }, { value: ' 5901234123457 ', kind: 'ean' }, {
      value: '10012345678902', kind: 'itf14'
    }, { value: '00614141000036', kind: 'upc' }]
  })
  t.same((await client.get(`${PRODUCTS}/${id}`)).body.barcodes.map((barcode: { value: string, kind: string }) => [barcode.value, barcode.kind]), [
    ['00000096385074', 'gtin'], ['00036000291452', 'upc'], ['05901234123457', 'ean'], ['10012345678902', 'itf14'], ['00614141000036', 'upc']
  ])
})

t.test('201 – another owner may have the same SKU, reference and barcode', async t => {
  const body = { sku: newSku(), name: 'x', externalRef: 'shared', barcodes: [{ value: 'shared', kind: 'internal' }] }
  t.equal((await client.post(PRODUCTS, body)).status, 201)
  t.equal((await outsider.post(PRODUCTS, body)).status, 201)
})

t.test('400 – a wrong type, an unknown or a missing field is named and never coerced', async t => {
  const cases: Array<[object, string]> = [
    [{ name: undefined }, '/name'],
    [{ name: null }, '/name'],
    [{ name: 7 }, '/name'],
    [{ name: '' }, '/name'],
    [{ name: ' \t' }, '/name'],
    [{ name: 'x'.repeat(256) }, '/name'],
    [{ sku: 5 }, '/sku'],
    [{ sku: '' }, '/sku'],
    [{ sku: '  ' }, '/sku'],
    [{ sku: 'a\u0007b' }, '/sku'],
    [{ sku: 'x'.repeat(65) }, '/sku'],
    [{ colour: 'white' }, '/colour'],
    [{ id: 'prd_1' }, '/id'],
    [{ version: 1 }, '/version'],
    [{ ownerId: 'own_1' }, '/ownerId'],
    [{ externalRef: 'x'.repeat(129) }, '/externalRef'],
    [{ trackBatch: 'true' }, '/trackBatch'],
    [{ trackBatch: null }, '/trackBatch'],
    [{ status: 'archived' }, '/status'],
    [{ kind: 'kit' }, '/kind'],
    [{ baseUom: 'piece' }, '/baseUom'],
    [{ baseUom: 'A2345678901234567' }, '/baseUom'],
    [{ qtyScale: 5 }, '/qtyScale'],
    [{ qtyScale: 1.5 }, '/qtyScale'],
    [{ shelfLifeDays: -1 }, '/shelfLifeDays'],
    [{ weightG: 1.5 }, '/weightG'],
    [{ weightG: '5' }, '/weightG'],
    [{ lengthMm: -1 }, '/lengthMm'],
    [{ hsCode: '94.05' }, '/hsCode'],
    [{ countryOfOrigin: 'de' }, '/countryOfOrigin'],
    [{ tempMinC: 1.25 }, '/tempMinC'],
    [{ safetyStock: 0.00001 }, '/safetyStock'],
    [{ safetyStock: null }, '/safetyStock'],
    [{ safetyStock: 1e12 }, '/safetyStock'],
    [{ price: 3.5 }, '/price'],
    [{ price: '3,50' }, '/price'],
    [{ price: '-1' }, '/price'],
    [{ price: '1.23456' }, '/price'],
    [{ currency: 'eur' }, '/currency'],
    [{ dangerousGoods: {} }, '/dangerousGoods/unNumber'],
    [{ dangerousGoods: { unNumber: '1263', class: '3' } }, '/dangerousGoods/unNumber'],
    [{ categories: 'a' }, '/categories'],
    [{ categories: [1] }, '/categories/0'],
    [{ categories: ['a', 'a'] }, '/categories'],
    [{ imageUrl: 'javascript:alert(1)' }, '/imageUrl'],
    [{ attributes: [] }, '/attributes'],
    [{ barcodes: {} }, '/barcodes'],
    [{ barcodes: ['x'] }, '/barcodes/0'],
    [{ barcodes: [{ kind: 'gtin' }] }, '/barcodes/0/value'],
    [{ barcodes: [{ value: 'x', kind: 'qr' }] }, '/barcodes/0/kind'],
    [{ barcodes: [{ value: '1', extra: 1 }] }, '/barcodes/0/extra'],
    [{ barcodes: Array.from({ length: 51 }, (_, index) => ({ value: `b${index}`, kind: 'internal' })) }, '/barcodes'],
    [{ uoms: [{ code: 'CASE' }] }, '/uoms/0/qtyInBase'],
    [{ uoms: [{ code: 'CASE', qtyInBase: 0 }] }, '/uoms/0/qtyInBase'],
    [{ uoms: [{ code: 'CASE', qtyInBase: 0.00001 }] }, '/uoms/0/qtyInBase'],
    [{ uoms: [{ code: 'a case', qtyInBase: 1 }] }, '/uoms/0/code']
  ]
  for (const [fields, pointer] of cases) {
    t.same(problem(await client.post(PRODUCTS, { sku: newSku(), name: 'x', ...fields })), [400, 'request.invalid', pointer], JSON.stringify(fields))
  }
  t.same(problem(await client.post(PRODUCTS, { name: 'x' })), [400, 'request.invalid', '/sku'])
  for (const body of ['[]', 'null', '"x"', '{', '']) t.equal((await client.post(PRODUCTS, body)).status, 400, body)
})

t.test('401 – no one creates without a token', async t => {
  const answer = await shop.anonymous.post(PRODUCTS, { sku: newSku(), name: 'x' })
  t.equal(answer.status, 401)
  t.ok(answer.headers['www-authenticate'])
})

t.test('403 – a client without product.create cannot create', async t => {
  const reader = await shop.clientFor('product.get', 'product.list')
  t.match(await reader.post(PRODUCTS, { sku: newSku(), name: 'x' }), { status: 403, body: { code: 'insufficient_scope' } })
})

t.test('403 – switched off, and its caller learns so', async t => {
  await shop.switchOperation('product.create', false)
  t.match(await client.post(PRODUCTS, { sku: newSku(), name: 'x' }), { status: 403, body: { code: 'operation.switched_off' } })
  await shop.switchOperation('product.create', true)
})

t.test('409 – a SKU is taken without regard to case and to the form of its accents', async t => {
  await shop.newProduct({ sku: 'Caf\u00e9-1' })
  for (const sku of ['CAF\u00c9-1', 'cafe\u0301-1', ' caf\u00e9-1 ']) {
    t.same(problem(await client.post(PRODUCTS, { sku, name: 'x' })), [409, 'product.sku_taken', '/sku'])
  }
})

t.test('409 – a reference or a barcode of another product is refused, and nothing is kept', async t => {
  await shop.newProduct({ externalRef: 'taken', barcodes: [{ value: '4012345678901' }, { value: 'B-1', kind: 'internal' }] })
  const sku = newSku()
  t.same(problem(await client.post(PRODUCTS, { sku, name: 'x', externalRef: 'taken' })), [409, 'product.external_ref_taken', '/externalRef'])
  const answer = await client.post(PRODUCTS, {
    sku, name: 'x', barcodes: [{ value: 'B-2', kind: 'internal' }, { value: 'B-1', kind: 'supplier' }, { value: '04012345678901' }]
  })
  t.same(problem(answer), [409, 'product.barcode_taken', '/barcodes/1/value'])
  t.same(answer.body.errors.map((error: { pointer: string }) => error.pointer), ['/barcodes/1/value', '/barcodes/2/value'])
  t.equal((await client.get(`${PRODUCTS}/sku:${sku}`)).status, 404)
  t.equal((await client.post(PRODUCTS, { sku, name: 'x', barcodes: [{ value: 'B-2', kind: 'internal' }] })).status, 201, 'B-2 was not kept either')
})

t.test('409 – of two that want one SKU at once, the later waits and is refused', async t => {
  const sku = newSku()
  const first = await shop.hold(INSERT_RAW, ['prd_HELD', DEFAULT_OWNER, sku])
  const second = client.post(PRODUCTS, { sku, name: 'x' })
  await shop.waitFor(async () => await waitsForLock(shop), 'the second to wait')
  await first.end('commit')
  t.same(problem(await second), [409, 'product.sku_taken', '/sku'])
})

t.test('422 – what no schema can say is refused by field', async t => {
  const internal = (value: string): object => ({ value, kind: 'internal' })
  const cases: Array<[object, string, string]> = [
    [{ barcodes: [{ value: '4006381333932' }] }, 'barcode.check_digit', '/barcodes/0/value'],
    [{ barcodes: [internal('a'), { value: '96385075', kind: 'ean' }] }, 'barcode.check_digit', '/barcodes/1/value'],
    [{ barcodes: [{ value: '400638133393' + 'x' }] }, 'barcode.length', '/barcodes/0/value'],
    [{ barcodes: [{ value: '40063813339' }] }, 'barcode.length', '/barcodes/0/value'],
    [{ barcodes: [{ value: '4006381333931', kind: 'upc' }] }, 'barcode.length', '/barcodes/0/value'],
    [{ barcodes: [{ value: '10012345678902', kind: 'ean' }] }, 'barcode.length', '/barcodes/0/value'],
    [{ barcodes: [{ value: '4006381333931', kind: 'itf14' }] }, 'barcode.length', '/barcodes/0/value'],
    [{ barcodes: [internal('x'), internal(' x ')] }, 'barcode.duplicate', '/barcodes/1/value'],
    [{ barcodes: [{ value: '4006381333931' }, { value: '04006381333931' }] }, 'barcode.duplicate', '/barcodes/1/value'],
    [{ barcodes: [{ ...internal('x'), uomCode: 'CASE' }] }, 'barcode.unknown_uom', '/barcodes/0/uomCode'],
    [{ uoms: [{ code: 'EA', qtyInBase: 1 }] }, 'uom.duplicate', '/uoms/0/code'],
    [{ uoms: [{ code: 'CASE', qtyInBase: 6 }, { code: 'CASE', qtyInBase: 12 }] }, 'uom.duplicate', '/uoms/1/code'],
    [{ uoms: ['A', 'B'].map(code => ({ code, qtyInBase: 6, isDefaultInbound: true })) }, 'uom.two_defaults', '/uoms/1/isDefaultInbound'],
    [{ price: '1' }, 'product.currency_missing', '/currency'],
    [{ cost: '1' }, 'product.currency_missing', '/currency'],
    [{ price: '1', currency: 'ZZZ' }, 'product.currency_unknown', '/currency'],
    [{ tempMinC: 5, tempMaxC: 4 }, 'product.range', '/tempMinC'],
    [{ minStock: 5, maxStock: 4 }, 'product.range', '/minStock'],
    [{ shelfLifeDays: 10, minShelfLifeShipDays: 11 }, 'product.range', '/minShelfLifeShipDays'],
    [{ attributes: { text: 'x'.repeat(16_384) } }, 'product.attributes_too_large', '/attributes']
  ]
  for (const [fields, code, pointer] of cases) {
    t.same(problem(await client.post(PRODUCTS, { sku: newSku(), name: 'x', ...fields })), [422, code, pointer], JSON.stringify(fields).slice(0, 100))
  }
})

t.test('Idempotency-Key – a repeated call gets the same answer and makes nothing', async t => {
  const body = { sku: newSku(), name: 'once' }
  const headers = { 'idempotency-key': 'create-1' }
  const first = await client.post(PRODUCTS, body, headers)
  const again = await client.post(PRODUCTS, body, headers)
  t.match(again, { status: 201, text: first.text, headers: { etag: '"1"', location: first.headers['location'], 'idempotency-replayed': 'true' } })
  t.equal(await shop.countEvents(first.body.product.id as string), 1)
  t.equal((await client.post(PRODUCTS, { ...body, name: 'other' }, headers)).status, 422, 'the key belongs to that body')
  t.equal((await outsider.post(PRODUCTS, body, headers)).headers['idempotency-replayed'], undefined, 'and to that client')
})

t.test('Idempotency-Key – 409 while the first call runs; a refused call leaves the key free', async t => {
  const sku = newSku()
  const headers = { 'idempotency-key': 'create-2' }
  const held = await shop.hold(INSERT_RAW, ['prd_HELD2', DEFAULT_OWNER, sku])
  const first = client.post(PRODUCTS, { sku, name: 'x' }, headers)
  await shop.waitFor(async () => await waitsForLock(shop), 'the first to wait')
  t.match(await client.post(PRODUCTS, { sku, name: 'x' }, headers), { status: 409, body: { code: 'idempotency.in_progress' }, headers: { 'retry-after': '1' } })
  await held.end('commit')
  t.same(problem(await first), [409, 'product.sku_taken', '/sku'])
  t.equal((await client.post(PRODUCTS, { sku: newSku(), name: 'x' }, headers)).status, 201)
})
