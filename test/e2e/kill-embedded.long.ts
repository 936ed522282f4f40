// The service and its own database die together.
import t from 'tap'
import { killLoop, TEN_KILLS } from './kill-loop.js'

t.test('embedded database', async t => { await killLoop(t, {}, TEN_KILLS) })
