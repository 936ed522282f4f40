// A hundred thousand of each.
import t from 'tap'
import { noBrowser } from './browser.js'
import { scrollLists } from './lists.js'

t.setTimeout(280_000)
t.test('lists of 100,000 rows', { skip: noBrowser }, async t => { await scrollLists(t, 100_000) })
