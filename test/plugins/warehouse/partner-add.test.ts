import t from 'tap'
import { createsPartners, newCode, openPartners, PARTNERS } from '../partners/common.js'

const { sides, wms } = await openPartners(t)

t.test('as an operator, of the default owner', async t => {
  await createsPartners(t, sides.operator)
})

t.test('of another owner: its clients know it, others do not', async t => {
  const ownerId = await wms.seedOwner()
  const partner = (await wms.operator.post(`/api/admin/v1/partners?ownerId=${ownerId}`, { code: newCode(), name: 'Theirs', roles: ['supplier'] })).body
  t.equal(partner.ownerId, ownerId)
  t.equal((await (await wms.newClient({ ownerId })).get(`${PARTNERS}/${partner.id as string}`)).status, 200)
  t.equal((await sides.client.caller.get(`${PARTNERS}/${partner.id as string}`)).status, 404)
})
