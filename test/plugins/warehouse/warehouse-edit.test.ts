import t from 'tap'
import { changesWarehouses } from '../locations/common.js'
import { openYard } from '../locations/setup.js'

const yard = await openYard(t)

t.test('200, 404, 409, 412, 422 – fields, default locations, archiving', async t => {
  await changesWarehouses(t, yard, yard.sides.operator)
})
