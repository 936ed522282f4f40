// A request with several mistakes is answered with all of them, each with what is accepted.
import t from 'tap'
import { buildTestApp } from '../../src/test-kit/service.js'

const wms = await buildTestApp(t)
const client = await wms.newClient()
const errorsOf = (answer: { body: { errors?: Array<{ pointer: string, message: string }> } }): Record<string, string> =>
  Object.fromEntries((answer.body.errors ?? []).map(({ pointer, message }) => [pointer, message]))

t.test('400 – three wrong fields are three errors', async t => {
  const answer = await client.post('/api/external/v1/products', { sku: 'A', name: 'A', price: 2.55, weightG: -1, colour: 'red', kind: 'thing' })
  t.equal(answer.status, 400)
  const errors = errorsOf(answer)
  t.same(Object.keys(errors).sort(), ['/colour', '/kind', '/price', '/weightG'])
  t.match(errors['/price'], /string.*decimal string like "12\.50"/)
  t.match(errors['/kind'], /"stock", "service"/)
  t.match(errors['/colour'], /unknown; accepted: /)
  t.match(answer.body.detail, /\(and 3 more: see errors\)$/)
})

t.test('400 – of query parameters, with a hint about + in timestamps', async t => {
  const answer = await client.get('/api/external/v1/products?limit=0&updatedSince=2026-01-01T00:00:00+01:00&status=gone')
  const errors = errorsOf(answer)
  t.same(Object.keys(errors).sort(), ['/limit', '/status', '/updatedSince'])
  t.match(errors['/updatedSince'], /like 2026-01-31T08:15:30\.123Z.*%2B/)
})

t.test('400 – in nested lists, and the known types of a union', async t => {
  const answer = await client.post('/api/external/v1/orders', { externalRef: 'R', lines: [{ sku: 'A', qty: -1 }, { qty: 1 }, { sku: 'B', qty: 'x' }] })
  t.same(Object.keys(errorsOf(answer)).sort(), ['/lines/0/qty', '/lines/1/sku', '/lines/2/qty'])
  const hook = await wms.operator.post('/api/admin/v1/webhooks', {
    name: 'x',
    url: 'https://example.com',
    events: ['product.created'],
    auth: { type: 'magic' }
  })
  t.equal(hook.status, 400)
  t.match(Object.values(errorsOf(hook)).join(' '), /"basic"/)
})

t.test('400 – of a large body only the first mistake is reported', async t => {
  const lines = Array.from({ length: 2_000 }, () => ({ sku: 1, qty: 'x', attributes: { a: 1 } }))
  const answer = await client.post('/api/external/v1/orders', { externalRef: 'R', lines })
  t.match([answer.status, answer.body.errors.length], [400, 1])
})
