import t from 'tap'
import { envelopeOf } from '#kernel'
import { buildWebhookApp } from './setup.js'

t.test('200 – with the envelope that receivers get; 404 – an unknown one', async t => {
  const wms = await buildWebhookApp(t)
  await wms.emit(['a'])
  let id = ''
  await wms.waitFor(async () => {
    id = (await wms.operator.get('/api/admin/v1/events')).body.data[0]?.id ?? ''
    return id !== ''
  }, 'the event')
  const { status, body } = await (await wms.viewer()).get(`/api/admin/v1/events/${id}`)
  t.match([status, body], [200, { id, sequence: 1, type: 'toy.created', envelope: { id, sequence: 1, data: { id: 'a', name: 'Toy a' } } }])
  t.equal((await wms.operator.get('/api/admin/v1/events/evt_unknown')).status, 404)
  await wms.db.query(`UPDATE "Event" e SET "envelope" = ${envelopeOf('e')}, "draft" = NULL`)
  t.same((await wms.operator.get(`/api/admin/v1/events/${id}`)).body, body, 'also one of before events were kept without their number')
})
