// Makes the deliveries of newly numbered events, in the sequencer's transaction.
import type { SequencedEvent, Statement, Tx } from '#kernel'

// One statement for all events and all webhooks. A disabled webhook gets its deliveries too: they wait until it is on again.
// `previousSequence` is the event before that went to the same webhook. In order, an event whose object still waits for another
// try waits with it, so that claims need not look at it again and again. The id begins with the time of the event's id; the
// hexadecimal digits of a UUID are digits of a ULID as well.
const ADDRESS: Statement = {
  name: 'webhooks-address',
  text: `WITH event AS (
      SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::timestamptz[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
        AS e("id", "type", "sequence", "occurredAt", "subjectType", "subjectId", "ownerId", "clientId", "correlationId")
    ), addressed AS (
      SELECT w."id" AS "webhookId", w."ordering", e.*, e."subjectType" || ':' || e."subjectId" AS "orderKey",
        lag(e."sequence", 1, w."lastSequence") OVER (PARTITION BY w."id" ORDER BY e."sequence") AS "previousSequence"
      FROM event e JOIN "Webhook" w ON e."type" = ANY(w."events") AND w."deletedAt" IS NULL
        AND (w."ownerId" IS NULL OR w."ownerId" = e."ownerId") AND NOT coalesce(e."clientId" = ANY(w."excludeClientIds"), false)
    ), inserted AS (
      INSERT INTO "Delivery" ("id", "webhookId", "eventId", "eventType", "eventSequence", "eventOccurredAt", "subjectType", "subjectId", "ownerId",
        "correlationId", "previousSequence", "lane", "orderKey", "status", "notBefore", "maxAttempts", "schedule")
      SELECT 'dlv_' || substr(a."id", 5, 10) || upper(right(replace(gen_random_uuid()::text, '-', ''), 16)), a."webhookId", a."id", a."type",
        a."sequence", a."occurredAt", a."subjectType", a."subjectId", a."ownerId", a."correlationId", a."previousSequence",
        CASE WHEN head."notBefore" > $10::timestamptz THEN 'retry' ELSE 'new' END, a."orderKey", 'pending',
        greatest($10::timestamptz, head."notBefore"), cardinality($11::int[]), $11::int[]
      FROM addressed a LEFT JOIN LATERAL (
        SELECT max(d."notBefore") AS "notBefore" FROM "Delivery" d
        WHERE a."ordering" = 'subject' AND d."webhookId" = a."webhookId" AND d."orderKey" = a."orderKey" AND d."status" = 'pending'
      ) head ON true
      ON CONFLICT ("eventId", "webhookId") DO NOTHING
      RETURNING "webhookId", "eventSequence"
    )
    UPDATE "Webhook" w SET "lastSequence" = last."sequence"
    FROM (SELECT "webhookId", max("eventSequence") AS "sequence" FROM inserted GROUP BY "webhookId") last
    WHERE w."id" = last."webhookId"`
}

/**
 * @param schedule milliseconds to wait before each try; kept with the deliveries
 * @returns whether any webhook was addressed
 */
export async function addressEvents (tx: Tx, events: readonly SequencedEvent[], schedule: readonly number[], now: Date): Promise<boolean> {
  const column = <T>(read: (event: SequencedEvent) => T): T[] => events.map(read)
  const { rowCount } = await tx.query(ADDRESS, [
    column(event => event.id), column(event => event.type), column(event => event.sequence), column(event => event.occurredAt.toISOString()),
    column(event => event.subjectType), column(event => event.subjectId), column(event => event.ownerId),
    column(event => event.actorType === 'client' ? event.actorId : null), column(event => event.correlationId),
    now.toISOString(), schedule
  ])
  return rowCount > 0
}
