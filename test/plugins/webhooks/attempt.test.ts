// One call with the real client: what each kind of receiver makes of it.
import t from 'tap'
import type { HttpOutcome } from '#kernel'
import { sendAttempt, type Sendable, type Target } from '../../../plugins/webhooks/engine/attempt.js'
import { createHttpClient } from '../../../src/platform/outbound-http/client.js'
import { createTargetPolicy } from '../../../src/platform/outbound-http/policy.js'
import { startReceiver } from '../../../src/test-kit/receiver.js'

const delivery: Sendable = {
  id: 'dlv_1',
  webhookId: 'whk_1',
  eventId: 'evt_1',
  eventType: 'toy.created',
  eventSequence: 7,
  previousSequence: 5,
  subjectType: 'toy',
  subjectId: 'a',
  correlationId: null,
  lane: 'new',
  attemptCount: 0,
  maxAttempts: 13,
  envelope: '{"id":"evt_1"}'
}

interface Tap { teardown: (work: () => unknown) => unknown }

function sender (t: Tap, allowCidrs = ['127.0.0.0/8']) {
  const client = createHttpClient({ policy: createTargetPolicy({ allowCidrs }), userAgent: 'unused', timeouts: { headersMs: 150, totalMs: 300 } })
  t.teardown(async () => await client.close())
  const http = {
    post: async (request: Parameters<typeof client.post>[0]): Promise<HttpOutcome> => await client.post(request),
    checkTarget: async () => ({ ok: true as const })
  }
  return async (url: string, changes: Partial<Target & Sendable> = {}, signal?: AbortSignal) =>
    await sendAttempt(
      { http, clock: { databaseNow: () => new Date(), now: () => new Date('2026-01-31T08:15:30.900Z') } },
      { id: 'whk_1', name: 'Receiver', username: 'wms', password: 'secret', personalData: false, url, ...changes },
      { ...delivery, ...changes, id: 'dlv_1' },
      signal
    )
}

t.test('the headers are exactly these', async t => {
  const receiver = await startReceiver(t)
  const attempt = await sender(t)(receiver.url)
  const { host, connection, 'content-length': length, ...headers } = receiver.ledger[0]!.headers
  t.same(headers, {
    'content-type': 'application/json',
    'user-agent': 'logistics-wms-webhooks/1',
    authorization: 'Basic d21zOnNlY3JldA==',
    'webhook-id': 'evt_1',
    'webhook-timestamp': '1769847330',
    'webhook-previous-sequence': '5'
  })
  t.equal(length, String(delivery.envelope!.length))
  t.match(attempt, { number: 1, trigger: 'auto', status: 204, errorClass: null, interrupted: false, requestBytes: 14, responseBytes: 0 })
})

t.test('no answer in time – a timeout', async t => {
  const receiver = await startReceiver(t)
  receiver.answer({ instead: 'silence' })
  t.match(await sender(t)(receiver.url), { status: null, errorClass: 'timeout', interrupted: false })
})

t.test('200 with a body that never ends – a timeout, not a success', async t => {
  const receiver = await startReceiver(t)
  receiver.answer({ status: 200, instead: 'endless' })
  t.match(await sender(t)(receiver.url), { status: 200, errorClass: 'timeout' })
})

t.test('a broken connection, and one that is refused', async t => {
  const receiver = await startReceiver(t)
  receiver.answer({ instead: 'reset' })
  const send = sender(t)
  t.match(await send(receiver.url), { status: null, errorClass: 'reset' })
  await receiver.stop()
  t.match(await send(receiver.url), { status: null, errorClass: 'connect' })
})

t.test('an address that is not allowed is judged when it is called, too', async t => {
  const receiver = await startReceiver(t)
  t.match(await sender(t, [])(receiver.url), { status: null, errorClass: 'refused_address' })
  t.equal(receiver.ledger.length, 0)
})

t.test('broken off by us – interrupted', async t => {
  const receiver = await startReceiver(t)
  receiver.answer({ instead: 'silence' })
  const abort = new AbortController()
  const sent = sender(t)(receiver.url, {}, abort.signal)
  while (receiver.ledger.length === 0) await new Promise(resolve => setImmediate(resolve))
  abort.abort()
  t.match(await sent, { errorClass: 'interrupted', interrupted: true })
})

t.test('at most 16 KiB of an answer are kept, without NUL, cut between characters', async t => {
  const receiver = await startReceiver(t)
  receiver.answer({ status: 500, body: `\0${'\u20ac'.repeat(8_000)}` })
  const attempt = await sender(t)(receiver.url)
  t.equal(attempt.responseBody, '\u20ac'.repeat(Math.floor(16_384 / 3)))
  t.equal(attempt.responseTruncated, true)
  t.equal(attempt.responseBytes, 24_001)
})

t.test('credentials that a receiver says back are not kept', async t => {
  const receiver = await startReceiver(t)
  const password = 'a"b\u00e4c d'
  receiver.answer(call => ({
    status: 400,
    headers: { 'x-echo': String(call.headers.authorization) },
    body: JSON.stringify({ got: call.headers.authorization, password, form: encodeURIComponent(password) })
  }))
  const attempt = await sender(t)(receiver.url, { password })
  t.equal(receiver.ledger[0]!.headers.authorization, `Basic ${Buffer.from(`wms:${password}`).toString('base64')}`)
  t.equal(attempt.responseBody, '{"got":"Basic [redacted]","password":"[redacted]","form":"[redacted]"}')
  t.equal(attempt.responseHeaders['x-echo'], 'Basic [redacted]')
})

t.test('the event is gone – nothing is sent', async t => {
  const receiver = await startReceiver(t)
  t.match(await sender(t)(receiver.url, { envelope: null }), { errorClass: 'event_expired', requestBytes: 0 })
  t.equal(receiver.ledger.length, 0)
})
