import t from 'tap'
import { openTrade, seesTheSame, WAREHOUSE } from './setup.js'

const trade = await openTrade(t)

t.test('200 – as stock.get, by batch and location', async t => {
  const { body } = await seesTheSame(t, trade, 'stock.inspect', `/stock/${encodeURIComponent(`sku:${trade.product.sku}`)}`, `/stock/${trade.product.id}`)
  t.match(body, { onHand: 10, reserved: 5, warehouses: [{ byBatch: [{ code: 'L1', onHand: 10 }], byLocation: [{ location: 'DEFAULT' }] }] })
})

t.test('404 and 400 – of another owner, no one\'s, or the id is none', async t => {
  for (const id of [trade.foreignProduct.id, 'sku:UNKNOWN']) t.equal((await trade.operator.get(`${WAREHOUSE}/stock/${id}`)).status, 404, id)
  t.equal((await trade.operator.get(`${WAREHOUSE}/stock/%00`)).status, 400)
})
