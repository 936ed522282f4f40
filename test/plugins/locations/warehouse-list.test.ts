import t from 'tap'
import { listsWarehouses } from './common.js'
import { openYard } from './setup.js'

const yard = await openYard(t)

t.test('200 – by code, page by page; archived ones and what has changed since', async t => {
  await listsWarehouses(t, yard.sides.client)
})
