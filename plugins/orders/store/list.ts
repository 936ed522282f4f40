// SQL of the order list: one statement per shape of filters and order, each answered by an index.
import { literals, names, type Queryable } from '#kernel'
import { HEADER, timestamp } from './columns.js'
import { orderAlias } from '../domain/order-alias.js'
import type { Summary } from '../schemas/orders.js'

export interface OrderPageQuery {
  ownerId: string
  /** Ids of the only warehouses that may be shown; null: all. */
  within: readonly string[] | null
  updatedSince: string | null
  createdSince: string | null
  statuses: readonly string[] | null
  allocationStatuses: ReadonlyArray<keyof typeof ALLOCATION> | null
  onHold: boolean | null
  externalRefs: readonly string[] | null
  numbers: readonly string[] | null
  productIds: readonly string[] | null
  newestFirst: boolean
  /** [updatedAt, id] of the row before. */
  after: readonly string[] | null
  limit: number
}

const VIEW = `o."id", o."ownerId", o."number", o."externalRef", ${
  names(HEADER.filter(([name]) => name !== 'updatedAt' && name !== 'onHold')).replaceAll(/"(\w+)"/g, 'o."$1"')
},
  json_build_object('id', w."id", 'code', w."code") AS "warehouse", ${timestamp('o."createdAt"')} AS "createdAt", ${timestamp('o."updatedAt"')} AS "updatedAt"`

const ALLOCATION = literals(['none', 'partial', 'full'])

/** A condition on few rows is written out, not bound: only so does a plan use the index that has no others. */
export async function orderPage (db: Queryable, query: OrderPageQuery): Promise<Summary[]> {
  const { ownerId, within, updatedSince, createdSince, statuses, allocationStatuses, onHold, externalRefs, numbers, productIds } = query
  const { newestFirst, after, limit } = query
  const values: unknown[] = [ownerId]
  const bind = (value: unknown): string => `$${values.push(value)}`
  const where = ['o."ownerId" = $1']
  const shape = [newestFirst ? 'desc' : 'asc']
  const add = (name: string, condition: string): void => { shape.push(name); where.push(condition) }
  if (updatedSince !== null) add('since', `o."updatedAt" >= ${bind(updatedSince)}::timestamptz`)
  // What was created since was changed since: the index of the order then bounds it too.
  if (createdSince !== null) add('created', `o."createdAt" >= ${bind(createdSince)}::timestamptz AND o."updatedAt" >= $${values.length}::timestamptz`)
  if (statuses !== null) {
    add(
      statuses.length === 1 ? 'status' : 'statuses',
      statuses.length === 1 ? `o."status" = ${bind(statuses[0])}` : `o."status" = ANY (${bind(statuses)}::text[])`
    )
  }
  if (allocationStatuses !== null) {
    add(
      `allocation-${allocationStatuses.join('|')}`, `o."allocationStatus" IN (${allocationStatuses.map(status => ALLOCATION[status]).join(', ')})`
    )
  }
  if (onHold !== null) add(onHold ? 'held' : 'free', onHold ? 'o."onHold"' : 'NOT o."onHold"')
  if (externalRefs !== null) add('ref', `o."externalRef" = ANY (${bind(externalRefs)}::text[])`)
  if (numbers !== null) add('number', `o."number" = ANY (${bind(numbers)}::text[])`)
  if (productIds !== null) add('product', `o."id" IN (SELECT l."orderId" FROM "OrderLine" l WHERE l."productId" = ANY (${bind(productIds)}::text[]))`)
  if (within !== null) add('within', `o."warehouseId" = ANY (${bind(within)}::text[])`)
  if (after !== null) add('after', `(o."updatedAt", o."id") ${newestFirst ? '<' : '>'} (${bind(after[0])}::timestamptz, ${bind(after[1])})`)
  const order = newestFirst ? 'o."updatedAt" DESC, o."id" DESC' : 'o."updatedAt", o."id"'
  const text = `SELECT ${VIEW} FROM (SELECT * FROM "Order" o WHERE ${where.join(' AND ')} ORDER BY ${order} LIMIT ${bind(limit)}) o
    JOIN "Warehouse" w ON w."id" = o."warehouseId" ORDER BY ${order}`
  return (await db.query<Summary>({ name: `orders-page ${shape.join(' ')}`, text }, values)).rows
}

const ALIASES = { ref: 'SELECT "id" FROM "Order" WHERE "externalRef" = $1', number: 'SELECT "id" FROM "Order" WHERE "number" = $1' } as const

/** Orders of any owner that an alias names; null: it is no alias of orders. */
export async function orderIdsNamed (db: Queryable, alias: string): Promise<string[] | null> {
  const { by, key } = orderAlias(alias)
  if (by === 'id') return null
  return (await db.query<{ id: string }>({ name: `orders-named-${by}`, text: ALIASES[by] }, [key])).rows.map(row => row.id)
}
