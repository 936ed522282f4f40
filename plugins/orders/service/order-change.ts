// One change to an order: its row is locked, its stock is open, and at the end all of it is written and published together.
import type { Kernel, Tx } from '#kernel'
import { isInReach, type Reach } from '../../external-api/public.js'
import type { PartnersService } from '../../partners/public.js'
import type { CatalogService } from '../../catalog/public.js'
import type { InventoryService, StockBook, Warehouse } from '../../inventory/public.js'
import { openUnits, viewOf, type Line, type Order } from '../domain/order.js'
import { onHold, orderNotFound } from '../errors.js'
import type { LineView, OrderView, UpdateSettingsValues } from '../schemas/orders.js'
import type { ShipmentView, ShipSettingsValues } from '../schemas/shipments.js'
import type { CancelSettingsValues } from '../schemas/steps.js'
import { checkStep, type Limits, type OrderStatus, type Step } from '../domain/states.js'
import { insertOrder, lockOrder, updateOrder, type LockedOrder } from '../store/orders.js'
import type { OrderAlias } from '../domain/order-alias.js'
import { redacted } from './personal-data.js'

export interface Services {
  kernel: Kernel
  catalog: CatalogService
  inventory: InventoryService
  partners: Pick<PartnersService, 'shelfLives'>
}

/** Whose orders they are, and what the call demands of the version that it changes. */
export interface Scope {
  ownerId: string
  /** The only warehouses whose orders the caller knows; null: all. */
  warehouseIds: Reach['warehouseIds']
  /** @throws AppError 412 */
  checkVersion: (version: number) => void
}

/** What made stock available that was then allocated. */
export interface Cause { type: string, docType: string | null, docId: string | null }

interface Published { type: string, extra: object | null, previous: object | null }

export class OrderChange {
  readonly tx: Tx
  readonly order: Order
  readonly now: Date
  readonly services: Services
  /** Null: the order is new. */
  readonly #locked: LockedOrder | null
  readonly #linesBefore: readonly LineView[]
  readonly #published: Published[] = []
  readonly #shipments: Array<{ type: string, shipment: ShipmentView, previous: object | null }> = []
  #isTouched = false
  cause: Cause | null = null
  #book: StockBook | null = null
  #isBookOwn = true
  #warehouse: Warehouse | null = null

  constructor (services: Services, tx: Tx, { order, now, locked }: { order: Order, now: Date, locked: LockedOrder | null }) {
    this.services = services
    this.tx = tx
    this.order = order
    this.now = now
    this.#locked = locked
    this.#linesBefore = locked === null ? [] : viewOf(order).lines
  }

  /**
   * Locks an order for a step.
   * @throws AppError 404 `order.not_found`, 412, 409 `order.illegal_transition`
   */
  static async begin (
    services: Services, tx: Tx, { ownerId, warehouseIds, checkVersion, alias }: Scope & { alias: OrderAlias }, step: Step | null
  ): Promise<OrderChange> {
    const locked = await lockOrder(tx, ownerId, alias)
    if (locked === undefined || !isInReach({ warehouseIds }, locked.order.warehouse.id)) throw orderNotFound()
    checkVersion(locked.order.version)
    const change = new OrderChange(services, tx, { ...locked, locked })
    if (step !== null) change.check(step)
    return change
  }

  /** @throws AppError 409 `order.illegal_transition` */
  check (step: Step): void {
    checkStep(this.order, step, this.limits)
  }

  get limits (): Limits {
    return limitsOf(this.services.kernel)
  }

