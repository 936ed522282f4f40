// `npm run bench`: one table from one run. Machines differ, so what counts is the ratio of ours to the limit of the same run.
import { loadavg, cpus, tmpdir } from 'node:os'
import { randomInt, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Pool } from 'undici'
import { startService } from '../demo/service.js'
import { OPERATOR } from '../demo/setup.js'
import { measureConsole } from './console.js'
import { load, percentile, type Call, type LoadResult } from './load.js'
import { fillShelves, hotOrder, order, skuQuery } from './orders.js'
import { setStage, type Stage } from './stage.js'
import { settled, drain, latency, lateness, RATE_PER_SECOND } from './webhooks.js'

const CONNECTIONS = 50
const PRODUCTS = 10_000
const DURATION_MS = Number(process.argv[2] ?? 8) * 1000

interface Row { name: string, perSecond: number, p50Ms: number, p99Ms: number, cpuMsPerCall: number, ratio?: number, target?: number, note: string }

const print = (line: string): void => { process.stdout.write(`${line}\n`) }

interface Task { name: string, which: 'service' | 'limits', next: (index: number) => Call, expected: number, target?: number }

/** Slices of each measurement: a checkpoint or a neighbour of the machine then meets both sides of a ratio. */
const SLICES = 6
/** From one slice to the next everything is warm. */
const PAUSE_MS = 200

/** The first is the limit of the others. Slices in turn, so that whatever else the machine does meets all alike. */
async function inTurn (stage: Stage, tasks: readonly Task[]): Promise<Row[]> {
  const found = tasks.map(task => ({ task, calls: 0, failures: 0, rows: 0, cpuMs: 0, seconds: 0, latencies: [] as number[] }))
  for (let slice = 0; slice < SLICES; slice++) {
    for (const sum of found) {
      const { which, next, expected } = sum.task
      const rowsBefore = await auditRows(stage)
      const cpuBefore = await stage.cpuMs(which)
      const result: LoadResult = await load(
        which === 'service' ? stage.service.url : stage.limitsUrl, CONNECTIONS, DURATION_MS / SLICES, next, expected, slice === 0 ? undefined : PAUSE_MS
      )
      sum.cpuMs += await stage.cpuMs(which) - cpuBefore
      sum.rows += await auditRows(stage) - rowsBefore
      sum.calls += result.calls
      sum.failures += result.failures
      sum.seconds += result.seconds
      sum.latencies.push(...result.latencies)
      await settled(stage)
    }
  }
  const rows = found.map(({ task: { name, which }, calls, failures, rows, cpuMs, seconds, latencies }): Row => {
    latencies.sort((a, b) => a - b)
    const note = failures > 0 ? `INVALID: ${failures} failures` : which === 'service' && rows !== calls ? `INVALID: ${rows} rows for ${calls} calls` : ''
    print(`  ${name}: ${Math.round(latencies.length / seconds)}/s`)
    return {
      name, perSecond: latencies.length / seconds, p50Ms: percentile(latencies, 50), p99Ms: percentile(latencies, 99), cpuMsPerCall: cpuMs / calls, note
    }
  })
  return rows.map((row, index) =>
    tasks[index]!.target === undefined ? row : { ...row, ratio: row.perSecond / rows[0]!.perSecond, target: tasks[index]!.target! }
  )
}

/** Calls of API clients that are in the audit. */
async function auditRows ({ db }: Stage): Promise<number> {
  return Number((await db.query('SELECT count(*) FROM "Audit" WHERE "direction" = \'in\'')).rows[0].count)
}

const product = (): string => JSON.stringify({ sku: randomUUID(), name: 'WHITE HANGING HEART T-LIGHT HOLDER', price: '2.55', currency: 'GBP', barcodes: [] })

interface Seeded { ids: string[], skus: string[] }

async function seed (stage: Stage): Promise<Seeded> {
  const pool = new Pool(stage.service.url, { connections: CONNECTIONS, pipelining: 1 })
  const seeded: Seeded = { ids: [], skus: [] }
  let sent = 0
  await Promise.all(Array.from({ length: CONNECTIONS }, async () => {
    while (sent < PRODUCTS) {
      const { statusCode, body } = await pool.request({ ...creation(stage, sent++) })
      const answer = await body.json() as { product: { id: string, sku: string } }
      if (statusCode !== 201) throw new Error(`seeding failed: ${statusCode} ${JSON.stringify(answer)}`)
      seeded.ids.push(answer.product.id)
      seeded.skus.push(answer.product.sku)
    }
  }))
  await pool.close()
  return seeded
}

