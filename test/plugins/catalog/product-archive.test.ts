// DELETE /products/:id
import t from 'tap'
import { openShop, problem, PRODUCTS } from './setup.js'

const shop = await openShop(t)
const { client, outsider } = shop

t.test('403 – off until an operator switches it on', async t => {
  const { id } = await shop.newProduct()
  t.match(await client.delete(`${PRODUCTS}/${id}`), { status: 403, body: { code: 'operation.switched_off' } })
  await shop.switchOperation('product.archive', true)
})

t.test('200 – archived, with an event; once more is no change', async t => {
  const { id, sku } = await shop.newProduct({ name: 'Old', barcodes: [{ value: 'D-1', kind: 'internal' }] })
  const answer = await client.delete(`${PRODUCTS}/${encodeURIComponent(`sku:${sku}`)}`)
  t.match(answer, { status: 200, headers: { etag: '"2"' }, body: { product: { id, status: 'archived', name: 'Old', version: 2 }, applied: { length: 0 } } })
  t.match(await client.delete(`${PRODUCTS}/${id}`), { status: 200, headers: { etag: '"2"' } })
  const events = await shop.events(id, 2)
  t.same(events.map(event => event.type), ['product.created', 'product.archived'])
  t.same(events[1]!.previous, { status: 'active' })
  t.equal(events[1]!.data['status'], 'archived')
  t.equal(await shop.countEvents(id), 2)
  t.same(problem(await client.post(PRODUCTS, { sku, name: 'x' })), [409, 'product.sku_taken', '/sku'], 'its SKU stays taken')
  t.match(await client.patch(`${PRODUCTS}/${id}`, { name: 'New' }), { status: 200, body: { product: { status: 'archived' } } })
  t.match(await client.patch(`${PRODUCTS}/${id}`, { status: 'active' }), { status: 200, body: { product: { status: 'active', version: 4 } } })
})

t.test('events of one product are numbered in the order of its versions', async t => {
  const { id } = await shop.newProduct()
  await Promise.all(Array.from({ length: 8 }, async (_, index) => await client.patch(`${PRODUCTS}/${id}`, { name: `Name ${index}` })))
  await client.delete(`${PRODUCTS}/${id}`)
  const events = await shop.events(id, 10)
  t.same(events.map(event => event.subject.version), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  t.ok(events.every((event, index) => index === 0 || event.sequence > events[index - 1]!.sequence))
  t.ok(events.slice(1, 9).every((event, index) => event.previous!['name'] === events[index]!.data['name']), 'each builds on the one before')
})

t.test('400 – no body, no query', async t => {
  const { id } = await shop.newProduct()
  t.equal((await client.delete(`${PRODUCTS}/${id}`, { reason: 'x' })).status, 400)
  t.same(problem(await client.delete(`${PRODUCTS}/${id}?force=true`)), [400, 'request.invalid', '/force'])
})

t.test('401, 403 – not without a token, not without product.archive', async t => {
  const { id } = await shop.newProduct()
  t.equal((await shop.anonymous.delete(`${PRODUCTS}/${id}`)).status, 401)
  t.match(await (await shop.clientFor('product.update')).delete(`${PRODUCTS}/${id}`), { status: 403, body: { code: 'insufficient_scope' } })
})

t.test('404 – unknown, and another owner\'s', async t => {
  const { id } = await shop.newProduct()
  t.match(await client.delete(`${PRODUCTS}/prd_unknown`), { status: 404, body: { code: 'product.not_found' } })
  t.match(await outsider.delete(`${PRODUCTS}/${id}`), { status: 404, body: { code: 'product.not_found' } })
  t.equal((await client.get(`${PRODUCTS}/${id}`)).body.status, 'active')
})

t.test('412 – If-Match of another version', async t => {
  const { id } = await shop.newProduct()
  t.equal((await client.delete(`${PRODUCTS}/${id}`, undefined, { 'if-match': '"2"' })).status, 412)
  t.equal((await client.delete(`${PRODUCTS}/${id}`, undefined, { 'if-match': '"1"' })).status, 200)
})
