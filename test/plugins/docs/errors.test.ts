// GET /docs/errors
import t from 'tap'
import { buildTestApp } from '../../../src/test-kit/service.js'

t.test('200 – every code, also those that the service meets in this test, and per operation in the document', async t => {
  const wms = await buildTestApp(t)
  const client = await wms.newClient()
  const page = await wms.app.inject({ method: 'GET', url: '/docs/errors' })
  t.match([page.statusCode, page.headers['content-type']], [200, /^text\/html/])
  const codes = new Set([...page.body.matchAll(/<tr id="([^"]+)">/g)].map(match => match[1]!))
  t.ok(codes.size > 100, `${codes.size} codes`)
  const API = '/api/external/v1'
  const met = await Promise.all([
    client.get(`${API}/nothing`),
    client.get(`${API}/products/none`),
    client.post(`${API}/products`, {}),
    client.post(`${API}/products`, { sku: 'A', name: 'A', price: '1.00' }),
    client.get(`${API}/orders/none`),
    client.post(`${API}/orders`, { externalRef: 'R', lines: [{ sku: 'NONE', qty: 1 }] }),
    client.post(`${API}/stock/adjustments`, {}),
    wms.anonymous.get(`${API}/products`),
    wms.anonymous.get('/api/admin/v1/plugins'),
    client.get(`${API}/products?cursor=x`)
  ])
  for (const { body } of met) t.ok(codes.has(body.code as string), body.code as string)
  const document = (await wms.anonymous.get('/docs/json')).body
  t.match(document.paths[`${API}/products`].post.responses['422'].description, /`product\.currency_missing`/)
  t.notMatch(document.paths[`${API}/products`].post.responses['422'].description, /order\./, 'not those of other plugins')
})
