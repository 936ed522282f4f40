// Old data go by the database's clock alone, and only while this machine agrees with it.
import t from 'tap'
import { buildTestApp, type TestApp } from '../../../src/test-kit/service.js'
import { createDatabase } from '../../../src/test-kit/databases.js'

const DAY_MS = 86_400_000
const OLD = 'now() - interval \'200 days\''

interface Logged { level: number, msg: string, retention?: string, removed?: Record<string, number> }

function log (): { lines: Logged[], write: (line: string) => void } {
  const lines: Logged[] = []
  return { lines, write: line => { lines.push(JSON.parse(line) as Logged) } }
}

/** What every job would remove, and a row of today beside it. */
async function seed (wms: TestApp): Promise<void> {
  await wms.newClient()
  await wms.db.query(`INSERT INTO "OperatorSession" ("id", "operatorId", "tokenHash", "createdAt", "lastSeenAt", "idleExpiresAt", "expiresAt", "ip")
    SELECT 'ses_old', "id", 'old', ${OLD}, ${OLD}, ${OLD}, ${OLD}, '::1' FROM "Operator" LIMIT 1`)
  await wms.db.query(`INSERT INTO "IdempotencyRecord" ("clientId", "key", "method", "path", "bodySha256", "status", "headers", "body", "createdAt")
    SELECT "id", k.key, 'POST', '/', '', 201, '{}', '{}', k.at FROM "ApiClient", (VALUES ('old', ${OLD}), ('new', now())) AS k (key, at)`)
  // Of each resolution one that is still shown and one that is not any more.
  await wms.db.query(`INSERT INTO "AuditRollup" ("resolution", "start", "direction", "statusClass", "count", "histogram")
    SELECT r.name, now() - r.keep + a.age * interval '10 minutes', CASE a.age WHEN 1 THEN 'in' ELSE 'out' END, 9, 1, '{1}'
    FROM (VALUES ('minute', interval '3 hours'), ('quarter', interval '3 days'), ('hours', interval '15 days')) AS r (name, keep),
      (VALUES (1), (-1)) AS a (age)`)
  await wms.db.query('UPDATE "AuditRollupState" SET "rolledTo" = date_trunc(\'minute\', now())')
  for (const table of ['Audit', 'AuditBody', 'Event', 'Attempt']) {
    await wms.db
      .query(`DO $$ BEGIN EXECUTE format('CREATE TABLE %I PARTITION OF "${table}" FOR VALUES FROM (%L) TO (%L)', '${table}_' || to_char(${OLD}, 'YYYYMMDD'),
      date_trunc('day', ${OLD}, 'UTC'), date_trunc('day', ${OLD}, 'UTC') + interval '1 day'); END $$`)
  }
}

async function stored (wms: TestApp): Promise<Record<string, number>> {
  const { rows: [row] } = await wms.db.query<
    Record<string, number>
  >(`SELECT (SELECT count(*) FROM "OperatorSession" WHERE "id" = 'ses_old') AS "oldSessions", (SELECT count(*) FROM "OperatorSession") AS "sessions",
    (SELECT count(*) FROM "IdempotencyRecord") AS "answers", (SELECT count(*) FROM "AuditRollup" WHERE "statusClass" = 9 AND "direction" = 'out') AS "rollups",
    (SELECT count(*) FROM "AuditRollup" WHERE "statusClass" = 9 AND "direction" = 'in') AS "shownRollups", (SELECT count(*) FROM "Audit") > 3 AS "calls",
    (SELECT count(*) FROM pg_class WHERE relname ~ ('^(Audit|AuditBody|Event|Attempt)_' || to_char(${OLD}, 'YYYYMMDD') || '$')) AS "partitions"`)
  return row!
}

const JOBS = ['kernel.idempotency', 'kernel.partitions', 'operators.expired-sessions', 'webhooks.deliveries', 'audit.statistics']
const SEEDED = { oldSessions: 1, answers: 2, rollups: 3, shownRollups: 3, calls: true, partitions: 4 }

