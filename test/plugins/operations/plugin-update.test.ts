import t from 'tap'
import { buildTestApp } from '../../../src/test-kit/service.js'

const PATH = '/api/admin/v1/plugins/external-api'

t.test('200 – activation opens the API on the next call, deactivation closes it to the same 404 as an unknown URL', async t => {
  const wms = await buildTestApp(t, { activate: false })
  const token = async (): Promise<number> => (await wms.anonymous.post('/api/external/v1/auth/token', { client_id: 'x', client_secret: 'y' })).status
  t.equal(await token(), 404)
  const on = await wms.operator.patch(PATH, { enabled: true })
  t.match([on.status, on.headers.etag, on.body], [200, '"1"', { enabled: true, effective: true, version: 1 }])
  t.equal(await token(), 401)
  t.equal((await wms.operator.patch(PATH, { enabled: false }, { 'if-match': '"1"' })).status, 200)
  t.equal(await token(), 404)
  const stale = await wms.operator.patch(PATH, { enabled: true }, { 'if-match': '"1"' })
  t.match([stale.status, stale.body.code], [412, 'precondition.failed'])
})

t.test('the audit says who switched what', async t => {
  const wms = await buildTestApp(t, { activate: false })
  await wms.operator.patch(PATH, { enabled: true })
  const { data: [row] } = (await wms.operator.get('/api/admin/v1/audit?operation=plugin.update')).body
  t.match((await wms.operator.get(`/api/admin/v1/audit/${row.id as string}`)).body, {
    direction: 'operator',
    actorType: 'operator',
    entities: [{ type: 'plugin', id: 'external-api' }],
    changes: { before: { enabled: false }, after: { enabled: true } }
  })
})

t.test('400, 403, 404, 409 – what is refused', async t => {
  const wms = await buildTestApp(t)
  for (const body of [{}, { enabled: 'yes' }, { enabled: true, locked: false }]) {
    t.equal((await wms.operator.patch(PATH, body)).status, 400, JSON.stringify(body))
  }
  t.equal((await (await wms.newOperator('viewer')).patch(PATH, { enabled: false })).status, 403)
  t.equal((await wms.operator.patch('/api/admin/v1/plugins/nothing', { enabled: true })).status, 404)
  t.match((await wms.operator.patch('/api/admin/v1/plugins/operators', { enabled: false })).body, { status: 409, code: 'plugin.locked' })
})

t.test('50 operators at once: the last committed state holds everywhere, and each act has one row', async t => {
  const wms = await buildTestApp(t)
  const answers = await Promise.all(Array.from({ length: 50 }, async (_, index) => await wms.operator.patch(PATH, { enabled: index % 2 === 0 })))
  t.ok(answers.every(({ status }) => status === 200), answers.find(({ status }) => status !== 200)?.text ?? 'all 200')
  const last = answers.reduce((newest, answer) => answer.body.version > newest.body.version ? answer : newest)
  t.equal((await wms.operator.get(PATH)).body.enabled, last.body.enabled)
  t.equal(new Set(answers.map(({ body }) => body.version)).size, 50, 'one after the other')
  const { rows } = await wms.db.query<{ count: number }>('SELECT count(*) AS "count" FROM "Audit" WHERE "operation" = \'plugin.update\'')
  t.equal(rows[0]?.count, 51, 'the activation and each of these')
})
