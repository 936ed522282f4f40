// The rules of trying again, without a clock.
import t from 'tap'
import { judge, SCHEDULE } from '../../../plugins/webhooks/engine/schedule.js'

const HOUR = 3_600_000
const answer = (status: number | null, changes: { errorClass?: string, retryAfterMs?: number } = {}) => ({
  status, errorClass: status === null ? 'connect' : null, retryAfterMs: null, ...changes
})
const none = (): number => 0
const most = (): number => 1

t.test('13 attempts in 75.7 hours', async t => {
  t.equal(SCHEDULE.length, 13)
  t.equal(Math.floor(SCHEDULE.reduce((sum, ms) => sum + ms) / HOUR * 10) / 10, 75.7)
})

t.test('only 2xx with a whole answer is a success', async t => {
  for (const status of [200, 201, 202, 204, 299]) t.equal(judge(answer(status), 1, SCHEDULE).status, 'succeeded', String(status))
  for (const status of [301, 302, 304, 308, 400, 401, 404, 410, 500, 503, 599]) t.equal(judge(answer(status), 1, SCHEDULE).status, 'pending', String(status))
  t.equal(judge(answer(200, { errorClass: 'timeout' }), 1, SCHEDULE).status, 'pending', 'a body that never ended')
  t.equal(judge(answer(null), 1, SCHEDULE).status, 'pending', 'no answer')
})

t.test('400, 413, 415 and 422 get three attempts, everything else the whole schedule', async t => {
  for (const status of [400, 413, 415, 422]) {
    t.equal(judge(answer(status), 2, SCHEDULE).status, 'pending', `${status} after two`)
    t.equal(judge(answer(status), 3, SCHEDULE).status, 'dead', `${status} after three`)
  }
  for (const status of [302, 401, 403, 404, 405, 408, 410, 425, 429, 500, 502, null]) {
    t.equal(judge(answer(status), 12, SCHEDULE).status, 'pending', `${status} after twelve`)
    t.equal(judge(answer(status), 13, SCHEDULE).status, 'dead', `${status} after thirteen`)
  }
})

t.test('a retry is never early, and late by at most a fifth: at least 1 s, at most 15 min', async t => {
  for (let attempts = 1; attempts < SCHEDULE.length; attempts++) {
    const base = SCHEDULE[attempts]!
    t.equal(judge(answer(500), attempts, SCHEDULE, none).delayMs, base)
    t.equal(judge(answer(500), attempts, SCHEDULE, most).delayMs, base + Math.min(Math.max(base / 5, 1_000), 900_000))
  }
})

t.test('Retry-After delays, never hastens, and counts for 12 hours at most', async t => {
  t.equal(judge(answer(500, { retryAfterMs: 60_000 }), 1, SCHEDULE, none).delayMs, 60_000)
  t.equal(judge(answer(500, { retryAfterMs: 1_000 }), 1, SCHEDULE, none).delayMs, 5_000)
  t.equal(judge(answer(429, { retryAfterMs: 99 * HOUR }), 1, SCHEDULE, none).delayMs, 12 * HOUR)
  t.equal(judge(answer(503, { retryAfterMs: 1_000 }), 12, SCHEDULE, none).delayMs, 24 * HOUR)
})

t.test('429 and 503 with Retry-After hold the receiver, others do not', async t => {
  for (const status of [429, 503]) t.equal(judge(answer(status, { retryAfterMs: 60_000 }), 1, SCHEDULE).holdMs, 60_000)
  t.equal(judge(answer(429), 1, SCHEDULE).holdMs, null)
  t.equal(judge(answer(500, { retryAfterMs: 60_000 }), 1, SCHEDULE).holdMs, null)
})

t.test('a delivery keeps to its own schedule', async t => {
  t.equal(judge(answer(500), 1, [0, 7_000], none).delayMs, 7_000)
  t.equal(judge(answer(500), 2, [0, 7_000]).status, 'dead')
})
