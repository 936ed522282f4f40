// From lines of a request to stock keys: the product, warehouse, location and batch that each line means, with its stock locked.
import { fitsScale, type Tx } from '#kernel'
import { canonical, skuKey, type ProductFacts } from '../../catalog/public.js'
import type { StockBook } from './book.js'
import type { BookItem } from './book-item.js'
import { openBook } from './open-book.js'
import { archived, archivedWarehouse, notStocked, unknownSku, wrongScale } from '../errors.js'
import { findWarehouse, locationOf } from '../store/places.js'
import type { Place, Warehouse } from '../domain/places.js'
import type { StockStatus } from '../domain/statuses.js'
import { namedBatches } from './named-batches.js'
import type { Services } from './services.js'

export interface Shelf { location?: string | undefined, status?: StockStatus | undefined }

export interface Line {
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

interface Opened {
  book: StockBook
  warehouse: Warehouse
  /** Of each line, the stock keys of its shelves. */
  items: BookItem[][]
}

/**
 * @throws AppError 422 at the line that names what does not exist or does not fit, 409 `batch.expiry_conflict`
 */
export async function openLines (
  services: Services, tx: Tx, ownerId: string, { warehouse: warehouseName, lines }: { warehouse: string | null, lines: readonly Line[] }
): Promise<Opened> {
  const { kernel, catalog } = services
  const locations = lines.flatMap(({ shelves }) => shelves.flatMap(({ shelf }) => nameOf(shelf) ?? []))
  const [warehouse, products] = await Promise.all([
    findWarehouse(tx, warehouseName === null ? null : canonical(warehouseName), locations),
    catalog.bySku(tx, ownerId, [...new Set(lines.map(line => skuKey(line.sku)))])
  ])
  if (!warehouse.active) throw archivedWarehouse('/warehouse')
  const found = lines.map(({ sku }, index) => {
    const product = products.get(skuKey(sku))
    if (product === undefined) throw unknownSku(`/lines/${index}/sku`)
    return product
  })
  const shelves = lines.map(line => line.shelves.map(({ shelf, pointer }): Place => locationOf(warehouse, nameOf(shelf), `${pointer}/location`)))
  const book = await openBook(services, tx, ownerId, { wanted: found.map(({ id }) => ({ productId: id, warehouse })) })
  const levels = found.map(({ id }) => book.level(id, warehouse.id))
  // As the products are behind the lock: what has changed since they were looked up counts.
  lines.forEach((line, index) => { check(line, `/lines/${index}`, levels[index]!.product) })
  const batches = await namedBatches(kernel, tx, ownerId, lines.map(({ batch, expiryDate, comesIn }, index) =>
    ({ product: levels[index]!.product, batch, expiryDate, comesIn, pointer: `/lines/${index}` })))
  const items = lines.map((line, index) => line.shelves.map(({ shelf }, at) =>
    book.item(levels[index]!, batches[index]!, shelves[index]![at]!, shelf.status ?? 'available')))
  return { book, warehouse, items }
}

const nameOf = ({ location }: Shelf): string | undefined => location === undefined ? undefined : canonical(location)

function check (line: Line, pointer: string, product: ProductFacts): void {
  if (product.kind === 'service') throw notStocked(`${pointer}/sku`)
  if (line.comesIn && product.status === 'archived') throw archived(`${pointer}/sku`)
  if (!fitsScale(line.quantity, product.qtyScale)) throw wrongScale(`${pointer}/${line.field}`, product.qtyScale)
}
