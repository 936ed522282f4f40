// GET /batches/:id
import t from 'tap'
import { PRODUCTS } from '../catalog/setup.js'
import { dayFromNow, newBatch } from './batches.js'
import { BATCHES, MAIN, openStockroom } from './setup.js'

const room = await openStockroom(t)
const { keeper } = room
const batch = await newBatch(room, { expiryDate: '2031-03-31', manufacturedDate: '2031-03-31' })

t.test('200 – with an ETag; HEAD as GET', async t => {
  t.match(await keeper.get(batch.url), {
    status: 200,
    headers: { etag: '"1"' },
    body: {
      id: batch.id, code: batch.code, product: { id: batch.productId, sku: batch.sku, externalRef: null }, expiryDate: '2031-03-31', expired: false, version: 1
    }
  })
  const head = await room.app.inject({ method: 'HEAD', url: batch.url, headers: { authorization: `Bearer ${keeper.token}` } })
  t.match([head.statusCode, head.headers.etag, head.payload], [200, '"1"', ''])
})

t.test('200 – the product as it is called now', async t => {
  const { productId, url } = await newBatch(room)
  await room.client.patch(`${PRODUCTS}/${productId}`, { sku: 'RENAMED', externalRef: 'R-1' })
  t.match((await keeper.get(url)).body.product, { id: productId, sku: 'RENAMED', externalRef: 'R-1' })
})

t.test('200 – expired by the day of the oldest active warehouse', async t => {
  const zone = async (id: string, timezone: string): Promise<unknown> =>
    await room.db.query('UPDATE "Warehouse" SET "timezone" = $2 WHERE "id" = $1', [id, timezone])
  const now = room.clock.now()
  const dayIn = (timeZone: string): string => new Intl.DateTimeFormat('en-CA', { timeZone }).format(now)
  // Between these two it is always another day.
  const [east, west] = ['Pacific/Kiritimati', 'Pacific/Pago_Pago']
  const { url } = await newBatch(room, { expiryDate: dayIn(west) })
  await zone(MAIN, east)
  t.equal((await keeper.get(url)).body.expired, true)
  await zone(MAIN, west)
  t.equal((await keeper.get(url)).body.expired, false)
  await room.db.query(
    'INSERT INTO "Warehouse" ("id", "code", "name", "timezone", "createdAt") VALUES (\'whs_older\', \'OLDER\', \'Older\', $1, \'2020-01-01\')', [east]
  )
  t.equal((await keeper.get(url)).body.expired, true, 'the oldest')
  await room.db.query('UPDATE "Warehouse" SET "active" = false WHERE "id" = \'whs_older\'')
  t.equal((await keeper.get(url)).body.expired, false, 'of those that are active')
  await room.db.query('UPDATE "Warehouse" SET "active" = false')
  const past = await newBatch(room, { expiryDate: dayFromNow(room, -1) })
  t.equal((await keeper.get(past.url)).body.expired, true, 'UTC when none is active')
  await room.db.query('UPDATE "Warehouse" SET "active" = true, "timezone" = \'UTC\' WHERE "id" = $1', [MAIN])
})

t.test('401, 403 – not without a token, not without batch.get', async t => {
  t.equal((await room.anonymous.get(batch.url)).status, 401)
  t.match(await (await room.clientFor('batch.list')).get(batch.url), { status: 403, body: { code: 'insufficient_scope' } })
})

t.test('404 – unknown, and another owner\'s, look the same; switched off', async t => {
  const unknown = await keeper.get(`${BATCHES}/bat_unknown`)
  t.match([unknown.status, unknown.body.code], [404, 'batch.not_found'])
  const foreign = await room.other.get(batch.url)
  t.same({ ...foreign.body, requestId: '' }, { ...unknown.body, requestId: '' })
  t.equal((await keeper.get(`${BATCHES}/${batch.productId}`)).status, 404)
  await room.switchOperation('batch.get', false)
  t.match(await keeper.get(batch.url), { status: 403, body: { code: 'operation.switched_off' } })
  await room.switchOperation('batch.get', true)
})
