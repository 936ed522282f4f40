import t from 'tap'
import { buildTestApp } from '../../../src/test-kit/service.js'

const PATH = '/api/admin/v1/operations'

t.test('200 – many at once, guarded by the version of the list', async t => {
  const wms = await buildTestApp(t)
  const { version } = (await wms.operator.get(PATH)).body
  const changes = [{ id: 'product.create', enabled: false }, { id: 'product.archive', enabled: true }, { id: 'meta.get', enabled: false }]
  const answer = await wms.operator.patch(PATH, { changes }, { 'if-match': `"${version as number}"` })
  t.match([answer.status, answer.body.data.map((operation: { enabled: boolean }) => operation.enabled)], [200, [false, true, false]], answer.text)
  t.equal(answer.headers.etag, `"${answer.body.version as number}"`)
  t.equal(answer.headers.etag, (await wms.operator.get(PATH)).headers.etag)
  t.equal((await wms.operator.patch(PATH, { changes }, { 'if-match': `"${version as number}"` })).status, 412)
})

t.test('404, 409, 422 – all or nothing', async t => {
  const wms = await buildTestApp(t)
  const first = { id: 'product.create', enabled: false }
  const refused: Array<[unknown[], number]> = [
    [[first, { id: 'product.nothing', enabled: true }], 404],
    [[first, { id: 'product.update', settings: { batchPolicy: 'always' } }], 409],
    [[first, { id: 'product.create', enabled: true }], 422],
    [[first, { id: 'product.get', settings: { any: 1 } }], 422]
  ]
  for (const [changes, status] of refused) {
    const answer = await wms.operator.patch(PATH, { changes })
    t.equal(answer.status, status, answer.text)
  }
  const pointed = await wms.operator.patch(PATH, { changes: [{ id: 'product.get', enabled: true }, { id: 'product.create', settings: { batchPolicy: 'no' } }] })
  t.match(pointed.body.errors, [{ pointer: '/changes/1/settings/batchPolicy' }])
  t.equal((await wms.operator.get(`${PATH}/product.create`)).body.enabled, true, 'nothing was changed')
})

t.test('400, 403', async t => {
  const wms = await buildTestApp(t)
  for (const body of [{}, { changes: [] }, { changes: [{ enabled: true }] }, { changes: {} }, { changes: Array(201).fill({ id: 'x' }) }]) {
    t.equal((await wms.operator.patch(PATH, body)).status, 400)
  }
  t.equal((await (await wms.newOperator('viewer')).patch(PATH, { changes: [{ id: 'meta.get', enabled: true }] })).status, 403)
})
