// SQL of webhooks and their credentials.
import type { Queryable, Tx } from '#kernel'

export interface WebhookRow {
  id: string
  name: string
  url: string
  events: string[]
  enabled: boolean
  ordering: 'none' | 'subject'
  excludeClientIds: string[]
  ownerId: string | null
  /** Empty: all. */
  warehouseIds: string[]
  personalData: boolean
  version: number
  lastSequence: number
  heldUntil: Date | null
  createdAt: Date
  updatedAt: Date
  credentialId: string
  username: string
  /** Encrypted for the row `credentialId`. */
  secret: string
}

/** What an operator decides. */
export type WebhookSettings = Pick<
  WebhookRow, 'name' | 'url' | 'events' | 'enabled' | 'ordering' | 'excludeClientIds' | 'ownerId' | 'warehouseIds' | 'personalData'
>

interface CredentialDraft { id: string, username: string, secret: string }

const SELECT = `SELECT w."id", w."name", w."url", w."events", w."enabled", w."ordering", w."excludeClientIds", w."ownerId", w."warehouseIds",
  w."personalData", w."version",
    w."lastSequence", w."heldUntil", w."createdAt", w."updatedAt", c."id" AS "credentialId", c."username", c."secret"
  FROM "Webhook" w JOIN "WebhookCredential" c ON c."webhookId" = w."id" AND c."validTo" IS NULL
  WHERE w."deletedAt" IS NULL`

export async function readWebhook (db: Queryable, id: string): Promise<WebhookRow | undefined> {
  return (await db.query<WebhookRow>(`${SELECT} AND w."id" = $1`, [id])).rows[0]
}

/** In order of creation. */
export async function listWebhooks (db: Queryable, after: string, updatedSince: string | null, limit: number): Promise<WebhookRow[]> {
  return (await db.query<WebhookRow>(
    `${SELECT} AND w."id" > $1 AND ($2::timestamptz IS NULL OR w."updatedAt" >= $2::timestamptz) ORDER BY w."id" LIMIT $3::int`,
    [after, updatedSince, limit])).rows
}

/** Locked first and read afterwards: the credentials are then those of the change that was waited for. */
export async function lockWebhook (tx: Tx, id: string): Promise<WebhookRow | undefined> {
  await tx.query('SELECT 1 FROM "Webhook" WHERE "id" = $1 FOR UPDATE', [id])
  return await readWebhook(tx, id)
}

const values = (id: string, row: WebhookSettings): unknown[] =>
  [id, row.name, row.url, row.events, row.enabled, row.ordering, row.excludeClientIds, row.ownerId, row.personalData, row.warehouseIds]

export async function insertWebhook (tx: Tx, id: string, row: WebhookSettings): Promise<void> {
  await tx.query(`INSERT INTO "Webhook" ("id", "name", "url", "events", "enabled", "ordering", "excludeClientIds", "ownerId", "personalData",
      "warehouseIds", "lastSequence") SELECT $1, $2, $3, $4::text[], $5::boolean, $6, $7::text[], $8, $9::boolean, $10::text[], 0`, values(id, row))
}

/** A new URL ends a pause that the receiver at the old one asked for. */
export async function updateWebhook (tx: Tx, id: string, row: WebhookSettings): Promise<void> {
  await tx.query(`UPDATE "Webhook" SET "name" = $2, "heldUntil" = CASE WHEN "url" = $3 THEN "heldUntil" END, "url" = $3, "events" = $4::text[],
    "enabled" = $5::boolean, "ordering" = $6, "excludeClientIds" = $7::text[], "ownerId" = $8, "personalData" = $9::boolean, "warehouseIds" = $10::text[],
    "version" = "version" + 1, "updatedAt" = now()
    WHERE "id" = $1`, values(id, row))
}

/** The row stays for its deliveries; its credentials go. */
export async function deleteWebhook (tx: Tx, id: string, now: Date): Promise<void> {
  await tx.query('DELETE FROM "WebhookCredential" WHERE "webhookId" = $1', [id])
  await tx.query(`UPDATE "Webhook" SET "deletedAt" = $2::timestamptz, "enabled" = false, "version" = "version" + 1, "updatedAt" = now()
    WHERE "id" = $1`, [id, now.toISOString()])
}

/** Ends the credentials in force and begins these. */
export async function replaceCredentials (tx: Tx, webhookId: string, draft: CredentialDraft, now: Date): Promise<void> {
  await tx.query('UPDATE "WebhookCredential" SET "validTo" = $2::timestamptz WHERE "webhookId" = $1 AND "validTo" IS NULL', [webhookId, now.toISOString()])
  await tx.query(`INSERT INTO "WebhookCredential" ("id", "webhookId", "type", "username", "secret", "validFrom")
    VALUES ($1, $2, 'basic', $3, $4, $5::timestamptz)`, [draft.id, webhookId, draft.username, draft.secret, now.toISOString()])
}

export async function ownerExists (tx: Queryable, id: string): Promise<boolean> {
  return (await tx.query('SELECT 1 FROM "Owner" WHERE "id" = $1', [id])).rows.length > 0
}

/** Those of the ids that no warehouse has. */
export async function unknownWarehouses (tx: Queryable, ids: readonly string[]): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    'SELECT i."id" FROM unnest($1::text[]) AS i ("id") WHERE NOT EXISTS (SELECT FROM "Warehouse" w WHERE w."id" = i."id")', [ids]
  )
  return rows.map(row => row.id)
}

export async function hasSeveralOwners (tx: Queryable): Promise<boolean> {
  return (await tx.query('SELECT 1 FROM "Owner" LIMIT 2')).rows.length > 1
}

interface HealthRow { webhookId: string, succeeded: number, dead: number, pending: number, oldestPendingAt: Date | null, lastSuccessAt: Date | null }

export async function readHealth (db: Queryable, since: Date): Promise<HealthRow[]> {
  return (await db.query<HealthRow>(`SELECT w."id" AS "webhookId",
      (SELECT count(*) FROM "Delivery" d WHERE d."webhookId" = w."id" AND d."finishedAt" >= $1::timestamptz AND d."status" = 'succeeded') AS "succeeded",
      (SELECT count(*) FROM "Delivery" d WHERE d."webhookId" = w."id" AND d."finishedAt" >= $1::timestamptz AND d."status" = 'dead') AS "dead",
      (SELECT max(d."finishedAt") FROM "Delivery" d WHERE d."webhookId" = w."id" AND d."finishedAt" >= $1::timestamptz
        AND d."status" = 'succeeded') AS "lastSuccessAt",
      waiting."count" AS "pending", waiting."oldest" AS "oldestPendingAt"
    FROM "Webhook" w, LATERAL (
      SELECT count(*) AS "count", min(d."createdAt") AS "oldest" FROM "Delivery" d WHERE d."webhookId" = w."id"
        AND d."status" = ANY (ARRAY['pending', 'sending'])
    ) waiting
    WHERE w."deletedAt" IS NULL ORDER BY w."id"`, [since.toISOString()])).rows
}
