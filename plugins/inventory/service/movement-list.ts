// The ledger, page by page.
import type { Reach } from '../../external-api/public.js'
import { AppError, timestampOf, type Kernel, type Page } from '#kernel'
import { canonical, parseAlias, type CatalogService } from '../../catalog/public.js'
import { badProduct, batchNotFound } from '../errors.js'
import type { MovementFilters, MovementView } from '../schemas/movements.js'
import { batchIdsNamed, movementPage } from '../store/movements.js'

/** @throws AppError 404 */
async function batchesNamed (kernel: Kernel, ownerId: string, name: string, productId: string | null): Promise<string[]> {
  const ids = await batchIdsNamed(kernel.db, ownerId, { name, code: canonical(name), productId })
  if (ids.length === 0) throw batchNotFound()
  return ids
}

/** An alias names documents that there are; other text is whatever someone has called theirs. @throws AppError 404 */
async function docsNamed (kernel: Kernel, doc: string): Promise<string[]> {
  const ids = await kernel.events.subjectsNamed(doc)
  if (ids !== null && ids.length === 0) throw new AppError(404, 'document.not_found', 'There is no document with this name.')
  return ids ?? [doc]
}

/** @throws AppError 400 for a cursor of another list, 404 for an unknown product */
export async function listMovements (
  kernel: Kernel, catalog: CatalogService, { ownerId, warehouseIds: within }: Reach, { limit, cursor, sort = 'postedAt', ...filters }: MovementFilters
): Promise<Page<MovementView>> {
  return await kernel.page({
    scope: ['movement.list', ownerId, within, sort, filters.updatedSince, filters.product, filters.batch, filters.doc, filters.type],
    limit,
    cursor,
    async read (after, limit) {
      const productId = filters.product === undefined ? null : (await catalog.byAlias(kernel.db, ownerId, parseAlias(filters.product, badProduct('query')))).id
      return await movementPage(kernel.db, {
        ownerId,
        within,
        updatedSince: filters.updatedSince === undefined ? null : timestampOf('updatedSince', filters.updatedSince),
        productId,
        batchIds: filters.batch === undefined ? null : await batchesNamed(kernel, ownerId, filters.batch, productId),
        docIds: filters.doc === undefined ? null : await docsNamed(kernel, filters.doc),
        types: filters.type ?? null,
        newestFirst: sort === '-postedAt',
        after,
        limit
      })
    },
    positionOf: row => [row.postedAt, row.seq],
    toView: row => row
  })
}
