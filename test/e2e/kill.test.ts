// The service and its own database die together; `npm run test:kill` does it twenty times.
import t from 'tap'
import { killLoop } from './kill-loop.js'

t.test('three times', async t => { await killLoop(t, {}, [['product', 0.5], ['order', 0.4], ['ship', 0.6]]) })
