// The lists of the console: first a few pages of each, then a hundred thousand rows.
import t from 'tap'
import { noBrowser } from './browser.js'
import { scrollLists } from './lists.js'

t.setTimeout(560_000)
t.test('lists of 2,000 rows', { skip: noBrowser }, async t => { await scrollLists(t, 2_000) })
t.test('lists of 100,000 rows', { skip: noBrowser }, async t => { await scrollLists(t, 100_000) })
