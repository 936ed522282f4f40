// What a change to stock publishes: the state of each level that has changed, each movement, and when stock gets low, out or back.
import { toDecimal, type Kernel, type Tx } from '#kernel'
import type { ProductFacts } from '../../catalog/public.js'
import type { Warehouse } from '../domain/places.js'
import type { MovementView } from '../schemas/movements.js'
import type { Buckets, Cause, LevelState } from '../schemas/stock.js'
import { batchesOf, type Item } from '../domain/state.js'
import type { LevelChange } from '../store/book.js'

/** A product in a warehouse while its row is locked. */
export interface Level {
  product: ProductFacts
  warehouse: Warehouse
  /** The day where the warehouse is. */
  today: string
  /** In ten-thousandths. */
  backordered: number
  /** Announced and not received, in ten-thousandths. */
  incoming: number
  /** More could be allocated for those who wait: new orders queue behind them until then. */
  isFillDue: boolean
  /** What was published last about how much is available. */
  alert: Alert
  lastSeq: number
  version: number
  updatedAt: Date
  causes: Cause[]
  /** As it was when it was locked. */
  before: LevelState | null
}

export type Alert = 'none' | 'low' | 'out'

export function levelState (level: Level, items: readonly Item[], buckets: Buckets): LevelState {
  const { product: { id, sku, externalRef }, warehouse } = level
  return {
    product: { id, sku, externalRef },
    warehouse: { id: warehouse.id, code: warehouse.code },
    ...buckets,
    byBatch: batchesOf(level.product, items, level.today),
    asOfSeq: level.lastSeq,
    version: level.version,
    updatedAt: level.updatedAt.toISOString()
  }
}

export const toLevelChange = ({ product, warehouse, backordered, incoming, isFillDue, alert, lastSeq, version, updatedAt }: Level): LevelChange => ({
  productId: product.id,
  warehouseId: warehouse.id,
  backordered: toDecimal(backordered),
  incoming: toDecimal(incoming),
  isFillDue,
  alert,
  lastSeq,
  version,
  updatedAt
})

const BUCKETS = ['onHand', 'reserved', 'available', 'backordered', 'incoming'] as const

/** Publishes a level's new state. @returns what is now published about how much is available */
export function announceLevel (kernel: Kernel, tx: Tx, level: Level, state: LevelState): Alert {
  const before = level.before!
  const previous: Record<string, unknown> = Object
    .fromEntries(BUCKETS.filter(bucket => before[bucket] !== state[bucket]).map(bucket => [bucket, before[bucket]]))
  const unavailable = Object.entries(before.unavailable).filter(([reason, quantity]) => state.unavailable[reason as keyof Buckets['unavailable']] !== quantity)
  if (unavailable.length > 0) previous['unavailable'] = Object.fromEntries(unavailable)
  emit(kernel, tx, level, { type: 'stock.updated', data: { ...state, causes: level.causes }, previous })
  const alert = alertOf(level.product, state)
  if (alert !== level.alert) {
    const threshold = alert === 'low' ? level.product.reorderPoint! : 0
    const change = { available: before.available }
    if (alert === 'out') emit(kernel, tx, level, { type: 'stock.out', data: { ...state, threshold }, previous: change })
    if (level.alert === 'out') emit(kernel, tx, level, { type: 'stock.back_in_stock', data: { ...state, threshold: 0 }, previous: change })
    if (alert === 'low') emit(kernel, tx, level, { type: 'stock.low', data: { ...state, threshold }, previous: change })
  }
  return alert
}

function alertOf ({ reorderPoint }: ProductFacts, { available }: LevelState): Alert {
  if (available <= 0) return 'out'
  return reorderPoint !== null && available <= reorderPoint ? 'low' : 'none'
}

function emit (
  kernel: Kernel, tx: Tx, { product, warehouse, version }: Level, { type, data, previous }: { type: string, data: object, previous: object }
): void {
  const subject = { type: 'stock', id: `${product.id}:${warehouse.id}`, version, externalRef: product.externalRef }
  kernel.events.emit(tx, type, { subject, ownerId: product.ownerId, warehouseId: warehouse.id, data, previous })
}

/** Each movement is a thing of its own: it never changes, so it has one version. */
export function announceMovement (kernel: Kernel, tx: Tx, ownerId: string, movement: MovementView): void {
  const subject = { type: 'stock_movement', id: String(movement.seq), version: 1, externalRef: null }
  kernel.events.emit(tx, 'stock.movement_created', { subject, ownerId, warehouseId: movement.warehouse.id, data: movement })
}
