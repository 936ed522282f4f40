// The catalog as other plugins see it.
import type { Tx } from '#kernel'
import { productNotFound } from '../errors.js'
import type { CatalogService, GuardedFacts, ProductFacts, ProductGuard } from '../public.js'
import { selectChangedFacts, selectFacts } from '../store/products.js'

export interface Facts {
  service: Omit<CatalogService, 'list' | 'get'>
  /** Asks all guards. @throws what the first that refuses throws */
  ask: (tx: Tx, before: GuardedFacts, after: GuardedFacts) => Promise<void>
}

export function createFacts (): Facts {
  const guards: ProductGuard[] = []
  const byKey = (found: ReadonlyArray<ProductFacts & { key: string }>): Map<string, ProductFacts> => new Map(found.map(({ key, ...product }) => [key, product]))
  return {
    service: {
      bySku: async (db, ownerId, keys) => byKey(await selectFacts(db, ownerId, 'skus', keys)),
      byId: async (db, ownerId, ids) => byKey(await selectFacts(db, ownerId, 'ids', ids)),
      changed: async (db, ownerId, known) => byKey(await selectChangedFacts(db, ownerId, [...known])),
      async byAlias (db, ownerId, { by: way, key }) {
        const [product] = await selectFacts(db, ownerId, way, key)
        if (product === undefined) throw productNotFound()
        const { key: _, ...facts } = product
        return facts
      },
      guard: guard => { guards.push(guard) }
    },
    async ask (tx, before, after) {
      for (const guard of guards) await guard(tx, before, after)
    }
  }
}
