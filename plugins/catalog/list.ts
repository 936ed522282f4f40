// The product list: filters in the form of the store, pages, and the instant up to which a page is complete.
import { instantOf, type Kernel } from '#kernel'
import { canonical, skuKey } from './alias.js'
import { toGtin14 } from './gtin.js'
import type { ProductFilters, ProductView } from './schemas.js'
import { selectProducts, type ListedProduct } from './store-list.js'

export interface Page { data: ProductView[], nextCursor: string | null, asOf: string }

const DEFAULT_LIMIT = 50

/**
 * One page. `asOf` is that of the first page on all pages of a walk: what changes behind a walker's back is found from there.
 * @throws AppError 400 for a cursor of another list and for an instant that is none
 */
export async function listProducts (kernel: Kernel, ownerId: string, { limit = DEFAULT_LIMIT, cursor, ...query }: ProductFilters): Promise<Page> {
  const { sort = 'updatedAt' } = query
  const scope = JSON.stringify(['product.list', ownerId, sort, query.status, query.updatedSince, query.createdSince, query.q, query.sku, query.barcode, query.externalRef])
  const position = cursor === undefined ? null : kernel.cursors.read(scope, cursor).map(String)
  // Asked before the rows are read: what commits in between is promised for the next walk.
  const asOf = position?.[0] ?? (await kernel.asOf()).toISOString()
  const rows = await selectProducts(kernel.db, {
    ownerId,
    updatedSince: query.updatedSince === undefined ? null : instantOf('updatedSince', query.updatedSince),
    q: query.q === undefined ? null : query.q.normalize('NFC'),
    createdSince: query.createdSince === undefined ? null : instantOf('createdSince', query.createdSince),
    skuKeys: query.sku?.map(skuKey) ?? null,
    barcodes: query.barcode?.flatMap(barcodesOf) ?? null,
    externalRefs: query.externalRef?.map(canonical) ?? null,
    statuses: query.status === undefined ? null : [...new Set(query.status)].sort(),
    sort,
    after: position?.slice(1) ?? null,
    limit: limit + 1
  })
  const data = rows.slice(0, limit)
  const last = rows.length > limit ? data.at(-1)! : null
  return { data, nextCursor: last === null ? null : kernel.cursors.write(scope, [asOf, ...positionOf(last, sort)]), asOf }
}

function positionOf (row: ListedProduct, sort: string): string[] {
  return sort.endsWith('sku') ? [row.skuKey] : [row.updatedAt, row.id]
}

function barcodesOf (text: string): string[] {
  const code = canonical(text)
  const gtin = toGtin14(code)
  return gtin === null ? [code] : [code, gtin]
}
