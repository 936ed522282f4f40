// `npm run faults`: real processes on a real database, while clocks, networks, the database and other processes fail.
import t, { type Test } from 'tap'
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Agent, request } from 'undici'
import { startEmbeddedPostgres } from '../../src/embedded-postgres/server.js'
import { MAIN, PASSWORD, run, settings, signIn, stop, waitFor, type Process } from '../e2e/process.js'
import { createDatabase, onServer } from '../../src/test-kit/databases.js'
import { startReceiver } from '../../src/test-kit/receiver.js'
import { relayTo } from './relay.js'

const CLOCK = fileURLToPath(new URL('../../../test/faults/clock-ahead.mjs', import.meta.url))
const DAY_MS = 86_400_000
const byUrl = (url: string, more: Record<string, string> = {}): Record<string, string> => ({
  DATABASE_URL: url,
  ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
  PUBLIC_URL: 'http://wms.test',
  PORT: '0',
  OPERATOR_PASSWORD: PASSWORD,
  PASSWORD_COST: '14',
  LOG_LEVEL: 'warn',
  WEBHOOK_ALLOW_CIDRS: '127.0.0.0/8',
  ...more
})
const start = (t: Test, env: Record<string, string>, args: string[] = []): Process => run(t, process.execPath, [...args, MAIN], env)
const address = async (service: Process): Promise<string> => {
  await waitFor(() => /listens at (\S+)/.test(service.output()), () => `its address\n${service.output()}${service.errors()}`)
  return /listens at (\S+)/.exec(service.output())![1]!
}
const ready = async (url: string): Promise<number> => await fetch(`${url}/health/ready`).then(answer => answer.status, () => 0)

async function operatorOf (url: string): Promise<(method: string, path: string, body?: unknown) => Promise<{ status: number, body: Record<string, unknown> }>> {
  const json = { 'content-type': 'application/json' }
  const session = await fetch(`${url}/api/admin/v1/session`, {
    method: 'POST', headers: json, body: JSON.stringify({ email: 'admin@localhost', password: PASSWORD })
  })
  const { token } = await session.json() as { token: string }
  return async (method, path, body) => {
    const answer = await fetch(`${url}/api/admin/v1/${path}`, {
      method, headers: { authorization: `Bearer ${token}`, ...body === undefined ? {} : json }, ...body === undefined ? {} : { body: JSON.stringify(body) }
    })
    const text = await answer.text()
    return { status: answer.status, body: text === '' ? {} : JSON.parse(text) as Record<string, unknown> }
  }
}

const count = async (url: string, table: string): Promise<number> =>
  await onServer(url, async client => Number((await client.query(`SELECT count(*) AS n FROM "${table}"`)).rows[0].n))
const TABLES = ['Audit', 'AuditBody', 'Event', 'Attempt', 'Delivery', 'OperatorSession']

t.test('clock: a process that is 100 days ahead deletes nothing', async t => {
  const { url } = await createDatabase(t)
  const receiver = await startReceiver(t)
  const first = start(t, byUrl(url))
  const operator = await operatorOf(await first.ready())
  await operator('PATCH', 'plugins/external-api', { enabled: true })
  await operator('POST', 'webhooks', {
    name: 'w', url: receiver.url, events: ['product.created'], auth: { type: 'basic', username: 'u', password: 'a long password' }
  })
  await shop(await address(first), operator, 3)
  await waitFor(() => receiver.ledger.length === 3, () => 'the deliveries')
  t.equal(await stop(first), 0)
  const before = await Promise.all(TABLES.map(async table => await count(url, table)))
  t.ok(before.every(rows => rows > 0), before.join())
  const wrong = start(t, byUrl(url, { CLOCK_AHEAD_MS: String(100 * DAY_MS) }), ['--import', CLOCK])
  const wrongUrl = await address(wrong)
  await waitFor(async () => await ready(wrongUrl) === 503, () => 'no readiness')
  await waitFor(() => wrong.output().includes('nothing is removed'), () => wrong.output())
  await new Promise(resolve => setTimeout(resolve, 5_000))
  const after = await Promise.all(TABLES.map(async table => await count(url, table)))
  t.ok(after.every((rows, at) => rows >= before[at]!), `${before.join()} then ${after.join()}`)
  t.equal(await stop(wrong), 0)
})

t.test('rename: the database of a renamed DATA_DIR is there under its new name', { skip: process.getuid?.() === 0 ? false : 'needs root' }, async t => {
  const base = mkdtempSync(join(tmpdir(), 'faults-'))
  t.teardown(() => { rmSync(base, { recursive: true, force: true }) })
  mkdirSync(join(base, 'closed'), { mode: 0o700 })
  const [old, renamed] = [join(base, 'closed/data'), join(base, 'closed/renamed')]
  const first = start(t, settings(old))
  await first.ready()
  t.equal(await stop(first), 0)
  renameSync(old, renamed)
  const fresh = start(t, { ...settings(old), OPERATOR_PASSWORD: 'another password' })
  t.equal(await signIn(await fresh.ready(), PASSWORD), 401, 'a new database under the old name')
  t.match(fresh.output(), /holds the database of .*rm -rf/)
  t.equal(await stop(fresh), 0)
  const again = start(t, settings(renamed))
  t.equal(await signIn(await again.ready(), PASSWORD), 201)
  t.equal(await stop(again), 0)
})

