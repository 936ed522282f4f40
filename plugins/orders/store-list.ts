// SQL of the order list: one statement per shape of filters and order, each answered by an index.
import type { Queryable } from '#kernel'
import { HEADER, instant, names } from './columns.js'
import type { Summary } from './schemas/orders.js'

export interface OrderPageQuery {
  ownerId: string
  updatedSince: string | null
  status: string | null
  allocationStatus: string | null
  onHold: boolean | null
  externalRef: string | null
  number: string | null
  newestFirst: boolean
  /** [updatedAt, id] of the row before. */
  after: readonly string[] | null
  limit: number
}

const VIEW = `o."id", o."ownerId", o."number", o."externalRef", ${names(HEADER.filter(([name]) => name !== 'updatedAt' && name !== 'onHold')).replaceAll(/"(\w+)"/g, 'o."$1"')},
  json_build_object('id', w."id", 'code', w."code") AS "warehouse", ${instant('o."createdAt"')} AS "createdAt", ${instant('o."updatedAt"')} AS "updatedAt"`

/** A condition on few rows is written out, not bound: only so does a plan use the index that has no others. */
export async function orderPage (db: Queryable, query: OrderPageQuery): Promise<Summary[]> {
  const { ownerId, updatedSince, status, allocationStatus, onHold, externalRef, number, newestFirst, after, limit } = query
  const values: unknown[] = [ownerId]
  const bind = (value: unknown): string => `$${values.push(value)}`
  const where = ['o."ownerId" = $1']
  const shape = [newestFirst ? 'desc' : 'asc']
  const add = (name: string, condition: string): void => { shape.push(name); where.push(condition) }
  if (updatedSince !== null) add('since', `o."updatedAt" >= ${bind(updatedSince)}::timestamptz`)
  if (status !== null) add('status', `o."status" = ${bind(status)}`)
  if (allocationStatus !== null) add(`allocation-${allocationStatus}`, `o."allocationStatus" = '${allocationStatus}'`)
  if (onHold !== null) add(onHold ? 'held' : 'free', onHold ? 'o."onHold"' : 'NOT o."onHold"')
  if (externalRef !== null) add('ref', `o."externalRef" = ${bind(externalRef)}`)
  if (number !== null) add('number', `o."number" = ${bind(number)}`)
  if (after !== null) add('after', `(o."updatedAt", o."id") ${newestFirst ? '<' : '>'} (${bind(after[0])}::timestamptz, ${bind(after[1])})`)
  const order = newestFirst ? 'o."updatedAt" DESC, o."id" DESC' : 'o."updatedAt", o."id"'
  const text = `SELECT ${VIEW} FROM (SELECT * FROM "Order" o WHERE ${where.join(' AND ')} ORDER BY ${order} LIMIT ${bind(limit)}) o
    JOIN "Warehouse" w ON w."id" = o."warehouseId" ORDER BY ${order}`
  return (await db.query<Summary>({ name: `orders-page ${shape.join(' ')}`, text }, values)).rows
}
