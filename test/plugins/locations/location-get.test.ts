import t from 'tap'
import { readsLocations } from './common.js'
import { openYard } from './setup.js'

const yard = await openYard(t)

t.test('200 by id and code, 404', async t => {
  await readsLocations(t, yard.sides.client)
})
