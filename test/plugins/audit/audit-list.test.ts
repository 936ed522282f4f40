// Listing and reading calls: filters, pages, ids and roles.
import t from 'tap'
import audit from '../../../plugins/audit/plugin.js'
import operators from '../../../plugins/operators/plugin.js'
import { buildTestApp, type Answer, type TestApp, type Teardown } from '../../../src/test-kit/service.js'
import { attemptRecord, callRecord, insertCalls, toy } from './toy.js'

const AUDIT = '/api/admin/v1/audit'
const OLD = new Date('2026-02-03T10:00:00.000Z')

async function start (t: Teardown): Promise<TestApp> {
  return await buildTestApp(t, { plugins: [audit, operators, toy] })
}

const ids = (answer: Answer): string[] => (answer.body.data as Array<{ requestId: string }>).map(row => row.requestId)

t.test('operatorReads=false – without what operators only read', async t => {
  const { db, operator } = await start(t)
  const principal = {
    type: 'operator' as const,
    id: 'opr_x',
    name: 'Ann',
    ownerId: null,
    warehouseIds: null,
    grants: null,
    role: 'admin' as const,
    sessionId: null,
    secretLast4: null
  }
  await insertCalls(db, [
    callRecord({ requestId: 'req_client', startedAt: OLD }),
    callRecord({ requestId: 'req_look', startedAt: OLD, direction: 'operator', principal }),
    callRecord({ requestId: 'req_act', startedAt: OLD, direction: 'operator', principal, method: 'PATCH' })
  ])
  const until = 'to=2026-02-04T00:00:00Z'
  t.same(ids(await operator.get(`${AUDIT}?${until}`)), ['req_act', 'req_look', 'req_client'])
  t.same(ids(await operator.get(`${AUDIT}?${until}&operatorReads=true`)), ['req_act', 'req_look', 'req_client'])
  t.same(ids(await operator.get(`${AUDIT}?${until}&operatorReads=false`)), ['req_act', 'req_client'])
})

