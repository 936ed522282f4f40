// Opening the book: the levels that a change is about are locked and read, in one trip to the database.
import { AppError, toUnits, type Kernel, type Tx } from '#kernel'
import type { ProductFacts } from '../../catalog/public.js'
import type { Level } from './announce.js'
import { StockBook, type StockFreed } from './book.js'
import { dayIn } from '../domain/dates.js'
import type { Warehouse } from '../domain/places.js'
import type { Services } from './services.js'
import { KnownLevels, lockLevels } from '../store/book.js'

export interface Wanted { productId: string, warehouse: Warehouse }

/**
 * Locks products in warehouses and reads what lies there, in one trip to the database.
 * @param known the products as this transaction has read them, if it has: only what has changed since is read again
 * @throws AppError 409 when one of them is not there any more
 */
export async function openBook (
  { kernel, catalog }: Services, tx: Tx, ownerId: string, { wanted, known = [] }: { wanted: readonly Wanted[], known?: readonly ProductFacts[] | undefined }
): Promise<StockBook> {
  const pairs = [
    ...new Map(wanted.map(({ productId, warehouse }) => [`${productId} ${warehouse.id}`, { productId, warehouseId: warehouse.id, warehouse }])).values()
  ]
  const before = new Map(known.map(product => [product.id, product]))
  const unknown = [...new Set(pairs.map(pair => pair.productId))].filter(id => !before.has(id))
  const [{ levels, items }, read, changed] = await Promise.all([
    lockLevels(tx, ownerId, pairs, knownTo(kernel)),
    // Behind the lock: what an archiving or changing call has committed is seen.
    unknown.length === 0 ? new Map<string, ProductFacts>() : catalog.byId(tx, ownerId, unknown),
    before.size === 0 ? new Map<string, ProductFacts>() : catalog.changed(tx, ownerId, before.values())
  ])
  const products = new Map([...before, ...read, ...changed])
  const warehouses = new Map(pairs.map(pair => [pair.warehouseId, pair.warehouse]))
  const today = new Map([...warehouses.values()].map(({ id, timezone }) => [id, dayIn(timezone, kernel.clock.now())]))
  const open = levels.map((row): Level => ({
    product: productOf(products, row.productId),
    warehouse: warehouses.get(row.warehouseId)!,
    today: today.get(row.warehouseId)!,
    backordered: toUnits(row.backordered),
    incoming: toUnits(row.incoming),
    isFillDue: row.isFillDue,
    alert: row.alert,
    lastSeq: row.lastSeq,
    version: row.version,
    updatedAt: row.updatedAt,
    causes: [],
    before: null
  }))
  return new StockBook({ kernel, tx, now: levels[0]?.now ?? kernel.clock.now(), freed: freedOf(kernel) }, open, items)
}

function productOf (products: ReadonlyMap<string, ProductFacts>, id: string): ProductFacts {
  const product = products.get(id)
  if (product === undefined) throw new AppError(409, 'product.gone', 'A product of this call has just been removed.')
  return product
}

const fillers = new WeakMap<Kernel, StockFreed>()
const NOBODY_WAITS: StockFreed = async () => {}

const freedOf = (kernel: Kernel): StockFreed => fillers.get(kernel) ?? NOBODY_WAITS

/** Who is asked when stock becomes available for which someone waits. */
export function onStockFreed (kernel: Kernel, freed: StockFreed): void {
  fillers.set(kernel, freed)
}

const knownLevels = new WeakMap<Kernel, KnownLevels>()

function knownTo (kernel: Kernel): KnownLevels {
  const known = knownLevels.get(kernel) ?? new KnownLevels()
  knownLevels.set(kernel, known)
  return known
}
