// SQL that finds and locks one product.
import type { Queryable, Statement, Tx } from '#kernel'
import type { Alias } from '../domain/alias.js'
import { VIEW } from './columns.js'
import type { ProductFacts } from '../public.js'
import type { ProductView } from '../schemas/products.js'

const WHERE: Readonly<Record<Alias['by'], string>> = {
  id: 'p."ownerId" = $1 AND p."id" = $2',
  sku: 'p."ownerId" = $1 AND p."skuKey" = $2',
  ref: 'p."ownerId" = $1 AND p."externalRef" = $2',
  gtin: 'p."ownerId" = $1 AND p."id" = (SELECT "productId" FROM "ProductBarcode" WHERE "ownerId" = $1 AND "value" = $2)'
}

const perAlias = (statement: (by: Alias['by']) => Statement): Readonly<Record<Alias['by'], Statement>> =>
  ({ id: statement('id'), sku: statement('sku'), ref: statement('ref'), gtin: statement('gtin') })

const READ = perAlias(by => ({ name: `catalog-product-by-${by}`, text: `SELECT ${VIEW} FROM "Product" p WHERE ${WHERE[by]}`, isLookup: true as const }))
const LOCK = perAlias(by => ({ name: `catalog-product-lock-by-${by}`, text: `SELECT p."id" FROM "Product" p WHERE ${WHERE[by]} FOR UPDATE OF p` }))

export async function readProduct (db: Queryable, ownerId: string, { by, key }: Alias): Promise<ProductView | undefined> {
  return (await db.query<ProductView>(READ[by], [ownerId, key])).rows[0]
}

/** Locks the product's row until the transaction ends. */
export async function lockProduct (tx: Tx, ownerId: string, alias: Alias): Promise<ProductView | undefined> {
  const { rows: [locked] } = await tx.query<{ id: string }>(LOCK[alias.by], [ownerId, alias.key])
  // A second statement: one that waited for the lock would show the row again, but barcodes and units of before the wait.
  return locked === undefined ? undefined : await readProduct(tx, ownerId, { by: 'id', key: locked.id })
}

const FACTS = `p."id", p."ownerId", p."sku", p."externalRef", p."name", p."kind", p."status", p."baseUom", p."qtyScale", p."trackBatch", p."trackExpiry",
  p."allocationStrategy", p."safetyStock", p."reorderPoint", p."minShelfLifeShipDays", p."version",
  coalesce((SELECT json_agg(json_build_object('code', u."code", 'qtyInBase', u."qtyInBase")) FROM "ProductUom" u WHERE u."productId" = p."id"), '[]') AS "uoms"`
const FIND = {
  skus: {
    name: 'catalog-facts-by-skus', text: `SELECT p."skuKey" AS "key", ${FACTS} FROM "Product" p WHERE p."ownerId" = $1 AND p."skuKey" = ANY ($2::text[])`
  },
  ids: { name: 'catalog-facts-by-ids', text: `SELECT p."id" AS "key", ${FACTS} FROM "Product" p WHERE p."ownerId" = $1 AND p."id" = ANY ($2::text[])` },
  ...perAlias(by => ({ name: `catalog-facts-by-${by}`, text: `SELECT p."id" AS "key", ${FACTS} FROM "Product" p WHERE ${WHERE[by]}`, isLookup: true as const }))
}

/** Every change of a product, its barcodes and its packages raises its version. */
const CHANGED: Statement = {
  name: 'catalog-facts-changed',
  text:
    `SELECT p."id" AS "key", ${FACTS} FROM unnest($2::text[], $3::int[]) AS known ("id", "version") JOIN "Product" p ON p."id" = known."id" WHERE ` +
      'p."ownerId" = $1 AND p."version" <> known."version"'
}

/** What others need to know of products, each with the key that found it. @param keys a list for `skus` and `ids`, else one key */
export async function selectFacts (
  db: Queryable, ownerId: string, way: keyof typeof FIND, keys: string | readonly string[]
): Promise<Array<ProductFacts & { key: string }>> {
  return (await db.query<ProductFacts & { key: string }>(FIND[way], [ownerId, keys])).rows
}

/** The same of those whose version is another than the one that is known, by id. */
export async function selectChangedFacts (
  db: Queryable, ownerId: string, known: ReadonlyArray<Pick<ProductFacts, 'id' | 'version'>>
): Promise<Array<ProductFacts & { key: string }>> {
  return (await db.query<ProductFacts & { key: string }>(CHANGED, [ownerId, known.map(({ id }) => id), known.map(({ version }) => version)])).rows
}
