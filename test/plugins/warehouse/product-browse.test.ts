import t from 'tap'
import { openTrade, refusesOwners, seesTheSame, WAREHOUSE } from './setup.js'

const trade = await openTrade(t)

t.test('200 – as product.list', async t => { await seesTheSame(t, trade, 'product.browse', '/products?sort=sku', '/products?sort=sku') })

t.test('200 – of another owner', async t => {
  const { body } = await trade.operator.get(`${WAREHOUSE}/products?ownerId=${trade.foreignProduct.ownerId}`)
  t.same(body.data.map(({ sku }: { sku: string }) => sku), ['FOREIGN'])
})

t.test('200 – page by page', async t => {
  await trade.newProduct()
  const first = (await trade.operator.get(`${WAREHOUSE}/products?limit=1`)).body
  const second = (await trade.operator.get(`${WAREHOUSE}/products?limit=1&cursor=${encodeURIComponent(first.nextCursor as string)}`)).body
  t.equal(first.data.length + second.data.length, 2)
  t.not(second.data[0].id, first.data[0].id)
})

t.test('400 – an owner that no one is, an invalid cursor, what the client\'s list refuses too', async t => {
  await refusesOwners(t, trade, '/products')
  for (const [query, named] of [['cursor=nonsense', /cursor/], ['status=lost', /status/], ['limit=0', /limit/]] as const) {
    t.match(await trade.operator.get(`${WAREHOUSE}/products?${query}`), { status: 400, text: named }, query)
  }
})

t.test('404 – while a plugin that keeps the data is off', async t => {
  await trade.operator.patch('/api/admin/v1/plugins/orders', { enabled: false })
  t.equal((await trade.operator.get(`${WAREHOUSE}/products`)).status, 404)
  await trade.operator.patch('/api/admin/v1/plugins/orders', { enabled: true })
  t.equal((await trade.operator.get(`${WAREHOUSE}/products`)).status, 200)
})
