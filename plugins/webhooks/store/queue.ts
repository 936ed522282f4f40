// SQL of the queue: what is due, who takes it, and for how long.
import { LOCKS_BY_ID, envelopeOf, type Queryable, type Statement, type Tx } from '#kernel'

/** A webhook as it is configured now. */
export interface WebhookNow {
  id: string
  name: string
  url: string
  ordering: 'none' | 'subject'
  credentialId: string
  username: string
  secret: string
  personalData: boolean
}

/** A delivery that this worker has taken. */
export interface ClaimedRow {
  id: string
  webhookId: string
  eventId: string
  eventType: string
  eventSequence: number
  previousSequence: number
  subjectType: string
  subjectId: string
  correlationId: string | null
  orderKey: string
  lane: 'new' | 'retry' | 'replay'
  attemptCount: number
  maxAttempts: number
  schedule: number[]
  fence: number
  /** The event's bytes; null when the event is not stored any more. */
  envelope: string | null
}

/** A claim whose holder has not come back in time. */
export type ExpiredRow = Omit<ClaimedRow, 'envelope'> & { leaseUntil: Date, webhookName: string, url: string }

/** In flight per webhook over all processes, to begin with. A worker that is alone at a receiver may find out that it takes more. */
export const SLOTS = 10

/** Of the slots of a webhook, at most this part for what is sent again by hand. */
const REPLAY_SHARE = 0.2

/**
 * What waits and is due of a webhook `h` at the timestamp `$1`. A subquery with a LIMIT stays one look into the index, where EXISTS may become a join
 * over all.
 */
const SOMETHING_DUE = `(SELECT true FROM "Delivery" d WHERE d."webhookId" = h."id" AND d."status" = 'pending'
  AND d."lane" = ANY(ARRAY['new', 'retry', 'replay']) AND d."notBefore" <= $1::timestamptz LIMIT 1)`

// The lock lets one process at a time choose from a webhook: it is the count of what is in flight that has to be right. It is in
// memory and ends with the transaction. OFFSET 0 keeps it away from webhooks that are not meant.
const LOCKED = (id: string): string => `pg_try_advisory_xact_lock(${LOCKS_BY_ID.webhookQueue}, hashtext(${id}))`
const MAY_SEND = 'h."enabled" AND (h."heldUntil" IS NULL OR h."heldUntil" <= $1::timestamptz)'
const NOW = 'w."id", w."name", w."url", w."ordering", w."personalData", c."id" AS "credentialId", c."username", c."secret"'

const DUE: Statement = {
  name: 'webhooks-due',
  text: `SELECT ${NOW}
    FROM (SELECT * FROM "Webhook" h WHERE ${MAY_SEND} AND h."deletedAt" IS NULL AND ${SOMETHING_DUE} OFFSET 0) w
    JOIN "WebhookCredential" c ON c."webhookId" = w."id" AND c."validTo" IS NULL
    WHERE ${LOCKED('w."id"')}`
}

const LISTENING: Statement = {
  name: 'webhooks-listening',
  text: `SELECT w."events", ${NOW}
    FROM (
      SELECT *, CASE WHEN $3 AND ${MAY_SEND} AND h."ordering" = 'none' AND ${SOMETHING_DUE} IS NULL THEN ${LOCKED('h."id"')} ELSE false END AS "isIdle"
      FROM "Webhook" h WHERE h."deletedAt" IS NULL AND h."events" && $2::text[]
      OFFSET 0
    ) w LEFT JOIN "WebhookCredential" c ON c."webhookId" = w."id" AND c."validTo" IS NULL AND w."isIdle"`
}

/** What of a webhook is in flight, and whether any of it is another worker's. Both are SQL. */
export const BUSY = (webhookId: string, worker: string): string => `
  SELECT count(*)::int AS "count", count(*) FILTER (WHERE d."lane" = 'replay')::int AS "replays",
    coalesce(bool_or(d."claimedBy" <> ${worker}), false) AS "shared"
  FROM "Delivery" d WHERE d."webhookId" = ${webhookId} AND d."status" = 'sending'`

