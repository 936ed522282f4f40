import t from 'tap'
import { buildTestApp } from '../../../src/test-kit/service.js'
import { refusal } from '../partners/common.js'

const wms = await buildTestApp(t)
const URL = '/api/admin/v1/reference'

t.test('201 – a reason, with which stock can then be adjusted', async t => {
  const made = await wms.operator.post(`${URL}/reasons`, { code: 'water', name: ' Water damage ', direction: 'out', requiresNote: true })
  t.match(
    made,
    { status: 201, headers: { etag: '"1"' }, body: { list: 'reasons', code: 'water', name: 'Water damage', direction: 'out', requiresNote: true } },
    made.text
  )
  await wms.operator.patch('/api/admin/v1/operations/stock.adjust', { enabled: true })
  const client = await wms.newClient()
  await client.post('/api/external/v1/products', { sku: 'WET', name: 'Wet' })
  const adjust = async (reason: string, delta: number, note?: string): Promise<[number, string]> => {
    const { status, body } = await client.post('/api/external/v1/stock/adjustments', {
      reason, ...note === undefined ? {} : { note }, lines: [{ sku: 'WET', delta }]
    })
    return [status, body.code]
  }
  t.match(await adjust('found', 5), [201])
  t.same(await adjust('water', -1), [422, 'reason.note_required'])
  t.same(await adjust('water', 1, 'x'), [422, 'reason.direction'])
  t.match(await adjust('water', -1, 'Roof leaks'), [201])
  await wms.operator.patch(`${URL}/reasons/water`, { active: false })
  t.same(await adjust('water', -1, 'Roof leaks'), [422, 'reason.unknown'], 'archived')
})

t.test('201 – a carrier and its service; what is left out', async t => {
  t.match(await wms.operator.post(`${URL}/carriers`, { code: 'DPD', name: 'DPD' }), {
    status: 201, body: { direction: null, requiresNote: null, carrier: null }
  })
  t.match(await wms.operator.post(`${URL}/services`, { code: 'NEXT_DAY', name: 'Next day', carrier: 'DPD' }), { status: 201, body: { carrier: 'DPD' } })
  t.match((await wms.operator.post(`${URL}/reasons`, { code: 'other', name: 'Other' })).body, { direction: 'both', requiresNote: false, description: null })
})

t.test('409, 422 – taken, of the service, of another list', async t => {
  t.same(refusal(await wms.operator.post(`${URL}/reasons`, { code: 'damaged', name: 'x' })), [409, 'reference.code_taken', '/code'])
  t.same(refusal(await wms.operator.post(`${URL}/statuses`, { code: 'order.lost', name: 'x' })), [409, 'reference.built_in', '/code'])
  t.same(refusal(await wms.operator.post(`${URL}/units`, { code: 'X', name: 'x', direction: 'in' })), [422, 'reference.field', '/direction'])
  t.same(refusal(await wms.operator.post(`${URL}/services`, { code: 'X', name: 'x', carrier: 'NONE' })), [422, 'reference.carrier_unknown', '/carrier'])
  t.equal((await (await wms.newOperator('viewer')).post(`${URL}/units`, { code: 'X', name: 'x' })).status, 403)
})
