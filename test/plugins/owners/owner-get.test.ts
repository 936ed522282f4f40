import t from 'tap'
import { buildTestApp } from '../../../src/test-kit/service.js'

const OWNERS = '/api/admin/v1/owners'
const wms = await buildTestApp(t)

t.test('200 by id and code, 404', async t => {
  const id = await wms.seedOwner()
  const byId = await wms.operator.get(`${OWNERS}/${id}`)
  t.match(byId, { status: 200, headers: { etag: '"1"' }, body: { id, active: true } })
  t.same((await wms.operator.get(`${OWNERS}/code:${byId.body.code as string}`)).body, byId.body)
  for (const name of ['own_none', 'code:none', 'code:', byId.body.code as string]) {
    t.match(await wms.operator.get(`${OWNERS}/${name}`), { status: 404, body: { code: 'owner.not_found' } }, name)
  }
  t.equal((await (await wms.newOperator('viewer')).get(`${OWNERS}/${id}`)).status, 200)
})
