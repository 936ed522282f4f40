// The stock ledger at work. A change opens the book for the products that it is about, which locks them; moves, reserves and releases
// in memory, where all sums are exact; and closes the book, which checks the sums once, writes them and says what happened.
import { MAX_UNITS, newId, toDecimal, toUnits, type Kernel, type Tx } from '#kernel'
import type { ProductFacts } from '../../catalog/public.js'
import { emptyItem, isShort, toChange, toItem, type BookItem } from './book-item.js'
import { notEnough, tooMuch } from '../errors.js'
import { announceLevel, announceMovement, levelState, toLevelChange, type Level } from './announce.js'
import type { Place } from '../domain/places.js'
import { checkMove, checkPlaces } from './place-rules.js'
import { levelOf, toMovement, toRow, type Doc, type Posted, type Posting } from './postings.js'
import type { MovementView } from '../schemas/movements.js'
import type { Cause } from '../schemas/stock.js'
import { availableUnits, bucketsOf, termsOf, type BatchFacts } from '../domain/state.js'
import type { StockStatus } from '../domain/statuses.js'
import { insertMovements, writeItems, writeLevels, type ItemRow } from '../store/book.js'

/** Asked to allocate what has become available for those who wait for it, before the book is closed. It leaves the levels where there is more to do as due. */
export type StockFreed = (tx: Tx, book: StockBook, levels: readonly Level[]) => Promise<void>

const keyOf = (batchId: string, locationId: string, status: StockStatus): string => `${batchId} ${locationId} ${status}`

/** `now`: when the levels were locked. */
interface OpenedFor { kernel: Kernel, tx: Tx, now: Date, freed: StockFreed }

export class StockBook {
  /** Movements of one book belong together. */
  readonly groupId = newId('grp')
  /** The timestamp of the change, as the database has it. */
  readonly now: Date
  readonly #tx: Tx
  readonly #kernel: Kernel
  readonly #levels: ReadonlyMap<string, Level>
  readonly #items = new Map<Level, Map<string, BookItem>>()
  readonly #pending: Posted[] = []
  readonly #published = new Set<Level>()
  /** What could be allocated of each level when it was opened. */
  readonly #availableBefore: ReadonlyMap<Level, number>
  readonly #freed: StockFreed
  readonly #dueBefore: ReadonlyMap<Level, boolean>
  #isClosed = false
  /** Stock that on its way came to more, or to less, than the ledger can write. */
  #beyond: BookItem | null = null

  constructor ({ kernel, tx, now, freed }: OpenedFor, levels: readonly Level[], items: readonly ItemRow[]) {
    this.#freed = freed
    this.#kernel = kernel
    this.#tx = tx
    this.now = now
    this.#levels = new Map(levels.map(level => [`${level.product.id} ${level.warehouse.id}`, level]))
    for (const level of levels) this.#items.set(level, new Map())
    for (const row of items) {
      const level = this.level(row.productId, row.warehouseId)
      this.#items.get(level)!.set(keyOf(row.batchId, row.locationId, row.status), toItem(level, row))
    }
    for (const level of levels) level.before = this.#state(level)
    this.#availableBefore = new Map(levels.map(level => [level, this.available(level)]))
    this.#dueBefore = new Map(levels.map(level => [level, level.isFillDue]))
  }

  /** @throws Error for a product that the book was not opened for */
  level (productId: string, warehouseId: string): Level {
    const level = this.#levels.get(`${productId} ${warehouseId}`)
    if (level === undefined) throw new Error(`the book is not open for ${productId} in ${warehouseId}`)
    return level
  }

