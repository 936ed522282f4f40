// SQL of the counts: made from calls, kept per period, read for statistics.
import type { Queryable, Statement, Tx } from '#kernel'
import { bucketOf } from '../domain/histogram.js'

export interface CallCount { minute: Date, direction: 'in' | 'operator' | 'out', statusClass: number, bucket: number, count: number }
export interface PartyCount { minute: Date, kind: 'client' | 'operation' | 'webhook', key: string, name: string | null, count: number, failed: number }

/** One walk over the calls, grouped in four ways; `grouping` says in which, by a bit for each column that it leaves out. */
const COUNT = `SELECT "minute", "direction", "statusClass", "bucket", coalesce("client", "operation", "webhook") AS "key", count(*) AS "count",
    count(*) FILTER (WHERE "statusClass" NOT IN (2, 3)) AS "failed", CASE WHEN grouping("webhook") = 0 THEN max("webhookName")
      WHEN grouping("client") = 0 THEN max("actorName") END AS "name",
    CASE grouping("direction", "client", "operation", "webhook") WHEN 7 THEN 'calls' WHEN 11 THEN 'client' WHEN 13 THEN 'operation' ELSE 'webhook' END AS "kind"
  FROM (SELECT date_trunc('minute', "occurredAt") AS "minute", "direction", "statusClass", ${bucketOf('"durationMs"')} AS "bucket", "actorName", "webhookName",
      CASE WHEN "actorType" = 'client' THEN "actorId" END AS "client", CASE WHEN "direction" = 'in' THEN "operation" END AS "operation", CASE
        WHEN "direction" = 'out' THEN "webhookId" END AS "webhook"
    FROM "Audit" WHERE "occurredAt" >= $1::timestamptz AND "occurredAt" < $2::timestamptz) AS "call"
  GROUP BY GROUPING SETS (("minute", "direction", "statusClass", "bucket"), ("minute", "client"), ("minute", "operation"), ("minute", "webhook"))
  HAVING grouping("direction") = 0 OR coalesce("client", "operation", "webhook") IS NOT NULL`

type CountRow = { kind: 'calls' } & CallCount | PartyCount

/** Counts the calls themselves, by minute. */
export async function countCalls (db: Queryable, from: Date, to: Date): Promise<{ calls: CallCount[], parties: PartyCount[] }> {
  const { rows } = await db.query<CountRow>(COUNT, [from.toISOString(), to.toISOString()])
  return { calls: rows.filter(row => row.kind === 'calls'), parties: rows.filter(row => row.kind !== 'calls') }
}

/** Up to where calls are counted, locked; undefined while another process counts. */
export async function lockRolledTo (tx: Tx): Promise<Date | null | undefined> {
  return (await tx.query<{ rolledTo: Date | null }>('SELECT "rolledTo" FROM "AuditRollupState" WHERE "id" = 1 FOR UPDATE SKIP LOCKED')).rows[0]?.rolledTo
}

export async function readRolledTo (db: Queryable): Promise<Date | null> {
  return (await db.query<{ rolledTo: Date | null }>('SELECT "rolledTo" FROM "AuditRollupState" WHERE "id" = 1')).rows[0]?.rolledTo ?? null
}

export async function writeRolledTo (tx: Tx, rolledTo: Date): Promise<void> {
  await tx.query('UPDATE "AuditRollupState" SET "rolledTo" = $1::timestamptz WHERE "id" = 1', [rolledTo.toISOString()])
}

/** When the first call since a timestamp was made; null when there was none. */
export async function firstCall (db: Queryable, since: Date): Promise<Date | null> {
  return (await db.query<{ first: Date | null }>('SELECT min("occurredAt") AS "first" FROM "Audit" WHERE "occurredAt" >= $1::timestamptz', [
    since.toISOString()
  ])).rows[0]?.first ?? null
}

export interface Rollup { resolution: string, start: Date, direction: string, statusClass: number, count: number, histogram: number[] }
export interface PartyRollup { resolution: string, start: Date, kind: string, key: string, name: string | null, count: number, failed: number }

const ADD_CALLS: Statement = {
  name: 'audit-rollup-add',
  text: `INSERT INTO "AuditRollup" AS r ("resolution", "start", "direction", "statusClass", "count", "histogram")
    SELECT n."resolution", n."start", n."direction", n."statusClass", n."count", n."histogram"::int[]
    FROM unnest($1::text[], $2::timestamptz[], $3::text[], $4::smallint[], $5::bigint[], $6::text[]) AS n ("resolution", "start", "direction", "statusClass",
      "count", "histogram")
    ON CONFLICT ("resolution", "start", "direction", "statusClass") DO UPDATE SET "count" = r."count" + excluded."count",
      "histogram" = ARRAY(SELECT s."a" + s."b" FROM unnest(r."histogram", excluded."histogram") WITH ORDINALITY AS s ("a", "b", "place") ORDER BY s."place")`
}
const ADD_PARTIES: Statement = {
  name: 'audit-rollup-add-parties',
  text: `INSERT INTO "AuditRollupParty" AS r ("resolution", "start", "kind", "key", "name", "count", "failed")
    SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[])
    ON CONFLICT ("resolution", "start", "kind", "key") DO UPDATE SET "count" = r."count" + excluded."count", "failed" = r."failed" + excluded."failed",
      "name" = coalesce(excluded."name", r."name")`
}

/** Adds to what is counted of the same period already. */
export async function addRollups (tx: Tx, calls: readonly Rollup[], parties: readonly PartyRollup[]): Promise<void> {
  await tx.query(ADD_CALLS, [
    calls.map(row => row.resolution),
    calls.map(row => row.start.toISOString()),
    calls.map(row => row.direction),
    calls.map(row => row.statusClass),
    calls.map(row => row.count),
    calls.map(row => `{${row.histogram.join(',')}}`)
  ])
  await tx.query(ADD_PARTIES, [
    parties.map(row => row.resolution),
    parties.map(row => row.start.toISOString()),
    parties.map(row => row.kind),
    parties.map(row => row.key),
    parties.map(row => row.name),
    parties.map(row => row.count),
    parties.map(row => row.failed)
  ])
}

/** Removes counts of one resolution whose period began longer ago. Returns how many, by table. */
export async function dropRollups (db: Queryable, resolution: string, keepMs: number): Promise<Record<string, number>> {
  const removed: Record<string, number> = {}
  for (const table of ['AuditRollup', 'AuditRollupParty']) {
    removed[table] = (await db.query(
      `DELETE FROM "${table}" WHERE "resolution" = $1 AND "start" < now() - make_interval(secs => $2::float8)`, [resolution, keepMs / 1000])).rowCount
  }
  return removed
}

/** Of one resolution, from a timestamp on; parties summed. */
export async function readRollups (
  db: Queryable, resolution: string, from: Date
): Promise<{ calls: Rollup[], parties: Array<Omit<PartyRollup, 'resolution' | 'start'>> }> {
  const values = [resolution, from.toISOString()]
  const where = '"resolution" = $1 AND "start" >= $2::timestamptz'
  const [calls, parties] = await Promise.all([
    db.query<Rollup>(`SELECT "resolution", "start", "direction", "statusClass", "count", "histogram" FROM "AuditRollup" WHERE ${where}`, values),
    db.query<PartyRollup>(
      'SELECT "kind", "key", max("name") AS "name", sum("count")::bigint AS "count", sum("failed")::bigint AS "failed" FROM "AuditRollupParty" WHERE ' +
        `${where} GROUP BY 1, 2`,
      values
    )
  ])
  return { calls: calls.rows, parties: parties.rows }
}
