import t from 'tap'
import { readsWarehouses } from './common.js'
import { openYard } from './setup.js'

const yard = await openYard(t)

t.test('200 by id and code, 404', async t => {
  await readsWarehouses(t, yard.sides.client)
})
