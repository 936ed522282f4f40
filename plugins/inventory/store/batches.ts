// SQL of batches: those that a change to stock names, and those that callers make and change.
import type { Queryable, Tx } from '#kernel'
import type { BatchDraft, BatchRow } from '../domain/batch-view.js'
import { timestamp } from './columns.js'
import type { BatchFacts } from '../domain/state.js'
import type { BatchStatus } from '../domain/statuses.js'

interface Named { productId: string, code: string }
type KnownBatch = BatchFacts & { productId: string }
/** A batch to be: its stock comes in the same transaction. */
export type FreshBatch = Named & { id: string, expiryDate: string | null }

const COLUMNS = ['expiryDate', 'bestBeforeDate', 'manufacturedDate', 'supplierBatch', 'countryOfOrigin', 'attributes'] as const

const VIEW = `b."id", b."ownerId", json_build_object('id', p."id", 'sku', p."sku", 'externalRef', p."externalRef") AS "product", b."code",
  ${COLUMNS.map(name => `b."${name}"`).join(', ')}, b."status", b."statusReason", b."version", ${timestamp('b."createdAt"')} AS "createdAt", ${
  timestamp('b."updatedAt"')
} AS "updatedAt",
  coalesce((SELECT w."timezone" FROM "Warehouse" w WHERE w."active" ORDER BY w."createdAt", w."id" LIMIT 1), 'UTC') AS "timezone"`

/** Rows of `b` as callers see them. */
export const viewOf = (batches: string): string => `SELECT ${VIEW} FROM ${batches} JOIN "Product" p ON p."id" = b."productId"`
const changed = (change: string): string => `WITH b AS (${change} RETURNING *) ${viewOf('b')}`

const FIND = {
  name: 'inventory-batches-by-code',
  text: `SELECT b."id", b."productId", b."code", b."expiryDate", b."status"
    FROM unnest($1::text[], $2::text[]) AS n ("productId", "code") JOIN "Batch" b USING ("productId", "code")`
}
const INSERT_FRESH = {
  name: 'inventory-batches-insert-fresh',
  text: changed(`INSERT INTO "Batch" ("id", "ownerId", "productId", "code", "expiryDate")
    SELECT "id", $1, "productId", "code", "expiryDate" FROM unnest($2::text[], $3::text[], $4::text[], $5::date[]) AS n ("id", "productId", "code",
      "expiryDate")
    ORDER BY "productId", "code" ON CONFLICT ("productId", "code") DO NOTHING`)
}
const INSERT = {
  name: 'inventory-batch-insert',
  text: changed(`INSERT INTO "Batch" ("id", "ownerId", "productId", "code", ${COLUMNS.map(name => `"${name}"`).join(', ')})
    VALUES ($1, $2, $3, $4, ${COLUMNS.map((_, index) => `$${index + 5}`).join(', ')}) ON CONFLICT ("productId", "code") DO NOTHING`)
}
const READ = { name: 'inventory-batch-read', text: `${viewOf('"Batch" b')} WHERE b."id" = $1 AND b."ownerId" = $2` }
/** Only who changes the batch waits: a key that refers to it does not, and no one reads it under a lock. */
const LOCK = { name: 'inventory-batch-lock', text: 'SELECT FROM "Batch" WHERE "id" = $1 AND "ownerId" = $2 FOR NO KEY UPDATE' }
/** What begins with the new date begins again: no one was notified of it. */
const UPDATE = {
  name: 'inventory-batch-update',
  text: changed(`UPDATE "Batch" old SET ${COLUMNS.map((name, index) => `"${name}" = $${index + 2}`).join(', ')},
    "expiryNotice" = CASE WHEN old."expiryDate" IS DISTINCT FROM $2::date THEN 'none' ELSE old."expiryNotice" END,
    "isPastShelfLife" = old."isPastShelfLife" AND old."expiryDate" IS NOT DISTINCT FROM $2::date,
    "passingSince" = CASE WHEN old."expiryDate" IS DISTINCT FROM $2::date THEN NULL ELSE old."passingSince" END,
    "version" = "version" + 1, "updatedAt" = greatest(now(), "updatedAt") WHERE old."id" = $1`)
}
const UPDATE_STATUS = {
  name: 'inventory-batch-status',
  text: changed('UPDATE "Batch" SET "status" = $2, "statusReason" = $3, "version" = "version" + 1, "updatedAt" = greatest(now(), "updatedAt") WHERE "id" = $1')
}

export async function findBatches (db: Queryable, names: readonly Named[]): Promise<KnownBatch[]> {
  return (await db.query<KnownBatch>(FIND, [names.map(name => name.productId), names.map(name => name.code)])).rows
}

/** @returns those that were made; the others someone else has made in between */
export async function insertFresh (tx: Tx, ownerId: string, batches: readonly FreshBatch[]): Promise<BatchRow[]> {
  return (await tx.query<BatchRow>(INSERT_FRESH, [
    ownerId, batches.map(batch => batch.id), batches.map(batch => batch.productId), batches.map(batch => batch.code), batches.map(batch => batch.expiryDate)
  ])).rows
}

/** @returns undefined when the product has a batch with this code */
export async function insertBatch (tx: Tx, ownerId: string, { id, productId, code }: Named & { id: string }, draft: BatchDraft): Promise<BatchRow | undefined> {
  return (await tx.query<BatchRow>(INSERT, [id, ownerId, productId, code, ...valuesOf(draft)])).rows[0]
}

export async function readBatch (db: Queryable, ownerId: string, id: string): Promise<BatchRow | undefined> {
  return (await db.query<BatchRow>(READ, [id, ownerId])).rows[0]
}

/** Locks the batch's row until the transaction ends. The first lock of a transaction: its holder may wait for orders, products and levels. */
export async function lockBatch (tx: Tx, ownerId: string, id: string): Promise<BatchRow | undefined> {
  tx.send(LOCK, [id, ownerId])
  // A second statement, which sees what those before have committed.
  return await readBatch(tx, ownerId, id)
}

export async function updateBatch (tx: Tx, id: string, draft: BatchDraft): Promise<BatchRow> {
  return (await tx.query<BatchRow>(UPDATE, [id, ...valuesOf(draft)])).rows[0]!
}

export async function updateStatus (tx: Tx, id: string, status: BatchStatus, reason: string | null): Promise<BatchRow> {
  return (await tx.query<BatchRow>(UPDATE_STATUS, [id, status, reason])).rows[0]!
}

const valuesOf = (draft: BatchDraft): unknown[] => COLUMNS.map(name => name === 'attributes' ? JSON.stringify(draft.attributes) : draft[name])
