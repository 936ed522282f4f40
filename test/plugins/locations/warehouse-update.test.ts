import t from 'tap'
import { changesWarehouses } from './common.js'
import { openYard } from './setup.js'

const yard = await openYard(t)

t.test('200, 404, 409, 412, 422 – fields, default locations, archiving', async t => {
  await changesWarehouses(t, yard, yard.sides.client)
})
