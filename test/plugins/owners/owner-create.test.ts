import t from 'tap'
import { buildTestApp } from '../../../src/test-kit/service.js'
import { refusal } from '../locations/setup.js'

const OWNERS = '/api/admin/v1/owners'
const wms = await buildTestApp(t)

t.test('201 – kept, read back, published; a client of it can be made, and a webhook now needs an owner', async t => {
  const made = await wms.operator.post(OWNERS, { code: 'acme-foods', name: ' ACME Foods ' })
  const { id, version, createdAt, updatedAt, ...rest } = made.body
  t.match(made, { status: 201, headers: { etag: '"1"' } }, made.text)
  t.match(id, /^own_[0-9A-Z]{26}$/)
  t.same([version, updatedAt, rest], [1, createdAt, { code: 'acme-foods', name: 'ACME Foods', active: true }])
  t.same((await wms.operator.get(`${OWNERS}/${id as string}`)).body, made.body)
  const client = await wms.newClient({ ownerId: id })
  t.match(await client.post('/api/external/v1/products', { sku: 'A', name: 'A' }), { status: 201, body: { product: { ownerId: id } } })
  const webhook = { name: 'x', url: 'http://127.0.0.1:4011/', events: ['owner.created'], auth: { type: 'basic', username: 'u', password: 'p' } }
  t.same(refusal(await wms.operator.post('/api/admin/v1/webhooks', webhook)), [422, 'webhook.owner_required', '/ownerId'])
  await wms.waitFor(
    async () => (await wms.db.query('SELECT 1 FROM "Event" WHERE "type" = \'owner.created\' AND "subjectId" = $1', [id])).rows.length === 1, 'event'
  )
})

t.test('409 and 400 – a code that is taken, a wrong field; 403 for who is no admin', async t => {
  t.same(refusal(await wms.operator.post(OWNERS, { code: 'default', name: 'x' })), [409, 'owner.code_taken', '/code'])
  t.same(refusal(await wms.operator.post(OWNERS, { code: 'a b', name: 'x' })), [400, 'request.invalid', '/code'])
  t.same(refusal(await wms.operator.post(OWNERS, { code: 'ab' })), [400, 'request.invalid', '/name'])
  t.equal((await (await wms.newOperator('operator')).post(OWNERS, { code: 'ab', name: 'x' })).status, 403)
})
