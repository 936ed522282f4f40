// SQL of what keeps the tables small, and of what is measured.
import type { Database } from '#kernel'

export const BATCH = 1_000

/** Ends what waits for deleted webhooks. True: there may be more. */
export async function cancelOfDeleted (db: Database, now: Date): Promise<boolean> {
  const { rowCount } = await db.query(`UPDATE "Delivery" SET "status" = 'cancelled', "finishedAt" = $1::timestamptz, "updatedAt" = now()
    WHERE "id" IN (SELECT d."id" FROM "Webhook" w JOIN "Delivery" d ON d."webhookId" = w."id" AND d."status" = 'pending'
      WHERE w."deletedAt" IS NOT NULL LIMIT ${BATCH} FOR UPDATE OF d SKIP LOCKED)`, [now.toISOString()])
  return rowCount === BATCH
}

/** Removes deliveries that ended so many days ago, some at a time. Returns how many. */
export async function removeFinished (db: Database, keepDays: number): Promise<number> {
  const { rowCount } = await db.query(
    `DELETE FROM "Delivery" WHERE "id" IN
    (SELECT "id" FROM "Delivery" WHERE "finishedAt" < now() - make_interval(days => $1::int) ORDER BY "finishedAt" LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)`,
    [keepDays]
  )
  return rowCount
}

export async function removeEndedCredentials (db: Database, keepDays: number): Promise<number> {
  return (await db.query('DELETE FROM "WebhookCredential" WHERE "validTo" < now() - make_interval(days => $1::int)', [keepDays])).rowCount
}

/** Deleted webhooks are kept as long as a delivery names them. */
export async function removeDeletedWebhooks (db: Database): Promise<number> {
  return (await db.query(`DELETE FROM "Webhook" w WHERE w."deletedAt" IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM "Delivery" d WHERE d."webhookId" = w."id")`)).rowCount
}

/** Whether an event older than `before` is still to be delivered. */
export async function hasUnfinishedBefore (db: Database, before: Date): Promise<boolean> {
  return (await db.query(
    'SELECT 1 FROM "Delivery" WHERE "status" = ANY(ARRAY[\'pending\', \'sending\']) AND "eventOccurredAt" < $1::timestamptz LIMIT 1',
    [before.toISOString()])).rows.length > 0
}

/** How many deliveries wait, and since when the oldest. */
export async function queueState (db: Database): Promise<{ depth: number, oldest: Date | null }> {
  return (await db.query<{ depth: number, oldest: Date | null }>(
    'SELECT count(*) AS "depth", min("createdAt") AS "oldest" FROM "Delivery" WHERE "status" = \'pending\'')).rows[0]!
}
