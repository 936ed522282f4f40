// At a desk by mouse; other screens and hands are in walk.long.ts.
import t from 'tap'
import { noBrowser } from './browser.js'
import { byMouse } from './hand.js'
import { walk } from './walk.js'

t.setTimeout(280_000)
t.test('desk by mouse', { skip: noBrowser }, async t => { await walk(t, { name: 'desk', width: 1280, height: 900, scheme: 'light' }, byMouse) })
