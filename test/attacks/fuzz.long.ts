// Ten minutes of damaged calls.
import t from 'tap'
import { onlyLinux } from '../e2e/process.js'
import { fuzz } from './fuzz.js'

t.setTimeout(900_000)
t.test('damaged calls never end the process', { skip: onlyLinux }, async t => { await fuzz(t, 600_000) })
