import t from 'tap'
import { listsLocations } from '../locations/common.js'
import { openYard } from '../locations/setup.js'

const yard = await openYard(t)

t.test('200 – of one warehouse by code, filtered, page by page', async t => {
  await listsLocations(t, yard.sides.operator)
})
