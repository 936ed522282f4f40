// SQL of the batch list: one statement per shape of filters and order, each answered by an index.
import { literals, type Queryable, type Statement } from '#kernel'
import type { BatchRow } from '../domain/batch-view.js'
import type { BatchFilters } from '../schemas/batches.js'
import { BATCH_STATUSES, type BatchStatus } from '../domain/statuses.js'
import { viewOf } from './batches.js'

interface BatchListQuery {
  ownerId: string
  updatedSince: string | null
  productId: string | null
  code: string | null
  status: BatchStatus | null
  expiringBefore: string | null
  sort: NonNullable<BatchFilters['sort']>
  /** Position of the row before: [updatedAt or expiryDate, id]. */
  after: readonly string[] | null
  /** At most so many rows. */
  limit: number
}

const STATUS = literals(BATCH_STATUSES)

/** Only these get a prepared statement: one per number of rows would fill the memory of the server. */
const USUAL_LIMITS: ReadonlySet<number> = new Set([51, 101, 201])

/** A statement without a name is planned for its values each time: only they show which of two columns leaves few rows. */
function statementOf (query: BatchListQuery): { statement: string | Statement, values: unknown[] } {
  const { ownerId, updatedSince, productId, code, status, expiringBefore, sort, after, limit } = query
  const values: unknown[] = []
  const bind = (value: unknown): string => `$${values.push(value)}`
  const where: string[] = []
  const shape: string[] = [sort]
  const add = (name: string, condition: string): void => { shape.push(name); where.push(condition) }

  // A product is of one owner. Without the owner, no index that starts with it is walked for a few batches of a product.
  if (productId === null) add('owner', `b."ownerId" = ${bind(ownerId)}`)
  else add('product', `b."productId" = ${bind(productId)}`)
  if (code !== null) add('code', `b."code" = ${bind(code)}`)
  // Written out, not bound: only so does a plan use the index of the batches that are not released.
  if (status !== null) add(status, `b."status" = ${STATUS[status]}${status === 'released' ? '' : ' AND b."status" <> \'released\''}`)
  if (updatedSince !== null) add('since', `b."updatedAt" >= ${bind(updatedSince)}::timestamptz`)
  if (expiringBefore !== null) add('before', `b."expiryDate" < ${bind(expiringBefore)}::date`)

  const byExpiry = sort === 'expiryDate'
  if (byExpiry) where.push('b."expiryDate" IS NOT NULL')
  const [direction, beyond] = sort.startsWith('-') ? ['DESC', '<'] : ['ASC', '>']
  const [column, type] = byExpiry ? ['"expiryDate"', 'date'] : ['"updatedAt"', 'timestamptz']
  if (after !== null) add('after', `(b.${column}, b."id") ${beyond} (${bind(after[0])}::${type}, ${bind(after[1])})`)
  const order = `b.${column} ${direction}, b."id" ${direction}`
  // The page is cut before anything is joined to it.
  const text = `${viewOf(`(SELECT * FROM "Batch" b WHERE ${where.join(' AND ')} ORDER BY ${order} LIMIT ${limit}) b`)} ORDER BY ${order}`
  const isNamed = USUAL_LIMITS.has(limit) && (byExpiry ? updatedSince === null : expiringBefore === null)
  return { statement: isNamed ? { name: `inventory-batch-list ${shape.join(' ')} ${limit}`, text } : text, values }
}

export async function selectBatches (db: Queryable, query: BatchListQuery): Promise<BatchRow[]> {
  const { statement, values } = statementOf(query)
  return (await db.query<BatchRow>(statement, values)).rows
}
