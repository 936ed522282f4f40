// GET /products
import t from 'tap'
import { newSku, openShop, problem, PRODUCTS } from './setup.js'

const shop = await openShop(t)
const { client, outsider } = shop
const list = async (
  query: Record<string, string | number> = {}
): Promise<{ data: Array<{ id: string, sku: string, updatedAt: string, name: string }>, nextCursor: string | null, asOf: string }> => {
  const answer = await client
    .get(`${PRODUCTS}?${new URLSearchParams(Object.entries(query).map(([name, value]): [string, string] => [name, String(value)])).toString()}`)
  if (answer.status !== 200) throw new Error(answer.text)
  return answer.body
}
const skus = async (query: Record<string, string | number>): Promise<string[]> => (await list(query)).data.map(product => product.sku)

const names = ['red Lantern', 'Red heart', 'blue Lantern', '50%_off\\x', 'Éclair']
const made: Array<{ id: string, sku: string }> = []
for (const [index, name] of names.entries()) {
  made
    .push(await shop.newProduct({
      sku: `${'cABde'[index] ?? ''}-${index}`,
      name,
      externalRef: `L-${index}`,
      barcodes: index === 0 ? [{ value: '4006381333931' }] : [],
      status: index === 1 ? 'inactive' : 'active'
    }))
}
await outsider.post(PRODUCTS, { sku: 'a-foreign', name: 'Red foreign', externalRef: 'L-0', barcodes: [{ value: '4006381333931' }] })

t.test('200 – only the owner\'s, oldest change first, or in the order asked for', async t => {
  const inOrder = made.map(product => product.sku)
  t.same(await skus({}), inOrder)
  t.same(await skus({ sort: 'updatedAt' }), inOrder)
  t.same(await skus({ sort: '-updatedAt' }), [...inOrder].reverse())
  const byKey = [...inOrder].sort((a, b) => a.toLowerCase() < b.toLowerCase() ? -1 : 1)
  t.same(await skus({ sort: 'sku' }), byKey)
  t.same(await skus({ sort: '-sku' }), [...byKey].reverse())
})

t.test('200 – pages of each order meet without a gap, and keep the asOf of the first', async t => {
  for (const sort of ['updatedAt', '-updatedAt', 'sku', '-sku']) {
    const whole = await skus({ sort })
    const walked: string[] = []
    let page = await list({ sort, limit: 2 })
    const { asOf } = page
    for (;;) {
      walked.push(...page.data.map(product => product.sku))
      t.equal(page.asOf, asOf)
      if (page.nextCursor === null) break
      page = await list({ sort, limit: 2, cursor: page.nextCursor })
    }
    t.same(walked, whole, sort)
  }
  t.equal((await list({ limit: 5 })).nextCursor, null, 'a page that is just full is the last')
})

t.test('200 – the items are products as product.get reads them', async t => {
  const { data: [first] } = await list({ limit: 1 })
  t.same(first, (await client.get(`${PRODUCTS}/${made[0]!.id}`)).body)
})

t.test('200 – each filter, alone and together', async t => {
  const [a, b, c, d, e] = made.map(product => product.sku) as [string, string, string, string, string]
  t.same(await skus({ sku: a.toLowerCase() }), [a])
  t.same(await skus({ externalRef: 'L-2' }), [c])
  t.same(await skus({ externalRef: 'l-2' }), [])
  for (const barcode of ['4006381333931', '04006381333931']) t.same(await skus({ barcode }), [a])
  t.same(await skus({ barcode: '4006381333932' }), [])
  t.same(await skus({ status: 'inactive' }), [b])
  t.same(await skus({ status: 'active' }), [a, c, d, e])
  t.same(await skus({ status: 'archived' }), [])
  t.same(await skus({ q: 'RED' }), [a, b])
  t.same(await skus({ q: 'red', status: 'inactive', sort: '-sku' }), [b])
  t.same(await skus({ q: 'b-' }), [c], 'the start of a SKU')
  t.same(await skus({ q: 'antern' }), [], 'not the middle')
  t.same(await skus({ q: '50%_off\\' }), [d], 'wildcards are ordinary characters')
  t.same(await skus({ q: '%' }), [])
  t.same(await skus({ sku: a, status: 'inactive' }), [])
  const paged = await list({ q: 'red', limit: 1, sort: 'sku' })
  t.same([...paged.data, ...(await list({ q: 'red', limit: 1, sort: 'sku', cursor: paged.nextCursor! })).data].map(product => product.sku), [b, a])
})

