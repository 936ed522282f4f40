// Reads the audit.
import type { Database } from '#kernel'
import { and, type Clause, type Position, type Search } from './filters.js'

// Rows that one page looks at when an index alone can't answer: neighbours by time are cheap to read, those of an index lie apart.
const SCAN_BY_TIME = 100_000
const SCAN_BY_INDEX = 20_000
const PROBE_LIMIT = 1_000

export interface EntryRow {
  seq: number
  occurredAt: Date
  direction: 'in' | 'operator' | 'out'
  requestId: string
  correlationId: string
  actorType: 'client' | 'operator' | null
  actorId: string | null
  actorName: string | null
  claimedId: string | null
  ip: string | null
  method: string
  route: string | null
  path: string
  operation: string | null
  status: number | null
  durationMs: number
  requestBytes: number
  responseBytes: number
  errorCode: string | null
  entities: string[] | null
  webhookId: string | null
  webhookName: string | null
  eventId: string | null
  eventType: string | null
  deliveryId: string | null
  attempt: number | null
  maxAttempts: number | null
  trigger: string | null
  nextAttemptAt: Date | null
  remoteAddress: string | null
  tlsVersion: string | null
  timings: Record<string, number> | null
  errorClass: string | null
}

interface RecordRow extends EntryRow {
  sessionId: string | null
  secretLast4: string | null
  requestHeaders: Record<string, string | string[]> | null
  responseHeaders: Record<string, string | string[]> | null
  requestTruncated: boolean
  responseTruncated: boolean
  requestSha256: string | null
  responseSha256: string | null
  requestBody: string | null
  responseBody: string | null
  changes: Record<string, unknown> | null
}

/** The columns of an entry, of the table `a`. */
export const ENTRY = [
  'seq', 'occurredAt', 'direction', 'requestId', 'correlationId', 'actorType', 'actorId', 'actorName', 'claimedId', 'ip', 'method', 'route', 'path',
  'operation', 'status', 'durationMs', 'requestBytes', 'responseBytes', 'errorCode', 'entities', 'webhookId', 'webhookName', 'eventId', 'eventType',
  'deliveryId', 'attempt', 'maxAttempts', 'trigger', 'nextAttemptAt', 'remoteAddress', 'tlsVersion', 'timings', 'errorClass'
].map(column => `a."${column}"`).join(', ')

/** For statements whose plan depends on the values at hand; those of a change are planned once. */
export const PLANNED_ANEW = 'SET LOCAL plan_cache_mode TO force_custom_plan; SET LOCAL enable_seqscan TO on'

const NEWEST_FIRST = 'ORDER BY "occurredAt" DESC, "seq" DESC'

const GET = `SELECT ${ENTRY}, a."sessionId", a."secretLast4", a."requestHeaders", a."responseHeaders", a."requestTruncated", a."responseTruncated",
    encode(a."requestSha256", 'hex') AS "requestSha256", encode(a."responseSha256", 'hex') AS "responseSha256", a."changes", b."requestBody", b."responseBody"
  FROM "Audit" a LEFT JOIN "AuditBody" b ON b."occurredAt" = a."occurredAt" AND b."seq" = a."seq"
  WHERE a."occurredAt" = $1::timestamptz AND a."seq" = $2::bigint`

interface Narrowed { source: string, values: unknown[], rest: Clause[], scanLimit: number }

/**
 * Newest first, at most `limit` rows. Where one index alone can't answer, only so many rows are looked at; `readTo` says
 * where that ended when it ended before the last row.
 */
