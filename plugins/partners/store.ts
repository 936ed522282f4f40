// SQL of partners.
import type { Queryable, Statement, Tx } from '#kernel'
import type { PartnerDraft, PartnerView, ROLES } from './schemas.js'

const COLUMNS = [
  'code', 'name', 'roles', 'externalRef', 'taxId', 'gln', 'email', 'phone', 'addresses', 'minShelfLifeShipDays', 'attributes', 'active'
] as const
const JSON_COLUMNS: ReadonlySet<string> = new Set(['addresses', 'attributes'])

type Row = Omit<PartnerView, 'addresses' | 'createdAt' | 'updatedAt'> & { addresses: PartnerDraft['addresses'], createdAt: Date, updatedAt: Date }
/** As it is kept, with all that is known of it. */
export type StoredPartner = Omit<PartnerView, 'addresses'> & Pick<PartnerDraft, 'addresses'>

const names = COLUMNS.map(name => `"${name}"`)
const VIEW = `"id", "ownerId", ${names.join(', ')}, "version", "createdAt", "updatedAt"`
const valuesOf = (draft: PartnerDraft): unknown[] => COLUMNS.map(name => JSON_COLUMNS.has(name) ? JSON.stringify(draft[name]) : draft[name])

/** How a call names a partner. */
export interface PartnerName { by: 'id' | 'code' | 'externalRef', key: string }

const perName = (prefix: string, statement: (by: PartnerName['by']) => string): Record<PartnerName['by'], Statement> => {
  const of = (by: PartnerName['by']): Statement => ({ name: `${prefix}-by-${by}`, text: statement(by) })
  return { id: of('id'), code: of('code'), externalRef: of('externalRef') }
}
const FIND = perName('partners-find', by => `SELECT ${VIEW} FROM "Partner" WHERE "ownerId" = $1 AND "${by}" = $2`)
const LOCK = perName('partners-lock', by => `SELECT ${VIEW} FROM "Partner" WHERE "ownerId" = $1 AND "${by}" = $2 FOR NO KEY UPDATE`)

const INSERT = {
  name: 'partners-insert',
  text: `INSERT INTO "Partner" ("id", "ownerId", ${names.join(', ')}) VALUES ($1, $2, ${names.map((_, index) => `$${index + 3}`).join(', ')})
    ON CONFLICT ("ownerId", "code") DO NOTHING RETURNING ${VIEW}`
}
const UPDATE = {
  name: 'partners-update',
  text: `UPDATE "Partner" SET ${names.map((name, index) => `${name} = $${index + 2}`).join(', ')}, "version" = "version" + 1,
    "updatedAt" = greatest(now(), "updatedAt") WHERE "id" = $1 RETURNING ${VIEW}`
}
const SHELF_LIVES = {
  name: 'partners-shelf-lives',
  text: `SELECT r."ref", max(p."minShelfLifeShipDays") AS "days" FROM unnest($2::text[]) AS r ("ref")
    JOIN "Partner" p ON p."ownerId" = $1 AND (p."code" = r."ref" OR p."externalRef" = r."ref")
    WHERE p."active" AND p."minShelfLifeShipDays" IS NOT NULL GROUP BY r."ref"`
}

export async function findPartner (db: Queryable, ownerId: string, { by, key }: PartnerName): Promise<StoredPartner | undefined> {
  return (await db.query<Row>(FIND[by], [ownerId, key])).rows.map(toStored)[0]
}

export async function lockPartner (tx: Tx, ownerId: string, { by, key }: PartnerName): Promise<StoredPartner | undefined> {
  return (await tx.query<Row>(LOCK[by], [ownerId, key])).rows.map(toStored)[0]
}

/** @returns undefined when the code is taken @throws the database's 23505 when the reference is */
export async function insertPartner (tx: Tx, id: string, ownerId: string, draft: PartnerDraft): Promise<StoredPartner | undefined> {
  return (await tx.query<Row>(INSERT, [id, ownerId, ...valuesOf(draft)])).rows.map(toStored)[0]
}

/** @throws the database's 23505 when the code or the reference is taken */
export async function updatePartner (tx: Tx, id: string, draft: PartnerDraft): Promise<StoredPartner> {
  return toStored((await tx.query<Row>(UPDATE, [id, ...valuesOf(draft)])).rows[0]!)
}

/** Days by the code or reference of customers that want goods to be good for so long. */
export async function shelfLives (db: Queryable, ownerId: string, refs: readonly string[]): Promise<Map<string, number>> {
  return new Map((await db.query<{ ref: string, days: number }>(SHELF_LIVES, [ownerId, refs])).rows.map(({ ref, days }) => [ref, days]))
}

interface PartnerSearch {
  ownerId: string
  after: string
  updatedSince: string | null
  q: string | null
  roles: ReadonlyArray<(typeof ROLES)[number]> | null
  codes: readonly string[] | null
  externalRefs: readonly string[] | null
  active: boolean | null
}

/** By code. */
export async function listPartners (db: Queryable, search: PartnerSearch, limit: number): Promise<StoredPartner[]> {
  const values: unknown[] = [search.ownerId, search.after]
  const bind = (value: unknown): string => `$${values.push(value)}`
  const where = ['"ownerId" = $1', '"code" > $2']
  if (search.updatedSince !== null) where.push(`"updatedAt" >= ${bind(search.updatedSince)}::timestamptz`)
  if (search.q !== null) {
    const start = bind(`${search.q.replace(/[\\%_]/g, '\\$&')}%`)
    where.push(`("code" ILIKE ${start} OR "name" ILIKE ${start})`)
  }
  if (search.roles !== null) where.push(`"roles" && ${bind(search.roles)}::text[]`)
  if (search.codes !== null) where.push(`"code" = ANY (${bind(search.codes)}::text[])`)
  if (search.externalRefs !== null) where.push(`"externalRef" = ANY (${bind(search.externalRefs)}::text[])`)
  if (search.active !== null) where.push(`"active" = ${bind(search.active)}::boolean`)
  const text = `SELECT ${VIEW} FROM "Partner" WHERE ${where.join(' AND ')} ORDER BY "code" LIMIT ${bind(limit)}::int`
  return (await db.query<Row>(text, values)).rows.map(toStored)
}

function toStored (row: Row): StoredPartner {
  return { ...row, createdAt: row.createdAt.toISOString(), updatedAt: row.updatedAt.toISOString() }
}