t.test('a machine whose clock is 100 days ahead removes nothing, says so, and is not ready; one that agrees removes what is old and says what', async t => {
  const { url } = await createDatabase(t, { migrated: true })
  const first = await buildTestApp(t, { databaseUrl: url, config: { roles: ['api'] } })
  await seed(first)
  await first.close()
  for (const aheadMs of [100 * DAY_MS, -100 * DAY_MS]) {
    const { lines, write } = log()
    const wrong = await buildTestApp(t, { databaseUrl: url, systemTime: () => Date.now() + aheadMs, logTo: { write }, config: { logLevel: 'debug' } })
    wrong.wakeAll()
    const refused = (): Array<string | undefined> =>
      lines.filter(line => line.level === 50 && line.msg.startsWith('nothing is removed')).map(line => line.retention)
    await wrong.waitFor(() => JOBS.every(job => refused().includes(job)), 'every job refuses')
    t.match(await stored(wrong), SEEDED)
    const ready = await wrong.anonymous.get('/health/ready')
    t.equal(ready.status, 503)
    t.same(ready.body.reasons, { clock: 'unavailable' })
    t.match(
      lines.find(line => line.level === 50 && line.msg.includes('deletes nothing'))?.msg,
      aheadMs > 0 ? /^the clock of this machine is 86\d{5} s ahead of the database's/ : /behind the database's/
    )
    const client = await wrong.newClient()
    t.equal((await client.get('/api/external/v1/meta')).status, 200, 'what it issues is valid by the clock of all')
    await wrong.close()
  }
  const { lines, write } = log()
  const right = await buildTestApp(t, { databaseUrl: url, logTo: { write }, config: { logLevel: 'debug' } })
  right.wakeAll()
  await right.waitFor(async () => {
    const { oldSessions, rollups, partitions } = await stored(right)
    return oldSessions === 0 && rollups === 0 && partitions === 0
  }, 'what is old is removed')
  await right.waitFor(async () => (await stored(right))['answers'] === 1, 'the old answer is removed')
  t.match(await stored(right), { answers: 1, shownRollups: 3, calls: true })
  t.equal((await right.anonymous.get('/health/ready')).status, 200)
  const removed = Object.assign({}, ...lines.filter(line => line.msg === 'old data were removed').map(line => line.removed)) as Record<string, number>
  t.match(removed, { OperatorSession: 1, IdempotencyRecord: 1, AuditRollup: 3 })
  t.equal(Object.keys(removed).filter(name => /^(Audit|AuditBody|Event|Attempt)_\d{8}$/.test(name)).length, 4, 'each partition is named')
})

t.test('partitions with deliveries that are not finished stay, also of their events and attempts', async t => {
  const wms = await buildTestApp(t, { logTo: { write () {} } })
  await seed(wms)
  await wms.db
    .query(
      'INSERT INTO "Webhook" ("id", "name", "url", "events", "enabled", "ordering", "excludeClientIds") VALUES (\'whk_old\', \'old\', ' +
        '\'https://example.com\', \'{}\', false, \'none\', \'{}\')'
    )
  await wms.db
    .query(`INSERT INTO "Delivery" ("id", "webhookId", "eventId", "eventType", "eventSequence", "eventOccurredAt", "previousSequence", "subjectType",
      "subjectId", "ownerId", "orderKey", "status", "lane", "notBefore", "maxAttempts", "schedule")
    VALUES ('dlv_old', 'whk_old', 'evt_old', 'order.created', 1, ${OLD}, 0, 'order', 'ord_old', 'own_00000000000000000000000000', 'ord_old', 'pending', 'new',
      ${OLD}, 13, '{}')`)
  wms.wakeAll()
  await wms.waitFor(async () => (await stored(wms))['partitions'] === 2, 'those of calls go')
  // Rounds that run are finished before it is closed.
  await wms.close()
  const after = await buildTestApp(t, { databaseUrl: wms.databaseUrl, config: { roles: ['api'] } })
  const { rows } = await after.db.query<
    { name: string }
  >(`SELECT relname::text AS "name" FROM pg_class WHERE relname ~ ('_' || to_char(${OLD}, 'YYYYMMDD') || '$') AND relkind = 'r' ORDER BY 1`)
  t.same(rows.map(({ name }) => name.replace(/_\d+$/, '')), ['Attempt', 'Event'])
})
