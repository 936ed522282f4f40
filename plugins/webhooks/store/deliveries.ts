// SQL of deliveries as operators read and repeat them, and of tests.
import type { Queryable, Tx } from '#kernel'
import type { DeliveryFilters } from '../schemas/deliveries.js'

export interface DeliveryRow {
  id: string
  webhookId: string
  eventId: string
  eventType: string
  eventSequence: number
  eventOccurredAt: Date
  subjectType: string
  subjectId: string
  ownerId: string
  previousSequence: number
  lane: 'new' | 'retry' | 'replay'
  status: 'pending' | 'sending' | 'succeeded' | 'dead' | 'cancelled'
  notBefore: Date
  attemptCount: number
  maxAttempts: number
  createdAt: Date
  updatedAt: Date
  succeededAt: Date | null
  finishedAt: Date | null
  lastStatus: number | null
  lastError: string | null
  webhookEnabled: boolean
  webhookDeleted: boolean
  webhookHeldUntil: Date | null
}

export interface AttemptRow {
  id: string
  occurredAt: Date
  number: number
  trigger: 'auto' | 'manual'
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
  nextAttemptAt: Date | null
  interrupted: boolean
}

const SELECT = `SELECT d."id", d."webhookId", d."eventId", d."eventType", d."eventSequence", d."eventOccurredAt", d."subjectType", d."subjectId", d."ownerId",
    d."previousSequence", d."lane", d."status", d."notBefore", d."attemptCount", d."maxAttempts", d."createdAt", d."updatedAt", d."succeededAt",
    d."finishedAt", d."lastStatus", d."lastError", w."enabled" AS "webhookEnabled", w."deletedAt" IS NOT NULL AS "webhookDeleted",
    w."heldUntil" AS "webhookHeldUntil"
  FROM "Delivery" d JOIN "Webhook" w ON w."id" = d."webhookId"`

const CONDITIONS: Readonly<Record<keyof DeliveryFilters, (value: string) => string>> = {
  webhookId: value => `d."webhookId" = ${value}`,
  status: value => `d."status" = ${value}`,
  eventType: value => `d."eventType" = ${value}`,
  eventId: value => `d."eventId" = ${value}`,
  // By the index that events have of their objects.
  subjectId: value => `d."eventId" IN (SELECT e."id" FROM "Event" e WHERE e."subjectId" = ANY (${value}::text[]))`,
  since: value => `d."createdAt" >= ${value}`,
  until: value => `d."createdAt" < ${value}`
}

/** Newest first. */
export async function listDeliveries (db: Queryable, filters: DeliveryFilters, before: string | null, limit: number): Promise<DeliveryRow[]> {
  const values: unknown[] = []
  const conditions = Object.entries(filters).filter(([, value]) => value !== undefined).map(([name, value]) =>
    CONDITIONS[name as keyof DeliveryFilters](`$${values.push(value)}`)
  )
  if (before !== null) conditions.push(`d."id" < $${values.push(before)}`)
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`
  return (await db.query<DeliveryRow>(`${SELECT} ${where} ORDER BY d."id" DESC LIMIT ${limit}`, values)).rows
}

export async function readDelivery (db: Queryable, id: string): Promise<DeliveryRow | undefined> {
  return (await db.query<DeliveryRow>(`${SELECT} WHERE d."id" = $1`, [id])).rows[0]
}

export async function lockDelivery (tx: Tx, id: string): Promise<DeliveryRow | undefined> {
  return (await tx.query<DeliveryRow>(`${SELECT} WHERE d."id" = $1 FOR UPDATE OF d`, [id])).rows[0]
}

/** The last of a delivery, oldest first. */
export async function listAttempts (db: Queryable, deliveryId: string, limit: number): Promise<AttemptRow[]> {
  const { rows } = await db.query<AttemptRow>(
    `SELECT "id", "occurredAt", "number", "trigger", "durationMs", "status", "errorClass", "errorMessage", "remoteAddress", "timings", "requestBytes",
       "responseBytes", "responseBody", "responseTruncated", "nextAttemptAt", "interrupted"
     FROM "Attempt" WHERE "deliveryId" = $1 ORDER BY "occurredAt" DESC, "id" DESC LIMIT ${limit}`, [deliveryId])
  return rows.reverse()
}

export async function eventIsStored (db: Queryable, sequence: number, occurredAt: Date): Promise<boolean> {
  return (await db.query('SELECT 1 FROM "Event" WHERE "sequence" = $1 AND "occurredAt" = $2::timestamptz', [sequence, occurredAt.toISOString()])).rows.length >
    0
}

/** Puts an ended delivery back into the queue, at the start of a schedule of its own. */
export async function requeue (tx: Tx, id: string, schedule: readonly number[], now: Date): Promise<void> {
  await tx.query(
    `UPDATE "Delivery" SET "status" = 'pending', "lane" = 'replay', "notBefore" = $2::timestamptz, "attemptCount" = 0,
    "schedule" = $3::int[], "maxAttempts" = cardinality($3::int[]), "finishedAt" = NULL, "updatedAt" = now() WHERE "id" = $1`,
    [id, now.toISOString(), schedule]
  )
}
