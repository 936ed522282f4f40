import t from 'tap'
import { buildTestApp } from '../../../src/test-kit/service.js'

t.test('200 – one call with headers and bodies, redacted; a viewer may read, and that is recorded too', async t => {
  const wms = await buildTestApp(t)
  const client = await wms.newClient()
  const created = await client.post('/api/external/v1/products', { sku: 'A-1', name: 'A', attributes: { apiKey: 'hidden-value' } }, {
    'x-correlation-id': 'order-9'
  })
  const viewer = await wms.newOperator('viewer')
  const { data: [row] } = (await viewer.get('/api/admin/v1/audit?correlationId=order-9&direction=in')).body
  const { status, body, text } = await viewer.get(`/api/admin/v1/audit/${row.id as string}`)
  t.equal(status, 200)
  t.match(body, {
    direction: 'in',
    method: 'POST',
    route: '/api/external/v1/products',
    operation: 'product.create',
    status: 201,
    actorId: client.id,
    actorName: 'Test client',
    requestId: created.headers['x-request-id'],
    correlationId: 'order-9',
    secretLast4: client.clientSecret.slice(-4),
    entities: [{ type: 'product', id: created.body.product.id }]
  })
  t.match(JSON.stringify(body), /A-1/)
  t.notMatch(text, /hidden-value/)
  t.notOk(text.includes(client.token))
  const { data } = (await viewer.get('/api/admin/v1/audit?operation=audit.get')).body
  t.equal(data.length, 1)
})

t.test('400, 401, 404', async t => {
  const wms = await buildTestApp(t)
  t.equal((await wms.anonymous.get('/api/admin/v1/audit/aud_1_1')).status, 401)
  for (const id of ['aud_1_1', 'nothing', 'aud_zzzzzzzzzzzzzzzzzzzz_1', '%27--']) {
    const { status, text } = await wms.operator.get(`/api/admin/v1/audit/${id}`)
    t.ok(status === 404 || status === 400, `${id}: ${text}`)
  }
})