t.test('silent connections: every call is answered, and the service recovers', async t => {
  const relay = await relayTo(t, (await createDatabase(t)).url)
  const service = start(t, byUrl(relay.url))
  const url = await service.ready()
  const operator = await operatorOf(url)
  relay.silence()
  const begun = performance.now()
  const statuses = await Promise
    .all(Array.from({ length: 20 }, async (_, at) => at % 2 === 0 ? (await operator('GET', 'clients')).status : (await fetch(`${url}/nowhere`)).status))
  t.ok(statuses.every(status => status < 500 || status === 503), statuses.join())
  await waitFor(async () => await ready(url) === 200, () => 'readiness')
  t.equal((await operator('GET', 'clients')).status, 200)
  t.comment(`recovered after ${Math.round((performance.now() - begun) / 100) / 10} s`)
  t.equal(await stop(service), 0)
})

t.test('freeze: 40 s without a database are 503 and no closed sockets; overload: 2,000 connections are answered', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'faults-'))
  chmodSync(folder, 0o711)
  const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'data'), log: () => {} })
  t.teardown(async () => { await postgres.stop(); rmSync(folder, { recursive: true, force: true }) })
  const service = start(t, byUrl(postgres.url))
  const url = await service.ready()
  const operator = await operatorOf(url)
  const family = execFileSync('pgrep', ['-f', `postgres.*${postgres.dataFolder}`]).toString().trim().split('\n').map(Number)
  const children = family.flatMap(pid => {
    try {
      return execFileSync('pgrep', ['-P', String(pid)]).toString().trim().split('\n').map(Number)
    } catch {
      return []
    }
  })
  const all = [...family, ...children]
  for (const pid of all) process.kill(pid, 'SIGSTOP')
  const thaw = setTimeout(() => { for (const pid of all) process.kill(pid, 'SIGCONT') }, 40_000)
  const outcomes = await Promise.all(Array.from({ length: 60 }, async (_, at) => {
    await new Promise(resolve => setTimeout(resolve, at * 500))
    return await fetch(`${url}/api/external/v1/products`).then(answer => String(answer.status), (error: Error) => error.message)
  }))
  t.same(outcomes.filter(outcome => !['401', '404', '503'].includes(outcome)), [], 'no call was left without an answer')
  await waitFor(async () => await ready(url) === 200, () => 'readiness')
  clearTimeout(thaw)
  t.equal((await operator('GET', 'clients')).status, 200)
  const agent = new Agent({ connections: 2_000, pipelining: 1 })
  const overload = await Promise.all(Array.from({ length: 2_000 }, async () => await request(`${url}/api/external/v1/products`, { dispatcher: agent })
    .then(async ({ statusCode, body }) => { await body.dump(); return String(statusCode) }, (error: Error) => error.message)))
  await agent.destroy()
  const tally = Object.fromEntries([...new Set(overload)].map(outcome => [outcome, overload.filter(other => other === outcome).length]))
  t.comment(tally)
  t.same(Object.keys(tally).filter(outcome => !['401', '404', '503'].includes(outcome)), [])
  t.equal(await stop(service), 0)
})

t.test('kill: what a killed worker had taken is delivered by the other one', async t => {
  const { url } = await createDatabase(t)
  const receiver = await startReceiver(t)
  const [one, two] = [start(t, byUrl(url)), start(t, byUrl(url))]
  const [first] = [await one.ready(), await two.ready()]
  const operator = await operatorOf(first)
  await operator('PATCH', 'plugins/external-api', { enabled: true })
  await operator('POST', 'webhooks', {
    name: 'w', url: receiver.url, events: ['product.created'], auth: { type: 'basic', username: 'u', password: 'a long password' }
  })
  receiver.answer({ instead: 'silence' })
  await shop(first, operator, 10)
  await waitFor(() => receiver.ledger.length >= 10, () => 'the first calls')
  const { rows: [row] } = await onServer(
    url, async client => await client.query('SELECT "claimedBy", count(*) FROM "Delivery" WHERE "status" = \'sending\' GROUP BY 1 ORDER BY 2 DESC')
  )
  t.comment(row)
  receiver.answer({})
  // Whichever has them: the other one goes on.
  one.child.kill('SIGKILL')
  const killedAt = performance.now()
  await waitFor(
    async () =>
      await count(url, 'Delivery') === await onServer(url, async client =>
        Number((await client.query('SELECT count(*) AS n FROM "Delivery" WHERE "status" = \'succeeded\'')).rows[0].n)),
    () => 'the deliveries'
  )
  t.comment(`all delivered ${Math.round((performance.now() - killedAt) / 100) / 10} s after the kill`)
  t.equal(await stop(two), 0)
})

/** An API client creates products. */
async function shop (url: string, operator: Awaited<ReturnType<typeof operatorOf>>, products: number): Promise<void> {
  const { body: { client, clientSecret } } = await operator('POST', 'clients', { name: 'shop' }) as unknown as {
    body: { client: { clientId: string }, clientSecret: string }
  }
  const json = { 'content-type': 'application/json' }
  const minted = await fetch(`${url}/api/external/v1/auth/token`, {
    method: 'POST', headers: json, body: JSON.stringify({ client_id: client.clientId, client_secret: clientSecret })
  })
  const { access_token: token } = await minted.json() as { access_token: string }
  for (let at = 0; at < products; at++) {
    await fetch(`${url}/api/external/v1/products`, {
      method: 'POST', headers: { ...json, authorization: `Bearer ${token}` }, body: JSON.stringify({ sku: `P-${at}`, name: 'p' })
    })
  }
}