export async function findPage (db: Database, search: Search, limit: number): Promise<{ rows: EntryRow[], readTo: Position | null }> {
  const indexed = search.indexed.length < 2 ? search.indexed : await rarestFirst(db, search)
  const { source, values, rest, scanLimit } = narrow(search, indexed)
  if (rest.length === 0) {
    const { rows } = await db.query<EntryRow>(`SELECT ${ENTRY} FROM (SELECT * FROM ${source} ${NEWEST_FIRST} LIMIT ${limit}) AS a ${NEWEST_FIRST}`, values)
    return { rows, readTo: null }
  }
  return await db.transaction(async tx => {
    // Both statements must see the same rows, and be planned for the filters at hand.
    await tx.query(`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; ${PLANNED_ANEW}`)
    const all = [...values]
    const where = and(rest, all)
    const { rows } = await tx.query<EntryRow>(
      `SELECT ${ENTRY} FROM (SELECT * FROM ${source} ${NEWEST_FIRST} LIMIT ${scanLimit}) AS a WHERE ${where} ${NEWEST_FIRST} LIMIT ${limit}`, all)
    if (rows.length === limit) return { rows, readTo: null }
    const end = await tx.query<Position>(`SELECT "occurredAt", "seq" FROM ${source} ${NEWEST_FIRST} OFFSET ${scanLimit - 1} LIMIT 1`, values)
    return { rows, readTo: end.rows[0] ?? null }
  })
}

/** Which condition leaves fewest rows, counted up to PROBE_LIMIT: a filter that is rare by itself then answers in one page. */
async function rarestFirst (db: Database, { when, indexed }: Search): Promise<Clause[]> {
  const values: unknown[] = []
  const counts = indexed.map(clause => `(SELECT count(*) FROM (SELECT 1 FROM "Audit" WHERE ${and([...when, clause], values)} LIMIT ${PROBE_LIMIT}) AS probe)`)
  const { rows } = await db.query<{ counts: number[] }>(`SELECT ARRAY[${counts.join(', ')}]::integer[] AS "counts"`, values)
  const found = rows[0]?.counts ?? []
  const rarest = found.indexOf(Math.min(...found))
  return [...indexed.slice(rarest, rarest + 1), ...indexed.slice(0, rarest), ...indexed.slice(rarest + 1)]
}

function narrow (search: Search, [first, ...others]: Clause[]): Narrowed {
  const values: unknown[] = []
  const conditions = first === undefined ? search.when : [...search.when, first]
  const where = conditions.length === 0 ? '' : `WHERE ${and(conditions, values)}`
  return {
    // A planner that expects many matches would walk all rows by time instead of asking the index of entities.
    source: where.includes('"entities" @>') ? `(SELECT * FROM "Audit" ${where} OFFSET 0) AS found` : `"Audit" ${where}`,
    values,
    rest: [...others, ...search.scanned],
    scanLimit: first === undefined ? SCAN_BY_TIME : SCAN_BY_INDEX
  }
}

/** One call with its bodies. */
export async function findRecord (db: Database, position: Position): Promise<RecordRow | null> {
  const { rows } = await db.query<RecordRow>(GET, [position.occurredAt.toISOString(), position.seq])
  return rows[0] ?? null
}

export interface CallerRow { clientId: string, calls: number, failures: number }

export async function countCallers (db: Database, from: string): Promise<CallerRow[]> {
  return (await db.query<CallerRow>(`SELECT "actorId" AS "clientId", count(*) AS "calls", count(*) FILTER (WHERE "status" >= 400) AS "failures"
    FROM "Audit" WHERE "occurredAt" >= $1::timestamptz AND "actorType" = 'client' GROUP BY "actorId" ORDER BY "actorId"`, [from])).rows
}

/** Classes of what went wrong, each with an index of its own: no answer, redirects of receivers, refusals, faults. */
const WRONG = [0, 3, 4, 5]
const FAILURES = `SELECT ${ENTRY} FROM (${WRONG.map(statusClass => `(SELECT * FROM "Audit" WHERE "statusClass" = ${statusClass} AND "direction" <> 'operator'
  AND "occurredAt" >= $1::timestamptz ${NEWEST_FIRST} LIMIT $2::int)`).join(' UNION ALL ')}) AS a ${NEWEST_FIRST} LIMIT $2::int`

/** The last calls and attempts that were refused or failed, newest first. */
export async function findFailures (db: Database, since: Date, limit: number): Promise<EntryRow[]> {
  return (await db.query<EntryRow>(FAILURES, [since.toISOString(), limit])).rows
}
