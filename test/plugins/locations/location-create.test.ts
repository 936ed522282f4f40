import t from 'tap'
import { createsLocations } from './common.js'
import { openYard } from './setup.js'

const yard = await openYard(t)

t.test('201 – kept and read back; 400, 404, 409 and 422 name the field', async t => {
  await createsLocations(t, yard.sides.client)
})
