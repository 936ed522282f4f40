// The batch list: filters in the form of the store.
import { timestampOf, type Kernel, type Page } from '#kernel'
import { canonical, parseAlias, type CatalogService } from '../../catalog/public.js'
import { toView } from '../domain/batch-view.js'
import type { BatchFilters, BatchView } from '../schemas/batches.js'
import { selectBatches } from '../store/batch-list.js'

/**
 * One page.
 * @throws AppError 400 for a cursor of another list and for an invalid timestamp; 404 for an unknown product
 */
export async function listBatches (
  kernel: Kernel, catalog: CatalogService, ownerId: string, { limit, cursor, sort = 'updatedAt', ...query }: BatchFilters
): Promise<Page<BatchView>> {
  const { updatedSince, product, code, status = null, expiringBefore = null } = query
  const since = updatedSince === undefined ? null : timestampOf('updatedSince', updatedSince)
  const productId = product === undefined ? null : (await catalog.byAlias(kernel.db, ownerId, parseAlias(product))).id
  return await kernel.page({
    scope: ['batch.list', ownerId, sort, updatedSince, product, code, status, expiringBefore],
    limit,
    cursor,
    read: async (after, limit) => await selectBatches(kernel.db, {
      ownerId, updatedSince: since, productId, code: code === undefined ? null : canonical(code), status, expiringBefore, sort, after, limit
    }),
    positionOf: row => [sort === 'expiryDate' ? row.expiryDate! : row.updatedAt, row.id],
    toView: row => toView(row, kernel.clock.now())
  })
}