t.test('filters – each finds its calls and no others', async t => {
  const { db, operator } = await start(t)
  const operatorPrincipal = {
    type: 'operator' as const,
    id: 'opr_x',
    name: 'Ann',
    ownerId: null,
    warehouseIds: null,
    grants: null,
    role: 'admin' as const,
    sessionId: null,
    secretLast4: null
  }
  await insertCalls(db, [
    callRecord({ requestId: 'req_plain', startedAt: OLD }),
    callRecord({
      requestId: 'req_other',
      startedAt: OLD,
      principal: null,
      claimedId: 'wmsc_9',
      ip: '198.51.100.1',
      status: 401,
      errorCode: 'token.invalid',
      operation: 'order.get',
      route: '/o/:id',
      url: '/o/1'
    }),
    callRecord({
      requestId: 'req_write',
      startedAt: OLD,
      method: 'POST',
      status: 201,
      operation: 'product.create',
      route: '/api/external/v1/products',
      correlationId: 'corr-1',
      entities: [{ type: 'product', id: 'prd_7' }]
    }),
    callRecord({ requestId: 'req_moved', startedAt: OLD, status: 304 }),
    callRecord({
      requestId: 'req_act', startedAt: OLD, direction: 'operator', principal: operatorPrincipal, method: 'PATCH', operation: 'client.update', route: '/c/:id'
    }),
    callRecord({ requestId: 'req_later', startedAt: new Date('2026-02-03T11:00:00.000Z'), status: 503, errorCode: 'database.timeout' }),
    attemptRecord({ requestId: 'att_1', startedAt: OLD, correlationId: 'corr-1' }),
    attemptRecord({ requestId: 'att_2', startedAt: OLD, status: null }, {
      webhookId: 'whk_2', eventId: 'evt_2', eventType: 'product.updated', deliveryId: 'dlv_2'
    })
  ])
  const cases: Array<[Record<string, string>, string[]]> = [
    [{}, ['req_later', 'att_2', 'att_1', 'req_act', 'req_moved', 'req_write', 'req_other', 'req_plain']],
    [{ from: '2026-02-03T10:00:00.001Z' }, ['req_later']],
    [{ to: '2026-02-03T10:00:00.000Z' }, []],
    [{ from: '2026-02-03T12:00:00.000+01:00', to: '2026-02-03T11:00:00.001Z' }, ['req_later']],
    [{ direction: 'operator' }, ['req_act']],
    [{ direction: 'out' }, ['att_2', 'att_1']],
    [{ direction: 'in' }, ['req_later', 'req_moved', 'req_write', 'req_other', 'req_plain']],
    [{ clientId: 'cli_1' }, ['req_later', 'req_moved', 'req_write', 'req_plain']],
    [{ clientId: 'opr_x' }, []],
    [{ operatorId: 'opr_x' }, ['req_act']],
    [{ claimedId: 'wmsc_9' }, ['req_other']],
    [{ method: 'patch' }, ['req_act']],
    [{ method: 'GET' }, ['req_later', 'req_moved', 'req_other', 'req_plain']],
    [{ operation: 'product.create' }, ['req_write']],
    [{ route: '/o/:id' }, ['req_other']],
    [{ status: '201' }, ['req_write']],
    [{ status: '200', direction: 'in' }, ['req_plain']],
    [{ statusClass: '2xx', direction: 'out' }, ['att_1']],
    [{ statusClass: '3xx' }, ['req_moved']],
    [{ statusClass: '4xx' }, ['req_other']],
    [{ statusClass: '5xx' }, ['req_later']],
    [{ statusClass: 'none' }, ['att_2']],
    [{ eventType: 'product.updated' }, ['att_2']],
    [{ eventId: 'evt_1' }, ['att_1']],
    [{ entity: 'product:prd_7' }, ['req_write']],
    [{ entity: 'product:prd_7', status: '404' }, []],
    [{ ip: '198.51.100.1' }, ['req_other']],
    [{ requestId: 'req_write' }, ['req_write']],
    [{ correlationId: 'corr-1' }, ['att_1', 'req_write']],
    [{ webhookId: 'whk_2' }, ['att_2']],
    [{ deliveryId: 'dlv_1' }, ['att_1']],
    [{ q: 'PRODUCTS/prd' }, ['req_later', 'req_act', 'req_moved', 'req_write', 'req_plain']],
    [{ q: 'TimeOut' }, ['req_later']],
    [{ q: '%' }, []],
    [{ q: '\' OR 1=1 --' }, []],
    [{ clientId: 'cli_1', method: 'POST', statusClass: '2xx', operation: 'product.create', q: 'prd', ip: '203.0.113.7' }, ['req_write']]
  ]
  for (const [filters, expected] of cases) {
    const query = new URLSearchParams({ to: '2026-02-04T00:00:00Z', ...filters }).toString()
    const answer = await operator.get(`${AUDIT}?${query}`)
    t.equal(answer.status, 200, query)
    t.same(ids(answer), expected, query)
    t.equal(answer.body.nextCursor, null, query)
  }
})

t.test('pages – a cursor walks through all calls once, also while new ones come', async t => {
  const { db, operator } = await start(t)
  await insertCalls(
    db, Array.from({ length: 25 }, (_, at) => callRecord({ requestId: `req_${at}`, startedAt: new Date(OLD.getTime() + Math.floor(at / 5)), ip: 'x' }))
  )
  const seen: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const answer: Answer = await operator.get(`${AUDIT}?ip=x&limit=4${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`)
    t.equal(answer.status, 200)
    t.ok(ids(answer).length <= 4)
    seen.push(...ids(answer))
    cursor = answer.body.nextCursor as string | null
    await insertCalls(db, [callRecord({ requestId: 'req_new', ip: 'x' })])
  }
  t.same(seen, Array.from({ length: 25 }, (_, at) => `req_${24 - at}`))
  const first = await operator.get(`${AUDIT}?ip=x&limit=4`)
  const foreign = await operator.get(`${AUDIT}?ip=y&limit=4&cursor=${encodeURIComponent(first.body.nextCursor as string)}`)
  t.equal(foreign.status, 400, 'a cursor of other filters is refused')
  t.equal(foreign.body.code, 'cursor.invalid')
})