t.test('200 – updatedSince includes its timestamp', async t => {
  const { data } = await list()
  const { updatedAt } = data[2]!
  const expected = data.filter(product => product.updatedAt >= updatedAt).map(product => product.sku)
  t.ok(expected.length < data.length)
  t.same(await skus({ updatedSince: updatedAt }), expected)
  t.same(await skus({ updatedSince: updatedAt.replace('Z', '+00:00') }), expected)
  t.same(await skus({ updatedSince: '2999-01-01T00:00:00Z' }), [])
  t.equal((await skus({ updatedSince: '0000-01-01T00:00:00Z' })).length, data.length)
})

t.test('200 – asOf: a change that is still open when the list is read is found from there', async t => {
  const slow = await shop.newProduct({ name: 'Slow' })
  const open = await shop.hold('UPDATE "Product" SET "name" = \'Slow, changed\', "updatedAt" = now(), "version" = "version" + 1 WHERE "id" = $1', [slow.id])
  // So that their timestamps differ, which have milliseconds.
  await new Promise(resolve => setTimeout(resolve, 20))
  const quick = await shop.newProduct({ name: 'Quick' })
  const seen = await list({ sort: '-updatedAt' })
  t.match(seen.data[0], { id: quick.id })
  t.match(seen.data[1], { id: slow.id, name: 'Slow' })
  await open.end('commit')
  const next = await list({ updatedSince: seen.asOf })
  const changed = next.data.find(product => product.id === slow.id)
  t.equal(changed?.name, 'Slow, changed')
  t.ok(changed!.updatedAt < seen.data[0]!.updatedAt, 'the newest row that was seen would have been a wrong place to go on from')
  t.ok(seen.asOf <= changed!.updatedAt)
})

t.test('200 – the timestamp of a change never goes back', async t => {
  const { id } = await shop.newProduct()
  await shop.db.query('UPDATE "Product" SET "updatedAt" = now() + interval \'1 hour\' WHERE "id" = $1', [id])
  const before = (await client.get(`${PRODUCTS}/${id}`)).body.updatedAt
  t.equal((await client.patch(`${PRODUCTS}/${id}`, { name: 'x' })).body.product.updatedAt, before)
  await shop.db.query('UPDATE "Product" SET "updatedAt" = now() WHERE "id" = $1', [id])
})

t.test('400 – wrong parameters are named', async t => {
  const cases: Array<[string, string]> = [['limit=0', '/limit'], ['limit=201', '/limit'], ['limit=x', '/limit'], ['sort=name', '/sort'], ['status=gone',
    '/status'], ['updatedSince=yesterday', '/updatedSince'], ['updatedSince=2026-02-30T00:00:00Z', '/updatedSince'], ['q=', '/q'], ['q=%00', '/q'], [
    `sku=${'x'.repeat(65)}`,
    '/sku'
  ], ['include=stock', '/include'], ['cursor=', '/cursor']]
  for (const [query, pointer] of cases) t.same(problem(await client.get(`${PRODUCTS}?${query}`)), [400, 'request.invalid', pointer], query)
})

t.test('400 – a cursor that was changed, or is of another list, owner or filter', async t => {
  const { nextCursor } = await list({ limit: 1 })
  const [payload = '', signature = ''] = nextCursor!.split('.')
  const forged = Buffer.from(Buffer.from(payload, 'base64url').toString().replace('prd_', 'prd_0')).toString('base64url')
  for (const cursor of [`${forged}.${signature}`, payload, 'x', `${payload}.${signature.slice(1)}`]) {
    t.same(problem(await client.get(`${PRODUCTS}?cursor=${cursor}`)), [400, 'cursor.invalid', '/cursor'])
  }
  for (const query of ['sort=sku', 'status=active', 'q=x', 'sku=x', 'barcode=x', 'externalRef=x', 'updatedSince=2020-01-01T00:00:00Z']) {
    t.same(problem(await client.get(`${PRODUCTS}?${query}&cursor=${nextCursor!}`)), [400, 'cursor.invalid', '/cursor'], query)
  }
  t.same(problem(await outsider.get(`${PRODUCTS}?cursor=${nextCursor!}`)), [400, 'cursor.invalid', '/cursor'])
  t.equal((await client.get(`${PRODUCTS}?limit=3&cursor=${nextCursor!}`)).status, 200, 'the length of a page may change')
})

t.test('401, 403, 404 – token, grant, switch', async t => {
  t.equal((await shop.anonymous.get(PRODUCTS)).status, 401)
  t.match(await (await shop.clientFor('product.get')).get(PRODUCTS), { status: 403, body: { code: 'insufficient_scope' } })
  await shop.switchOperation('product.list', false)
  t.match(await client.get(PRODUCTS), { status: 403, body: { code: 'operation.switched_off' } })
  await shop.switchOperation('product.list', true)
  t.equal((await client.get(`${PRODUCTS}?sku=${newSku()}`)).status, 200)
})
