import t from 'tap'
import { createsLocations } from '../locations/common.js'
import { openYard } from '../locations/setup.js'

const yard = await openYard(t)

t.test('201 – kept and read back; 400, 404, 409 and 422 name the field', async t => {
  await createsLocations(t, yard.sides.operator)
})
