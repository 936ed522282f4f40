// ?dryRun=true on every write: exactly what would happen, and nothing happens.
import t from 'tap'
import { DEFAULT_OWNER, newSku, openShop, problem, PRODUCTS } from './setup.js'

const shop = await openShop(t)
const { client } = shop
await shop.switchOperation('product.archive', true)

const stored = async (): Promise<unknown> => [
  (await shop.db.query('SELECT * FROM "Product" ORDER BY "id"')).rows,
  (await shop.db.query('SELECT * FROM "ProductBarcode" ORDER BY "value"')).rows,
  (await shop.db.query('SELECT count(*) FROM "IdempotencyRecord"')).rows
]
const untimed = ({ id, createdAt, updatedAt, ...rest }: Record<string, unknown>): unknown => rest

t.test('200 – a creation is simulated, then made just so', async t => {
  const body = { sku: newSku(), name: 'Dry run', barcodes: [{ value: 'R-1', kind: 'internal' }], trackBatch: true }
  const before = await stored()
  const dryRun = await client.post(`${PRODUCTS}?dryRun=true`, body, { 'idempotency-key': 'dry-run' })
  t.match(dryRun, { status: 200, body: { dryRun: true, status: 201, headers: { etag: '"1"' }, body: { product: { sku: body.sku, version: 1 } } } })
  t.notOk(dryRun.headers['etag'], 'nothing has a version yet')
  t.notOk(dryRun.headers['location'])
  t.same(await stored(), before)
  const [event] = dryRun.body.events
  t.match(event, {
    type: 'product.created', ownerId: DEFAULT_OWNER, causedBy: 'product.create', subject: { version: 1 }, previous: null, data: { sku: body.sku }
  })
  const made = await client.post(PRODUCTS, body, { 'idempotency-key': 'dry-run' })
  t.equal(made.status, 201, 'the key was not used up')
  t.same(untimed(made.body.product), untimed(dryRun.body.body.product))
  const [real] = await shop.events(made.body.product.id, 1)
  t.same(untimed(real!.data), untimed(event.data))
  t.same(Object.keys(event).concat('sequence').sort(), Object.keys(real!).sort(), 'the envelope without its number')
})

t.test('200 – a change, an upsert and an archiving, with their events; none happens', async t => {
  const { id, sku } = await shop.newProduct({ name: 'Before' })
  const before = await stored()
  const events = async (send: typeof client.patch, path: string, body?: unknown): Promise<unknown> => {
    const answer = await send(`${path}?dryRun=true`, body)
    t.match(answer, { status: 200, body: { dryRun: true, status: 200, body: { product: { id, version: 2 } } } }, answer.text)
    return answer.body.events.map((event: { type: string, previous: unknown }) => [event.type, event.previous])
  }
  t.same(await events(client.patch, `${PRODUCTS}/${id}`, { name: 'After' }), [['product.updated', { name: 'Before' }]])
  t.same(await events(client.put, `${PRODUCTS}/sku:${sku}`, { name: 'After' }), [['product.updated', { name: 'Before' }]])
  t.same(await events(client.delete, `${PRODUCTS}/${id}`), [['product.archived', { status: 'active' }]])
  t.same(await stored(), before)
  t.equal(await shop.countEvents(id), 1, 'its creation')
})

t.test('a dry run is refused as the call would be', async t => {
  const { id, sku } = await shop.newProduct()
  t.same(problem(await client.post(`${PRODUCTS}?dryRun=true`, { sku, name: 'x' })), [409, 'product.sku_taken', '/sku'])
  t.same(problem(await client.post(`${PRODUCTS}?dryRun=true`, { name: 'x' })), [400, 'request.invalid', '/sku'])
  t.equal((await client.patch(`${PRODUCTS}/${id}?dryRun=true`, { name: 'y' }, { 'if-match': '"7"' })).status, 412)
  t.equal((await shop.outsider.patch(`${PRODUCTS}/${id}?dryRun=true`, { name: 'y' })).status, 404)
  t.same(problem(await client.post(`${PRODUCTS}?dryRun=maybe`, { sku: newSku(), name: 'x' })), [400, 'request.invalid', '/dryRun'])
  t.same(problem(await client.get(`${PRODUCTS}?dryRun=true`)), [400, 'request.invalid', '/dryRun'], 'reads have no dry run')
  t.equal((await client.post(`${PRODUCTS}?dryRun=false`, { sku: newSku(), name: 'x' })).status, 201)
})

t.test('a dry run is a call: it is in the audit with its answer', async t => {
  const answer = await client.post(`${PRODUCTS}?dryRun=true`, { sku: newSku(), name: 'Audited' })
  const { body } = await shop.operator.get(`/api/admin/v1/audit?requestId=${String(answer.headers['x-request-id'])}`)
  t.match(body.data, [{ status: 200, operation: 'product.create' }])
  t.equal(body.data.length, 1)
})
