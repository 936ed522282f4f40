// Half a minute of damaged calls; ten minutes of them by `npm run test:fuzz`.
import t from 'tap'
import { onlyLinux } from '../e2e/process.js'
import { fuzz } from './fuzz.js'

t.setTimeout(200_000)
t.test('damaged calls never end the process', { skip: onlyLinux }, async t => { await fuzz(t, 30_000) })
