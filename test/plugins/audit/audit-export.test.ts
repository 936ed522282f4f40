// GET /audit/export
import t from 'tap'
import { buildTestApp } from '../../../src/test-kit/service.js'

const EXPORT = '/api/admin/v1/audit/export'

t.test('200 – all rows that fit, as CSV and as NDJSON, over many pages', async t => {
  const wms = await buildTestApp(t)
  const client = await wms.newClient({ name: '=HYPERLINK("x")' })
  for (let call = 0; call < 205; call++) await client.get(`/api/external/v1/products/sku:N${call}`)
  const csv = await wms.operator.get(`${EXPORT}?format=csv&operation=product.get&clientId=${client.id}`)
  t.match(csv, {
    status: 200, headers: { 'content-type': /^text\/csv/, 'content-disposition': 'attachment; filename="audit.csv"', 'cache-control': 'no-store' }
  })
  const lines = csv.text.split('\r\n')
  t.equal(lines.length, 1 + 205 + 1, 'a header, the rows, and a last line end')
  t.match(lines[0], /^occurredAt,direction,method,path,/)
  t.match(lines[1], /sku:N204/)
  t.ok(lines[1]!.includes('"\'=HYPERLINK(""x"")"'), 'a formula is text')
  const ndjson = await wms.operator.get(`${EXPORT}?format=ndjson&operation=product.get&clientId=${client.id}`)
  const rows = ndjson.text.trimEnd().split('\n').map(line => JSON.parse(line) as { path: string })
  t.equal(rows.length, 205)
  t.match(rows.at(-1), { path: /sku:N0$/ })
  const exports = async (): Promise<unknown[]> => (await wms.operator.get('/api/admin/v1/audit?operation=audit.export')).body.data
  await wms.waitFor(async () => (await exports()).length === 4, 'a row when an export begins, and one when it has ended')
})

t.test('400, 401 – the format and the filters are checked', async t => {
  const wms = await buildTestApp(t)
  for (const query of ['?format=xls', '?format=csv&colour=red', '?format=csv&from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z']) {
    t.equal((await wms.operator.get(`${EXPORT}${query}`)).status, 400, query)
  }
  t.equal((await wms.anonymous.get(`${EXPORT}?format=csv`)).status, 401)
})
