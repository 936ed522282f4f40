// From nothing, through the API alone: two owners, two warehouses, a transfer between them, and the same SKU and batch code for both.
import t from 'tap'
import { buildTestApp, type TestClient } from '../../../src/test-kit/service.js'
import { ADMIN, API, expected } from './setup.js'

const wms = await buildTestApp(t)

t.test('a 3PL begins', async t => {
  const admin = async (path: string, body: object) => expected(await wms.operator.post(`${ADMIN}${path}`, body), 201)
  const changes = ['stock.adjust', 'stock.transfer', 'order.release', 'order.pick', 'order.pack', 'order.ship'].map(id => ({ id, enabled: true }))
  expected(await wms.operator.patch(`${ADMIN}/operations`, { changes }), 200)
  expected(await wms.operator.patch(`${ADMIN}/operations/stock.transfer`, { settings: { allowCrossWarehouse: true } }), 200)
  for (const code of ['EAST', 'WEST']) {
    await admin('/warehouses', { code, name: `Warehouse ${code}`, timezone: 'Europe/London' })
    await admin(`/warehouses/code:${code}/locations`, { code: 'DOCK', type: 'receiving' })
  }
  const clients: TestClient[] = []
  for (const code of ['acme', 'globex']) clients.push(await wms.newClient({ name: code, ownerId: (await admin('/owners', { code, name: code })).id }))
  const orders: string[] = []
  for (const [at, client] of clients.entries()) {
    expected(await client.post(`${API}/products`, { sku: 'SAME', name: 'Same', trackBatch: true }), 201)
    expected(
      await client.post(`${API}/stock/adjustments`, { reason: 'opening', warehouse: 'EAST', lines: [{ sku: 'SAME', batch: 'B-1', delta: 10 + at }] }), 201
    )
    expected(
      await client.post(`${API}/stock/transfers`, {
        warehouse: 'EAST', lines: [{ sku: 'SAME', batch: 'B-1', qty: 4, from: {}, to: { warehouse: 'WEST' } }]
      }),
      201
    )
    const order = expected(await client.post(`${API}/orders`, { externalRef: 'WEB-1', warehouse: 'WEST', lines: [{ sku: 'SAME', qty: 3 }] }), 201)
    for (const step of ['release', 'pick', 'pack', 'ship']) expected(await client.post(`${API}/orders/${order.id as string}/${step}`, {}), 200)
    orders.push(order.id)
  }
  for (const [at, client] of clients.entries()) {
    const { warehouses } = expected(await client.get(`${API}/stock/sku:SAME`), 200)
    t.same(warehouses.map((row: { warehouse: { code: string }, onHand: number }) => [row.warehouse.code, row.onHand]).sort(), [['EAST', 6 + at], ['WEST', 1]])
    t.same(expected(await client.get(`${API}/orders`), 200).data.map(({ id }: { id: string }) => id), [orders[at]])
    t.equal((await client.get(`${API}/orders/${orders[1 - at]!}`)).status, 404)
    t.match(expected(await client.get(`${API}/orders/ref:WEB-1`), 200), { id: orders[at], warehouse: { code: 'WEST' }, status: 'shipped' })
  }
})
