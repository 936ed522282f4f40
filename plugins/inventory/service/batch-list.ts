// The batch list: filters in the form of the store, pages, and the instant up to which a page is complete.
import { instantOf, type Kernel } from '#kernel'
import { canonical, parseAlias, type CatalogService } from '../../catalog/public.js'
import { toView } from '../batch-view.js'
import type { BatchFilters, BatchView } from '../schemas/batches.js'
import { selectBatches } from '../store-batch-list.js'

export interface BatchesPage { data: BatchView[], nextCursor: string | null, asOf: string }

const DEFAULT_LIMIT = 50

/**
 * One page. `asOf` is that of the first page on all pages of a walk: what changes behind a walker's back is found from there.
 * @throws AppError 400 for a cursor of another list and for an instant that is none; 404 for a product that is none
 */
export async function listBatches (kernel: Kernel, catalog: CatalogService, ownerId: string, { limit = DEFAULT_LIMIT, cursor, sort = 'updatedAt', ...query }: BatchFilters): Promise<BatchesPage> {
  const { updatedSince, product, code, status = null, expiringBefore = null } = query
  const scope = JSON.stringify(['batch.list', ownerId, sort, updatedSince, product, code, status, expiringBefore])
  const position = cursor === undefined ? null : kernel.cursors.read(scope, cursor).map(String)
  const since = updatedSince === undefined ? null : instantOf('updatedSince', updatedSince)
  const productId = product === undefined ? null : (await catalog.byAlias(kernel.db, ownerId, parseAlias(product))).id
  // Asked before the rows are read: what commits in between is promised for the next walk.
  const asOf = position?.[0] ?? (await kernel.asOf()).toISOString()
  const rows = await selectBatches(kernel.db, {
    ownerId,
    updatedSince: since,
    productId,
    code: code === undefined ? null : canonical(code),
    status,
    expiringBefore,
    sort,
    after: position?.slice(1) ?? null,
    limit: limit + 1
  })
  const last = rows.length > limit ? rows[limit - 1]! : null
  return {
    data: rows.slice(0, limit).map(row => toView(row, kernel.clock.now())),
    nextCursor: last === null ? null : kernel.cursors.write(scope, [asOf, sort === 'expiryDate' ? last.expiryDate! : last.updatedAt, last.id]),
    asOf
  }
}
