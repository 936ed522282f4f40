// The ledger, page by page.
import { instantOf, type Kernel } from '#kernel'
import { parseAlias, type CatalogService } from '../../catalog/public.js'
import { badProduct } from '../errors.js'
import type { MovementFilters, MovementView } from '../schemas/movements.js'
import { movementPage } from '../store-movements.js'

const DEFAULT_LIMIT = 50

/** @throws AppError 400 for a cursor of another list, 404 for an unknown product */
export async function listMovements (
  kernel: Kernel, catalog: CatalogService, ownerId: string, { limit = DEFAULT_LIMIT, cursor, sort = 'postedAt', ...filters }: MovementFilters
): Promise<{ data: MovementView[], nextCursor: string | null, asOf: string }> {
  const scope = JSON.stringify(['movement.list', ownerId, sort, filters.updatedSince, filters.product, filters.batch, filters.doc, filters.type])
  const position = cursor === undefined ? null : kernel.cursors.read(scope, cursor)
  // Asked before the rows are read: what commits in between is promised for the next walk.
  const asOf = position === null ? (await kernel.asOf()).toISOString() : String(position[0])
  const rows = await movementPage(kernel.db, {
    ownerId,
    updatedSince: filters.updatedSince === undefined ? null : instantOf('updatedSince', filters.updatedSince),
    productId: filters.product === undefined ? null : (await catalog.byAlias(kernel.db, ownerId, parseAlias(filters.product, badProduct('query')))).id,
    batchId: filters.batch ?? null,
    docId: filters.doc ?? null,
    type: filters.type ?? null,
    newestFirst: sort === '-postedAt',
    after: position?.slice(1) ?? null,
    limit: limit + 1
  })
  const last = rows.length > limit ? rows[limit - 1]! : null
  return { data: rows.slice(0, limit), nextCursor: last === null ? null : kernel.cursors.write(scope, [asOf, last.postedAt, last.seq]), asOf }
}