const authorised = ({ tokens }: Stage, index: number): Record<string, string> => ({ authorization: `Bearer ${tokens[index % tokens.length]!}` })

function creation (stage: Stage, index: number): Call {
  return { method: 'POST', path: '/api/external/v1/products', headers: { ...authorised(stage, index), 'content-type': 'application/json' }, body: product() }
}

async function run (stage: Stage): Promise<Row[]> {
  print(`seeding ${PRODUCTS} products …`)
  const { ids, skus } = await seed(stage)
  print('filling the shelves …')
  await fillShelves(stage, skus)
  // Tables that are vacuumed while they are empty are planned for as if they stayed so.
  await load(stage.service.url, CONNECTIONS, 1000, index => order(authorised(stage, index), skus), 201)
  await settled(stage)
  // What autovacuum does within a minute, done now.
  await stage.db.query('VACUUM ANALYZE')
  const cursors = ids.slice(0, 1000).sort()
  const any = (list: readonly string[]): string => list[randomInt(list.length)]!
  const get = (path: string): Call => ({ method: 'GET', path })
  const [hello] = await inTurn(stage, [limit('limit: Fastify hello', () => get('/hello'))])
  const reads = await inTurn(stage, [
    limit('limit: Fastify + pg prepared select', () => get(`/product/${any(ids)}`)),
    ours('get product', 0.5, index => ({ ...get(`/api/external/v1/products/${any(ids)}`), headers: authorised(stage, index) }))
  ])
  const pages = await inTurn(stage, [
    limit('limit: Fastify + pg 50 rows as JSON', () => get(`/page/${any(cursors)}`)),
    ours('page of 50', 0.5, index => ({ ...get('/api/external/v1/products?limit=50'), headers: authorised(stage, index) }))
  ])
  let creates: Row[] = []
  const underLoad = await lateness(stage, async () => {
    creates = await inTurn(stage, [limit('limit: Fastify + pg insert', insertion), ours('create product, one webhook', 0.25, index =>
      creation(stage, index), 201)])
  })
  const orders = await inTurn(stage, [limit('limit: Fastify + pg insert', insertion), ours('create order, 3 lines, allocated', 0.15, index =>
    order(authorised(stage, index), skus), 201)])
  const queries = await inTurn(stage, [
    limit('limit: Fastify + pg 100 rows by SKU', () => skuQuery('/query', {}, 'skuKeys', skus)),
    ours('stock of 100 SKUs', 0.2, index => skuQuery('/api/external/v1/stock/query', authorised(stage, index), 'skus', skus))
  ])
  const hot = await inTurn(stage, [
    limit('limit: Fastify + pg update of one row', () => ({ method: 'POST', path: '/hot' })),
    ours('orders that allocate one product', 0.2, index => hotOrder(authorised(stage, index), skus[0]!), 201)
  ])
  const post = await measurePosts(stage)
  const delivered = await drain(stage, index => creation(stage, index), CONNECTIONS)
  print(`  webhooks: ${Math.round(delivered.perSecond)}/s`)
  const late = await latency(stage, index => creation(stage, index))
  const webhooks = {
    name: 'webhooks delivered',
    perSecond: delivered.perSecond,
    p50Ms: NaN,
    p99Ms: NaN,
    cpuMsPerCall: delivered.cpuMsPerCall,
    note: delivered.note,
    ratio: delivered.perSecond / post.perSecond,
    target: 0.1
  }
  const commit = {
    name: `call to receiver at ${RATE_PER_SECOND}/s`,
    perSecond: RATE_PER_SECOND,
    p50Ms: percentile(late, 50),
    p99Ms: percentile(late, 99),
    cpuMsPerCall: NaN,
    note: `p95 ${percentile(late, 95).toFixed(1)} ms, ${late.length} events`
  }
  printMemory(await stage.rssMb())
  return [hello!, ...reads, ...pages, ...creates, lateRow('call to receiver, full load', underLoad), ...orders, ...queries, ...hot, post, webhooks, commit]
}

const limit = (name: string, next: Task['next']): Task => ({ name, which: 'limits', next, expected: 200 })
const ours = (name: string, target: number, next: Task['next'], expected = 200): Task => ({ name, which: 'service', next, expected, target })

