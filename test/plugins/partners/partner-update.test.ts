import t from 'tap'
import { changesPartners, newPartner, openPartners, PARTNERS, refusal } from './common.js'

const { sides, wms } = await openPartners(t)

t.test('as a client', async t => {
  await changesPartners(t, sides.client)
})

t.test('events: created, and what was changed; none of a dry run', async t => {
  const { id } = await newPartner(sides.client)
  const url = `${PARTNERS}/${id as string}`
  const tried = await sides.client.caller.patch(`${url}?dryRun=true`, { name: 'Tried' })
  t.match([tried.status, tried.body.body.name], [200, 'Tried'], tried.text)
  await sides.client.caller.patch(url, { name: 'Renamed' })
  await wms.waitFor(async () => (await wms.operator.get(`/api/admin/v1/events?subjectId=${id as string}`)).body.data.length === 2, 'both events')
  const events = (await wms.operator.get(`/api/admin/v1/events?subjectId=${id as string}`)).body.data as Array<{ id: string, type: string }>
  t.same(events.map(({ type }) => type).sort(), ['partner.created', 'partner.updated'])
  const { id: eventId } = events.find(({ type }) => type === 'partner.updated')!
  t.match((await wms.operator.get(`/api/admin/v1/events/${eventId}`)).text, '"previous":{"name":"A partner"}')
})

t.test('422 – a role that the operator does not allow; one that it has already stays', async t => {
  const { id } = await newPartner(sides.client, { roles: ['carrier'] })
  await wms.operator.patch('/api/admin/v1/operations/partner.create', { settings: { allowedRoles: ['supplier'] } })
  t.same(refusal(await sides.client.caller.patch(`${PARTNERS}/${id as string}`, { roles: ['carrier', 'other'] })), [422, 'partner.role_not_allowed',
    '/roles/1'])
  t.match(await sides.client.caller.patch(`${PARTNERS}/${id as string}`, { roles: ['carrier', 'supplier'] }), { status: 200 })
  t.equal((await wms.operator.patch(`/api/admin/v1/partners/${id as string}`, { roles: ['other'] })).status, 200, 'operators may')
  await wms.operator.patch('/api/admin/v1/operations/partner.create', { settings: { allowedRoles: ['customer', 'supplier', 'carrier', 'other'] } })
})

t.test('personal data is hidden while the setting says so', async t => {
  const { id } = await newPartner(sides.client, { email: 'goods@example.com', addresses: [{ city: 'London' }] })
  await wms.operator.patch('/api/admin/v1/operations/partner.get', { settings: { exposePersonalData: false } })
  const hidden = await sides.client.caller.get(`${PARTNERS}/${id as string}`)
  t.match([hidden.status, hidden.body], [200, { email: null, phone: null, addresses: null }])
  t.notMatch((await sides.client.caller.get(PARTNERS)).text, 'goods@example.com')
  await wms.operator.patch('/api/admin/v1/operations/partner.get', { settings: { exposePersonalData: true } })
  t.match((await sides.client.caller.get(`${PARTNERS}/${id as string}`)).body, { email: 'goods@example.com', addresses: [{ city: 'London' }] })
})
