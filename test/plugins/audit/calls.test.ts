// Every way a call can come in leaves exactly one row, and none leaves without it.
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import t from 'tap'
import audit from '../../../plugins/audit/plugin.js'
import operators from '../../../plugins/operators/plugin.js'
import { buildTestApp, OPERATOR, type Teardown, type TestApp } from '../../../src/test-kit/service.js'
import { toy } from './toy.js'

interface Row {
  requestId: string,
  correlationId: string,
  direction: string,
  actorType: string | null,
  actorName: string | null,
  claimedId: string | null,
  method: string,
  route: string | null
  path: string,
  operation: string | null,
  status: number,
  errorCode: string | null,
  requestBytes: number,
  responseBytes: number,
  requestBody: string | null
  responseBody: string | null,
  entities: string[] | null,
  changes: unknown,
  ip: string | null,
  requestHeaders: Record<string, string>
}

interface Audited extends TestApp {
  /** Rows written since the last call of this, oldest first. */
  fresh: () => Promise<Row[]>
}

async function start (t: Teardown): Promise<Audited> {
  const wms = await buildTestApp(t, { plugins: [audit, operators, toy] })
  let seen = 0
  const fresh = async (): Promise<Row[]> => {
    const { rows } = await wms.db.query<Row & { seq: number }>(
      'SELECT * FROM "Audit" LEFT JOIN "AuditBody" USING ("occurredAt", "seq") WHERE "seq" > $1 ORDER BY "seq"', [seen])
    seen = rows.at(-1)?.seq ?? seen
    return rows
  }
  await fresh()
  return { ...wms, fresh }
}

/** Sends bytes as they are and resolves with all that comes back. */
async function raw (base: string, bytes: string | Buffer, { stayMs = 0 } = {}): Promise<string> {
  const { hostname, port } = new URL(base)
  return await new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    const chunks: Buffer[] = []
    socket.on('data', chunk => chunks.push(chunk))
    socket.on('error', reject)
    socket.on('close', () => { resolve(Buffer.concat(chunks).toString('latin1')) })
    socket.write(bytes)
    if (stayMs > 0) setTimeout(() => socket.destroy(), stayMs)
  })
}

t.test('reads – one row with size and digest, and no body', async t => {
  const { anonymous, fresh } = await start(t)
  const answer = await anonymous.get('/api/toy/things/a?limit=2', { 'x-correlation-id': 'corr-1', 'user-agent': 'erp/1' })
  const rows = await fresh()
  t.equal(rows.length, 1)
  t.match(rows[0], {
    requestId: answer.headers['x-request-id'],
    correlationId: 'corr-1',
    direction: 'in',
    actorType: null,
    method: 'GET',
    route: '/api/toy/things/:id',
    path: '/api/toy/things/a?limit=2',
    operation: 'toy.read',
    status: 200,
    errorCode: null,
    responseBytes: answer.text.length,
    responseBody: null,
    ip: '127.0.0.1',
    requestHeaders: { 'user-agent': 'erp/1' }
  })
})

t.test('writes – one row in the transaction of the change, with what was touched', async t => {
  const { anonymous, fresh } = await start(t)
  const answer = await anonymous.post('/api/toy/things', { name: 'x', password: 'canary' })
  t.equal(answer.status, 201)
  const rows = await fresh()
  t.equal(rows.length, 1)
  t.match(rows[0], {
    status: 201, operation: 'toy.write', requestBody: '{"name":"x","password":"[redacted]"}', requestBytes: 32, entities: [`owner:${answer.body.id as string}`]
  })
  t.match(JSON.parse(rows[0]?.responseBody ?? ''), { id: answer.body.id, password: '[redacted]' })
})

t.test('409 – a change that is refused leaves the row of its refusal and nothing else', async t => {
  const { anonymous, db, fresh } = await start(t)
  t.equal((await anonymous.post('/api/toy/fail', {})).status, 409)
  const rows = await fresh()
  t.equal(rows.length, 1)
  t.match(rows[0], { status: 409, errorCode: 'toy.conflict', operation: 'toy.fail', entities: null })
  t.same((await db.query('SELECT 1 FROM "Owner" WHERE "name" = \'Never\'')).rows, [])
})

