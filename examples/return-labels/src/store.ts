// SQL of labels.
import type { Queryable, Tx } from 'logistics-wms-api-webhooks/plugin'
import type { ReturnLabelView } from './schemas.js'

const TIMESTAMP = (column: string): string => `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
const VIEW = `"id", "number", "orderRef", "carrier", "reason", 'RL1:' || "number" AS "qrCode", "version", ${TIMESTAMP('"createdAt"')} AS "createdAt", ${
  TIMESTAMP('"updatedAt"')
} AS "updatedAt"`

export interface LabelRow { id: string, ownerId: string, prefix: string, orderRef: string, carrier: string, reason: string | null }

const INSERT = {
  name: 'return-labels-insert',
  text: `INSERT INTO "ReturnLabel" ("id", "ownerId", "number", "orderRef", "carrier", "reason")
    VALUES ($1, $2, $3 || '-' || to_char(nextval('"ReturnLabel_number_seq"'), 'FM000000'), $4, $5, $6) RETURNING ${VIEW}`
}

export async function insertLabel (tx: Tx, { id, ownerId, prefix, orderRef, carrier, reason }: LabelRow): Promise<ReturnLabelView> {
  return (await tx.query<ReturnLabelView>(INSERT, [id, ownerId, prefix, orderRef, carrier, reason])).rows[0]!
}

export async function readLabel (db: Queryable, ownerId: string, id: string): Promise<ReturnLabelView | undefined> {
  return (await db.query<ReturnLabelView>({ name: 'return-labels-read', text: `SELECT ${VIEW} FROM "ReturnLabel" WHERE "ownerId" = $1 AND "id" = $2` }, [
    ownerId, id
  ])).rows[0]
}

export async function listLabels (db: Queryable, ownerId: string, after: readonly string[] | null, limit: number): Promise<ReturnLabelView[]> {
  const beyond = after === null ? '' : 'AND ("updatedAt", "id") > ($3::timestamptz, $4)'
  const text = `SELECT ${VIEW} FROM "ReturnLabel" WHERE "ownerId" = $1 ${beyond} ORDER BY "updatedAt", "id" LIMIT $2::int`
  return (await db.query<ReturnLabelView>({ name: `return-labels-list${after === null ? '' : '-after'}`, text }, [ownerId, limit, ...after ?? []])).rows
}

export async function countLabels (db: Queryable): Promise<number> {
  return (await db.query<{ count: number }>('SELECT count(*) AS "count" FROM "ReturnLabel"')).rows[0]!.count
}
