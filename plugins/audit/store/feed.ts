// SQL of the feed: how far the rows go, and the next ones in the order in which they were numbered.
import type { Queryable } from '#kernel'
import { and, toSearch, type Clause } from './filters.js'
import type { AuditFilters } from '../schemas/calls.js'
import { ENTRY, type EntryRow } from './calls.js'

/** The last number that was given out, and which transactions run (PostgreSQL, section 9.28.8 of its manual). */
export interface Numbering { last: number, oldest: number, next: number }

const NUMBERING = `SELECT CASE WHEN s."is_called" THEN s."last_value" ELSE 0 END AS "last",
    pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS "oldest", pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS "next" FROM "Audit_seq_seq" s`

export async function readNumbering (db: Queryable): Promise<Numbering> {
  return (await db.query<Numbering>(NUMBERING, [])).rows[0]!
}

const conditions = (filters: AuditFilters): Clause[] => {
  const { when, indexed, scanned } = toSearch(filters, null)
  return [...when, ...indexed, ...scanned]
}

/** The rows after one number up to another, each with which of the filters it fits. One statement, however many follow. */
export async function findNext (
  db: Queryable, range: { after: number, to: number, since: Date, limit: number }, filters: readonly AuditFilters[]
): Promise<Array<EntryRow & { fits: boolean[] }>> {
  const values: unknown[] = [range.after, range.to, range.since.toISOString()]
  const fits = filters.map(conditions).map(clauses => clauses.length === 0 ? 'true' : `coalesce(${and(clauses, values)}, false)`)
  return (await db.query<EntryRow & { fits: boolean[] }>(`SELECT ${ENTRY}, ARRAY[${fits.join(', ')}]::boolean[] AS "fits" FROM "Audit" a
    WHERE "seq" > $1::bigint AND "seq" <= $2::bigint AND "occurredAt" >= $3::timestamptz ORDER BY "seq" LIMIT ${range.limit}`, values)).rows
}

/** What fits, after one number up to another. */
export async function findMissed (db: Queryable, range: { after: number, to: number, limit: number }, filters: AuditFilters): Promise<EntryRow[]> {
  const values: unknown[] = [range.after, range.to]
  const where = ['"seq" > $1::bigint AND "seq" <= $2::bigint', ...conditions(filters).map(clause => and([clause], values))].join(' AND ')
  return (await db.query<EntryRow>(`SELECT ${ENTRY} FROM "Audit" a WHERE ${where} ORDER BY "seq" LIMIT ${range.limit}`, values)).rows
}
