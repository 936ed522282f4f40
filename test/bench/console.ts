// What an operator waits for: the first content of the console, and the statistics of its overview over a million calls.
import { existsSync } from 'node:fs'
import { chromium, type Page } from 'playwright-core'
import { percentile } from './load.js'
import type { Stage } from './stage.js'

const CALLS = 1_000_000
const DAYS = 7
const TIMES = 40
const VISITS = 5
/** What is not there then never comes. */
const COUNTED_MS = 300_000
const PAINTED_MS = 30_000
const TARGET_MS = { statistics: 100, firstContent: 1000 }
const RANGES = ['hour', 'day', 'week'] as const
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(path => existsSync(path))

/** Two fifths in the last two hours, the rest over the week: calls of 20 clients and attempts to deliver, some of them refused or failed. */
const FILL =
  `INSERT INTO "Audit" ("occurredAt", "direction", "requestId", "correlationId", "actorType", "actorId", "actorName", "method", "path", "operation", "status",
    "statusClass", "durationMs",
    "requestBytes", "responseBytes", "requestTruncated", "responseTruncated", "errorCode", "webhookId", "webhookName")
  SELECT at, CASE WHEN is_out THEN 'out' ELSE 'in' END, 'req_' || n, 'cor_' || n, CASE WHEN NOT is_out THEN 'client' END, CASE
    WHEN NOT is_out THEN 'cli_' || n % 20 END, CASE WHEN NOT is_out THEN 'Client ' || n % 20 END,
    CASE WHEN is_out THEN 'POST' ELSE 'GET' END, '/api/external/v1/products/' || n, CASE
      WHEN NOT is_out THEN (ARRAY['product.get', 'product.list', 'product.create', 'stock.query', 'order.create'])[1 + n % 5] END,
    status, status / 100, 1 + random() * 40, 300, 700, false, false, CASE WHEN status >= 400 THEN 'product.not_found' END, CASE
      WHEN is_out THEN 'whk_' || n % 5 END, CASE WHEN is_out THEN 'Webhook ' || n % 5 END
  FROM (SELECT n, n % 4 = 0 AS is_out, CASE n % 50 WHEN 7 THEN 404 WHEN 13 THEN 500 ELSE 200 END AS status,
      now() - CASE WHEN n % 5 < 2 THEN interval '2 hours' ELSE interval '${DAYS} days' END * random() AS at FROM generate_series(1, ${CALLS}) n) AS calls`

const PARTITIONS = `DO $$ BEGIN FOR ahead IN 1..${DAYS} LOOP EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF "Audit" FOR VALUES FROM (%L) TO (%L)',
  'Audit_' || to_char((now() AT TIME ZONE 'UTC')::date - ahead, 'YYYYMMDD'), ((now() AT TIME ZONE 'UTC')::date - ahead) || 'T00:00:00Z',
    ((now() AT TIME ZONE 'UTC')::date - ahead + 1) || 'T00:00:00Z'); END LOOP; END $$`

/** One line of the report. */
export interface Seen { line: string, isMet: boolean }

export async function measureConsole (stage: Stage): Promise<Seen[]> {
  await fill(stage)
  return [...await statistics(stage), await firstContent(stage.service.url)]
}

/** A million calls, counted again by the service's own worker. */
async function fill ({ db }: Stage): Promise<void> {
  await db.query(PARTITIONS)
  await db.query(FILL)
  await db.query('TRUNCATE "AuditRollup", "AuditRollupParty"')
  await db.query('UPDATE "AuditRollupState" SET "rolledTo" = NULL')
  await db.query('VACUUM ANALYZE "Audit"')
  for (const end = Date.now() + COUNTED_MS; ;) {
    const { rows: [state] } = await db.query<{ isDone: boolean }>('SELECT "rolledTo" > now() - interval \'5 minutes\' AS "isDone" FROM "AuditRollupState"')
    if (state?.isDone === true) break
    if (Date.now() > end) throw new Error(`the calls are not counted after ${COUNTED_MS / 1000} s`)
    await new Promise(resolve => setTimeout(resolve, 500))
  }
}

async function statistics ({ operator }: Stage): Promise<Seen[]> {
  const lines: Seen[] = []
  for (const range of RANGES) {
    const times: number[] = []
    for (let time = -3; time < TIMES; time++) {
      const before = performance.now()
      const { status, body } = await operator('GET', `/api/admin/v1/audit/statistics?range=${range}`)
      if (status !== 200) throw new Error(JSON.stringify(body))
      if (time >= 0) times.push(performance.now() - before)
    }
    times.sort((a, b) => a - b)
    lines.push({
      isMet: percentile(times, 95) <= TARGET_MS.statistics,
      line: `statistics of the last ${range} at ${CALLS} calls: p50 ${percentile(times, 50).toFixed(1)} ms, p95 ${
        percentile(times, 95).toFixed(1)
      } ms (target ${TARGET_MS.statistics})`
    })
  }
  return lines
}

/** The browser notes it a moment after it has painted. */
async function paintedAt (page: Page): Promise<number> {
  for (const end = Date.now() + PAINTED_MS; ;) {
    const at = await page.evaluate('performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? null')
    if (at !== null) return Number(at)
    if (Date.now() > end) throw new Error(`nothing is painted after ${PAINTED_MS / 1000} s`)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

/** First contentful paint of the sign-in, which has the first load; a new browser profile each time. */
async function firstContent (url: string): Promise<Seen> {
  if (CHROMIUM === undefined) return { isMet: true, line: 'first content of the console: not measured, there is no Chromium on this machine' }
  const times: number[] = []
  for (let visit = 0; visit < VISITS; visit++) {
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] })
    try {
      const page = await browser.newPage()
      await page.goto(`${url}/console`)
      await page.getByRole('button', { name: 'Sign in' }).waitFor()
      times.push(await paintedAt(page))
    } finally {
      await browser.close()
    }
  }
  times.sort((a, b) => a - b)
  return {
    isMet: percentile(times, 50) <= TARGET_MS.firstContent,
    line: `first content of the console: ${times.map(time => Math.round(time)).join(', ')} ms (target ${TARGET_MS.firstContent}), nothing cached`
  }
}
