// SQL of receipts.
import { LOCKS_BY_ID, type Queryable, type Statement, type Tx } from '#kernel'
import type { DocName } from '../domain/names.js'
import type { ReceiptView } from '../schemas/receipts.js'

type Row = Omit<ReceiptView, 'warehouse' | 'createdAt' | 'updatedAt' | 'reversedAt'> & {
  warehouseId: string, warehouseCode: string, createdAt: Date, updatedAt: Date, reversedAt: Date | null
}

const VIEW = `r."id", r."ownerId", r."number", r."reference", r."inboundOrderId", r."note", r."lines", r."reversedAt", r."reversalReason", r."version",
  r."createdAt", r."updatedAt", r."warehouseId", w."code" AS "warehouseCode"`
const FROM = 'JOIN "Warehouse" w ON w."id" = r."warehouseId"'
const COLUMN = { id: 'id', ref: 'reference', number: 'number' } as const
const read = (by: DocName['by']): Statement => ({
  name: `inbound-receipt-by-${by}`, text: `SELECT ${VIEW} FROM "Receipt" r ${FROM} WHERE r."ownerId" = $1 AND r."${COLUMN[by]}" = $2`
})
const READ = { id: read('id'), ref: read('ref'), number: read('number') }
const INSERT = {
  name: 'inbound-receipt-insert',
  text: `WITH r AS (INSERT INTO "Receipt" ("id", "ownerId", "number", "reference", "inboundOrderId", "warehouseId", "note", "lines")
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8::jsonb) RETURNING *) SELECT ${VIEW} FROM r ${FROM}`
}
const LOCK = { name: 'inbound-receipt-lock', text: 'SELECT FROM "Receipt" WHERE "id" = $1 FOR UPDATE' }
const REVERSE = {
  name: 'inbound-receipt-reverse',
  text: `WITH r AS (UPDATE "Receipt" SET "reversedAt" = $2::timestamptz, "reversalReason" = $3, "version" = "version" + 1,
    "updatedAt" = greatest(now(), "updatedAt") WHERE "id" = $1 RETURNING *) SELECT ${VIEW} FROM r ${FROM}`
}
/** Two calls with one reference come one after the other: the second finds what the first has made. */
const BEGIN = {
  name: 'inbound-receipt-begin',
  text: `SELECT pg_advisory_xact_lock(${LOCKS_BY_ID.receiptReference}, hashtext($1)), 'RC-' || nextval('"Receipt_number_seq"') AS "number"`
}

/** Locks the reference until the transaction ends. @returns the number of a new receipt */
export async function beginReceipt (tx: Tx, ownerId: string, reference: string): Promise<string> {
  return (await tx.query<{ number: string }>(BEGIN, [`${ownerId} ${reference}`])).rows[0]!.number
}

export async function readReceipt (db: Queryable, ownerId: string, { by, key }: DocName): Promise<ReceiptView | undefined> {
  return (await db.query<Row>(READ[by], [ownerId, key])).rows.map(toView)[0]
}

/** As it is behind the lock of its row. */
export async function lockReceipt (tx: Tx, ownerId: string, id: string): Promise<ReceiptView> {
  tx.send(LOCK, [id])
  return (await readReceipt(tx, ownerId, { by: 'id', key: id }))!
}

export async function markReversed (tx: Tx, id: string, at: Date, reason: string | null): Promise<ReceiptView> {
  return toView((await tx.query<Row>(REVERSE, [id, at.toISOString(), reason])).rows[0]!)
}

type Draft = Pick<ReceiptView, 'id' | 'ownerId' | 'number' | 'reference' | 'inboundOrderId' | 'warehouse' | 'note' | 'lines'>

export async function insertReceipt (tx: Tx, { id, ownerId, number, reference, inboundOrderId, warehouse, note, lines }: Draft): Promise<ReceiptView> {
  return toView((await tx.query<Row>(INSERT, [id, ownerId, number, reference, inboundOrderId, warehouse.id, note, JSON.stringify(lines)])).rows[0]!)
}

interface ReceiptSearch {
  ownerId: string
  /** Ids of the only warehouses that may be shown; null: all. */
  within: readonly string[] | null
  updatedSince: string | null
  inboundOrderId: string | null
  references: readonly string[] | null
  /** [updatedAt, id] of the row before. */
  after: readonly string[] | null
  limit: number
}

/** By last change, oldest first. */
export async function receiptPage (db: Queryable, search: ReceiptSearch): Promise<ReceiptView[]> {
  const values: unknown[] = [search.ownerId]
  const where = ['r."ownerId" = $1']
  const add = (condition: (bound: string) => string, value: unknown): void => {
    if (value !== null) where.push(condition(`$${values.push(value)}`))
  }
  add(bound => `r."warehouseId" = ANY (${bound}::text[])`, search.within)
  add(bound => `r."updatedAt" >= ${bound}::timestamptz`, search.updatedSince)
  add(bound => `r."inboundOrderId" = ${bound}`, search.inboundOrderId)
  add(bound => `r."reference" = ANY (${bound}::text[])`, search.references)
  if (search.after !== null) where.push(`(r."updatedAt", r."id") > ($${values.push(search.after[0])}::timestamptz, $${values.push(search.after[1])})`)
  const text = `SELECT ${VIEW} FROM "Receipt" r ${FROM} WHERE ${where.join(' AND ')}
    ORDER BY r."updatedAt", r."id" LIMIT $${values.push(search.limit)}::int`
  return (await db.query<Row>(text, values)).rows.map(toView)
}

function toView ({ warehouseId, warehouseCode, createdAt, updatedAt, reversedAt, ...row }: Row): ReceiptView {
  return {
    ...row,
    warehouse: { id: warehouseId, code: warehouseCode },
    reversedAt: reversedAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString()
  }
}
