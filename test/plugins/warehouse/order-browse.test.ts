import t from 'tap'
import { openTrade, refusesOwners, seesTheSame, WAREHOUSE } from './setup.js'

const trade = await openTrade(t)

t.test('200 – as order.list', async t => {
  const { body } = await seesTheSame(t, trade, 'order.browse', '/orders?sort=-updatedAt', '/orders?sort=-updatedAt')
  t.same(body.data.map(({ id }: { id: string }) => id), [trade.shippedId, trade.orderId])
  t.match((await trade.operator.get(`${WAREHOUSE}/orders?status=shipped`)).body.data, [{ id: trade.shippedId }])
})

t.test('400 – an owner that no one is, an unknown status', async t => {
  await refusesOwners(t, trade, '/orders')
  t.match(await trade.operator.get(`${WAREHOUSE}/orders?status=lost`), { status: 400, text: /status/ })
})
