// SQL of the counts: made from calls, kept per period, read for statistics.
import type { Queryable, Statement, Tx } from '#kernel'
import { bucketOf } from './histogram.js'

export interface CallCount { minute: Date, direction: 'in' | 'operator' | 'out', statusClass: number, bucket: number, count: number }
export interface PartyCount { minute: Date, kind: 'client' | 'operation' | 'webhook', key: string, name: string | null, count: number, failed: number }

const RANGE = '"occurredAt" >= $1::timestamptz AND "occurredAt" < $2::timestamptz'
const MINUTE = 'date_trunc(\'minute\', "occurredAt") AS "minute"'
const COUNT_CALLS = `SELECT ${MINUTE}, "direction", "statusClass", ${bucketOf('"durationMs"')} AS "bucket", count(*) AS "count" FROM "Audit" WHERE ${RANGE} GROUP BY 1, 2, 3, 4`
const party = (kind: PartyCount['kind'], key: string, name: string, condition: string): string =>
  `SELECT ${MINUTE}, '${kind}' AS "kind", ${key} AS "key", ${name} AS "name", count(*) AS "count", count(*) FILTER (WHERE "statusClass" NOT IN (2, 3)) AS "failed"
    FROM "Audit" WHERE ${RANGE} AND ${condition} GROUP BY 1, 3`
const COUNT_PARTIES = [
  party('client', '"actorId"', 'max("actorName")', '"actorType" = \'client\''),
  party('operation', '"operation"', 'NULL::text', '"direction" = \'in\' AND "operation" IS NOT NULL'),
  party('webhook', '"webhookId"', 'max("webhookName")', '"direction" = \'out\' AND "webhookId" IS NOT NULL')
].join('\nUNION ALL ')

/** Counts the calls themselves, by minute. */
export async function countCalls (db: Queryable, from: Date, to: Date): Promise<{ calls: CallCount[], parties: PartyCount[] }> {
  const range = [from.toISOString(), to.toISOString()]
  const [calls, parties] = await Promise.all([db.query<CallCount>(COUNT_CALLS, range), db.query<PartyCount>(COUNT_PARTIES, range)])
  return { calls: calls.rows, parties: parties.rows }
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

/** When the first call since an instant was made; null when there was none. */
export async function firstCall (db: Queryable, since: Date): Promise<Date | null> {
  return (await db.query<{ first: Date | null }>('SELECT min("occurredAt") AS "first" FROM "Audit" WHERE "occurredAt" >= $1::timestamptz', [since.toISOString()])).rows[0]?.first ?? null
}

export interface Rollup { resolution: string, start: Date, direction: string, statusClass: number, count: number, histogram: number[] }
export interface PartyRollup { resolution: string, start: Date, kind: string, key: string, name: string | null, count: number, failed: number }

const ADD_CALLS: Statement = {
  name: 'audit-rollup-add',
  text: `INSERT INTO "AuditRollup" AS r ("resolution", "start", "direction", "statusClass", "count", "histogram")
    SELECT n."resolution", n."start", n."direction", n."statusClass", n."count", n."histogram"::int[]
    FROM unnest($1::text[], $2::timestamptz[], $3::text[], $4::smallint[], $5::bigint[], $6::text[]) AS n ("resolution", "start", "direction", "statusClass", "count", "histogram")
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
    calls.map(row => row.resolution), calls.map(row => row.start.toISOString()), calls.map(row => row.direction), calls.map(row => row.statusClass), calls.map(row => row.count),
    calls.map(row => `{${row.histogram.join(',')}}`)
  ])
  await tx.query(ADD_PARTIES, [
    parties.map(row => row.resolution), parties.map(row => row.start.toISOString()), parties.map(row => row.kind), parties.map(row => row.key), parties.map(row => row.name),
    parties.map(row => row.count), parties.map(row => row.failed)
  ])
}

export async function dropRollups (tx: Tx, resolution: string, before: Date): Promise<void> {
  for (const table of ['AuditRollup', 'AuditRollupParty']) {
    await tx.query(`DELETE FROM "${table}" WHERE "resolution" = $1 AND "start" < $2::timestamptz`, [resolution, before.toISOString()])
  }
}

/** Of one resolution, from an instant on; parties summed. */
export async function readRollups (db: Queryable, resolution: string, from: Date): Promise<{ calls: Rollup[], parties: Array<Omit<PartyRollup, 'resolution' | 'start'>> }> {
  const values = [resolution, from.toISOString()]
  const where = '"resolution" = $1 AND "start" >= $2::timestamptz'
  const [calls, parties] = await Promise.all([
    db.query<Rollup>(`SELECT "resolution", "start", "direction", "statusClass", "count", "histogram" FROM "AuditRollup" WHERE ${where}`, values),
    db.query<PartyRollup>(`SELECT "kind", "key", max("name") AS "name", sum("count")::bigint AS "count", sum("failed")::bigint AS "failed" FROM "AuditRollupParty" WHERE ${where} GROUP BY 1, 2`, values)
  ])
  return { calls: calls.rows, parties: parties.rows }
}
