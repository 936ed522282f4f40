// SQL of reference data.
import type { Queryable, Tx } from '#kernel'
import type { EntryView, List } from './schemas.js'

type Row = Omit<EntryView, 'createdAt' | 'updatedAt'> & { createdAt: Date, updatedAt: Date }
/** What is written of an entry. */
type EntryDraft = Omit<EntryView, 'isBuiltIn' | 'version' | 'createdAt' | 'updatedAt'>

export interface Reason { code: string, direction: 'in' | 'out' | 'both', requiresNote: boolean }

const VIEW =
  '"list", "code", "name", "description", "active", "isBuiltIn", "direction", "requiresNote", "carrier", "version", "createdAt", "updatedAt"'

const LIST = {
  name: 'reference-list',
  text: `SELECT ${VIEW} FROM "ReferenceEntry" WHERE "list" = $1 AND "code" > $2 AND ($3::timestamptz IS NULL OR "updatedAt" >= $3::timestamptz)
    AND ($4::boolean IS NULL OR "active" = $4::boolean) ORDER BY "code" LIMIT $5::int`
}
const FIND = { name: 'reference-find', text: `SELECT ${VIEW} FROM "ReferenceEntry" WHERE "list" = $1 AND "code" = $2` }
const LOCK = { name: 'reference-lock', text: `SELECT ${VIEW} FROM "ReferenceEntry" WHERE "list" = $1 AND "code" = $2 FOR NO KEY UPDATE` }
const INSERT = {
  name: 'reference-insert',
  text: `INSERT INTO "ReferenceEntry" ("list", "code", "name", "description", "active", "direction", "requiresNote", "carrier")
    VALUES ($1, $2, $3, $4, $5::boolean, $6, $7::boolean, $8) ON CONFLICT DO NOTHING RETURNING ${VIEW}`
}
const UPDATE = {
  name: 'reference-update',
  text: `UPDATE "ReferenceEntry" SET "name" = $3, "description" = $4, "active" = $5::boolean, "direction" = $6, "requiresNote" = $7::boolean, "carrier" = $8,
    "version" = "version" + 1, "updatedAt" = greatest(now(), "updatedAt") WHERE "list" = $1 AND "code" = $2 RETURNING ${VIEW}`
}
const REASONS = {
  name: 'reference-reasons',
  text: 'SELECT "code", "direction", "requiresNote" FROM "ReferenceEntry" WHERE "list" = \'reasons\' AND "active" ORDER BY "code"'
}

interface EntrySearch { list: List, after: string, updatedSince: string | null, active: boolean | null }

/** By code. */
export async function listEntries (db: Queryable, { list, after, updatedSince, active }: EntrySearch, limit: number): Promise<EntryView[]> {
  return (await db.query<Row>(LIST, [list, after, updatedSince, active, limit])).rows.map(toView)
}

export async function findEntry (db: Queryable, list: List, code: string): Promise<EntryView | undefined> {
  return (await db.query<Row>(FIND, [list, code])).rows.map(toView)[0]
}

export async function lockEntry (tx: Tx, list: List, code: string): Promise<EntryView | undefined> {
  return (await tx.query<Row>(LOCK, [list, code])).rows.map(toView)[0]
}

const valuesOf = ({ list, code, name, description, active, direction, requiresNote, carrier }: EntryDraft): unknown[] =>
  [list, code, name, description, active, direction, requiresNote, carrier]

/** @returns undefined when the code is taken */
export async function insertEntry (tx: Tx, draft: EntryDraft): Promise<EntryView | undefined> {
  return (await tx.query<Row>(INSERT, valuesOf(draft))).rows.map(toView)[0]
}

export async function updateEntry (tx: Tx, draft: EntryDraft): Promise<EntryView> {
  return toView((await tx.query<Row>(UPDATE, valuesOf(draft))).rows[0]!)
}

/** Those that are not archived. */
export async function readReasons (db: Queryable): Promise<Reason[]> {
  return (await db.query<Reason>(REASONS)).rows
}

function toView (row: Row): EntryView {
  return { ...row, createdAt: row.createdAt.toISOString(), updatedAt: row.updatedAt.toISOString() }
}
