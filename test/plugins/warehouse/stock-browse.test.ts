import t from 'tap'
import { API } from '../orders/setup.js'
import { openTrade, refusesOwners, seesTheSame, WAREHOUSE } from './setup.js'

const trade = await openTrade(t)

t.test('200 – as stock.list, what changed last first', async t => {
  const other = await trade.stocked(3)
  const { body } = await seesTheSame(t, trade, 'stock.browse', '/stock?sort=-updatedAt', '/stock?sort=-updatedAt')
  t.same(body.data.map(({ product }: { product: { sku: string } }) => product.sku), [other.sku, trade.product.sku])
  const oldest = (await trade.erp.get(`${API}/stock`)).body.data
  t.same(oldest, body.data.toReversed(), 'oldest first, unless it is said otherwise')
})

t.test('200 – newest first, page by page', async t => {
  const skus: string[] = []
  for (let cursor = ''; ;) {
    const { body } = await trade.operator.get(`${WAREHOUSE}/stock?sort=-updatedAt&limit=1${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`)
    skus.push(...body.data.map(({ product }: { product: { sku: string } }) => product.sku))
    if (body.nextCursor === null) break
    cursor = body.nextCursor
  }
  t.equal(new Set(skus).size, 2)
  t.equal(skus.at(-1), trade.product.sku)
})

t.test('400 – an owner that no one is, a cursor of the other order', async t => {
  await refusesOwners(t, trade, '/stock')
  const { nextCursor } = (await trade.operator.get(`${WAREHOUSE}/stock?limit=1`)).body
  t.equal((await trade.operator.get(`${WAREHOUSE}/stock?limit=1&sort=-updatedAt&cursor=${encodeURIComponent(nextCursor as string)}`)).status, 400)
})
