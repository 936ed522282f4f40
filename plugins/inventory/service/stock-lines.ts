// From lines of a request to stock keys: the product, warehouse, location and batch that each line means, with its stock locked.
import { fitsScale, type Tx } from '#kernel'
import { reachOfCall } from '../../external-api/public.js'
import { canonical, skuKey, type ProductFacts } from '../../catalog/public.js'
import type { StockBook } from './book.js'
import type { BookItem } from './book-item.js'
import { openBook } from './open-book.js'
import { archived, archivedWarehouse, notStocked, unknownSku, unknownWarehouse, wrongScale } from '../errors.js'
import { findWarehouse, locationOf } from '../store/places.js'
import type { Place, Warehouse } from '../domain/places.js'
import type { StockStatus } from '../domain/statuses.js'
import { namedBatches } from './named-batches.js'
import type { Services } from './services.js'

/** `warehouse`: another than that of the document. */
export interface Shelf { warehouse?: string | undefined, location?: string | undefined, status?: StockStatus | undefined }

export interface StockLine {
  sku: string
  batch?: string | undefined
  expiryDate?: string | undefined
  /** The quantity and the name of its field, for the check of decimals. */
  quantity: number
  field: string
  /** Goods come from outside: a batch that no one knows is made. */
  comesIn: boolean
  shelves: Array<{ shelf: Shelf, pointer: string }>
}

/** The warehouse of a document: as the call says, or the operator's default; null: the oldest. */
export interface WarehouseNamed { name: string | null, isDefault: boolean }

export interface OpenedLines {
  book: StockBook
  warehouse: Warehouse
  /** Of each line, the stock keys of its shelves. */
  items: BookItem[][]
}

/**
 * @throws AppError 422 at the line that names what does not exist or does not fit, 409 `batch.expiry_conflict`
 */
export async function openLines (
  services: Services, tx: Tx, ownerId: string, { warehouse: named, lines }: { warehouse: WarehouseNamed, lines: readonly StockLine[] }
): Promise<OpenedLines> {
  const { kernel, catalog } = services
  const [places, products] = await Promise.all([
    findWarehouses(tx, named, lines),
    catalog.bySku(tx, ownerId, [...new Set(lines.map(line => skuKey(line.sku)))])
  ])
  const warehouse = places.get(null)!
  const found = lines.map(({ sku }, index) => {
    const product = products.get(skuKey(sku))
    if (product === undefined) throw unknownSku(`/lines/${index}/sku`)
    return product
  })
  const placeOf = ({ warehouse }: Shelf): Warehouse => places.get(warehouse === undefined ? null : canonical(warehouse))!
  const shelves = lines.map(line => line.shelves.map(({ shelf, pointer }): Place => locationOf(placeOf(shelf), nameOf(shelf), `${pointer}/location`)))
  const wanted = found.flatMap(({ id }, index) => lines[index]!.shelves.map(({ shelf }) => ({ productId: id, warehouse: placeOf(shelf) })))
  const book = await openBook(services, tx, ownerId, { wanted })
  const levels = lines.map(({ shelves }, index) => shelves.map(({ shelf }) => book.level(found[index]!.id, placeOf(shelf).id)))
  // As the products are behind the lock: what has changed since they were looked up counts.
  lines.forEach((line, index) => { check(line, `/lines/${index}`, levels[index]![0]!.product) })
  const batches = await namedBatches(kernel, tx, ownerId, lines.map(({ batch, expiryDate, comesIn }, index) =>
    ({ product: levels[index]![0]!.product, batch, expiryDate, comesIn, pointer: `/lines/${index}` })))
  const items = lines.map((line, index) => line.shelves.map(({ shelf }, at) =>
    book.item(levels[index]![at]!, batches[index]!, shelves[index]![at]!, shelf.status ?? 'available')))
  return { book, warehouse, items }
}

/** Those that the document and its lines name, by name; that of the document by null. @throws AppError 422 */
async function findWarehouses (tx: Tx, { name: ownName, isDefault }: WarehouseNamed, lines: readonly StockLine[]): Promise<Map<string | null, Warehouse>> {
  const shelves = lines.flatMap(line => line.shelves)
  const locations = shelves.flatMap(({ shelf }) => nameOf(shelf) ?? [])
  const named = new Map(shelves.flatMap(({ shelf: { warehouse }, pointer }) =>
    warehouse === undefined ? [] : [[canonical(warehouse), `${pointer}/warehouse`] as const]))
  const find = async (name: string | null, pointer: string, isDefault = false): Promise<Warehouse> => {
    const warehouse = await findWarehouse(tx, name, {
      locations, refusal: pointer === '/warehouse' ? undefined : () => unknownWarehouse(pointer), within: reachOfCall(tx).warehouseIds, isDefault
    })
    if (!warehouse.active) throw archivedWarehouse(pointer)
    return warehouse
  }
  const own = await find(ownName === null ? null : canonical(ownName), '/warehouse', isDefault)
  const others = await Promise.all([...named].map(async ([name, pointer]) => [name, await find(name, pointer)] as const))
  return new Map<string | null, Warehouse>([[null, own], ...others])
}

const nameOf = ({ location }: Shelf): string | undefined => location === undefined ? undefined : canonical(location)

function check (line: StockLine, pointer: string, product: ProductFacts): void {
  if (product.kind === 'service') throw notStocked(`${pointer}/sku`)
  if (line.comesIn && product.status === 'archived') throw archived(`${pointer}/sku`)
  if (!fitsScale(line.quantity, product.qtyScale)) throw wrongScale(`${pointer}/${line.field}`, product.qtyScale)
}
