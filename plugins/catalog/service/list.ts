// The product list: filters in the form of the store.
import { timestampOf, type Kernel, type Page } from '#kernel'
import { canonical, skuKey } from '../domain/alias.js'
import { toGtin14 } from '../domain/gtin.js'
import type { ProductFilters, ProductView } from '../schemas/products.js'
import { selectProducts } from '../store/list.js'

/**
 * One page.
 * @throws AppError 400 for a cursor of another list and for an invalid timestamp
 */
export async function listProducts (kernel: Kernel, ownerId: string, { limit, cursor, ...query }: ProductFilters): Promise<Page<ProductView>> {
  const { sort = 'updatedAt' } = query
  return await kernel.page({
    scope: ['product.list', ownerId, sort, query.status, query.updatedSince, query.createdSince, query.q, query.sku, query.barcode, query.externalRef],
    limit,
    cursor,
    read: async (after, limit) => await selectProducts(kernel.db, {
      ownerId,
      updatedSince: query.updatedSince === undefined ? null : timestampOf('updatedSince', query.updatedSince),
      q: query.q === undefined ? null : query.q.normalize('NFC'),
      createdSince: query.createdSince === undefined ? null : timestampOf('createdSince', query.createdSince),
      skuKeys: query.sku?.map(skuKey) ?? null,
      barcodes: query.barcode?.flatMap(barcodesOf) ?? null,
      externalRefs: query.externalRef?.map(canonical) ?? null,
      statuses: query.status === undefined ? null : [...new Set(query.status)].sort(),
      sort,
      after,
      limit
    }),
    positionOf: row => sort.endsWith('sku') ? [row.skuKey] : [row.updatedAt, row.id],
    toView: row => row
  })
}

function barcodesOf (text: string): string[] {
  const code = canonical(text)
  const gtin = toGtin14(code)
  return gtin === null ? [code] : [code, gtin]
}
