import t from 'tap'
import { openTrade, seesTheSame, WAREHOUSE } from './setup.js'

const trade = await openTrade(t)

t.test('200 – as product.get, also by an alias', async t => {
  await seesTheSame(t, trade, 'product.inspect', `/products/${encodeURIComponent(`sku:${trade.product.sku}`)}`, `/products/${trade.product.id}`)
  t.match(
    (await trade.operator.get(`/api/admin/v1/audit?entity=product:${trade.product.id}&operation=product.inspect`)).body.data,
    [{ status: 200 }],
    'the audit finds it by the product'
  )
})

t.test('200 and 404 – another owner\'s is there for who names the owner', async t => {
  const { id, ownerId } = trade.foreignProduct
  t.equal((await trade.operator.get(`${WAREHOUSE}/products/${id}?ownerId=${ownerId}`)).status, 200)
  t.equal((await trade.operator.get(`${WAREHOUSE}/products/${id}`)).status, 404)
})

t.test('404 and 400 – no one has it, or the id is none', async t => {
  t.match(await trade.operator.get(`${WAREHOUSE}/products/sku:UNKNOWN`), { status: 404, body: { code: 'product.not_found' } })
  t.equal((await trade.operator.get(`${WAREHOUSE}/products/%00`)).status, 400)
})
