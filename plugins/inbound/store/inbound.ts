// SQL of inbound orders: a document is written and read as a whole, with its row locked where it changes.
import type { Queryable, Statement, Tx } from '#kernel'
import { fromView, viewOf, type Inbound, type Status } from '../domain/inbound.js'
import type { DocName } from '../domain/names.js'
import type { InboundView } from '../schemas/inbound.js'

type Stamps = 'createdAt' | 'updatedAt' | 'arrivedAt' | 'closedAt'
type Row = Omit<InboundView, Stamps | 'warehouse'> & { warehouseId: string, warehouseCode: string } & Record<'createdAt' | 'updatedAt', Date> &
  Record<'arrivedAt' | 'closedAt', Date | null>

const WRITTEN = [
  'kind', 'status', 'supplier', 'expectedAt', 'carrierCode', 'trackingNumbers', 'container', 'note', 'attributes', 'cancelReason', 'arrivedAt', 'closedAt',
  'lines'
] as const
const JSON_COLUMNS: ReadonlySet<string> = new Set(['attributes', 'lines'])
const NAMES = WRITTEN.map(name => `"${name}"`)

const VIEW = `i."id", i."ownerId", i."number", i."externalRef", ${NAMES.map(name => `i.${name}`).join(', ')}, i."version", i."createdAt", i."updatedAt",
  i."warehouseId", w."code" AS "warehouseCode"`
const FROM = 'JOIN "Warehouse" w ON w."id" = i."warehouseId"'

const COLUMN = { id: 'id', ref: 'externalRef', number: 'number' } as const
const read = (by: DocName['by'], lock: boolean): Statement => ({
  name: `inbound-${lock ? 'lock' : 'read'}-by-${by}`,
  text: `SELECT ${VIEW} FROM "InboundOrder" i ${FROM} WHERE i."ownerId" = $1 AND i."${COLUMN[by]}" = $2${lock ? ' FOR UPDATE OF i' : ''}`
})
const READ = { id: read('id', false), ref: read('ref', false), number: read('number', false) }
const LOCK = { id: read('id', true), ref: read('ref', true), number: read('number', true) }
const INSERT = {
  name: 'inbound-insert',
  text: `WITH i AS (INSERT INTO "InboundOrder" ("id", "ownerId", "number", "externalRef", "warehouseId", ${NAMES.join(', ')})
    VALUES ($1, $2, 'IN-' || nextval('"InboundOrder_number_seq"'), $3, $4, ${WRITTEN.map((_, at) => `$${at + 5}`).join(', ')})
    ON CONFLICT ("ownerId", "externalRef") DO NOTHING RETURNING *) SELECT ${VIEW} FROM i ${FROM}`
}
const UPDATE = {
  name: 'inbound-update',
  text: `WITH i AS (UPDATE "InboundOrder" SET ${NAMES.map((name, at) => `${name} = $${at + 2}`).join(', ')}, "version" = "version" + 1,
    "updatedAt" = greatest(now(), "updatedAt") WHERE "id" = $1 RETURNING *) SELECT ${VIEW} FROM i ${FROM}`
}

const valuesOf = (inbound: Inbound): unknown[] => {
  const view = viewOf(inbound)
  return WRITTEN.map(name => JSON_COLUMNS.has(name) ? JSON.stringify(view[name]) : view[name])
}

export async function readInbound (db: Queryable, ownerId: string, { by, key }: DocName): Promise<Inbound | undefined> {
  return (await db.query<Row>(READ[by], [ownerId, key])).rows.map(toInbound)[0]
}

export async function lockInbound (tx: Tx, ownerId: string, { by, key }: DocName): Promise<Inbound | undefined> {
  return (await tx.query<Row>(LOCK[by], [ownerId, key])).rows.map(toInbound)[0]
}

/** @returns undefined when the owner has an inbound order with the reference */
export async function insertInbound (tx: Tx, inbound: Inbound): Promise<Inbound | undefined> {
  const { id, ownerId, externalRef, warehouse } = inbound
  return (await tx.query<Row>(INSERT, [id, ownerId, externalRef, warehouse.id, ...valuesOf(inbound)])).rows.map(toInbound)[0]
}

export async function updateInbound (tx: Tx, inbound: Inbound): Promise<Inbound> {
  return toInbound((await tx.query<Row>(UPDATE, [inbound.id, ...valuesOf(inbound)])).rows[0]!)
}

interface InboundSearch {
  ownerId: string
  /** Ids of the only warehouses that may be shown; null: all. */
  within: readonly string[] | null
  updatedSince: string | null
  statuses: readonly Status[] | null
  kind: string | null
  externalRefs: readonly string[] | null
  suppliers: readonly string[] | null
  warehouseId: string | null
  expectedUntil: string | null
  newestFirst: boolean
  /** [updatedAt, id] of the row before. */
  after: readonly string[] | null
  limit: number
}

export async function inboundPage (db: Queryable, search: InboundSearch): Promise<InboundView[]> {
  const values: unknown[] = [search.ownerId]
  const where = ['i."ownerId" = $1']
  const add = (condition: (bound: string) => string, value: unknown): void => {
    if (value !== null) where.push(condition(`$${values.push(value)}`))
  }
  add(bound => `i."warehouseId" = ANY (${bound}::text[])`, search.within)
  add(bound => `i."updatedAt" >= ${bound}::timestamptz`, search.updatedSince)
  add(bound => `i."status" = ANY (${bound}::text[])`, search.statuses)
  add(bound => `i."kind" = ${bound}`, search.kind)
  add(bound => `i."externalRef" = ANY (${bound}::text[])`, search.externalRefs)
  add(bound => `i."supplier" = ANY (${bound}::text[])`, search.suppliers)
  add(bound => `i."warehouseId" = ${bound}`, search.warehouseId)
  add(bound => `i."expectedAt" <= ${bound}::date`, search.expectedUntil)
  const [direction, beyond] = search.newestFirst ? ['DESC', '<'] : ['ASC', '>']
  if (search.after !== null) {
    where.push(`(i."updatedAt", i."id") ${beyond} ($${values.push(search.after[0])}::timestamptz, $${values.push(search.after[1])})`)
  }
  const text = `SELECT ${VIEW} FROM "InboundOrder" i ${FROM} WHERE ${where.join(' AND ')}
    ORDER BY i."updatedAt" ${direction}, i."id" ${direction} LIMIT $${values.push(search.limit)}::int`
  return (await db.query<Row>(text, values)).rows.map(row => viewOf(toInbound(row)))
}

const ALIASES = { ref: 'externalRef', number: 'number' } as const

/** Inbound orders of any owner that an alias names; null: it is no alias of theirs. */
export async function inboundIdsNamed (db: Queryable, { by, key }: DocName): Promise<string[] | null> {
  if (by === 'id') return null
  return (await db.query<{ id: string }>(`SELECT "id" FROM "InboundOrder" WHERE "${ALIASES[by]}" = $1`, [key])).rows.map(row => row.id)
}

function toInbound ({ warehouseId, warehouseCode, createdAt, updatedAt, arrivedAt, closedAt, ...row }: Row): Inbound {
  return fromView({
    ...row,
    warehouse: { id: warehouseId, code: warehouseCode },
    arrivedAt: arrivedAt?.toISOString() ?? null,
    closedAt: closedAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString()
  })
}
