// The service and its own database die together.
import t from 'tap'
import { killLoop } from './kill-loop.js'

t.test('embedded database', async t => { await killLoop(t, {}) })
