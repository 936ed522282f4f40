// What is stored of a call: every column, in one statement, whatever the call contains.
import t from 'tap'
import type { Tx } from '#kernel'
import { insertionOf } from '../../../plugins/audit/service/record.js'
import { openDatabase, type PlatformDatabase } from '../../../src/platform/database/database.js'
import { createDatabase } from '../../../src/test-kit/databases.js'
import type { Teardown } from '../../../src/test-kit/service.js'
import { attemptRecord, callRecord, insertCalls } from './toy.js'

type Row = Record<string, unknown>

async function open (t: Teardown): Promise<{ db: PlatformDatabase, rows: () => Promise<Row[]> }> {
  const { url } = await createDatabase(t, { migrated: true })
  const db = await openDatabase({ connection: url, poolSize: 2, applicationName: 'audit-test' })
  t.teardown(async () => { await db.close() })
  const rows = async (): Promise<Row[]> => (await db.query<Row>('SELECT * FROM "Audit" LEFT JOIN "AuditBody" USING ("occurredAt", "seq") ORDER BY "seq"')).rows
  return { db, rows }
}

t.test('every column of an inbound call', async t => {
  const { db, rows } = await open(t)
  const startedAt = new Date('2026-03-04T05:06:07.089Z')
  await insertCalls(db, [callRecord({
    startedAt,
    method: 'POST',
    status: 422,
    errorCode: 'product.rule',
    correlationId: 'corr-1',
    claimedId: 'wmsc_1',
    requestBody: { sku: 'A', password: 'x' },
    requestBytes: 28,
    requestSha256: 'cd'.repeat(32),
    entities: [{ type: 'product', id: 'prd_1' }, { type: 'odd', id: 'a"b\\c,d{}' }],
    changes: { before: { token: 'x', n: 1 }, after: { n: 2 } }
  })])
  const [row] = await rows()
  t.match(row, {
    occurredAt: startedAt,
    seq: 1,
    direction: 'in',
    correlationId: 'corr-1',
    actorType: 'client',
    actorId: 'cli_1',
    actorName: 'ERP',
    secretLast4: 'x9Zq',
    sessionId: 'sec_1',
    claimedId: 'wmsc_1',
    ip: '203.0.113.7',
    method: 'POST',
    route: '/api/external/v1/products/:id',
    path: '/api/external/v1/products/prd_1?limit=2',
    operation: 'product.get',
    status: 422,
    statusClass: 4,
    durationMs: 1.24,
    requestBytes: 28,
    responseBytes: 14,
    errorCode: 'product.rule',
    requestHeaders: { host: 'wms.test' },
    responseHeaders: { etag: '"1"' },
    requestTruncated: false,
    entities: ['product:prd_1', 'odd:a"b\\c,d{}'],
    changes: { before: { token: '[redacted]', n: 1 }, after: { n: 2 } },
    webhookId: null,
    requestBody: '{"sku":"A","password":"[redacted]"}',
    responseBody: '{"id":"prd_1"}'
  })
  t.equal((row?.['requestSha256'] as Buffer).toString('hex'), 'cd'.repeat(32))
  t.equal((row?.['responseSha256'] as Buffer).toString('hex'), 'ab'.repeat(32))
})

t.test('every column of an attempt, with and without an answer', async t => {
  const { db, rows } = await open(t)
  await insertCalls(db, [attemptRecord(),
    attemptRecord({ status: null, responseBody: null }, { nextAttemptAt: null, remoteAddress: null, errorClass: 'timeout' })])
  const [answered, lost] = await rows()
  t.match(answered, {
    direction: 'out',
    webhookId: 'whk_1',
    webhookName: 'Shop',
    eventId: 'evt_1',
    eventType: 'product.created',
    deliveryId: 'dlv_1',
    attempt: 2,
    maxAttempts: 8,
    trigger: 'schedule',
    nextAttemptAt: new Date('2026-01-01T00:00:00.000Z'),
    remoteAddress: '203.0.113.9',
    tlsVersion: 'TLSv1.3',
    timings: { totalMs: 12.5 },
    errorClass: null,
    requestBody: '{"id":"evt_1"}',
    responseBody: 'ok'
  })
  t.match(lost, { status: null, statusClass: 0, nextAttemptAt: null, errorClass: 'timeout', responseBody: null })
})

t.test('bodies – successful reads keep size and digest only, all else its bodies', async t => {
  const { db, rows } = await open(t)
  await insertCalls(db, [
    callRecord(), callRecord({ method: 'HEAD' }), callRecord({ status: 304 }), callRecord({ direction: 'operator' }),
    callRecord({ status: 404 }), callRecord({ status: 499 }), callRecord({ method: 'POST' }), callRecord({ method: 'DELETE' })
  ])
  t.same((await rows()).map(row => row['responseBody']), [null, null, null, null, ...Array<string>(4).fill('{"id":"prd_1"}')])
  t.same((await db.query('SELECT count(*)::int AS n FROM "AuditBody"')).rows, [{ n: 4 }])
  t.ok((await rows()).every(row => row['responseBytes'] === 14 && row['responseSha256'] !== null))
})

