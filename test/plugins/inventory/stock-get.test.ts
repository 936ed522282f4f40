// GET /stock/:product
import t from 'tap'
import { problem } from '../catalog/setup.js'
import { openStockroom, STOCK } from './setup.js'

const room = await openStockroom(t)
const { keeper } = room
const url = (alias: string): string => `${STOCK}/${encodeURIComponent(alias)}`

t.test('200 – by id and by every alias, the same', async t => {
  const { id, sku } = await room.newProduct({ externalRef: 'G-1', barcodes: [{ value: '4006381333931' }] })
  await room.receive(sku, 3)
  const byId = await keeper.get(url(id))
  t.match(byId, {
    status: 200,
    body: {
      product: { id, sku, externalRef: 'G-1' }, onHand: 3, available: 3, reserved: 0, backordered: 0, warehouses: [{ warehouse: { code: 'MAIN' }, onHand: 3 }]
    }
  })
  for (const alias of [`sku:${sku.toLowerCase()}`, 'ref:G-1', 'gtin:4006381333931', 'gtin:04006381333931']) {
    t.same((await keeper.get(url(alias))).body, byId.body, alias)
  }
})

t.test('200 – sums of all warehouses, each with its batches and locations in order', async t => {
  const { id, sku } = await room.newProduct({ qtyScale: 1, trackBatch: true, safetyStock: 1 })
  await room.db
    .query('INSERT INTO "Warehouse" ("id", "code", "name", "defaultReceivingLocationId") VALUES (\'whs_north\', \'A-NORTH\', \'North\', \'loc_north\')')
  await room.db.query('INSERT INTO "Location" ("id", "warehouseId", "code", "type") VALUES (\'loc_north\', \'whs_north\', \'N-1\', \'storage\')')
  await room.newLocation('B-1')
  const lines = [
    { sku, batch: 'LATE', expiryDate: '2032-01-31', delta: 5 }, { sku, batch: 'NONE', delta: 2 }, { sku, batch: 'SOON', expiryDate: '2031-01-31', delta: 0.1 },
    { sku, batch: 'SOON', location: 'B-1', delta: 0.2 }, { sku, batch: 'LATE', status: 'damaged', delta: 1 }
  ]
  t.equal((await keeper.post(`${STOCK}/adjustments`, { reason: 'found', lines })).status, 201)
  t.equal((await keeper.post(`${STOCK}/adjustments`, { reason: 'found', warehouse: 'A-NORTH', lines: [{ sku, batch: 'LATE', delta: 10 }] })).status, 201)
  await room.db.query('UPDATE "StockItem" SET "reserved" = 4 WHERE "productId" = $1 AND "warehouseId" = \'whs_north\'', [id])
  const { body } = await keeper.get(url(id))
  t.match(body, { onHand: 18.3, reserved: 4, available: 11.3, unavailable: { damaged: 1, safetyStock: 2 } }, 'safety stock is kept back in each warehouse')
  t.same(body.warehouses.map((row: { warehouse: { code: string } }) => row.warehouse.code), ['A-NORTH', 'MAIN'])
  t.same(body.warehouses[1].byBatch.map((row: { code: string, onHand: number, available: number }) => [row.code, row.onHand, row.available]), [['SOON', 0.3,
    0.3], ['LATE', 6, 5], ['NONE', 2, 2]])
  t.same(body.warehouses[1].byLocation.map((row: { location: string, status: string, batch: string }) => [row.location, row.status, row.batch]), [['B-1',
    'available', 'SOON'], ['DEFAULT', 'available', 'LATE'], ['DEFAULT', 'available', 'NONE'], ['DEFAULT', 'available', 'SOON'], ['DEFAULT', 'damaged', 'LATE']])
  await room.checkBooks(t)
})

t.test('200 – the version is that of the last event, and asOfSeq the last movement', async t => {
  const { id, sku } = await room.newProduct()
  await room.receive(sku, 3)
  const { body: { movements } } = await room.receive(sku, 4)
  const { warehouses: [state] } = await room.stockOf(sku)
  t.equal(state.asOfSeq, movements[0].seq)
  const { causes, ...published } = (await room.allEvents()).filter(event => event.type === 'stock.updated' && event.data['product'].id === id).at(-1)!.data
  const { byLocation, ...read } = state
  t.same(published, read, 'the event has what a read has')
  t.equal(byLocation.length, 1)
})

t.test('200 – a product that never had stock, and a service', async t => {
  for (const fields of [{}, { kind: 'service' }]) {
    const { id } = await room.newProduct(fields)
    t.match((await keeper.get(url(id))).body, { onHand: 0, available: 0, reserved: 0, warehouses: { length: 0 } })
  }
})

t.test('400 – an invalid GTIN, control characters, parameters', async t => {
  const { id } = await room.newProduct()
  const answer = await keeper.get(url('gtin:1'))
  t.same([...problem(answer), answer.body.errors[0].in], [400, 'request.invalid', '/product', 'path'])
  t.same(problem(await keeper.get(url('a\tb'))), [400, 'request.invalid', '/product'])
  t.same(problem(await keeper.get(url('x'.repeat(201)))), [400, 'request.invalid', '/product'])
  t.same(problem(await keeper.get(`${url(id)}?warehouse=MAIN`)), [400, 'request.invalid', '/warehouse'])
})

t.test('401, 403, 404 – token, grant, switch', async t => {
  const { id } = await room.newProduct()
  t.equal((await room.anonymous.get(url(id))).status, 401)
  t.match(await (await room.clientFor('stock.list')).get(url(id)), { status: 403, body: { code: 'insufficient_scope' } })
  await room.switchOperation('stock.get', false)
  t.match(await keeper.get(url(id)), { status: 403, body: { code: 'operation.switched_off' } })
  await room.switchOperation('stock.get', true)
})

t.test('404 – unknown, and another owner\'s by any name', async t => {
  const { id, sku } = await room.newProduct({ externalRef: 'G-2' })
  for (const alias of ['prd_unknown', 'sku:nothing', 'ref:nothing', 'nothing:at all']) {
    t.match(await keeper.get(url(alias)), { status: 404, body: { code: 'product.not_found' } }, alias)
  }
  for (const alias of [id, `sku:${sku}`, 'ref:G-2']) t.match(await room.other.get(url(alias)), { status: 404, body: { code: 'product.not_found' } }, alias)
})
