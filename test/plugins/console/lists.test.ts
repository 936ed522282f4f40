// Two thousand of each; with a hundred thousand in lists.long.ts.
import t from 'tap'
import { noBrowser } from './browser.js'
import { scrollLists } from './lists.js'

t.setTimeout(120_000)
t.test('long lists', { skip: noBrowser }, async t => { await scrollLists(t, 2_000) })
