import t from 'tap'
import { changesLocations } from './common.js'
import { openYard } from './setup.js'

const yard = await openYard(t)

t.test('200, 404, 409, 412, 422 – fields, parts, archiving', async t => {
  await changesLocations(t, yard.sides.client)
})