  /** The stock of lines, locked; the second time the same book. */
  async openBook (lines: readonly Line[] = this.order.lines): Promise<StockBook> {
    if (this.#book !== null) return this.#book
    const { order, tx, services: { inventory } } = this
    const warehouse = await this.warehouse()
    const productIds = new Set(lines.flatMap(({ isStocked, productId }) => isStocked && productId !== null ? [productId] : []))
    this.#book = await inventory.open(tx, order.ownerId, [...productIds].map(productId => ({ productId, warehouse })))
    return this.#book
  }

  async warehouse (): Promise<Warehouse> {
    if (this.#warehouse !== null) return this.#warehouse
    const { order, tx, services: { inventory } } = this
    const places = order.allocations.flatMap(({ location, pickedFromId }) => pickedFromId === '' ? [location.id] : [location.id, pickedFromId])
    this.#warehouse = await inventory.warehouse(tx, order.warehouse.id, { locations: places })
    return this.#warehouse
  }

  /** A new order knows its warehouse already. */
  inWarehouse (warehouse: Warehouse): this {
    this.#warehouse = warehouse
    return this
  }

  /** @throws AppError 409 `order.on_hold` */
  checkHolds (step: Step): void {
    if (this.order.holds.length > 0) throw onHold(step, this.order.holds.map(hold => hold.code))
  }

  /** The stock is open already, and its opener closes it. */
  inBook (book: StockBook): this {
    this.#book = book
    this.#isBookOwn = false
    return this
  }

  /** What is allocated from now on was made available by this. */
  becauseOf (cause: Cause | null): this {
    this.cause = cause
    return this
  }

  /** An event about the order, with what its schema has beyond the order itself. */
  publish (type: string, extra: object | null = null, previous: object | null = null): void {
    this.#published.push({ type, extra, previous })
  }

  /** Quantities of lines have changed; `order.updated` says so if no other event does. */
  touch (): void {
    this.#isTouched = true
  }

  tellShipment (type: string, shipment: ShipmentView, previous: object | null = null): void {
    this.#shipments.push({ type, shipment, previous })
  }

  moveTo (to: OrderStatus, reason: string | null = null): void {
    const from = this.order.status
    if (from === to) return
    this.order.status = to
    this.publish('order.status_changed', { change: { from, to, reason } }, { status: from })
  }

  /** Where an order on the floor stands, by what is allocated, picked and packed of it; one of which all has left or is cancelled is shipped. */
  settle (reason: string | null = null): void {
    const { lines, status } = this.order
    const has = (stage: 'allocated' | 'picked' | 'packed'): boolean => lines.some(line => line[stage] > 0)
    if (status === 'partially_shipped') {
      if (lines.some(line => line.isStocked && line.ordered > line.shipped + line.cancelled)) return
      sendServices(lines)
      return this.moveTo('shipped', reason)
    }
    if (status !== 'picking' && status !== 'picked' && status !== 'packed') return
    if (!has('picked') && !has('packed')) return this.moveTo('open', reason)
    this.moveTo(has('allocated') ? 'picking' : has('picked') ? 'picked' : 'packed', reason)
  }

  /** Writes and publishes, unless nothing has happened. @returns the order as it is answered */
  async finish (): Promise<OrderView> {
    const { order, tx, services: { kernel } } = this
    if (this.#published.length === 0 && this.#isTouched) this.publish('order.updated', null, { lines: this.#linesBefore })
    if (this.#published.length === 0) {
      this.#emitShipments(order)
      return redacted(kernel, viewOf(order))
    }
    if (this.#locked === null) {
      insertOrder(tx, order)
    } else {
      order.version++
      if (this.now > order.updatedAt) order.updatedAt = this.now
      updateOrder(tx, this.#locked)
    }
    const view = viewOf(order)
    this.#emit(view)
    if (this.#isBookOwn) await this.#book?.close()
    return redacted(kernel, view)
  }

  #emit (view: OrderView): void {
    const { kernel } = this.services
    const { id, version, externalRef, ownerId, warehouse: { id: warehouseId } } = view
    for (const { type, extra, previous } of this.#published) {
      kernel.events.emit(this.tx, type, {
        subject: { type: 'order', id, version, externalRef }, ownerId, warehouseId, data: extra === null ? view : { ...view, ...extra }, previous
      })
    }
    this.#emitShipments(view)
  }

  #emitShipments ({ externalRef, ownerId, warehouse: { id: warehouseId } }: Pick<Order, 'externalRef' | 'ownerId' | 'warehouse'>): void {
    const { kernel } = this.services
    for (const { type, shipment, previous } of this.#shipments) {
      const subject = { type: 'shipment', id: shipment.id, version: shipment.version, externalRef }
      kernel.events.emit(this.tx, type, { subject, ownerId, warehouseId, data: shipment, previous })
    }
  }
}

/** Services leave with the last of the goods. */
export function sendServices (lines: readonly Line[]): void {
  for (const line of lines) if (!line.isStocked) line.shipped += openUnits(line)
}

function limitsOf (kernel: Kernel): Limits {
  return {
    editableUntil: kernel.settings<UpdateSettingsValues>('order.update').editableUntil,
    cancelUntil: kernel.settings<CancelSettingsValues>('order.cancel').cancelUntil,
    shipWithoutPick: kernel.settings<ShipSettingsValues>('order.ship').shipWithoutPick
  }
}
