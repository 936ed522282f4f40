// The plugin in a whole service, on a real database.
import t from 'tap'
import { startService } from 'logistics-wms-api-webhooks/test-kit'
import labels from '../src/plugin.js'

const API = '/api/external/v1/return-labels'

t.test('a label is created, listed, read, published and recorded', async t => {
  const wms = await startService(t, [labels])
  const shop = await wms.newClient({ scopes: ['return-labels:read', 'return-labels:write'] })
  const created = await shop.post(API, { orderRef: 'WEB-1', reason: 'Too small' })
  t.match([created.status, created.body.number, created.body.carrier], [201, /^RET-\d{6}$/, 'Royal Mail'])
  t.same((await shop.get(`${API}/${created.body.id as string}`)).body, created.body)
  t.same((await shop.get(API)).body.data, [created.body])
  t.match((await shop.get(`${API}/none`)).body, { status: 404, code: 'returnLabel.not_found' })
  await wms.waitFor(async () => (await wms.operator.get('/api/admin/v1/events?type=returnLabel.created')).body.data.length === 1, 'the event is numbered')
  const { data: [call] } = (await wms.operator.get('/api/admin/v1/audit?operation=returnLabel.create')).body
  const record = (await wms.operator.get(`/api/admin/v1/audit/${call.id as string}`)).body
  t.match(record, { status: 201, entities: [{ type: 'returnLabel', id: created.body.id }] })
  t.notMatch(record.responseBody, created.body.qrCode, 'what it declares as secret is not recorded')
})

t.test('settings hold for the next call', async t => {
  const wms = await startService(t, [labels])
  const shop = await wms.newClient({ scopes: ['returnLabel.create'] })
  t.equal((await wms.operator.patch('/api/admin/v1/operations/returnLabel.create', { settings: { prefix: 'BACK', reasonRequired: true } })).status, 200)
  t.match((await shop.post(API, { orderRef: 'WEB-1' })).body, { status: 422, code: 'returnLabel.reason_missing' })
  t.match((await shop.post(API, { orderRef: 'WEB-1', reason: 'Broken' })).body.number, /^BACK-/)
})
