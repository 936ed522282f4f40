// New orders: checked, set aside for, and put on hold where something about them is not known.
import { brokenRule, newId, type Tx } from '#kernel'
import { canonical } from '../../catalog/public.js'
import { allocationStatus, viewOf, type Order } from '../aggregate.js'
import { externalRefTaken } from '../errors.js'
import type { CreateSettingsValues, Hold, OrderInput, OrderView, Said } from '../schemas/orders.js'
import { beginOrder, readOrder } from '../store-orders.js'
import { allocateLines } from './allocate.js'
import { OrderChange, type Services } from './change.js'
import { checkHeader } from './header.js'
import { checkPins, productsOf, toLines } from './lines.js'
import { redacted } from './personal-data.js'

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

export type CreateOrders = (tx: Tx, ownerId: string, input: OrderInput) => Promise<{ order: OrderView, isNew: boolean }>

export function createOrders (services: Services): CreateOrders {
  const { kernel, catalog, inventory } = services

  return async (tx, ownerId, { externalRef: given, warehouse: warehouseName, lines: inputs, ...said }) => {
    const settings = kernel.settings<CreateSettingsValues>('order.create')
    if (inputs.length > settings.maxLines) throw brokenRule('order.too_many_lines', '/lines', `must be at most ${settings.maxLines}: the operator of this service takes no longer orders`)
    checkPins(kernel, inputs)
    const externalRef = canonical(given)
    const [{ number, now, taken }, warehouse, products] = await Promise.all([
      beginOrder(tx, ownerId, externalRef),
      inventory.warehouse(tx, warehouseName ?? settings.defaultWarehouse),
      productsOf(catalog, tx, ownerId, inputs)
    ])
    if (taken !== null) {
      if (settings.duplicateMode === 'reject') throw externalRefTaken()
      return { order: redacted(kernel, viewOf((await readOrder(tx, ownerId, { by: 'id', key: taken }))!)), isNew: false }
    }
    const header = { ...DEFAULTS, ...said }
    checkHeader(header)
    const lines = toLines(inputs, products, settings.onUnknownSku, index => index + 1)
    const order: Order = {
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
    const change = new OrderChange(services, tx, order, now, null).inWarehouse(warehouse)
    change.tell('order.created')
    if (order.holds.length > 0) change.tell('order.on_hold')
    else await afterOpening(change, settings)
    return { order: await change.finish(), isNew: true }
  }
}

/** What the operator wants done with an order as soon as it is open: allocate it, release it. */
export async function afterOpening (change: OrderChange, { autoAllocate, autoRelease, onShortage }: CreateSettingsValues): Promise<void> {
  const { order } = change
  if (order.status !== 'open' || !autoAllocate) return
  await allocateLines(change, order.lines, onShortage)
  if (autoRelease && order.holds.length === 0 && allocationStatus(order) === 'full') change.moveTo('released')
}

function unknownSkuHold (tx: Tx, now: Date): Hold {
  const principal = tx.call?.principal ?? null
  return { code: UNKNOWN_SKU, note: 'No product has the SKU of a line', by: { type: principal?.type ?? 'system', id: principal?.id ?? null }, at: now.toISOString() }
}
