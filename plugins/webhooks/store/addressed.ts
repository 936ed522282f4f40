// Makes the deliveries of newly numbered events, in the sequencer's transaction.
import { envelopeOf, type SequencedEvent, type Statement, type Tx } from '#kernel'
import { BUSY, SLOTS } from './queue.js'

// One statement for all events and all webhooks. A disabled webhook gets its deliveries too: they wait until it is on again.
// `previousSequence` is the event before that went to the same webhook. In order, an event whose object still waits for another
// try waits with it, so that claims need not look at it again and again. The id begins with the time of the event's id; the
// hexadecimal digits of a UUID are digits of a ULID as well. As many as a taker has room for are made as taken by it, the first of each
// webhook; the others wait to be claimed.
const ADDRESS: Statement = {
  name: 'webhooks-address',
  text: `WITH event AS (
      SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::timestamptz[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $17::text[])
        AS e("id", "type", "sequence", "occurredAt", "subjectType", "subjectId", "ownerId", "clientId", "correlationId",
          "warehouseId")
    ), taker AS (
      SELECT t."webhookId", least(CASE WHEN busy."shared" THEN ${SLOTS} ELSE t."ahead" END - busy."count", $16::int) AS "free"
      FROM unnest($12::text[], $13::int[]) AS t("webhookId", "ahead"), LATERAL (${BUSY('t."webhookId"', '$14')}) busy
    ), addressed AS (
      SELECT w."id" AS "webhookId", w."ordering", row_number() OVER (PARTITION BY w."id" ORDER BY e."sequence") AS "turn", e.*,
        e."subjectType" || ':' || e."subjectId" AS "orderKey",
        lag(e."sequence", 1, w."lastSequence") OVER (PARTITION BY w."id" ORDER BY e."sequence") AS "previousSequence"
      FROM event e JOIN "Webhook" w ON e."type" = ANY(w."events") AND w."deletedAt" IS NULL
        AND (w."ownerId" IS NULL OR w."ownerId" = e."ownerId")
        AND (cardinality(w."warehouseIds") = 0 OR e."warehouseId" = ANY (w."warehouseIds") OR e."warehouseId" IS NULL AND e."type" <> ALL ($18::text[]))
        AND NOT coalesce(e."clientId" = ANY(w."excludeClientIds"), false)
    ), inserted AS (
      INSERT INTO "Delivery" ("id", "webhookId", "eventId", "eventType", "eventSequence", "eventOccurredAt", "subjectType", "subjectId", "ownerId",
        "correlationId", "previousSequence", "lane", "orderKey", "notBefore", "maxAttempts", "schedule", "status", "claimedBy", "leaseUntil", "fence")
      SELECT 'dlv_' || substr(a."id", 5, 10) || upper(right(replace(gen_random_uuid()::text, '-', ''), 16)), a."webhookId", a."id", a."type",
        a."sequence", a."occurredAt", a."subjectType", a."subjectId", a."ownerId", a."correlationId", a."previousSequence",
        CASE WHEN head."notBefore" > $10::timestamptz THEN 'retry' ELSE 'new' END, a."orderKey", greatest($10::timestamptz, head."notBefore"),
        cardinality($11::int[]), $11::int[], CASE WHEN taken THEN 'sending' ELSE 'pending' END, CASE WHEN taken THEN $14 END,
        CASE WHEN taken THEN $15::timestamptz END, taken::int
      FROM addressed a LEFT JOIN taker t ON t."webhookId" = a."webhookId" CROSS JOIN LATERAL (SELECT coalesce(a."turn" <= t."free", false) AS taken) own
      LEFT JOIN LATERAL (
        SELECT max(d."notBefore") AS "notBefore" FROM "Delivery" d
        WHERE a."ordering" = 'subject' AND d."webhookId" = a."webhookId" AND d."orderKey" = a."orderKey" AND d."status" = 'pending'
      ) head ON true
      ON CONFLICT ("eventId", "webhookId") DO NOTHING
      RETURNING "id", "webhookId", "eventId", "eventSequence", "eventOccurredAt", "previousSequence", "orderKey", "status" = 'sending' AS "taken"
    ), published AS (
      UPDATE "Webhook" w SET "lastSequence" = last."sequence"
      FROM (SELECT "webhookId", max("eventSequence") AS "sequence" FROM inserted GROUP BY "webhookId") last
      WHERE w."id" = last."webhookId"
    )
    SELECT i."id", i."webhookId", i."eventId", i."previousSequence", i."orderKey", i."taken", e."envelope"
    FROM inserted i LEFT JOIN LATERAL (
      SELECT ${
    envelopeOf('e')
  } AS "envelope" FROM "Event" e WHERE i."taken" AND e."sequence" = i."eventSequence" AND e."occurredAt" = i."eventOccurredAt" LIMIT 1
    ) e ON true
    ORDER BY i."eventSequence"`
}

/** A delivery that was made. */
export interface MadeRow {
  id: string
  webhookId: string
  eventId: string
  previousSequence: number
  orderKey: string
  /** It belongs to the taker, with fence 1; else it waits. */
  taken: boolean
  /** The event's bytes, where it is taken. */
  envelope: string | null
}

/** A worker that sends at once, and of which webhooks; this transaction has locked them. */
interface Taker {
  worker: string
  leaseUntil: Date
  /** So many more of each, at most. */
  share: number
  /** How many of each it may have under way in all while it is the only one. */
  webhooks: ReadonlyArray<{ id: string, ahead: number }>
}

interface Due {
  /** Milliseconds to wait before each try; kept with the deliveries. */
  schedule: readonly number[]
  /** Types of events that tell of several warehouses at once. */
  spanning: readonly string[]
  now: Date
}

/**
 * @returns what was made, in the order of the events
 */
export async function addressEvents (tx: Tx, events: readonly SequencedEvent[], { schedule, spanning, now }: Due, taker: Taker): Promise<MadeRow[]> {
  const column = <T>(read: (event: SequencedEvent) => T): T[] => events.map(read)
  return (await tx.query<MadeRow>(ADDRESS, [
    column(event => event.id), column(event => event.type), column(event => event.sequence), column(event => event.occurredAt.toISOString()),
    column(event => event.subjectType), column(event => event.subjectId), column(event => event.ownerId),
    column(event => event.actorType === 'client' ? event.actorId : null), column(event => event.correlationId),
    now.toISOString(), schedule, taker.webhooks.map(webhook => webhook.id), taker.webhooks.map(webhook => webhook.ahead), taker.worker,
    taker.leaseUntil.toISOString(), taker.share, column(event => event.warehouseId), spanning
  ])).rows
}
