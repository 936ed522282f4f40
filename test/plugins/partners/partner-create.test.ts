import t from 'tap'
import { createsPartners, openPartners } from './common.js'

const { sides } = await openPartners(t)

t.test('as a client', async t => {
  await createsPartners(t, sides.client)
})
