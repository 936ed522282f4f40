import t from 'tap'
import { readsPartners, openPartners } from './common.js'

const { sides } = await openPartners(t)

t.test('as a client', async t => {
  await readsPartners(t, sides.client)
})
