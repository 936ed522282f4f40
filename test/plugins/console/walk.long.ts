// At a desk by keyboard, on a phone by keyboard and by mouse, and on a very wide screen.
import t from 'tap'
import { noBrowser, type Variant } from './browser.js'
import { byKeyboard, byMouse } from './hand.js'
import { walk } from './walk.js'

t.setTimeout(560_000)
const WALKS: ReadonlyArray<[string, Variant, typeof byMouse]> = [['desk by keyboard', { name: 'desk', width: 1280, height: 900, scheme: 'dark' }, byKeyboard], [
  'phone by keyboard', { name: 'phone', width: 390, height: 844, scheme: 'dark' }, byKeyboard
], ['phone by mouse', { name: 'phone', width: 390, height: 844, scheme: 'light' }, byMouse], ['wide by mouse', {
  name: 'wide', width: 2560, height: 1440, scheme: 'light'
}, byMouse]]

for (const [name, variant, hand] of WALKS) t.test(name, { skip: noBrowser }, async t => { await walk(t, variant, hand) })
