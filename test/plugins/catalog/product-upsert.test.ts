// PUT /products/sku:…
import t from 'tap'
import { DEFAULT_OWNER, INSERT_RAW, newSku, openShop, problem, PRODUCTS, waitsForLock } from './setup.js'

const shop = await openShop(t)
const { client, outsider } = shop
const url = (sku: string): string => `${PRODUCTS}/${encodeURIComponent(`sku:${sku}`)}`

t.test('201 – an unknown SKU is made', async t => {
  const sku = newSku()
  const answer = await client.put(url(sku), { name: 'New', barcodes: [{ value: 'P-1', kind: 'internal' }], uoms: [{ code: 'CASE', qtyInBase: 6 }] })
  t.match(answer, {
    status: 201,
    headers: { etag: '"1"', location: `${PRODUCTS}/${answer.body.product.id as string}` },
    body: { product: { sku, name: 'New', barcodes: [{ value: 'P-1' }], uoms: [{ code: 'CASE' }] }, applied: { length: 0 } }
  })
  t.match(await shop.events(answer.body.product.id as string, 1), [{ type: 'product.created', causedBy: 'product.upsert' }])
})

t.test('200 – a known one is replaced: same id, defaults for what is left out', async t => {
  const { id, sku } = await shop.newProduct({
    sku: 'Upsert-1', name: 'Old', description: 'x', externalRef: 'P-2', barcodes: [{ value: 'P-2', kind: 'internal' }], uoms: [{ code: 'CASE', qtyInBase: 6 }]
  })
  const answer = await client.put(url('UPSERT-1'), { name: 'New' })
  t.match(answer, {
    status: 200, headers: { etag: '"2"' }, body: { product: { id, sku, name: 'New', description: null, externalRef: null, trackSerial: false } }
  })
  const { product } = answer.body
  t.same([product.barcodes, product.uoms], [[], []])
  t.same((await client.get(`${PRODUCTS}/${id}`)).body, product)
  const [, event] = await shop.events(id, 2)
  t.equal(event!.type, 'product.updated')
  t.match(event!.previous, { name: 'Old', description: 'x', externalRef: 'P-2' })
  t.notOk('sku' in event!.previous!, 'the spelling of the path does not rename')
  t.match(
    await client.put(url('upsert-1'), { name: 'New', sku: 'UPSERT-1' }),
    { status: 200, body: { product: { sku: 'UPSERT-1' } } },
    'the spelling in the body does'
  )
})

t.test('200 – the same again is no version and no event', async t => {
  const sku = newSku()
  const body = { name: 'Same', price: '1.5', currency: 'EUR', barcodes: [{ value: '4006381333931' }] }
  const { body: { product: { id } } } = await client.put(url(sku), body)
  t.match(await client.put(url(sku), body), { status: 200, headers: { etag: '"1"' } })
  t.equal(await shop.countEvents(id as string), 1)
})

t.test('200 – an archived product comes back', async t => {
  const { id, sku } = await shop.newProduct({ name: 'Back' })
  await shop.switchOperation('product.archive', true)
  await client.delete(`${PRODUCTS}/${id}`)
  t.match(await client.put(url(sku), { name: 'Back' }), { status: 200, body: { product: { id, status: 'active', version: 3 } } })
})

