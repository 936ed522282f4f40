// SQL that reads the ledger, a page at a time.
import type { Queryable } from '#kernel'
import { timestamp } from './columns.js'
import type { Sent } from '../public.js'
import type { MovementView } from '../schemas/movements.js'

export interface MovementPageQuery {
  ownerId: string
  /** Ids of the only warehouses that may be shown; null: all. */
  within: readonly string[] | null
  updatedSince: string | null
  productId: string | null
  batchIds: readonly string[] | null
  docIds: readonly string[] | null
  types: readonly string[] | null
  newestFirst: boolean
  /** [postedAt, seq] of the row before. */
  after: ReadonlyArray<string | number> | null
  limit: number
}

const side = (name: 'from' | 'to', location: string): string => `CASE WHEN m."${name}LocationId" IS NULL THEN NULL
  ELSE json_build_object('locationId', m."${name}LocationId", 'location', ${location}."code", 'status', m."${name}Status") END AS "${name}"`

const VIEW = `m."seq", m."groupId", m."type", json_build_object('id', p."id", 'sku', p."sku", 'externalRef', p."externalRef") AS "product",
  CASE WHEN b."id" IS NULL THEN NULL ELSE json_build_object('id', b."id", 'code', b."code", 'expiryDate', b."expiryDate") END AS "batch",
  m."qty", json_build_object('id', w."id", 'code', w."code") AS "warehouse", ${side('from', 'f')}, ${side('to', 't')}, m."balanceFromAfter", m."balanceToAfter",
  m."reasonCode", m."note", CASE WHEN m."docId" IS NULL THEN NULL
    ELSE json_build_object('type', m."docType", 'id', m."docId", 'lineNo', m."docLineNo") END AS "doc",
  json_build_object('type', m."actorType", 'id', m."actorId") AS "actor", m."requestId", m."reversalOf", ${timestamp('m."postedAt"')} AS "postedAt"`

/** One statement per shape of filters and order; the page is cut before anything is joined to it. */
export async function movementPage (db: Queryable, query: MovementPageQuery): Promise<MovementView[]> {
  const { ownerId, within, updatedSince, productId, batchIds, docIds, types, newestFirst, after, limit } = query
  const values: unknown[] = [ownerId]
  const bind = (value: unknown): string => `$${values.push(value)}`
  const where = ['m."ownerId" = $1']
  const shape = [newestFirst ? 'desc' : 'asc']
  const add = (name: string, condition: string): void => { shape.push(name); where.push(condition) }
  if (updatedSince !== null) add('since', `m."postedAt" >= ${bind(updatedSince)}::timestamptz`)
  if (productId !== null) add('product', `m."productId" = ${bind(productId)}`)
  if (batchIds !== null) add('batch', `m."batchId" = ANY (${bind(batchIds)}::text[]) AND m."batchId" <> ''`)
  if (docIds !== null) add('doc', `m."docId" = ANY (${bind(docIds)}::text[])`)
  if (types !== null) add('type', `m."type" = ANY (${bind(types)}::text[])`)
  if (within !== null) add('within', `m."warehouseId" = ANY (${bind(within)}::text[])`)
  if (after !== null) add('after', `(m."postedAt", m."seq") ${newestFirst ? '<' : '>'} (${bind(after[0])}::timestamptz, ${bind(after[1])}::bigint)`)
  const order = newestFirst ? 'm."postedAt" DESC, m."seq" DESC' : 'm."postedAt", m."seq"'
  const text = `SELECT ${VIEW} FROM (SELECT * FROM "StockMovement" m WHERE ${where.join(' AND ')} ORDER BY ${order} LIMIT ${bind(limit)}) m
    JOIN "Product" p ON p."id" = m."productId" JOIN "Warehouse" w ON w."id" = m."warehouseId" LEFT JOIN "Batch" b ON b."id" = m."batchId"
    LEFT JOIN "Location" f ON f."id" = m."fromLocationId" LEFT JOIN "Location" t ON t."id" = m."toLocationId" ORDER BY ${order}`
  return (await db.query<MovementView>({ name: `inventory-movement-page ${shape.join(' ')}`, text }, values)).rows
}

const SENT = {
  name: 'inventory-movements-sent',
  text: `SELECT m."seq", m."docLineNo" AS "lineNo", m."productId", m."fromLocationId" AS "locationId", m."qty",
      CASE WHEN b."id" IS NULL THEN NULL ELSE json_build_object('id', b."id", 'code', b."code", 'expiryDate', b."expiryDate", 'status',
        b."status") END AS "batch"
    FROM "StockMovement" m LEFT JOIN "Batch" b ON b."id" = m."batchId"
    WHERE m."docId" = $1 AND m."type" = 'ship' AND NOT EXISTS (SELECT FROM "StockMovement" r WHERE r."reversalOf" = m."seq") ORDER BY m."seq"`
}

/** What has been shipped for a document and not been taken back. */
export async function sentFor (db: Queryable, docId: string): Promise<Sent[]> {
  return (await db.query<Sent>(SENT, [docId])).rows
}

const BATCHES_NAMED = {
  name: 'inventory-batches-named',
  text: 'SELECT "id" FROM "Batch" WHERE "ownerId" = $1 AND ("id" = $2 OR "code" = $3) AND ($4::text IS NULL OR "productId" = $4)'
}

/** An id or a code; of one product only, where it is said. */
interface BatchName { name: string, code: string, productId: string | null }

/** Batches of an owner with this id or code. */
export async function batchIdsNamed (db: Queryable, ownerId: string, { name, code, productId }: BatchName): Promise<string[]> {
  return (await db.query<{ id: string }>(BATCHES_NAMED, [ownerId, name, code, productId])).rows.map(row => row.id)
}
