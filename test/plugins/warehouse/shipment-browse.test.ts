import t from 'tap'
import { openTrade, refusesOwners, seesTheSame, WAREHOUSE } from './setup.js'

const trade = await openTrade(t)

t.test('200 – as shipment.list', async t => {
  const { body } = await seesTheSame(t, trade, 'shipment.browse', `/shipments?order=${trade.shippedId}`, `/shipments?order=${trade.shippedId}`)
  t.match(body.data, [{ orderId: trade.shippedId, parcels: [{ items: [{ batch: 'L1', qty: 2 }] }] }])
  t.same((await trade.operator.get(`${WAREHOUSE}/shipments?order=${trade.orderId}`)).body.data, [])
})

t.test('400 and 404 – an owner that no one is, an order that no one has', async t => {
  await refusesOwners(t, trade, '/shipments')
  t.equal((await trade.operator.get(`${WAREHOUSE}/shipments?order=number:SO-1`)).status, 404)
})
