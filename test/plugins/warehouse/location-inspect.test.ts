import t from 'tap'
import { readsLocations } from '../locations/common.js'
import { openYard } from '../locations/setup.js'

const yard = await openYard(t)

t.test('200 by id and code, 404', async t => {
  await readsLocations(t, yard.sides.operator)
})
