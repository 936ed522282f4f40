import t from 'tap'
import { createsWarehouses } from './common.js'
import { openYard } from './setup.js'

const yard = await openYard(t)

t.test('201 – kept and read back; 400, 409 and 422 name the field', async t => {
  await createsWarehouses(t, yard.sides.client)
})