// Per webhook the free slots, per lane the first that are due; new ones get four slots of five while others wait too, and each
// webhook its first before any gets its second. In order only the oldest unfinished of an object may go.
const CLAIM: Statement = {
  name: 'webhooks-claim',
  text: `WITH slot AS (
      SELECT e.*, e."size" - busy."count" AS "free", greatest(ceil(e."size" * ${REPLAY_SHARE})::int - busy."replays", 0) AS "replays"
      FROM unnest($1::text[], $2::boolean[], $3::int[]) AS w("webhookId", "inOrder", "ahead"),
      LATERAL (${BUSY('w."webhookId"', '$4')}) busy,
      LATERAL (SELECT w."webhookId", w."inOrder", CASE WHEN busy."shared" THEN least(${SLOTS}, w."ahead") ELSE w."ahead" END AS "size") e
    ), candidate AS (
      SELECT d."id", slot."webhookId", slot."free",
        row_number() OVER (PARTITION BY slot."webhookId", lane."name" ORDER BY d."notBefore", d."eventSequence") * lane."weight" AS "rank"
      FROM slot, (VALUES ('new', 1), ('retry', 4), ('replay', 4)) AS lane("name", "weight"),
      LATERAL (
        SELECT q."id", q."notBefore", q."eventSequence" FROM "Delivery" q
        WHERE q."webhookId" = slot."webhookId" AND q."lane" = lane."name" AND q."status" = 'pending' AND q."notBefore" <= $5::timestamptz
          AND NOT (slot."inOrder" AND EXISTS (SELECT 1 FROM "Delivery" p WHERE p."webhookId" = q."webhookId" AND p."orderKey" = q."orderKey"
            AND p."eventSequence" < q."eventSequence" AND p."status" IN ('pending', 'sending')))
        ORDER BY q."notBefore", q."eventSequence"
        LIMIT CASE WHEN lane."name" = 'replay' THEN least(slot."replays", slot."free") ELSE slot."free" END
      ) d
      WHERE slot."free" > 0
    ), ranked AS (
      SELECT "id", "free", row_number() OVER (PARTITION BY "webhookId" ORDER BY "rank") AS "turn" FROM candidate
    ), locked AS (
      SELECT d."id" FROM "Delivery" d
      WHERE d."id" = ANY(ARRAY(SELECT "id" FROM ranked WHERE "turn" <= "free" ORDER BY "turn" LIMIT $6::int)) AND d."status" = 'pending'
      FOR UPDATE SKIP LOCKED
    ), claimed AS (
      UPDATE "Delivery" d SET "status" = 'sending', "claimedBy" = $4, "leaseUntil" = $7::timestamptz, "fence" = d."fence" + 1, "updatedAt" = now()
      FROM locked WHERE d."id" = locked."id"
      RETURNING d.*
    )
    SELECT c."id", c."webhookId", c."eventId", c."eventType", c."eventSequence", c."previousSequence", c."subjectType", c."subjectId", c."correlationId",
      c."orderKey", c."lane", c."attemptCount", c."maxAttempts", c."schedule", c."fence", e."envelope"
    FROM claimed c LEFT JOIN LATERAL (
      SELECT ${envelopeOf('e')} AS "envelope" FROM "Event" e WHERE e."sequence" = c."eventSequence" AND e."occurredAt" = c."eventOccurredAt" LIMIT 1
    ) e ON true
    ORDER BY c."notBefore", c."eventSequence"`
}

const RELEASE: Statement = {
  name: 'webhooks-release',
  text: `UPDATE "Delivery" d SET "status" = 'pending', "leaseUntil" = NULL, "claimedBy" = NULL, "updatedAt" = now()
    FROM unnest($1::text[], $2::bigint[]) AS r("id", "fence") WHERE d."id" = r."id" AND d."fence" = r."fence" AND d."status" = 'sending'`
}

