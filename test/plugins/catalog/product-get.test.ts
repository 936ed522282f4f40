// GET /products/:id
import t from 'tap'
import { openShop, problem, PRODUCTS } from './setup.js'

const shop = await openShop(t)
const { client, outsider } = shop
const product = await shop.newProduct({
  sku: 'A/b c?#%1', externalRef: 'ERP/1 ü', barcodes: [{ value: '4006381333931', kind: 'ean' }, { value: 'SHELF-1', kind: 'internal' }]
})

t.test('200 – by id, with an ETag; HEAD as GET', async t => {
  t.match(await client.get(`${PRODUCTS}/${product.id}`), { status: 200, headers: { etag: '"1"' }, body: { id: product.id, sku: 'A/b c?#%1' } })
  const head = await shop.app.inject({ method: 'HEAD', url: `${PRODUCTS}/${product.id}`, headers: { authorization: `Bearer ${client.token}` } })
  t.match([head.statusCode, head.headers.etag, head.payload], [200, '"1"', ''])
})

t.test('200 – by SKU without regard to case, by GTIN in each of its lengths, by reference', async t => {
  for (const alias of ['sku:A/b c?#%1', 'sku:a/B C?#%1', 'gtin:4006381333931', 'gtin:04006381333931', 'ref:ERP/1 ü']) {
    t.match(await client.get(`${PRODUCTS}/${encodeURIComponent(alias)}`), { status: 200, body: { id: product.id } }, alias)
  }
})

t.test('400 – an invalid GTIN, and characters that no id has', async t => {
  for (const id of ['gtin:4006381333932', 'gtin:abc', 'gtin:', '%00', 'sku:a%0Ab', 'x'.repeat(201)]) {
    t.same(problem(await client.get(`${PRODUCTS}/${id}`)), [400, 'request.invalid', '/id'], id)
  }
  t.same(problem(await client.get(`${PRODUCTS}/${product.id}?include=all`)), [400, 'request.invalid', '/include'])
})

t.test('401 – no one reads without a token', async t => {
  t.equal((await shop.anonymous.get(`${PRODUCTS}/${product.id}`)).status, 401)
})

t.test('403 – a client without product.get cannot read', async t => {
  t.match(await (await shop.clientFor('product.list')).get(`${PRODUCTS}/${product.id}`), { status: 403, body: { code: 'insufficient_scope' } })
})

t.test('404 – unknown, and another owner\'s by any name, look the same', async t => {
  const unknown = await client.get(`${PRODUCTS}/prd_unknown`)
  t.match([unknown.status, unknown.body.code], [404, 'product.not_found'])
  for (const id of ['sku:unknown', 'ref:erp/1 ü', 'gtin:96385074', 'nothing:x', `sku:${product.id}`]) {
    t.equal((await client.get(`${PRODUCTS}/${encodeURIComponent(id)}`)).status, 404, id)
  }
  for (const id of [product.id, 'sku:A/b c?#%1', 'gtin:4006381333931', 'ref:ERP/1 ü']) {
    const answer = await outsider.get(`${PRODUCTS}/${encodeURIComponent(id)}`)
    t.same({ ...answer.body, requestId: '' }, { ...unknown.body, requestId: '' }, id)
  }
})

t.test('403 – switched off, and its caller learns so', async t => {
  await shop.switchOperation('product.get', false)
  t.match(await client.get(`${PRODUCTS}/${product.id}`), { status: 403, body: { code: 'operation.switched_off' } })
  await shop.switchOperation('product.get', true)
})

t.test('one owner, one warehouse and one location are there from the start', async t => {
  const { rows } = await shop.db
    .query(`SELECT w."code" AS "warehouse", l."code" AS "location", l."type" FROM "Warehouse" w JOIN "Location" l ON l."warehouseId" = w."id"
    WHERE w."defaultReceivingLocationId" = l."id" AND w."defaultShippingLocationId" = l."id"`)
  t.same(rows, [{ warehouse: 'MAIN', location: 'DEFAULT', type: 'storage' }])
})
