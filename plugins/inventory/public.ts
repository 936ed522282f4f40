// What other plugins know of stock: the book in which they move, reserve and release, and a say when a batch is taken out of sale.
import type { Page, Queryable, Tx } from '#kernel'
import type { Reach } from '../external-api/public.js'
import type { WarehouseSearch } from './store/places.js'
import type { ProductFacts } from '../catalog/public.js'
import type { StockBook, StockFreed } from './service/book.js'
import type { Wanted } from './service/open-book.js'
import type { Warehouse } from './domain/places.js'
import type { MovementFilters, MovementView } from './schemas/movements.js'
import type { OpenedLines, StockLine, WarehouseNamed } from './service/stock-lines.js'
import type { StockReads } from './service/stock-reads.js'
import type { BatchFacts } from './domain/state.js'

export type { BookItem } from './service/book-item.js'
export type { StockBook, StockFreed } from './service/book.js'
export type { Doc, Posting } from './service/postings.js'
export type { OpenedLines, StockLine, WarehouseNamed } from './service/stock-lines.js'
export type { Level } from './service/announce.js'
export { archivedWarehouse } from './errors.js'
export type { Location, Warehouse } from './domain/places.js'
export { dayIn, daysBetween, isExpired } from './domain/dates.js'
export { ListMovements, MovementPage } from './schemas/movements.js'
export { ListStock, ProductStock, StockPage, StockParams } from './schemas/stock.js'
export { availableUnits, unavailableReason, type BatchFacts, type Item, type Terms } from './domain/state.js'
export type { StockStatus } from './domain/statuses.js'

/**
 * What deallocates what orders have allocated of a batch. First it locks its orders; then `open` gives it the book, open for the product
 * wherever it has stock, in which the batch is out of sale already. It neither opens another one nor closes this one: so everybody locks
 * orders, product, levels in this order, and what is deallocated is published once, as what can't be sold.
 * @param batch with its new status; `isLetGo` false: what is allocated stays so, and the holders are only notified
 */
export type BatchRelease = (
  tx: Tx, ownerId: string, batch: BatchFacts & { productId: string, isLetGo: boolean }, open: () => Promise<StockBook>
) => Promise<BatchHolders>

/** What orders have of a batch that is taken out of sale: deallocated from this change, picked, and packed. Quantities in base units. */
export interface BatchHolders {
  orders: string[]
  released: number
  picked: HeldByOrder[]
  packed: Array<HeldByOrder & { shipmentId: string, parcelNo: number }>
}

interface HeldByOrder { orderId: string, orderNumber: string, lineNo: number, qty: number }

/** A movement out of the house. */
export interface Sent { seq: number, lineNo: number, productId: string, batch: BatchFacts | null, locationId: string, qty: number }

export interface InventoryService {
  /**
   * Locks products in warehouses, in a fixed order, and reads what lies there: one trip to the database. Lock rows of your own first.
   * Nothing is written before `close`.
   * @param known products as this transaction has read them already: only what has changed since is read again
   */
  open: (tx: Tx, ownerId: string, wanted: readonly Wanted[], known?: readonly ProductFacts[]) => Promise<StockBook>
  /** Stock keys that lines mean, with their stock locked and the batches made that come in. @throws AppError 422 at the line, 409 `batch.expiry_conflict` */
  openLines: (tx: Tx, ownerId: string, lines: { warehouse: WarehouseNamed, lines: readonly StockLine[] }) => Promise<OpenedLines>
  /** @param name code or id; null: the oldest of those that the caller knows @throws AppError 422, or the refusal */
  warehouse: (db: Queryable, name: string | null, search?: WarehouseSearch) => Promise<Warehouse>
  /** What has been shipped for a document and not been taken back, from the ledger. */
  sent: (tx: Tx, docId: string) => Promise<Sent[]>
  /** The answer of `stock.list`. @throws AppError 400 */
  list: StockReads['list']
  /** The answer of `stock.get`. @param product id or alias @throws AppError 404 `product.not_found` */
  get: StockReads['get']
  /** The answer of `movement.list`. @throws AppError 400, 404 `product.not_found` */
  movements: (reach: Reach, filters: MovementFilters) => Promise<Page<MovementView>>
  /** Asked when a batch stops being released. At most one plugin answers. */
  onBatchUnsold: (release: BatchRelease) => void
  /** Asked when more of a product can be allocated and someone waits for it. At most one plugin answers. */
  onStockFreed: (freed: StockFreed) => void
}