t.test('bodies – more than 16 kB is cut and marked; size and digest are those of the whole', async t => {
  const { db, rows } = await open(t)
  await insertCalls(db, [
    callRecord({ method: 'POST', requestBody: { a: '€'.repeat(20_000) }, requestBytes: 60_008, responseBody: 'b'.repeat(16_385), responseBytes: 16_385 })
  ])
  const [row] = await rows()
  t.match(row, { requestTruncated: true, responseTruncated: true, requestBytes: 60_008, responseBytes: 16_385, responseBody: 'b'.repeat(16_384) })
  t.match(row?.['requestBody'], /^\{"a":"€+$/)
})

t.test('any text – NUL, half surrogates, control and bidi characters, backslashes never make it fail', async t => {
  const { db, rows } = await open(t)
  const odd = 'a\0b\ud800c\udfffd\u001b[2J\u202e\u2028\u2029\r\n\\u0000\\\\u0000\t"\'😀\\'
  const clean = 'a\ufffdb\ufffdc\ufffdd\u001b[2J\u202e\u2028\u2029\r\n\\u0000\\\\u0000\t"\'😀\\'
  const call = attemptRecord({
    requestId: odd,
    correlationId: odd,
    url: `/${odd}`,
    method: odd,
    route: odd,
    operation: odd,
    errorCode: odd,
    claimedId: odd,
    ip: odd,
    requestHeaders: { [`x-${odd}`]: odd, list: [odd, odd] },
    requestBody: { [odd]: [odd] },
    responseBody: odd,
    entities: [{ type: 'odd', id: odd }],
    changes: { before: { [odd]: odd }, after: odd },
    status: 500
  }, {
    webhookId: odd, webhookName: odd, eventId: odd, eventType: odd, deliveryId: odd, trigger: odd, remoteAddress: odd, errorClass: odd, timings: { a: NaN }
  })
  await insertCalls(db, [call, callRecord({ durationMs: NaN, requestBytes: Infinity, responseBytes: 1.5 })])
  const [row] = await rows()
  for (const column of ['requestId', 'correlationId', 'route', 'errorCode', 'claimedId', 'ip', 'webhookName', 'eventId', 'trigger', 'errorClass']) {
    t.equal(row?.[column], clean, column)
  }
  t.same(row?.['entities'], [`odd:${clean}`])
  t.same((row?.['requestHeaders'] as Record<string, unknown>)['list'], [clean, clean])
  t.same(row?.['changes'], { before: { [clean]: clean }, after: clean })
})

t.test('any size – names are clipped below what an index entry may have', async t => {
  const { db, rows } = await open(t)
  const long = Array.from({ length: 20_000 }, () => Math.random().toString(36).slice(2, 3)).join('')
  await insertCalls(db, [callRecord({
    correlationId: long,
    claimedId: long,
    method: long,
    url: `/${long}`,
    errorCode: long,
    ip: long,
    entities: [{ type: 'a', id: long }],
    requestHeaders: { 'x-long': long },
    status: 400
  })])
  const [row] = await rows()
  t.equal((row?.['path'] as string).length, 4_000)
  t.equal((row?.['correlationId'] as string).length, 200)
})

t.test('transactions – the row commits and vanishes with its transaction, on pg and on Prisma', async t => {
  const { db, rows } = await open(t)
  await db.transaction(async tx => { tx.send(...insertionOf([callRecord(), callRecord({ method: 'POST' })])) })
  await db.ormTransaction(async tx => { tx.send(...insertionOf([callRecord(), callRecord({ method: 'POST', entities: [{ type: 'a', id: 'b' }] })])) })
  t.same((await rows()).map(row => row['responseBody']), [null, '{"id":"prd_1"}', null, '{"id":"prd_1"}'])
  const refused = async (tx: Tx): Promise<void> => {
    tx.send(...insertionOf([callRecord({ method: 'POST' })]))
    throw new Error('no')
  }
  await t.rejects(db.transaction(refused))
  await t.rejects(db.ormTransaction(refused))
  t.equal((await rows()).length, 4)
  t.same((await db.query('SELECT count(*)::int AS n FROM "AuditBody"')).rows, [{ n: 2 }])
})

t.test('one statement – a batch of any size is one round trip', async t => {
  const { db, rows } = await open(t)
  await insertCalls(db, Array.from({ length: 500 }, (_, at) => callRecord({ requestId: `req_${at}`, method: at % 2 === 0 ? 'GET' : 'POST' })))
  t.same((await rows()).map(row => row['requestId']), Array.from({ length: 500 }, (_, at) => `req_${at}`), 'numbered in the order of the batch')
})
