import t from 'tap'
import { changesLocations } from '../locations/common.js'
import { openYard } from '../locations/setup.js'

const yard = await openYard(t)

t.test('200, 404, 409, 412, 422 – fields, parts, archiving', async t => {
  await changesLocations(t, yard.sides.operator)
})
