import t from 'tap'
import { openTrade, seesTheSame, WAREHOUSE } from './setup.js'

const trade = await openTrade(t)

t.test('200 – as order.get, with lines and what is allocated', async t => {
  const { body } = await seesTheSame(t, trade, 'order.inspect', `/orders/${encodeURIComponent('number:SO-1000001')}`, `/orders/${trade.orderId}`)
  t.match(body, { id: trade.orderId, lines: [{ qtyAllocated: 5, allocations: [{ batch: 'L1' }] }] })
})

t.test('200 – no more personal data than the settings of order.get show', async t => {
  t.match((await trade.operator.get(`${WAREHOUSE}/orders/${trade.orderId}`)).body, { customer: { name: 'Ada Lovelace' } })
  await trade.setting('order.get', { exposePersonalData: false })
  t.match((await trade.operator.get(`${WAREHOUSE}/orders/${trade.orderId}`)).body, { customer: null })
})

t.test('404 – another owner\'s, and no one\'s', async t => {
  t.equal((await trade.operator.get(`${WAREHOUSE}/orders/${trade.orderId}?ownerId=${trade.foreignProduct.ownerId}`)).status, 404)
  t.match(await trade.operator.get(`${WAREHOUSE}/orders/number:SO-1`), { status: 404, body: { code: 'order.not_found' } })
})
