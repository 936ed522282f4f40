import t from 'tap'
import { buildTestApp } from '../../../src/test-kit/service.js'
import { refusal } from '../partners/common.js'

const wms = await buildTestApp(t)
const URL = '/api/admin/v1/reference'

t.test('200 – names, archiving, versions', async t => {
  const url = `${URL}/reasons/damaged`
  t.match(await wms.operator.patch(url, { name: 'Broken', description: 'In any way' }, { 'if-match': '"1"' }), {
    status: 200, headers: { etag: '"2"' }, body: { name: 'Broken', description: 'In any way', direction: 'out' }
  })
  t.match(await wms.operator.patch(url, { name: 'Broken' }), { status: 200, headers: { etag: '"2"' } }, 'no change, no version')
  t.equal((await wms.operator.patch(url, { name: 'x' }, { 'if-match': '"1"' })).status, 412)
  t.match(await wms.operator.patch(url, { active: false }), { status: 200, body: { active: false } })
  t.match(await wms.operator.patch(url, { active: true, description: null }), { status: 200, body: { active: true, description: null } })
  t.match(await wms.operator.patch(`${URL}/statuses/order.open`, { name: 'Neu' }), { status: 200, body: { name: 'Neu', isBuiltIn: true } })
})

t.test('404, 409, 422 – what there is not, what the service knows, what the list has not', async t => {
  t.equal((await wms.operator.patch(`${URL}/reasons/none`, { name: 'x' })).status, 404)
  t.same(refusal(await wms.operator.patch(`${URL}/statuses/order.open`, { active: false })), [409, 'reference.built_in', '/active'])
  t.same(refusal(await wms.operator.patch(`${URL}/reasons/opening`, { direction: 'out' })), [409, 'reference.built_in', '/direction'])
  t.same(refusal(await wms.operator.patch(`${URL}/units/EA`, { carrier: 'DPD' })), [422, 'reference.field', '/carrier'])
  t.same(refusal(await wms.operator.patch(`${URL}/units/EA`, {})), [400, 'request.invalid', ''])
})
