import t from 'tap'
import { openTrade, refusesOwners, seesTheSame, WAREHOUSE } from './setup.js'

const trade = await openTrade(t)

t.test('200 – as movement.list', async t => {
  const { body } = await seesTheSame(t, trade, 'movement.browse', '/movements?sort=-postedAt', '/stock/movements?sort=-postedAt')
  t.equal(body.data.at(-1).type, 'adjustment')
  const ofOrder = (await trade.operator.get(`${WAREHOUSE}/movements?doc=${trade.shippedId}`)).body.data
  t.same(ofOrder.map(({ type }: { type: string }) => type), ['pick', 'ship'], 'those of an order')
})

t.test('400 and 404 – an owner that no one is, an unknown type, an unknown product', async t => {
  await refusesOwners(t, trade, '/movements')
  t.match(await trade.operator.get(`${WAREHOUSE}/movements?type=lost`), { status: 400, text: /type/ })
  t.equal((await trade.operator.get(`${WAREHOUSE}/movements?product=sku:UNKNOWN`)).status, 404)
})