t.test('operators – before and after of a change, and who did it', async t => {
  const { operator, fresh } = await start(t)
  t.equal((await operator.patch('/api/admin/v1/toy', { name: 'new' })).status, 200)
  const rows = await fresh()
  t.equal(rows.length, 1)
  t.match(rows[0], {
    direction: 'operator', actorType: 'operator', status: 200, changes: { before: { name: 'old', password: '[redacted]' }, after: { name: 'new' } }
  })
})

t.test('401 – a failed sign-in says who the caller claimed to be, and never the password', async t => {
  const { anonymous, fresh } = await start(t)
  t.equal((await anonymous.post('/api/admin/v1/session', { email: OPERATOR.email, password: 'wrong-canary' })).status, 401)
  t.equal((await anonymous.get('/api/admin/v1/audit')).status, 401)
  t.equal((await anonymous.get('/api/admin/v1/audit', { authorization: 'Bearer wmso_canary' })).status, 401)
  const rows = await fresh()
  t.same(rows.map(row => row.status), [401, 401, 401])
  t.match(rows[0], { direction: 'operator', claimedId: OPERATOR.email, actorType: null })
  t.notOk(JSON.stringify(rows).includes('canary'))
})

t.test('404 – unknown URLs, wrong methods and switched-off operations', async t => {
  const { anonymous, fresh } = await start(t)
  for (const path of ['/api/nowhere?a=1', '/api/toy/off', '//api', '/api/%zz', `/api/toy/things/${'a'.repeat(2_000)}`]) {
    t.equal((await anonymous.get(path)).status, 404, path)
  }
  t.equal((await anonymous.delete('/api/toy/things/a')).status, 404)
  const rows = await fresh()
  t.same(rows.map(row => [row.status, row.errorCode]), Array(6).fill([404, 'route.not_found']))
  t.equal(rows[0]?.path, '/api/nowhere?a=1')
})

t.test('400, 413, 415 – bodies that are never understood', async t => {
  const { anonymous, fresh } = await start(t)
  const post = async (body: string, type = 'application/json'): Promise<number> =>
    (await anonymous.post('/api/toy/things', body, { 'content-type': type })).status
  t.equal(await post('{"name":"x","password":"broken-canary'), 400)
  t.equal(await post('{"__proto__":{"a":1}}'), 400)
  t.equal(await post('[1]'), 400)
  t.equal(await post(`"${'x'.repeat(1_100_000)}"`), 413)
  t.equal(await post('<a/>', 'text/xml'), 415)
  t.equal(await post('a=1&password=form-canary', 'application/x-www-form-urlencoded'), 415)
  const rows = await fresh()
  t.same(rows.map(row => row.status), [400, 400, 400, 413, 415, 415])
  t.equal(rows[0]?.requestBody, '{"name":"x","password":[redacted]')
  t.notOk(JSON.stringify(rows).includes('canary'))
})

t.test('HEAD and OPTIONS – one row each', async t => {
  const wms = await start(t)
  const base = await wms.listen()
  t.equal((await fetch(`${base}/api/toy/things/a`, { method: 'HEAD' })).status, 200)
  await fetch(`${base}/api/toy/things/a`, { method: 'OPTIONS' })
  const rows = await wms.fresh()
  t.same(rows.map(row => [row.method, row.status, row.responseBody !== null]), [['HEAD', 200, false], ['OPTIONS', 404, true]])
})

t.test('499 – a caller who leaves before there is an answer', async t => {
  const wms = await start(t)
  const base = await wms.listen()
  await new Promise(resolve => {
    const request = httpRequest(`${base}/api/toy/slow`, () => {})
    request.on('error', resolve)
    request.end()
    setTimeout(() => request.destroy(), 100)
  })
  let rows: Row[] = []
  await wms.waitFor(async () => { rows = [...rows, ...await wms.fresh()]; return rows.length > 0 }, 'the row of the lost call')
  t.same(rows.map(row => [row.status, row.operation]), [[499, 'toy.slow']])
})

