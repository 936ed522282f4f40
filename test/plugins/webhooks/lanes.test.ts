// How many calls at a time a receiver gets.
import t from 'tap'
import { aheadOf, createLanes, observe } from '../../../plugins/webhooks/engine/lanes.js'
import type { Result } from '../../../plugins/webhooks/engine/settle.js'

const result = (status: number | null, errorClass: string | null = null, interrupted = false): Result =>
  ({ attempt: { status, errorClass, interrupted, durationMs: 10 }, verdict: { holdMs: null }, endedAt: new Date() }) as unknown as Result

t.test('ten, one more after 50 successes, never more than 50', t => {
  const lane = createLanes().of('whk_1')
  t.equal(lane.slots, 10)
  for (let count = 0; count < 49; count++) observe(lane, result(200))
  t.equal(lane.slots, 10)
  observe(lane, result(200))
  t.equal(lane.slots, 11)
  for (let count = 0; count < 5_000; count++) observe(lane, result(204))
  t.equal(lane.slots, 50)
  t.equal(aheadOf(lane), 200, 'and as many in hand as it answers in a tenth of a second, at most')
  t.end()
})

t.test('half as many when it is overwhelmed, down to one, and back quickly', t => {
  const lane = createLanes().of('whk_1')
  observe(lane, result(429, 'status'))
  observe(lane, result(503, 'status'))
  t.equal(lane.slots, 2)
  observe(lane, result(null, 'timeout'))
  observe(lane, result(null, 'timeout'))
  t.equal(lane.slots, 1)
  observe(lane, result(500, 'status'))
  observe(lane, result(null, 'interrupted', true))
  t.equal(lane.slots, 1, 'other faults and our own end say nothing about how much it takes')
  for (let count = 0; count < 9; count++) observe(lane, result(200))
  t.equal(lane.slots, 10)
  t.end()
})