const EXPIRED: Statement = {
  name: 'webhooks-expired',
  text: `SELECT d."id", d."webhookId", d."eventId", d."eventType", d."eventSequence", d."previousSequence", d."subjectType", d."subjectId",
      d."correlationId", d."orderKey", d."lane", d."attemptCount", d."maxAttempts", d."schedule", d."fence", d."leaseUntil",
      w."name" AS "webhookName", w."url"
    FROM "Delivery" d JOIN "Webhook" w ON w."id" = d."webhookId"
    WHERE d."status" = 'sending' AND (d."leaseUntil" < $1::timestamptz OR d."claimedBy" = ANY($3::text[])) LIMIT $2::int FOR UPDATE OF d SKIP LOCKED`
}

/** Webhooks with something to send, each locked for this transaction; one that another process is choosing from is left out. */
export async function lockDueWebhooks (tx: Tx, now: Date): Promise<WebhookNow[]> {
  return (await tx.query<WebhookNow>(DUE, [now.toISOString()])).rows
}

interface Listening {
  /** What any webhook wants of the types. */
  types: ReadonlySet<string>
  /** Those that want it in any order and have nothing due: what is made for them now may go at once. Each locked likewise. */
  idle: WebhookNow[]
}

/** Who wants events of these types. @param mayTake false: none is to be idle */
export async function listening (tx: Tx, types: readonly string[], now: Date, mayTake: boolean): Promise<Listening> {
  const { rows } = await tx.query<Omit<WebhookNow, 'credentialId'> & { events: string[], credentialId: string | null }>(LISTENING, [now.toISOString(), types,
    mayTake])
  return {
    types: new Set(rows.flatMap(row => row.events)),
    idle: rows.flatMap(({ events, credentialId, ...webhook }) => credentialId === null ? [] : [{ ...webhook, credentialId }])
  }
}

interface ClaimRequest {
  worker: string
  webhooks: ReadonlyArray<{ id: string, inOrder: boolean, ahead: number }>
  limit: number
  now: Date
  leaseUntil: Date
}

/** Takes what is due for sending, in the order in which it should go. */
export async function claimDeliveries (tx: Tx, { worker, webhooks, limit, now, leaseUntil }: ClaimRequest): Promise<ClaimedRow[]> {
  return (await tx.query<ClaimedRow>(CLAIM, [
    webhooks.map(webhook => webhook.id), webhooks.map(webhook => webhook.inOrder), webhooks.map(webhook => webhook.ahead),
    worker, now.toISOString(), limit, leaseUntil.toISOString()
  ])).rows
}

/** Gives back what was taken and not sent. */
export async function releaseClaims (db: Queryable, claims: ReadonlyArray<{ id: string, fence: number }>): Promise<void> {
  await db.query(RELEASE, [claims.map(claim => claim.id), claims.map(claim => claim.fence)])
}

/** Locks what another worker took and did not bring back: its lease has ended, or it is one of the dead. */
export async function lockAbandoned (tx: Tx, now: Date, dead: readonly string[], limit: number): Promise<ExpiredRow[]> {
  return (await tx.query<ExpiredRow>(EXPIRED, [now.toISOString(), limit, dead])).rows
}

/** The receiver at a URL asked for a pause: nothing is claimed for its webhook until then, unless that has another URL by now. */
export async function holdWebhook (db: Queryable, id: string, url: string, until: Date): Promise<void> {
  await db.query('UPDATE "Webhook" SET "heldUntil" = greatest("heldUntil", $2::timestamptz) WHERE "id" = $1 AND "url" = $3', [id, until.toISOString(), url])
}

/** Ends the pause that a receiver asked for; what waits for its time, at most so many, goes at once. */
export async function endPause (tx: Tx, id: string, now: Date, limit: number): Promise<void> {
  await tx.query('UPDATE "Webhook" SET "heldUntil" = NULL WHERE "id" = $1', [id])
  await tx.query(`UPDATE "Delivery" SET "notBefore" = $2::timestamptz, "updatedAt" = now() WHERE "id" IN (SELECT "id" FROM "Delivery"
    WHERE "webhookId" = $1 AND "status" = 'pending' AND "notBefore" > $2::timestamptz ORDER BY "notBefore" LIMIT $3::int)`, [id, now.toISOString(), limit])
}
