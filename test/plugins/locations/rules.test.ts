// What a location allows holds for every operation that puts goods there; a change of it changes what is available.
import t from 'tap'
import { openDesk } from '../orders/setup.js'
import { refusal } from './setup.js'

const desk = await openDesk(t)
for (const id of ['location.create', 'location.update']) await desk.switchOperation(id, true)
const builder = await desk.newClient({ name: 'Builder', scopes: ['location.create', 'location.update', 'location.get'] })
const ADJUST = '/api/external/v1/stock/adjustments'
let made = 0

async function place (fields: object = {}): Promise<{ id: string, code: string }> {
  const answer = await builder.post('/api/external/v1/warehouses/code:MAIN/locations', { code: `RULE-${++made}`, ...fields })
  if (answer.status !== 201) throw new Error(answer.text)
  return answer.body as { id: string, code: string }
}
const change = async ({ id }: { id: string }, fields: object): Promise<void> => {
  const answer = await builder.patch(`/api/external/v1/locations/${id}`, fields)
  if (answer.status !== 200) throw new Error(answer.text)
}
const put = async (sku: string, location: string, fields: object = {}) =>
  await desk.keeper.post(ADJUST, { reason: 'correction', lines: [{ sku, delta: 5, location, ...fields }] })
const move = async (sku: string, from: string, to: string, fields: object = {}) =>
  await desk.keeper.post('/api/external/v1/stock/transfers', { lines: [{ sku, qty: 1, from: { location: from }, to: { location: to }, ...fields }] })

t.test('a locked location neither receives nor supplies, and can be counted', async t => {
  const { sku } = await desk.newProduct()
  const [shelf, other] = [await place(), await place()]
  for (const { code } of [shelf, other]) t.equal((await put(sku, code)).status, 201)
  await change(shelf, { locked: true, lockReason: 'wet' })
  t.same(refusal(await put(sku, shelf.code)), [409, 'location.locked', '/lines/0/delta'])
  t.same(refusal(await put(sku, shelf.code, { delta: -1 })), [409, 'location.locked', '/lines/0/delta'])
  t.same(refusal(await move(sku, shelf.code, other.code)), [409, 'location.locked', '/lines/0/qty'])
  t.same(refusal(await move(sku, other.code, shelf.code)), [409, 'location.locked', '/lines/0/qty'])
  const counted = await desk.keeper.post('/api/external/v1/stock/set', { lines: [{ sku, location: shelf.code, onHand: 3, expectedOnHand: 5 }] })
  t.equal(counted.status, 201, counted.text)
  await desk.checkOrders(t)
})

t.test('what is locked is not available, at once and as an event; orders wait, and get it when it is open again', async t => {
  const { id, sku } = await desk.newProduct()
  const shelf = await place()
  await put(sku, shelf.code)
  await change(shelf, { locked: true })
  t.match(await desk.stockOf(sku), { onHand: 5, available: 0, unavailable: { blocked: 5 } })
  const order = await desk.order([{ sku, qty: 2 }])
  t.match(order, { allocationStatus: 'none', lines: [{ qtyBackordered: 2 }] })
  await change(shelf, { locked: false })
  t.match((await desk.erp.get(`/api/external/v1/orders/${order.id as string}`)).body, { allocationStatus: 'full' })
  t.match(await desk.stockOf(sku), { onHand: 5, available: 3, reserved: 2 })
  const events = (await desk.allEvents()).filter(({ type, data }) => type === 'stock.updated' && data['product'].id === id)
  t.match(events.filter(({ data }) => data['causes'].some(({ docId }: { docId: string }) => docId === shelf.id)), [
    { data: { available: 0 }, previous: { available: 5 } }, { data: { available: 3 } }
  ])
  await change(shelf, { sellable: false })
  t.match(await desk.stockOf(sku), { available: 0 })
  await desk.checkOrders(t)
})

t.test('goods from outside only where they are received', async t => {
  const { sku } = await desk.newProduct()
  const [inside, door] = [await place({ receivable: false }), await place()]
  t.same(refusal(await put(sku, inside.code)), [409, 'location.not_receivable', '/lines/0/delta'])
  await put(sku, door.code)
  t.equal((await move(sku, door.code, inside.code)).status, 201, 'from inside they come')
})

t.test('no mixed products, no mixed batches, no more than it carries; also of two calls at once', async t => {
  const [one, two] = [await desk.newProduct({ weightG: 100 }), await desk.newProduct({ weightG: 100 })]
  const single = await place({ allowMixedProducts: false })
  const answers = await Promise.all([one, two].map(async ({ sku }) => await put(sku, single.code)))
  t.same(answers.map(({ status }) => status).sort(), [201, 409])
  t.same(refusal(answers.find(({ status }) => status === 409)!), [409, 'location.mixed_products', '/lines/0/delta'])
  const batches = await place({ allowMixedBatches: false })
  const tracked = await desk.newProduct({ trackBatch: true })
  t.equal((await put(tracked.sku, batches.code, { batch: 'A' })).status, 201)
  t.equal((await put(tracked.sku, batches.code, { batch: 'A' })).status, 201)
  t.same(refusal(await put(tracked.sku, batches.code, { batch: 'B' })), [409, 'location.mixed_batches', '/lines/0/delta'])
  t.equal((await put(one.sku, batches.code)).status, 201, 'another product has no batch of this one')
  const weak = await place({ maxWeightG: 700 })
  t.equal((await put(one.sku, weak.code)).status, 201)
  t.same(refusal(await put(two.sku, weak.code)), [409, 'location.too_heavy', '/lines/0/delta'])
  t.equal((await put(two.sku, weak.code, { delta: 2 })).status, 201)
  await desk.checkOrders(t)
})

t.test('an archived location is as good as none', async t => {
  const { sku } = await desk.newProduct()
  const shelf = await place()
  await put(sku, shelf.code)
  t.same(refusal(await builder.patch(`/api/external/v1/locations/${shelf.id}`, { active: false })), [409, 'location.in_use', '/active'])
  await put(sku, shelf.code, { delta: -5 })
  await change(shelf, { active: false })
  t.same(refusal(await put(sku, shelf.code)), [422, 'location.archived', '/lines/0/location'])
})
