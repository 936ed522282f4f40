// SQL of owners.
import type { Queryable, Tx } from '#kernel'
import type { OwnerInput, OwnerView } from './schemas.js'

type Row = Omit<OwnerView, 'createdAt' | 'updatedAt'> & { createdAt: Date, updatedAt: Date }

const COLUMNS = '"id", "code", "name", "active", "version", "createdAt", "updatedAt"'

const LIST = {
  name: 'owners-list',
  text: `SELECT ${COLUMNS} FROM "Owner" WHERE "code" > $1 AND ($2::timestamptz IS NULL OR "updatedAt" >= $2::timestamptz)
    AND ($3::boolean IS NULL OR "active" = $3::boolean) ORDER BY "code" LIMIT $4::int`
}
const FIND = { name: 'owners-find', text: `SELECT ${COLUMNS} FROM "Owner" WHERE "id" = $1 OR "code" = $2` }
const LOCK = { name: 'owners-lock', text: `SELECT ${COLUMNS} FROM "Owner" WHERE "id" = $1 OR "code" = $2 FOR NO KEY UPDATE` }
const INSERT = {
  name: 'owners-insert', text: `INSERT INTO "Owner" ("id", "code", "name") VALUES ($1, $2, $3) ON CONFLICT ("code") DO NOTHING RETURNING ${COLUMNS}`
}
const UPDATE = {
  name: 'owners-update',
  text: `UPDATE "Owner" SET "code" = $2, "name" = $3, "active" = $4::boolean, "version" = "version" + 1, "updatedAt" = greatest(now(), "updatedAt")
    WHERE "id" = $1 RETURNING ${COLUMNS}`
}

/** Its id, or its code. */
export interface OwnerName { id: string, code: string }

export async function listOwners (
  db: Queryable, after: string, { updatedSince, active }: { updatedSince: string | null, active: boolean | null }, limit: number
): Promise<OwnerView[]> {
  return (await db.query<Row>(LIST, [after, updatedSince, active, limit])).rows.map(viewOf)
}

export async function findOwner (db: Queryable, { id, code }: OwnerName): Promise<OwnerView | undefined> {
  return (await db.query<Row>(FIND, [id, code])).rows.map(viewOf)[0]
}

export async function lockOwner (tx: Tx, { id, code }: OwnerName): Promise<OwnerView | undefined> {
  return (await tx.query<Row>(LOCK, [id, code])).rows.map(viewOf)[0]
}

/** @returns undefined when the code is taken */
export async function insertOwner (tx: Tx, id: string, { code, name }: OwnerInput): Promise<OwnerView | undefined> {
  return (await tx.query<Row>(INSERT, [id, code, name])).rows.map(viewOf)[0]
}

/** @throws the database's 23505 when the code is taken */
export async function updateOwner (tx: Tx, { id, code, name, active }: Pick<OwnerView, 'id' | 'code' | 'name' | 'active'>): Promise<OwnerView> {
  return viewOf((await tx.query<Row>(UPDATE, [id, code, name, active])).rows[0]!)
}

function viewOf (row: Row): OwnerView {
  return { ...row, createdAt: row.createdAt.toISOString(), updatedAt: row.updatedAt.toISOString() }
}
