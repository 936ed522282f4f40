// SQL of the product list: one statement per shape of filters and order, each answered by an index.
import { literals, type Queryable, type Statement } from '#kernel'
import { canonical, skuKey } from '../domain/alias.js'
import { VIEW } from './columns.js'
import { toGtin14 } from '../domain/gtin.js'
import { STATUSES, type ProductView, type SORTS } from '../schemas/products.js'

interface ListFilters {
  ownerId: string
  updatedSince: string | null
  /** Start of SKU or name; not in lower case yet. */
  q: string | null
  createdSince: string | null
  skuKeys: readonly string[] | null
  /** Forms in which the barcodes may be stored. */
  barcodes: readonly string[] | null
  externalRefs: readonly string[] | null
  statuses: ReadonlyArray<(typeof STATUSES)[number]> | null
  sort: (typeof SORTS)[number]
  /** Position of the row before: [updatedAt, id] or [skuKey]. */
  after: readonly string[] | null
  /** At most so many rows. */
  limit: number
}

type ListedProduct = ProductView & { skuKey: string }

const STATUS = literals(STATUSES)

/** Only these get a prepared statement: one per number of rows would fill the memory of the server. */
const USUAL_LIMITS: ReadonlySet<number> = new Set([51, 101, 201])

/**
 * A statement without a name is planned for its values each time. That is wanted where only they show which index leaves few rows:
 * for a start of a text, and for a timestamp in an order by SKU.
 */
function statementOf (filters: ListFilters): { statement: string | Statement, values: unknown[] } {
  const values: unknown[] = [filters.ownerId]
  const bind = (value: unknown): string => `$${values.push(value)}`
  const { updatedSince, createdSince, q, skuKeys, barcodes, externalRefs, statuses, sort, after, limit } = filters
  const where = ['p."ownerId" = $1']
  const shape: string[] = [sort]
  const add = (name: string, condition: string): void => { shape.push(name); where.push(condition) }

  if (updatedSince !== null) add('since', `p."updatedAt" >= ${bind(updatedSince)}::timestamptz`)
  // What was created since was changed since: the index of the order then bounds it too.
  if (createdSince !== null) add('created', `p."createdAt" >= ${bind(createdSince)}::timestamptz AND p."updatedAt" >= $${values.length}::timestamptz`)
  if (skuKeys !== null) add('sku', `p."skuKey" = ANY (${bind(skuKeys)}::text[])`)
  if (externalRefs !== null) add('ref', `p."externalRef" = ANY (${bind(externalRefs)}::text[])`)
  if (barcodes !== null) {
    add('barcode', `p."id" IN (SELECT "productId" FROM "ProductBarcode" WHERE "ownerId" = $1 AND "value" = ANY (${bind(barcodes)}::text[]))`)
  }
  // Written out, not bound: only so does a plan use the index of the products that are not active.
  if (statuses !== null) {
    add(
      statuses.join('|'),
      statuses.length === 1 ? `p."status" = ${STATUS[statuses[0]!]}` : `p."status" IN (${statuses.map(status => STATUS[status]).join(', ')})`
    )
  }

  const [direction, beyond] = sort.startsWith('-') ? ['DESC', '<'] : ['ASC', '>']
  const bySku = sort.endsWith('sku')
  if (after !== null) {
    add('after', bySku
      ? `p."skuKey" ${beyond} ${bind(after[0])}`
      : `(p."updatedAt", p."id") ${beyond} (${bind(after[0])}::timestamptz, ${bind(after[1])})`)
  }
  const order = bySku ? `p."skuKey" ${direction}` : `p."updatedAt" ${direction}, p."id" ${direction}`
  const tail = (conditions: readonly string[]): string => `FROM "Product" p WHERE ${conditions.join(' AND ')} ORDER BY ${order} LIMIT ${limit}`
  const found = q === null
    ? where
    // Each by an index of its own: no index answers an OR in the order of the list.
    : [`p."id" IN (${[`p."skuKey" LIKE ${bind(prefix(q.toLowerCase()))}`, `lower(p."name") LIKE lower(${bind(prefix(q))})`]
        .map(condition => `(SELECT p."id" ${tail([...where, condition])})`).join(' UNION ')})`]
  const text = `SELECT ${VIEW}, p."skuKey" ${tail(found)}`
  const isNamed = q === null && !(bySku && updatedSince !== null) && USUAL_LIMITS.has(limit)
  return { statement: isNamed ? { name: `catalog-product-list ${shape.join(' ')} ${limit}`, text } : text, values }
}

const prefix = (text: string): string => `${text.replace(/[\\%_]/g, '\\$&')}%`

export async function selectProducts (db: Queryable, filters: ListFilters): Promise<ListedProduct[]> {
  const { statement, values } = statementOf(filters)
  return (await db.query<ListedProduct>(statement, values)).rows
}

const NAMED = {
  sku: 'SELECT "id" FROM "Product" WHERE "skuKey" = ANY ($1::text[])',
  ref: 'SELECT "id" FROM "Product" WHERE "externalRef" = ANY ($1::text[])',
  gtin: 'SELECT "productId" AS "id" FROM "ProductBarcode" WHERE "value" = ANY ($1::text[])'
} as const

/** Products of any owner that an alias names; null: it is no alias of products. */
export async function productIdsNamed (db: Queryable, alias: string): Promise<string[] | null> {
  const [, kind, rest] = /^(sku|ref|gtin):(.*)$/s.exec(alias) ?? []
  if (kind === undefined) return null
  const key = kind === 'sku' ? skuKey(rest!) : kind === 'gtin' ? toGtin14(rest!.trim()) ?? '' : canonical(rest!)
  return (await db.query<{ id: string }>({ name: `catalog-named-${kind}`, text: NAMED[kind as keyof typeof NAMED] }, [[key]])).rows.map(row => row.id)
}