t.test('broken HTTP – 400, 431, a refused Expect and CONNECT each leave a row before their answer', async t => {
  const wms = await start(t)
  const base = await wms.listen()
  const calls: Array<[string, number]> = [
    ['GARBAGE\r\n\r\n', 400],
    ['GET /api/toy/things/a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 400],
    ['GET /api/toy/things/a HTTP/1.1\r\nHost: a\r\nX-Null: a\0b\r\n\r\n', 400],
    [`GET /api/toy/things/a?token=raw-canary HTTP/1.1\r\nHost: a\r\nX-Long: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    ['GET /api/toy/things/a HTTP/1.1\r\nHost: a\r\nExpect: 200-maybe\r\n\r\n', 417],
    ['CONNECT shop.example:443 HTTP/1.1\r\nHost: shop.example\r\n\r\n', 404],
    ['GET /api/toy/things/a HTTP/1.1\r\nConnection: close\r\n\r\n', 400]
  ]
  for (const [bytes, status] of calls) {
    const answer = await raw(base, bytes)
    t.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `), JSON.stringify(bytes.slice(0, 60)))
    const rows = await wms.fresh()
    t.equal(rows.length, 1, 'one row')
    t.equal(rows[0]?.status, status)
    t.match(answer.toLowerCase(), `x-request-id: ${rows[0]?.requestId.toLowerCase() ?? ''}`)
    t.notOk(JSON.stringify(rows).includes('canary'))
  }
})

t.test('odd characters – invalid UTF-8, ANSI, bidi and line separators in path, name and headers are recorded, never fatal', async t => {
  const wms = await start(t)
  const base = await wms.listen()
  const odd = Buffer.concat([
    Buffer.from('GET /api/toy/things/a%00%1b%5b2J%ff?q=%e2%80%a8%E2%80%AE HTTP/1.1\r\nHost: a\r\nConnection: close\r\nUser-Agent: '),
    Buffer.from([0xff, 0xfe, 0xe2, 0x80, 0xa8]), Buffer.from('\r\n\r\n')
  ])
  t.match(await raw(base, odd), /^HTTP\/1\.1 [24]0[04] /)
  t.equal((await wms.anonymous.post('/api/toy/things', '{"name":"a\\u0000b\\ud800"}')).status, 400)
  t.equal((await wms.anonymous.post('/api/toy/things', '{"name":"\\u001b[2J \\u202e \\u2028"}')).status, 201)
  const rows = await wms.fresh()
  t.equal(rows.length, 3)
  t.match(rows[0]?.path, '/api/toy/things/a%00')
  t.match(rows[1]?.requestBody, 'a')
  t.equal(rows[2]?.requestBody, '{"name":"\\u001b[2J \u202e \u2028"}')
})

t.test('many at once – as many rows as calls, each with its own id', async t => {
  const { anonymous, fresh } = await start(t)
  const answers = await Promise.all(Array.from({ length: 200 }, async (_, at) =>
    at % 2 === 0 ? await anonymous.get(`/api/toy/things/${at}`) : await anonymous.post('/api/toy/things', { at })))
  const rows = await fresh()
  t.same(rows.map(row => row.requestId).sort(), answers.map(answer => answer.headers['x-request-id']).sort())
})

t.test('503 – when the row can\'t be written nothing is applied, nothing is answered, and health says why', async t => {
  const { anonymous, db, fresh } = await start(t)
  await db.query('ALTER TABLE "Audit" RENAME TO "Away"')
  t.equal((await anonymous.get('/api/toy/things/a')).status, 503)
  t.equal((await anonymous.post('/api/toy/things', {})).status, 503)
  t.equal((await anonymous.get('/api/nowhere')).status, 503)
  t.same((await db.query('SELECT 1 FROM "Owner" WHERE "name" = \'Toy\'')).rows, [])
  const ready = await anonymous.get('/health/ready')
  t.equal(ready.status, 503)
  t.match(ready.text, /audit/i)
  await db.query('ALTER TABLE "Away" RENAME TO "Audit"')
  t.equal((await anonymous.post('/api/toy/things', {})).status, 201, 'it recovers by itself')
  t.equal((await anonymous.get('/api/toy/things/a')).status, 200)
  t.equal((await anonymous.get('/health/ready')).status, 200)
  t.same((await fresh()).map(row => row.status), [201, 200])
})