/** The same creates, with the webhooks in a process of their own. */
async function runApart (stage: Stage): Promise<Row[]> {
  const create = (index: number): Call => creation(stage, index)
  await load(stage.service.url, CONNECTIONS, 1000, create, 201)
  await settled(stage)
  await stage.db.query('VACUUM ANALYZE')
  let rows: Row[] = []
  const late = await lateness(stage, async () => {
    rows = await inTurn(stage, [limit('limit: Fastify + pg insert', insertion), ours('create, worker apart', 0.25, create, 201)])
  })
  printMemory(await stage.rssMb())
  return [...rows, lateRow('call to receiver, worker apart', late)]
}

const insertion = (): Call => ({ method: 'POST', path: '/insert', headers: { 'content-type': 'application/json' }, body: product() })

const lateRow = (name: string, late: readonly number[]): Row => ({
  name, perSecond: NaN, p50Ms: percentile(late, 50), p99Ms: percentile(late, 99), cpuMsPerCall: NaN, note: `at most ${late.at(-1)} ms, ${late.length} events`
})

const printMemory = (mb: readonly number[]): void => { print(`  memory of the service: ${mb.map(value => `${Math.round(value)} MiB`).join(' and ')}`) }

async function measurePosts (stage: Stage): Promise<Row> {
  const body = product()
  const { latencies, seconds } = await load(
    stage.receiver.url, CONNECTIONS, DURATION_MS, () => ({ method: 'POST', path: '/', headers: { 'content-type': 'application/json' }, body }), 204
  )
  latencies.sort((a, b) => a - b)
  return {
    name: 'limit: undici POSTs to a receiver',
    perSecond: latencies.length / seconds,
    p50Ms: percentile(latencies, 50),
    p99Ms: percentile(latencies, 99),
    cpuMsPerCall: NaN,
    note: ''
  }
}

function printTable (rows: readonly Row[]): void {
  const number = (value: number | undefined, digits: number): string => value === undefined || Number.isNaN(value) ? '' : value.toFixed(digits)
  print(`${'what'.padEnd(38)}${'per s'.padStart(9)}${'ratio'.padStart(8)}${'target'.padStart(8)}${'p50 ms'.padStart(9)}${'p99 ms'.padStart(9)}${
    'CPU ms'.padStart(9)
  }`)
  for (const row of rows) {
    print(`${row.name.padEnd(38)}${number(row.perSecond, 0).padStart(9)}${number(row.ratio, 3).padStart(8)}${number(row.target, 2).padStart(8)}${
      number(row.p50Ms, 2).padStart(9)
    }${number(row.p99Ms, 2).padStart(9)}${number(row.cpuMsPerCall, 3).padStart(9)}  ${row.note}`)
  }
}

/** Milliseconds until the service is healthy, on an empty folder and again on the same one; embedded database, nothing else running. */
async function starts (): Promise<number[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'wms-bench-start-'))
  const times: number[] = []
  try {
    for (let start = 0; start < 3; start++) {
      const before = performance.now()
      const service = await startService({ DATA_DIR: dataDir, PORT: '0', OPERATOR_PASSWORD: OPERATOR.password, LOG_LEVEL: 'warn' })
      times.push(Math.round(performance.now() - before))
      await service.stop()
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
  return times
}

print(`start to healthy: ${(await starts()).join(', ')} ms (the first on an empty folder)`)
let stage = await setStage()
try {
  print(`${cpus().length} CPUs, load average ${loadavg().map(value => value.toFixed(1)).join(' ')}, Node ${process.version}, ${CONNECTIONS} connections, ${
    DURATION_MS / 1000
  } s each after a warm-up`)
  for (const name of ['server_version', 'fsync', 'synchronous_commit', 'full_page_writes']) {
    print(`${name} = ${String((await stage.db.query(`SHOW ${name}`)).rows[0][name])}`)
  }
  const rows = await run(stage)
  await stage.close()
  stage = await setStage(['api', 'worker'])
  rows.push(...await runApart(stage))
  await stage.close()
  stage = await setStage()
  const seen = await measureConsole(stage)
  print(`\nload average at the end ${loadavg().map(value => value.toFixed(1)).join(' ')}\n`)
  printTable(rows)
  for (const { line, isMet } of seen) print(`${line}${isMet ? '' : '  NOT MET'}`)
  if (rows.some(row => row.note.startsWith('INVALID') || (row.ratio !== undefined && row.ratio < row.target!)) || seen.some(({ isMet }) => !isMet)) {
    process.exitCode = 1
  }
} finally {
  await stage.close()
}
