import t from 'tap'
import { buildTestApp } from '../../../src/test-kit/service.js'

const PATH = '/api/admin/v1/clients'

t.test('201 – a client with its secret, which is shown here and is nowhere afterwards', async t => {
  const wms = await buildTestApp(t)
  const created = await wms.operator.post(PATH, { name: '  My ERP ' })
  t.equal(created.status, 201, created.text)
  const { client, clientSecret } = created.body
  t.match(clientSecret, /^wmss_[0-9A-Za-z]{49}$/)
  t.match(client, { clientId: /^wmsc_[0-9A-Za-z]{22}$/, name: 'My ERP', enabled: true, version: 1, ownerId: 'own_00000000000000000000000000' })
  t.match(client.secrets, [{ last4: clientSecret.slice(-4), expiresAt: null, lastUsedAt: null }])
  t.match([created.headers['cache-control'], created.headers.etag], ['no-store', '"1"'])
  t.ok(client.scopes.includes('product.create') && client.scopes.includes('meta.get'), 'no scopes given: all of today, written out')

  for (const path of [PATH, `${PATH}/${client.id}`, '/api/admin/v1/audit', '/docs/json']) {
    t.notOk((await wms.operator.get(path)).text.includes(clientSecret), path)
  }
  const { rows } = await wms.db.query<
    { name: string }
  >('SELECT relname::text AS "name" FROM pg_class WHERE relkind IN (\'r\', \'p\') AND relnamespace = \'public\'::regnamespace')
  for (const { name } of rows) {
    const { rows: found } = await wms.db.query(`SELECT 1 FROM "${name}" t WHERE t::text LIKE $1`, [`%${clientSecret.slice(5, 40)}%`])
    t.equal(found.length, 0, `table ${name}`)
  }
})

t.test('201 – groups of scopes are written out, an owner is kept', async t => {
  const wms = await buildTestApp(t)
  const ownerId = await wms.seedOwner()
  const { body } = await wms.operator.post(PATH, { name: 'BI', scopes: ['products:read', 'meta.get'], ownerId, description: 'reads' })
  t.match(body.client, { scopes: ['meta.get', 'product.get', 'product.list'], ownerId, description: 'reads' })
})

t.test('400, 422 – each wrong field is named', async t => {
  const wms = await buildTestApp(t)
  const wrong: Array<[unknown, number, string]> = [
    [{}, 400, '/name'],
    [{ name: 5 }, 400, '/name'],
    [{ name: '' }, 400, '/name'],
    [{ name: 'x'.repeat(101) }, 400, '/name'],
    [{ name: 'ERP', clientId: 'mine' }, 400, '/clientId'],
    [{ name: 'ERP', scopes: 'all' }, 400, '/scopes'],
    [{ name: '   ' }, 422, '/name'],
    [{ name: 'a\u0007b' }, 422, '/name'],
    [{ name: 'ERP', scopes: ['product.get', 'nope'] }, 422, '/scopes/1'],
    [{ name: 'ERP', scopes: ['client.create'] }, 422, '/scopes/0'],
    [{ name: 'ERP', ownerId: 'own_unknown' }, 422, '/ownerId']
  ]
  for (const [body, status, pointer] of wrong) {
    const answer = await wms.operator.post(PATH, body)
    t.match([answer.status, answer.body.errors?.[0]?.pointer], [status, pointer], `${JSON.stringify(body)}: ${answer.text}`)
  }
  t.equal((await wms.operator.get(PATH)).body.data.length, 0, 'nothing was created')
})

t.test('403 – a viewer cannot create, an operator can', async t => {
  const wms = await buildTestApp(t)
  t.equal((await (await wms.newOperator('viewer')).post(PATH, { name: 'ERP' })).status, 403)
  t.equal((await (await wms.newOperator('operator')).post(PATH, { name: 'ERP' })).status, 201)
})

t.test('the audit has the act without the secret', async t => {
  const wms = await buildTestApp(t)
  const { body } = await wms.operator.post(PATH, { name: 'ERP' })
  const { data: [row] } = (await wms.operator.get(`/api/admin/v1/audit?operation=client.create&entity=client:${body.client.id as string}`)).body
  const entry = (await wms.operator.get(`/api/admin/v1/audit/${row.id as string}`))
  t.match(entry.body, { status: 201, direction: 'operator', actorType: 'operator', changes: { before: null, after: { name: 'ERP' } } })
  t.notOk(entry.text.includes(body.clientSecret))
})