t.test('200, 201 – ten at once on a new SKU: one makes it, the others replace it', async t => {
  const sku = newSku()
  const answers = await Promise
    .all(Array.from({ length: 10 }, async (_, index) => await client.put(url(sku), { name: `Writer ${index}`, externalRef: `race ${sku}` })))
  t.same(answers.map(answer => answer.status).sort(), [...Array.from({ length: 9 }, () => 200), 201])
  t.equal(new Set(answers.map(answer => answer.body.product.id)).size, 1)
  const events = await shop.events(answers[0]!.body.product.id as string, 10)
  t.same(events.map(event => event.subject.version), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
})

t.test('200 – who meets another in the middle of making it waits and replaces', async t => {
  const sku = newSku()
  const first = await shop.hold(INSERT_RAW, ['prd_RACE', DEFAULT_OWNER, sku])
  const second = client.put(url(sku), { name: 'Second', barcodes: [{ value: 'race', kind: 'internal' }] })
  await shop.waitFor(async () => await waitsForLock(shop), 'the second to wait')
  await first.end('commit')
  t.match(await second, { status: 200, body: { product: { id: 'prd_RACE', name: 'Second', version: 2, barcodes: [{ value: 'race' }] } } })
})

t.test('201 – each owner has their own', async t => {
  const { id, sku } = await shop.newProduct({ name: 'Mine' })
  const answer = await outsider.put(url(sku), { name: 'Theirs' })
  t.equal(answer.status, 201)
  t.not(answer.body.product.id, id)
  t.equal((await client.get(`${PRODUCTS}/${id}`)).body.name, 'Mine')
})

t.test('400 – the path must name a SKU; the body is strict', async t => {
  const { id } = await shop.newProduct()
  for (const path of [id, 'ref:x', 'gtin:4006381333931', 'sku:', 'sku:%20', `sku:${'x'.repeat(65)}`]) {
    t.same(problem(await client.put(`${PRODUCTS}/${path}`, { name: 'x' })), [400, 'request.invalid', '/id'], path)
  }
  const cases: Array<[object, string]> = [[{}, '/name'], [{ name: 'x', sku: null }, '/sku'], [{ name: 'x', colour: 1 }, '/colour'], [{
    name: 'x', status: 'archived'
  }, '/status']]
  for (const [body, pointer] of cases) t.same(problem(await client.put(url('x'), body)), [400, 'request.invalid', pointer], JSON.stringify(body))
})

t.test('401, 403 – not without a token, not without product.upsert', async t => {
  t.equal((await shop.anonymous.put(url('x'), { name: 'x' })).status, 401)
  t.match(await (await shop.clientFor('product.create', 'product.update')).put(url('x'), { name: 'x' }), { status: 403, body: { code: 'insufficient_scope' } })
})

t.test('403 – switched off, and its caller learns so', async t => {
  await shop.switchOperation('product.upsert', false)
  t.match(await client.put(url('x'), { name: 'x' }), { status: 403, body: { code: 'operation.switched_off' } })
  await shop.switchOperation('product.upsert', true)
})

t.test('409 – reference and barcode of another product, made or replaced', async t => {
  await shop.newProduct({ externalRef: 'P-taken', barcodes: [{ value: 'P-taken', kind: 'internal' }] })
  const { sku } = await shop.newProduct()
  for (const path of [url(sku), url(newSku())]) {
    t.same(problem(await client.put(path, { name: 'x', externalRef: 'P-taken' })), [409, 'product.external_ref_taken', '/externalRef'])
    t.same(problem(await client.put(path, { name: 'x', barcodes: [{ value: 'P-taken', kind: 'internal' }] })), [409, 'product.barcode_taken',
      '/barcodes/0/value'])
  }
})

t.test('412 – If-Match of another version, or of a product that is not there', async t => {
  const { sku } = await shop.newProduct()
  t.equal((await client.put(url(sku), { name: 'x' }, { 'if-match': '"7"' })).status, 412)
  t.equal((await client.put(url(sku), { name: 'x' }, { 'if-match': '"1"' })).status, 200)
  const absent = newSku()
  for (const tag of ['"1"', '*']) {
    t.match(await client.put(url(absent), { name: 'x' }, { 'if-match': tag }), { status: 412, body: { code: 'precondition.failed' } })
  }
  t.equal((await client.get(url(absent))).status, 404)
})

t.test('422 – another SKU in the body; a broken rule', async t => {
  t.same(problem(await client.put(url('one'), { name: 'x', sku: 'two' })), [422, 'product.sku_mismatch', '/sku'])
  t.same(problem(await client.put(url('one'), { name: 'x', price: '1' })), [422, 'product.currency_missing', '/currency'])
})

t.test('Idempotency-Key – a repeated upsert answers 201 again', async t => {
  const sku = newSku()
  const headers = { 'idempotency-key': 'upsert-1' }
  t.equal((await client.put(url(sku), { name: 'x' }, headers)).status, 201)
  t.match(await client.put(url(sku), { name: 'x' }, headers), { status: 201, headers: { 'idempotency-replayed': 'true' } })
})
