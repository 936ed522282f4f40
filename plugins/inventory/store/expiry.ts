// SQL of expiry: which batches have something to be notified of, by the day in each time zone.
import type { Queryable, Tx } from '#kernel'
import type { BatchRow } from '../domain/batch-view.js'
import { viewOf } from './batches.js'

export interface Zone { timezone: string, today: string }
interface DueBatch { id: string, ownerId: string, productId: string }
export type NoticedBatch = BatchRow & { expiryNotice: 'none' | 'expiring' | 'expired', passingSince: Date | null }

const ZONES = { name: 'inventory-expiry-zones', text: 'SELECT DISTINCT "timezone" FROM "Warehouse"' }

const lies = (condition: string): string => `EXISTS (SELECT FROM "StockItem" i JOIN "Warehouse" w ON w."id" = i."warehouseId" JOIN zone USING ("timezone")
  WHERE i."batchId" = b."id" AND i."batchId" <> '' AND NOT i."isEmpty" AND ${condition})`
const some = (where: string): string => `(SELECT b."id", b."ownerId", b."productId" FROM "Batch" b WHERE ${where} ORDER BY b."expiryDate" LIMIT $4)`
const EARLIEST = '(SELECT min("today") FROM zone)'
const LATEST = '(SELECT max("today") FROM zone)'

/** $1 and $2: time zones, the day and a moment of theirs; $3: days before expiry; $4: limit. Each part walks an index of its own. */
const DUE = {
  name: 'inventory-expiry-due',
  text: `WITH zone AS (SELECT * FROM unnest($1::text[], $2::date[]) AS z ("timezone", "today"))
    ${
    some(`b."expiryNotice" IN ('none', 'expiring') AND b."expiryNotice" <> 'expired' AND b."expiryDate" < ${LATEST} AND ${
      lies('b."expiryDate" < zone."today"')
    }`)
  }
    UNION ${some(`b."expiryNotice" = 'none' AND b."expiryDate" <= ${LATEST} + $3::int AND ${lies('b."expiryDate" <= zone."today" + $3::int')}`)}
    UNION ${
    some(`b."passingSince" IS NOT NULL AND b."expiryDate" < ${LATEST}
      AND (b."expiryDate" < ${EARLIEST} OR ${
      lies('b."expiryDate" < zone."today" AND b."expiryDate" >= (b."passingSince" AT TIME ZONE zone."timezone")::date')
    })`)
  }
    LIMIT $4`
}
/** What lies nowhere is published to no one, and not looked at again once it is past in every time zone. */
const PASS_EMPTY = {
  name: 'inventory-expiry-pass-empty',
  text: `WITH zone AS (SELECT * FROM unnest($1::text[], $2::date[]) AS z ("timezone", "today"))
    UPDATE "Batch" SET "expiryNotice" = 'expired' WHERE "id" IN (
      SELECT b."id" FROM "Batch" b WHERE b."expiryNotice" IN ('none', 'expiring') AND b."expiryNotice" <> 'expired' AND b."expiryDate" < ${EARLIEST} AND NOT ${
    lies('true')
  }
      ORDER BY b."expiryDate" LIMIT $3 FOR NO KEY UPDATE OF b SKIP LOCKED)`
}
/** Another process that holds the lock, or a caller who changes it, goes first: a batch that is skipped comes with the next round. */
const LOCK = {
  name: 'inventory-expiry-lock',
  text: 'SELECT "id" FROM "Batch" WHERE "id" = ANY ($1::text[]) ORDER BY "id" FOR NO KEY UPDATE SKIP LOCKED'
}
const READ = {
  name: 'inventory-expiry-read',
  text: `SELECT n.*, x."expiryNotice", x."passingSince" FROM (${
    viewOf('"Batch" b')
  } WHERE b."id" = ANY ($1::text[])) n JOIN "Batch" x USING ("id") ORDER BY n."id"`
}
/** Batches that have less than the shelf life their product must have when it is shipped, everywhere where stock may lie. */
const PAST_SHELF_LIFE = {
  name: 'inventory-shelf-life-due',
  text: `WITH zone AS (SELECT * FROM unnest($1::text[], $2::date[]) AS z ("timezone", "today"))
    SELECT b."id", b."ownerId", b."productId" FROM "Batch" b JOIN "Product" p ON p."id" = b."productId"
    WHERE NOT b."isPastShelfLife" AND b."expiryNotice" <> 'expired' AND b."expiryDate" < ${EARLIEST} + (SELECT max("minShelfLifeShipDays") FROM "Product")
      AND b."expiryDate" < ${EARLIEST} + p."minShelfLifeShipDays" AND b."expiryDate" >= ${EARLIEST} AND ${lies('true')}
    ORDER BY b."expiryDate" LIMIT $3`
}
const NOTE_SHELF_LIFE = { name: 'inventory-shelf-life-note', text: 'UPDATE "Batch" SET "isPastShelfLife" = true WHERE "id" = ANY ($1::text[])' }
/** A product that asks for more or less: what is published with it need not be published again. */
const RESET_SHELF_LIFE = {
  name: 'inventory-shelf-life-reset',
  text:
    'UPDATE "Batch" SET "isPastShelfLife" = coalesce("expiryDate" < $2::date + $3::int, false) WHERE "productId" = $1 AND "isPastShelfLife" <> ' +
      'coalesce("expiryDate" < $2::date + $3::int, false)'
}

export async function batchesPastShelfLife (db: Queryable, zones: readonly Zone[], limit: number): Promise<DueBatch[]> {
  return (await db.query<DueBatch>(PAST_SHELF_LIFE, [...columnsOf(zones), limit])).rows
}

export function noteShelfLife (tx: Tx, ids: readonly string[]): void {
  tx.send(NOTE_SHELF_LIFE, [ids])
}

/** @param today the day where the product lies */
export function resetShelfLife (tx: Tx, productId: string, today: string, minDays: number | null): void {
  tx.send(RESET_SHELF_LIFE, [productId, today, minDays])
}

const NOTE = { name: 'inventory-expiry-note', text: 'UPDATE "Batch" SET "expiryNotice" = $2, "passingSince" = $3::timestamptz WHERE "id" = $1' }

/** Time zones in which stock may lie. */
export async function zonesOf (db: Queryable): Promise<string[]> {
  return (await db.query<{ timezone: string }>(ZONES)).rows.map(row => row.timezone)
}

const columnsOf = (zones: readonly Zone[]): unknown[][] => [zones.map(zone => zone.timezone), zones.map(zone => zone.today)]

export async function dueBatches (db: Queryable, zones: readonly Zone[], days: number, limit: number): Promise<DueBatch[]> {
  return (await db.query<DueBatch>(DUE, [...columnsOf(zones), days, limit])).rows
}

/** @returns how many there were, at most `limit` */
export async function passEmpty (db: Queryable, zones: readonly Zone[], limit: number): Promise<number> {
  return (await db.query(PASS_EMPTY, [...columnsOf(zones), limit])).rowCount
}

/** Locks batches that no one else has locked, and reads them. */
export async function claimBatches (tx: Tx, ids: readonly string[]): Promise<NoticedBatch[]> {
  const { rows } = await tx.query<{ id: string }>(LOCK, [ids])
  return rows.length === 0 ? [] : (await tx.query<NoticedBatch>(READ, [rows.map(row => row.id)])).rows
}

/** @param passingSince see the model */
export function noteExpiry (tx: Tx, id: string, notice: 'expiring' | 'expired', passingSince: Date | null): void {
  tx.send(NOTE, [id, notice, passingSince?.toISOString() ?? null])
}