t.test('search – a page looks at a bounded number of calls and says where to go on', async t => {
  const { db, operator } = await start(t)
  await db.query(`INSERT INTO "Audit" ("occurredAt", "direction", "requestId", "correlationId", "ip", "method", "path", "status", "statusClass", "durationMs",
      "requestBytes", "responseBytes", "requestTruncated", "responseTruncated")
    SELECT $1::timestamptz + i * interval '1 millisecond', 'in', 'req_' || i, 'c', 'x', 'GET', CASE WHEN i IN (1, 21000) THEN '/needle' ELSE '/hay' END, 200,
      2, 1, 0, 0, false, false
    FROM generate_series(1, 21050) AS i`, [OLD.toISOString()])
  const first = await operator.get(`${AUDIT}?ip=x&q=needle`)
  t.same(ids(first), ['req_21000'])
  const second = await operator.get(`${AUDIT}?ip=x&q=needle&cursor=${encodeURIComponent(first.body.nextCursor as string)}`)
  t.same(ids(second), ['req_1'])
  t.equal(second.body.nextCursor, null)
  const rare = await operator.get(`${AUDIT}?ip=x&requestId=req_1&q=needle`)
  t.same([ids(rare), rare.body.nextCursor], [['req_1'], null], 'a filter that is rare by itself answers in one page')
})

t.test('reading one – headers, bodies and changes; the read is a call of its own', async t => {
  const { db, operator, anonymous } = await start(t)
  await anonymous.post('/api/toy/things', { name: 'x', secret: 'canary' }, { cookie: 'session=canary' })
  const { body: { data: [entry] } } = await operator.get(`${AUDIT}?operation=toy.write`)
  t.notOk('requestBody' in entry || 'requestHeaders' in entry, 'lists come without bodies')
  const answer = await operator.get(`${AUDIT}/${entry.id as string}`)
  t.equal(answer.status, 200)
  t.match(answer.body, {
    ...entry,
    requestBody: '{"name":"x","secret":"[redacted]"}',
    requestHeaders: { cookie: '[redacted]' },
    responseBody: String,
    requestSha256: /^[0-9a-f]{64}$/,
    changes: null
  })
  t.match(answer.body.entities, [{ type: 'owner', id: /^own_/ }])
  const { body: { data: [read] } } = await operator.get(`${AUDIT}?operation=audit.get`)
  t.match(read, { path: `${AUDIT}/${entry.id as string}`, status: 200, actorType: 'operator', direction: 'operator' })
  t.equal((await operator.get(`${AUDIT}/${read.id as string}`)).body.responseBody, null, 'what was read is not stored again')

  await insertCalls(db, [attemptRecord({ requestId: 'att_1' })])
  const { body: { data: [attempt] } } = await operator.get(`${AUDIT}?requestId=att_1`)
  const delivered = await operator.get(`${AUDIT}/${attempt.id as string}`)
  t.match(delivered.body, {
    direction: 'out',
    requestBody: '{"id":"evt_1"}',
    responseBody: 'ok',
    outbound: { webhookName: 'Shop', attempt: 2, maxAttempts: 8, timings: { totalMs: 12.5 }, nextAttemptAt: '2026-01-01T00:00:00.000Z' }
  })
})

t.test('404 – ids that name no call', async t => {
  const { operator } = await start(t)
  const { body: { data: [entry] } } = await operator.get(`${AUDIT}?limit=1`)
  for (const id of ['1', 'aud_', 'aud_zzzzzzzzz_1', 'aud_1_zzzzzzzzzz', `${entry.id as string}x`, 'aud_-1_1', '\'--']) {
    const answer = await operator.get(`${AUDIT}/${id}`)
    t.match([answer.status, answer.body.code], [404, 'audit.not_found'], id)
  }
})

t.test('400 – every wrong filter is named', async t => {
  const { operator } = await start(t)
  const wrong = ['limit=0', 'limit=201', 'limit=1.5', 'from=yesterday', 'to=2026-13-01T00:00:00Z', 'direction=sideways', 'method=G%20T', 'status=99',
    'status=x', 'statusClass=6xx', 'entity=prd_1', 'cursor=x', 'unknown=1', 'q=', `q=${'x'.repeat(201)}`, 'from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z']
  for (const query of wrong) {
    const answer = await operator.get(`${AUDIT}?${query}`)
    t.equal(answer.status, 400, query)
    t.match(answer.text, query.includes('&') ? 'to' : query.split('=')[0] ?? '', query)
  }
})

t.test('403 and 401 – viewers may read; outsiders may not', async t => {
  const { anonymous, newOperator } = await start(t)
  const viewer = await newOperator('viewer')
  const list = await viewer.get(`${AUDIT}?limit=1`)
  t.equal(list.status, 200)
  t.equal((await viewer.get(`${AUDIT}/${list.body.data[0].id as string}`)).status, 200)
  t.equal((await anonymous.get(AUDIT)).status, 401)
  t.equal((await anonymous.get(`${AUDIT}/aud_1_1`)).status, 401)
})
