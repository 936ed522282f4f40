// Settings of products: batchPolicy, expiryPolicy, onPolicyConflict
import t from 'tap'
import { newSku, openShop, problem, PRODUCTS } from './setup.js'

const shop = await openShop(t)
const { client } = shop
const always = (field: string): object => ({ field, policy: 'always', value: true, detail: /whatever the caller says/ })
const never = (field: string): object => ({ field, policy: 'never', value: false })
t.afterEach(async () => { await shop.settings({ batchPolicy: 'caller', expiryPolicy: 'caller', onPolicyConflict: 'override' }) })

t.test('caller – as the caller says', async t => {
  t.match(await client.post(PRODUCTS, { sku: newSku(), name: 'x', trackBatch: true, trackExpiry: false }), {
    status: 201, body: { product: { trackBatch: true, trackExpiry: false }, applied: { length: 0 } }
  })
})

t.test('always – required whatever the caller says, and the answer says what was overridden', async t => {
  const before = await shop.newProduct({ name: 'Before' })
  await shop.settings({ batchPolicy: 'always', expiryPolicy: 'always' })
  const created = await client.post(PRODUCTS, { sku: newSku(), name: 'x', trackBatch: false, trackExpiry: true })
  t.match(created, { status: 201, body: { product: { trackBatch: true, trackExpiry: true } } })
  t.match(created.body.applied, [always('trackBatch')])
  t.equal(created.body.applied.length, 1, 'not what the caller said as well')
  t.match(await client.post(PRODUCTS, { sku: newSku(), name: 'x' }), {
    status: 201, body: { product: { trackBatch: true, trackExpiry: true }, applied: [always('trackBatch'), always('trackExpiry')] }
  }, 'also where the caller says nothing')
  const upserted = await client.put(`${PRODUCTS}/sku:${newSku()}`, { name: 'x', trackBatch: false, trackExpiry: false })
  t.match(upserted, { status: 201, body: { product: { trackBatch: true, trackExpiry: true }, applied: [always('trackBatch'), always('trackExpiry')] } })
  t.match(await client.put(`${PRODUCTS}/sku:${before.sku}`, { name: 'Before', trackBatch: false }), {
    status: 200, body: { product: { id: before.id, trackBatch: true, trackExpiry: true } }
  })
  t.match(await client.patch(`${PRODUCTS}/${before.id}`, { trackExpiry: false }), {
    status: 200, body: { product: { trackExpiry: true, version: 2 }, applied: [always('trackExpiry')] }
  })
})

t.test('always – an update that says nothing about it requires it too, and says so', async t => {
  const { id } = await shop.newProduct()
  await shop.settings({ batchPolicy: 'always', onPolicyConflict: 'reject' })
  t.match(await client.patch(`${PRODUCTS}/${id}`, { name: 'New' }), {
    status: 200, body: { product: { trackBatch: true, trackExpiry: false }, applied: [always('trackBatch')] }
  })
  const [, event] = await shop.events(id, 2)
  t.match([event!.data['trackBatch'], event!.previous], [true, { name: 'A product', trackBatch: false }])
  t.match(await client.patch(`${PRODUCTS}/${id}`, { name: 'Newer' }), { status: 200, body: { product: { trackBatch: true }, applied: { length: 0 } } })
})

t.test('never – not required whatever the caller says', async t => {
  await shop.settings({ batchPolicy: 'never', expiryPolicy: 'never' })
  const { body } = await client.post(PRODUCTS, { sku: newSku(), name: 'x', trackBatch: true, trackExpiry: false })
  t.match(body, { product: { trackBatch: false, trackExpiry: false }, applied: [never('trackBatch')] })
  t.equal(body.applied.length, 1)
})

t.test('422 – reject: who says otherwise is refused, by create, update and upsert; who agrees or says nothing is not', async t => {
  const { id } = await shop.newProduct({ trackBatch: true })
  await shop.settings({ batchPolicy: 'always', expiryPolicy: 'never', onPolicyConflict: 'reject' })
  const sku = newSku()
  t.same(problem(await client.post(PRODUCTS, { sku, name: 'x', trackBatch: false })), [422, 'product.policy_conflict', '/trackBatch'])
  t.same(problem(await client.put(`${PRODUCTS}/sku:${sku}`, { name: 'x', trackExpiry: true })), [422, 'product.policy_conflict', '/trackExpiry'])
  t.same(problem(await client.patch(`${PRODUCTS}/${id}`, { trackBatch: false })), [422, 'product.policy_conflict', '/trackBatch'])
  t.equal((await client.get(`${PRODUCTS}/sku:${sku}`)).status, 404)
  t.match(await client.post(PRODUCTS, { sku, name: 'x', trackBatch: true }), {
    status: 201, body: { product: { trackBatch: true, trackExpiry: false }, applied: { length: 0 } }
  })
})

t.test('update and upsert obey the settings of create and have none of their own', async t => {
  const { body } = await shop.operator.get('/api/admin/v1/operations')
  const operations =
    new Map((body.data as Array<{ id: string, settings: object | null, settingsOf: string | null }>).map(operation => [operation.id, operation]))
  t.same(operations.get('product.create')!.settings, { batchPolicy: 'caller', expiryPolicy: 'caller', onPolicyConflict: 'override' })
  t.match([operations.get('product.update'), operations.get('product.upsert')], [{ settings: null, settingsOf: 'product.create' }, {
    settings: null, settingsOf: 'product.create'
  }])
})
