// At a desk by mouse, on a phone by keyboard; the other two are in walk.long.ts.
import t from 'tap'
import { noBrowser, type Variant } from './browser.js'
import { byKeyboard, byMouse } from './hand.js'
import { walk } from './walk.js'

t.setTimeout(280_000)
const WALKS: ReadonlyArray<[string, Variant, typeof byMouse]> = [['desk by mouse', { name: 'desk', width: 1280, height: 900, scheme: 'light' }, byMouse], ['phone by keyboard', { name: 'phone', width: 390, height: 844, scheme: 'dark' }, byKeyboard]]

for (const [name, variant, hand] of WALKS) t.test(name, { skip: noBrowser }, async t => { await walk(t, variant, hand) })
