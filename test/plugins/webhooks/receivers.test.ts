// How many calls at a time a receiver gets.
import t from 'tap'
import { aheadOf, createReceivers, observe } from '../../../plugins/webhooks/engine/receivers.js'
import type { Result } from '../../../plugins/webhooks/engine/settle.js'

const result = (status: number | null, errorClass: string | null = null, interrupted = false): Result =>
  ({ attempt: { status, errorClass, interrupted, durationMs: 10 }, verdict: { holdMs: null }, endedAt: new Date() }) as unknown as Result

t.test('ten, one more after 50 successes, never more than 50', t => {
  const receiver = createReceivers().of('whk_1')
  t.equal(receiver.slots, 10)
  for (let count = 0; count < 49; count++) observe(receiver, result(200))
  t.equal(receiver.slots, 10)
  observe(receiver, result(200))
  t.equal(receiver.slots, 11)
  for (let count = 0; count < 5_000; count++) observe(receiver, result(204))
  t.equal(receiver.slots, 50)
  t.equal(aheadOf(receiver), 200, 'and as many in hand as it answers in a tenth of a second, at most')
  t.end()
})

t.test('half as many when it is overwhelmed, down to one, and back quickly', t => {
  const receiver = createReceivers().of('whk_1')
  observe(receiver, result(429, 'status'))
  observe(receiver, result(503, 'status'))
  t.equal(receiver.slots, 2)
  observe(receiver, result(null, 'timeout'))
  observe(receiver, result(null, 'timeout'))
  t.equal(receiver.slots, 1)
  observe(receiver, result(500, 'status'))
  observe(receiver, result(null, 'interrupted', true))
  t.equal(receiver.slots, 1, 'other faults and our own end say nothing about how much it takes')
  for (let count = 0; count < 9; count++) observe(receiver, result(200))
  t.equal(receiver.slots, 10)
  t.end()
})
