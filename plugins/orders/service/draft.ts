// A new order in memory, before anything of it is allocated or written.
import { newId, type Tx } from '#kernel'
import type { ProductFacts } from '../../catalog/public.js'
import { archivedWarehouse, type Warehouse } from '../../inventory/public.js'
import type { Order } from '../domain/order.js'
import type { CreateSettingsValues, Hold, OrderInput, Said } from '../schemas/orders.js'
import type { NewOrderNumber } from '../store/orders.js'
import { checkHeader } from './header.js'
import { toLines } from './lines.js'

export const UNKNOWN_SKU = 'unknown_sku'

const DEFAULTS: Said = {
  channel: null,
  type: 'b2c',
  customer: null,
  shipTo: null,
  billTo: null,
  carrierCode: null,
  serviceCode: null,
  shippingProcess: null,
  priority: 5,
  requestedShipDate: null,
  requestedDeliveryDate: null,
  cancelAfterDate: null,
  allowPartialShipment: true,
  currency: null,
  giftMessage: null,
  packingNote: null,
  tags: [],
  attributes: {}
}

/** What the database knows about what an order names, and what operators want of new ones. */
interface Known {
  warehouse: Warehouse
  products: ReadonlyMap<string, ProductFacts>
  /** What customers want of the goods that are sent to them, by reference. */
  shelfLives: ReadonlyMap<string, number>
  settings: CreateSettingsValues
}

interface Begun extends NewOrderNumber { ownerId: string, externalRef: string }

/** @throws AppError 422 for what contradicts itself or names what does not exist */
export function draftOrder (
  tx: Tx, { ownerId, externalRef, number, now }: Begun, input: OrderInput, { warehouse, products, shelfLives, settings }: Known
): Order {
  if (!warehouse.active) throw archivedWarehouse('/warehouse')
  const { externalRef: _, warehouse: __, lines: inputs, ...said } = input
  const header = { ...DEFAULTS, ...said }
  checkHeader(header)
  const lines = toLines(inputs, products, {
    onUnknownSku: settings.onUnknownSku, numberOf: index => index + 1, minShelfLifeDays: shelfLives.get(header.customer?.ref ?? '')
  })
  return {
    id: newId('ord'),
    ownerId,
    number,
    externalRef,
    status: settings.initialStatus,
    holds: lines.some(line => line.productId === null) ? [unknownSkuHold(tx, now)] : [],
    warehouse: { id: warehouse.id, code: warehouse.code },
    ...header,
    cancelReason: null,
    version: 1,
    createdAt: now,
    updatedAt: now,
    lines,
    allocations: []
  }
}

function unknownSkuHold (tx: Tx, now: Date): Hold {
  const principal = tx.call?.principal ?? null
  return {
    code: UNKNOWN_SKU, note: 'No product has the SKU of a line', by: { type: principal?.type ?? 'system', id: principal?.id ?? null }, at: now.toISOString()
  }
}