  /** True when the book is open for it. */
  has (productId: string, warehouseId: string): boolean { return this.#levels.has(`${productId} ${warehouseId}`) }

  /** What can be allocated at the moment, in ten-thousandths. */
  available (level: Level): number {
    return availableUnits(level.product, this.items(level), termsOf(level.product, level.today))
  }

  items (level: Level): BookItem[] { return [...this.#items.get(level)!.values()] }

  /** The stock key, empty if nothing lies there. */
  item (level: Level, batch: BatchFacts | null, location: Place, status: StockStatus): BookItem {
    const items = this.#items.get(level)!
    const key = keyOf(batch?.id ?? '', location.id, status)
    const found = items.get(key)
    if (found !== undefined) return found
    const item = emptyItem({ level, batch, location, status, receivedAt: this.now })
    items.set(key, item)
    return item
  }

  /** Moves goods: in, out, or from one key to another of the same product and batch. */
  post (posting: Posting): void {
    const { from, to, units, doc, type, pointers = [] } = posting
    // What has lain longest stays what has lain longest, wherever it is put.
    const since = from?.receivedAt ?? this.now
    if (to !== null && (to.onHand <= 0 || since < to.receivedAt)) to.receivedAt = since
    const reserved = posting.isReserved === true ? units : 0
    if (from !== null) {
      from.onHand -= units
      from.reserved -= reserved
    }
    if (to !== null) {
      to.onHand += units
      to.reserved += reserved
    }
    for (const item of [from, to]) {
      if (item === null) continue
      item.pointers.push(...pointers)
      if (Math.abs(item.onHand) > MAX_UNITS) this.#beyond ??= item
    }
    checkMove(posting)
    this.#pending.push({ ...posting, balanceFrom: from === null ? null : toDecimal(from.onHand), balanceTo: to === null ? null : toDecimal(to.onHand) })
    this.note(levelOf(posting), {
      type, docType: doc?.type ?? null, docId: doc?.id ?? null, qty: toDecimal((to === null ? 0 : units) - (from === null ? 0 : units)) || toDecimal(units)
    })
  }

  /** Sets units aside for a document; negative units let them go. */
  reserve (item: BookItem, units: number, doc: Doc): void {
    item.reserved += units
    this.note(item.level, { type: units < 0 ? 'release' : 'allocation', docType: doc.type, docId: doc.id, qty: toDecimal(units) })
  }

  /** Counts what is ordered and not there; negative when it is no longer. */
  backorder (level: Level, units: number, doc: Doc): void {
    level.backordered += units
    this.note(level, { type: 'backorder', docType: doc.type, docId: doc.id, qty: toDecimal(units) })
  }

  /** Counts what is announced and not received; negative when it has come, or comes no longer. */
  expect (level: Level, units: number, doc: Doc): void {
    level.incoming += units
    this.note(level, { type: 'inbound', docType: doc.type, docId: doc.id, qty: toDecimal(units) })
  }

  /** Says why the level has changed; causes of one kind and document are summed. */
  note (level: Level, cause: Cause): void {
    const same = level.causes.find(({ type, docType, docId }) => type === cause.type && docType === cause.docType && docId === cause.docId)
    if (same === undefined) level.causes.push({ ...cause })
    else same.qty = toDecimal(toUnits(same.qty) + toUnits(cause.qty))
  }

  /**
   * A batch becomes something else, wherever it lies. Its row is not written.
   * @returns what lies of it
   */
  changeBatch (batchId: string, facts: Partial<Pick<BatchFacts, 'status' | 'expiryDate'>>, cause: string): BookItem[] {
    const items = this.itemsOf(batchId)
    for (const item of items) {
      item.batch = { ...item.batch!, ...facts }
      this.note(item.level, { type: cause, docType: 'batch', docId: batchId, qty: 0 })
    }
    return items
  }

  /** The location becomes something else, wherever the book is open for what lies in it. Its row is not written. */
  changeLocation (id: string, facts: Pick<Place, 'pickable' | 'sellable' | 'locked' | 'pickPriority'>): void {
    for (const item of this.#all().filter(({ location }) => location.id === id)) {
      item.location = { ...item.location, ...facts }
      this.note(item.level, { type: 'location', docType: 'location', docId: id, qty: 0 })
    }
  }

  /** The product becomes something else, wherever the book is open for it. Its row is not written. */
  changeProduct (id: string, facts: Pick<ProductFacts, 'safetyStock' | 'reorderPoint' | 'minShelfLifeShipDays'>): void {
    for (const level of this.#levels.values()) {
      if (level.product.id !== id) continue
      level.product = { ...level.product, ...facts }
      this.note(level, { type: 'product', docType: 'product', docId: id, qty: 0 })
    }
  }

  /** Batches have passed their expiry date in a warehouse, or the shelf life that they must have: until now they counted as good there. */
  passBatches (level: Level, batchIds: ReadonlySet<string>, cause: 'expiry' | 'shelf_life'): void {
    const asTold = (item: BookItem): BookItem => batchIds.has(item.batch?.id ?? '') ? { ...item, batch: { ...item.batch!, expiryDate: null } } : item
    level.before = this.#state(level, this.items(level).map(asTold))
    for (const docId of batchIds) this.note(level, { type: cause, docType: 'batch', docId, qty: 0 })
  }

  /** What lies of a batch, wherever the book is open. */
  itemsOf (batchId: string): BookItem[] {
    return this.#all().filter(item => item.batch?.id === batchId)
  }

  #all (): BookItem[] { return [...this.#items.values()].flatMap(items => [...items.values()]) }

  /**
   * Publishes what has changed since it was last published, as done by the call of `tx`: where several calls share a book, each publishes its own. What is
   * only allocated or waited for can be published before the book is closed; goods that move are published as it is.
   */
  publish (tx: Tx): void {
    for (const level of this.#levels.values()) {
      if (level.causes.length === 0) continue
      level.version++
      if (this.now > level.updatedAt) level.updatedAt = this.now
      const state = this.#state(level)
      level.alert = announceLevel(this.#kernel, tx, level, state)
      level.before = state
      level.causes = []
      this.#published.add(level)
    }
  }

  /**
   * Checks, writes and publishes: a movement each, then each level that has changed.
   * @returns the movements as callers see them
   * @throws AppError 409 `stock.insufficient` naming what the request asked too much for, 422 `stock.too_much`
   */
  async close (): Promise<MovementView[]> {
    if (this.#isClosed) throw new Error('the book is closed')
    this.#isClosed = true
    await this.#fillWaiting()
    this.#check()
    const changed = this.#all().filter(({ onHand, reserved, before }) => onHand !== before.onHand || reserved !== before.reserved)
    writeItems(this.#tx, { known: changed.filter(item => !item.isFresh).map(toChange), fresh: changed.filter(item => item.isFresh).map(toChange) })
    await checkPlaces(this.#tx, this.#pending)
    const movements = await this.#append()
    this.publish(this.#tx)
    const changedLevels = [...this.#levels.values()].filter(level => this.#published.has(level) || level.isFillDue !== this.#dueBefore.get(level))
    if (changedLevels.length > 0) writeLevels(this.#tx, changedLevels.map(toLevelChange))
    return movements
  }

  /** Where more can be allocated than when the book was opened, those who wait come first. */
  async #fillWaiting (): Promise<void> {
    const freed = [...this.#levels.values()].filter(level => level.backordered > 0 && this.available(level) > Math.max(0, this.#availableBefore.get(level)!))
    if (freed.length > 0) await this.#freed(this.#tx, this, freed)
  }

  #state (level: Level, items = this.items(level)): ReturnType<typeof levelState> {
    return levelState(level, items, bucketsOf(level.product, items, level, level.today))
  }

  #check (): void {
    const short = this.#all().filter(isShort)
    if (short.length > 0) throw notEnough(short)
    if (this.#beyond !== null) throw tooMuch(this.#beyond.pointers)
  }

  async #append (): Promise<MovementView[]> {
    if (this.#pending.length === 0) return []
    const { groupId, now } = this
    const views = this.#pending.map(posted => toMovement(posted, { groupId, now, call: this.#tx.call }))
    const seqs = await insertMovements(this.#tx, views.map((view, index) => toRow(view, levelOf(this.#pending[index]!).product.ownerId)))
    views.forEach((view, index) => {
      const level = levelOf(this.#pending[index]!)
      view.seq = seqs[index]!
      level.lastSeq = view.seq
      announceMovement(this.#kernel, this.#tx, level.product.ownerId, view)
    })
    return views
  }
}
