import t from 'tap'
import { createsWarehouses } from '../locations/common.js'
import { openYard } from '../locations/setup.js'

const yard = await openYard(t)

t.test('201 – kept and read back; 400, 409 and 422 name the field', async t => {
  await createsWarehouses(t, yard.sides.operator)
})
