// What other plugins know of the catalog: how a caller names a product, what a product is, and a say before it changes.
import type { Page, Queryable, Tx } from '#kernel'
import type { Alias } from './domain/alias.js'
import type { ProductFilters, ProductView } from './schemas/products.js'

export { canonical, parseAlias, skuKey, type Alias } from './domain/alias.js'
export { productNotFound } from './errors.js'
export { unitsOf } from './domain/units.js'
export { mergePatch } from './domain/merge-patch.js'
export { ListProducts, Product, ProductPage, ProductParams } from './schemas/products.js'

/** What stock and orders need to know of a product. Quantities in base units. */
export interface ProductFacts {
  id: string
  ownerId: string
  sku: string
  externalRef: string | null
  name: string
  kind: 'stock' | 'service'
  status: 'active' | 'inactive' | 'archived'
  baseUom: string
  qtyScale: number
  trackBatch: boolean
  trackExpiry: boolean
  allocationStrategy: 'inherit' | 'FEFO' | 'FIFO' | 'LIFO' | 'CLOSEST'
  safetyStock: number
  reorderPoint: number | null
  minShelfLifeShipDays: number | null
  version: number
  /** Packages: code and how many base units one holds. */
  uoms: Array<{ code: string, qtyInBase: number }>
}

/** What of a product a change may touch that others build on. */
export type GuardedFacts = Pick<
  ProductFacts,
  'id' | 'ownerId' | 'kind' | 'baseUom' | 'uoms' | 'status' | 'qtyScale' | 'trackBatch' | 'trackExpiry' | 'safetyStock' | 'reorderPoint'
    | 'minShelfLifeShipDays'
>

/** Refuses a change by throwing. The product's row is locked. */
export type ProductGuard = (tx: Tx, before: GuardedFacts, after: GuardedFacts) => Promise<void>

export interface CatalogService {
  /** Products of an owner by `skuKey`, in one statement; SKUs that no one has are left out. */
  bySku: (db: Queryable, ownerId: string, skuKeys: readonly string[]) => Promise<Map<string, ProductFacts>>
  /** The same by id. */
  byId: (db: Queryable, ownerId: string, ids: readonly string[]) => Promise<Map<string, ProductFacts>>
  /** Those of an owner's products that are no longer as they are known, by id, as they are now. */
  changed: (db: Queryable, ownerId: string, known: Iterable<ProductFacts>) => Promise<Map<string, ProductFacts>>
  /** @throws AppError 404 `product.not_found` */
  byAlias: (db: Queryable, ownerId: string, alias: Alias) => Promise<ProductFacts>
  /** The answer of `product.list`. @throws AppError 400 for a cursor of another list and for an invalid timestamp */
  list: (ownerId: string, filters: ProductFilters) => Promise<Page<ProductView>>
  /** The answer of `product.get`. @throws AppError 404 `product.not_found` */
  get: (ownerId: string, alias: Alias) => Promise<ProductView>
  /** Asked before a product is archived or changes what stock and orders build on. */
  guard: (guard: ProductGuard) => void
}
