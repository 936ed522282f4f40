// SQL of results: what became of deliveries, and their attempts.
import type { Queryable, Statement, Tx } from '#kernel'

/** One row per attempt; field names are those of the columns. Timestamps as ISO text. */
export interface ResultRow {
  deliveryId: string
  fence: number
  /** Of the delivery, after this attempt. */
  next: 'pending' | 'succeeded' | 'dead'
  endedAt: string
  nextAttemptAt: string | null
  lastError: string | null
  id: string
  occurredAt: string
  webhookId: string
  number: number
  trigger: string
  durationMs: number
  status: number | null
  errorClass: string | null
  errorMessage: string | null
  remoteAddress: string | null
  timings: Record<string, number>
  requestBytes: number
  responseBytes: number
  responseBody: string | null
  responseTruncated: boolean
  interrupted: boolean
}

const COLUMNS = [
  ['deliveryId', 'text'], ['fence', 'bigint'], ['next', 'text'], ['endedAt', 'timestamptz'], ['nextAttemptAt', 'timestamptz'], ['lastError', 'text'],
  ['id', 'text'], ['occurredAt', 'timestamptz'], ['webhookId', 'text'], ['number', 'int'], ['trigger', 'text'], ['durationMs', 'float8'], ['status', 'int'],
  ['errorClass', 'text'], ['errorMessage', 'text'], ['remoteAddress', 'text'], ['timings', 'jsonb'], ['requestBytes', 'int'], ['responseBytes', 'int'],
  ['responseBody', 'text'], ['responseTruncated', 'boolean'], ['interrupted', 'boolean']
] as const
const VALUES = COLUMNS.map(([name, type], at) => `${type === 'text' ? `e->>${at}` : type === 'jsonb' ? `e->${at}` : `(e->>${at})::${type}`} AS "${name}"`)
  .join(', ')
const ATTEMPT =
  `"id", "occurredAt", "deliveryId", "webhookId", "number", "trigger", "durationMs", "status", "errorClass", "errorMessage", "remoteAddress", "timings",
  "requestBytes", "responseBytes", "responseBody", "responseTruncated", "nextAttemptAt", "interrupted"`

// Every attempt is kept; the delivery changes only under the claim that the attempt was made with. An interrupted one comes back
// as it was. Rows travel as arrays: read in two thirds of the time of jsonb_to_recordset.
const RECORD: Statement = {
  name: 'webhooks-record',
  text: `WITH r AS MATERIALIZED (SELECT ${VALUES} FROM jsonb_array_elements($1::jsonb) AS e
    ), changed AS (
      UPDATE "Delivery" d SET "status" = r."next", "leaseUntil" = NULL, "claimedBy" = NULL, "updatedAt" = now(),
        "attemptCount" = d."attemptCount" + (NOT r."interrupted")::int,
        "lane" = CASE WHEN r."next" = 'pending' AND d."lane" = 'new' AND NOT r."interrupted" THEN 'retry' ELSE d."lane" END,
        "notBefore" = coalesce(r."nextAttemptAt", d."notBefore"),
        "finishedAt" = CASE WHEN r."next" <> 'pending' THEN r."endedAt" END,
        "succeededAt" = coalesce(d."succeededAt", CASE WHEN r."next" = 'succeeded' THEN r."endedAt" END),
        "lastStatus" = r."status", "lastError" = r."lastError"
      FROM r WHERE d."id" = r."deliveryId" AND d."fence" = r."fence" AND d."status" = 'sending'
    )
    INSERT INTO "Attempt" (${ATTEMPT}) SELECT ${ATTEMPT} FROM r`
}

export async function recordResults (tx: Tx, results: readonly ResultRow[]): Promise<void> {
  await tx.query(RECORD, [JSON.stringify(results.map(result => COLUMNS.map(([name]) => result[name])))])
}

/** What is behind a failed delivery in its order waits as long as it does. */
export async function postponeFollowers (
  db: Queryable, heads: ReadonlyArray<{ webhookId: string, orderKey: string, sequence: number, notBefore: Date }>
): Promise<void> {
  await db.query({
    name: 'webhooks-postpone',
    text: `UPDATE "Delivery" d SET "notBefore" = r."notBefore", "lane" = CASE d."lane" WHEN 'new' THEN 'retry' ELSE d."lane" END, "updatedAt" = now()
      FROM unnest($1::text[], $2::text[], $3::bigint[], $4::timestamptz[]) AS r("webhookId", "orderKey", "sequence", "notBefore")
      WHERE d."webhookId" = r."webhookId" AND d."orderKey" = r."orderKey" AND d."status" = 'pending' AND d."eventSequence" > r."sequence"
        AND d."notBefore" < r."notBefore"`
  }, [
    heads.map(head => head.webhookId), heads.map(head => head.orderKey), heads.map(head => head.sequence), heads.map(head => head.notBefore.toISOString())
  ])
}
