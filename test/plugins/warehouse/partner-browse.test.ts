import t from 'tap'
import { listsPartners, openPartners } from '../partners/common.js'

const { sides, wms } = await openPartners(t)

t.test('as an operator, of the default owner', async t => {
  await listsPartners(t, sides.operator)
})

t.test('400 – an owner that there is not', async t => {
  const answer = await wms.operator.get('/api/admin/v1/partners?ownerId=own_none')
  t.match([answer.status, answer.body.errors], [400, [{ in: 'query', pointer: '/ownerId' }]])
})
