import t from 'tap'
import { buildTestApp } from '../../../src/test-kit/service.js'
import { refusal } from '../locations/setup.js'

const OWNERS = '/api/admin/v1/owners'
const wms = await buildTestApp(t)

t.test('200, 404, 409, 412 – fields, archiving, the default owner', async t => {
  const id = await wms.seedOwner()
  const url = `${OWNERS}/${id}`
  t.match(await wms.operator.patch(url, { code: 'renamed', name: 'Renamed' }, { 'if-match': '"1"' }), {
    status: 200, headers: { etag: '"2"' }, body: { code: 'renamed', name: 'Renamed', version: 2 }
  })
  t.match(await wms.operator.patch(url, { name: 'Renamed' }), { status: 200, headers: { etag: '"2"' } }, 'no change, no version')
  t.equal((await wms.operator.patch(url, { name: 'x' }, { 'if-match': '"1"' })).status, 412)
  t.same(refusal(await wms.operator.patch(url, { code: 'default' })), [409, 'owner.code_taken', '/code'])
  t.same(refusal(await wms.operator.patch(`${OWNERS}/code:default`, { active: false })), [409, 'owner.default', '/active'])
  t.same(refusal(await wms.operator.patch(`${OWNERS}/code:default`, { code: 'mine' })), [409, 'owner.default', '/code'])
  t.match(await wms.operator.patch(`${OWNERS}/code:default`, { name: 'Our own goods' }), { status: 200, body: { name: 'Our own goods' } })
  const client = await wms.newClient({ ownerId: id })
  t.match(await wms.operator.patch(url, { active: false }), { status: 200, body: { active: false } })
  t.equal((await client.get('/api/external/v1/products')).status, 200, 'what it has stays')
  t.equal((await wms.operator.post('/api/admin/v1/clients', { name: 'x', ownerId: id })).status, 422, 'it gets no new clients')
  t.equal((await wms.operator.patch(`${OWNERS}/own_none`, { name: 'x' })).status, 404)
  t.equal((await (await wms.newOperator('operator')).patch(url, { name: 'x' })).status, 403)
})
