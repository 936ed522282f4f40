import t from 'tap'
import { listsPartners, openPartners } from './common.js'

const { sides } = await openPartners(t)

t.test('as a client', async t => {
  await listsPartners(t, sides.client)
})
