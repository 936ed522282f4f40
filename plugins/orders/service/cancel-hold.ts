// Cancelling orders or lines of them, and holds.
import { toDecimal, type Tx } from '#kernel'
import { openUnits, type Line, type Order } from '../domain/order.js'
import { conflict, tooMany } from '../errors.js'
import type { CreateSettingsValues, OrderView } from '../schemas/orders.js'
import type { Cancellation, HoldInput, HoldRelease, HoldSettingsValues } from '../schemas/steps.js'
import type { OrderAlias } from '../domain/order-alias.js'
import { chosenLines } from './allocate.js'
import { cancelUnits } from './status-steps.js'
import { OrderChange, type Scope, type Services } from './order-change.js'
import { afterOpening } from './create.js'
import { UNKNOWN_SKU } from './draft.js'
import { checkScales, productsOf, toLines } from './lines.js'
import { letGo, unitsOr } from './stock.js'

export interface Cancels {
  cancel: (tx: Tx, scope: Scope, alias: OrderAlias, input: Cancellation) => Promise<OrderView>
  hold: (tx: Tx, scope: Scope, alias: OrderAlias, input: HoldInput) => Promise<OrderView>
  releaseHold: (tx: Tx, scope: Scope, alias: OrderAlias, input: HoldRelease) => Promise<OrderView>
}

export function createCancels (services: Services): Cancels {
  const { kernel, catalog } = services
  return {
    /** Cancelling what is cancelled is no change. */
    async cancel (tx, scope, alias, { reason = null, lines: named }) {
      const change = await OrderChange.begin(services, tx, { ...scope, alias }, null)
      const { order } = change
      if (order.status === 'cancelled') return await change.finish()
      change.check(named === undefined ? 'cancel' : 'cancel lines')
      await checkScales(change, (named ?? []).map((wish, index) => ({ ...wish, pointer: `/lines/${index}` })))
      const wanted = chosenLines(order.lines, named).map((line, index) => {
        const left = line.ordered - line.shipped - line.cancelled
        const units = unitsOr(named?.[index]?.qty, left)
        if (units > left) throw tooMany(`/lines/${index}/qty`, toDecimal(left), 'left to cancel')
        return { line, units }
      })
      // What is on the floor, or all of it, is cancelled as long as orders are; the rest of a line at any time before it leaves.
      if (wanted.some(isOnTheFloor) || leavesNothing(order, wanted)) change.check('cancel')
      const cancelled = await cancelUnits(change, wanted)
      const isWhole = order.lines.every(line => line.cancelled === line.ordered)
      if (cancelled.lines.length === 0 && !isWhole) return await change.finish()
      if (isWhole) order.cancelReason = reason
      change.publish('order.cancelled', { cancellation: { reason, isWhole, ...cancelled } })
      if (isWhole) change.moveTo('cancelled', reason)
      else change.settle(reason)
      return await change.finish()
    },

    async hold (tx, scope, alias, { code, note = null }) {
      const change = await OrderChange.begin(services, tx, { ...scope, alias }, 'hold')
      const { order, now } = change
      if (order.holds.some(hold => hold.code === code)) return await change.finish()
      const principal = tx.call?.principal ?? null
      const before = order.holds
      order.holds = [...before, { code, note, by: { type: principal?.type ?? 'system', id: principal?.id ?? null }, at: now.toISOString() }]
      change.publish('order.on_hold', null, { holds: before })
      const lines = order.lines.filter(line => line.allocated > 0)
      if (!kernel.settings<HoldSettingsValues>('order.hold').keepAllocation && lines.length > 0) {
        const book = await change.openBook(lines)
        change.publish('order.deallocated', { released: lines.flatMap(line => letGo({ book, order }, line, line.allocated)) })
        change.settle()
      }
      return await change.finish()
    },

    async releaseHold (tx, scope, alias, { code }) {
      const change = await OrderChange.begin(services, tx, { ...scope, alias }, 'hold')
      const { order } = change
      const before = order.holds
      order.holds = code === undefined ? [] : before.filter(hold => hold.code !== code)
      if (order.holds.length === before.length) return await change.finish()
      if (!order.holds.some(hold => hold.code === UNKNOWN_SKU)) await nameProducts(change, catalog)
      change.publish('order.hold_released', null, { holds: before })
      if (order.holds.length === 0) await afterOpening(change, kernel.settings<CreateSettingsValues>('order.create'))
      return await change.finish()
    }
  }
}

type Part = { line: Line, units: number }

const isOnTheFloor = ({ line, units }: Part): boolean => units > line.ordered - line.picked - line.packed - line.shipped - line.cancelled

function leavesNothing ({ lines }: Order, wanted: readonly Part[]): boolean {
  const units = new Map(wanted.map(part => [part.line, part.units]))
  return lines.every(line => line.cancelled + (units.get(line) ?? 0) === line.ordered) && lines.some(line => line.cancelled < line.ordered)
}

/** Lines whose SKU no one knew when the order came get their product. @throws AppError 409 while there is still none */
async function nameProducts (change: OrderChange, catalog: Services['catalog']): Promise<void> {
  const { order, tx } = change
  const unknown = order.lines.filter(line => line.productId === null && openUnits(line) > 0)
  if (unknown.length === 0) return
  const inputs = unknown.map(({ sku, qtyUom, uomCode, externalLineRef, pinnedBatch, minShelfLifeDays, unitPrice, attributes }) =>
    ({ sku, qty: qtyUom, uomCode, externalLineRef, batch: pinnedBatch, minShelfLifeDays, unitPrice, attributes }))
  const products = await productsOf(catalog, tx, order.ownerId, inputs)
  const lines = toLines(inputs, products, { onUnknownSku: 'hold', numberOf: index => unknown[index]!.lineNo })
  const still = lines.filter(line => line.productId === null)
  if (still.length > 0) {
    throw conflict(
      'order.unknown_sku', `No product has the SKU ${still.map(line => line.sku).join(', ')}: create it, or cancel the line, before the hold is released.`
    )
  }
  lines.forEach((line, index) => {
    const { productId, sku, name, isStocked, ordered } = line
    const { cancelled } = unknown[index]!
    Object.assign(unknown[index]!, { productId, sku, name, isStocked, ordered, cancelled: Math.min(cancelled, ordered) })
  })
}
