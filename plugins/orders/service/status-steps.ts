// Steps back, and the end of orders that are not shipped to the last piece.
import { toUnits, toDecimal } from '#kernel'
import { allocationsOf, openUnits, type Allocation, type Line } from '../domain/order.js'
import { conflict } from '../errors.js'
import type { ShipmentView, ShipSettingsValues } from '../schemas/shipments.js'
import type { Released } from '../schemas/steps.js'
import { putShipment, shipmentsOf } from '../store/shipments.js'
import type { OrderChange } from './order-change.js'
import { partsOf } from './parcels.js'
import { docOf, letGo, restage, setBackordered, unpickUnits } from './stock.js'

const lineOfAllocation = ({ order }: OrderChange, { lineNo }: Pick<Allocation, 'lineNo'>): Line => order.lines.find(line => line.lineNo === lineNo)!

/** Picked goods go back to where they came from and stay allocated. */
export async function resetPick (change: OrderChange, reason: string | null): Promise<void> {
  await openParcels(change)
  for (const line of change.order.lines) await putBack(change, line, line.picked)
  change.moveTo('open', reason)
}

async function putBack (change: OrderChange, line: Line, units: number): Promise<void> {
  const book = await change.openBook()
  const warehouse = await change.warehouse()
  let left = units
  for (const allocation of allocationsOf(change.order, line.lineNo, 'picked').reverse()) {
    const part = Math.min(left, allocation.units)
    left -= part
    if (part > 0) unpickUnits({ book, order: change.order, warehouse }, line, { allocation, units: part })
  }
}

/** Parcels are opened: their goods are picked again, their shipments cancelled. */
export async function unpack (change: OrderChange, reason: string | null): Promise<void> {
  await openParcels(change)
  change.moveTo('picked', reason)
}

async function openParcels (change: OrderChange): Promise<void> {
  openShipments(change, (await shipmentsOf(change.tx, change.order.id)).filter(({ status }) => status === 'packed'))
}

/** Packed shipments are cancelled, and what lies in them is picked again. */
export function openShipments (change: OrderChange, shipments: readonly ShipmentView[]): void {
  for (const part of partsOf(change.order, shipments)) restage(change.order, lineOfAllocation(change, part.allocation), part, 'picked')
  for (const shipment of shipments) changeShipment(change, shipment, 'cancelled', 'shipment.cancelled')
}

function changeShipment (change: OrderChange, before: ShipmentView, status: 'cancelled' | 'packed', event: string): void {
  const now = change.now.toISOString()
  const parcels = before.parcels.map(parcel => ({ ...parcel, status, statusAt: now }))
  const shipment: ShipmentView = { ...before, status, shippedAt: null, isFinal: false, parcels, version: before.version + 1, updatedAt: now }
  putShipment(change.tx, shipment, { isNew: false })
  change.tellShipment(event, shipment, { status: before.status, shippedAt: before.shippedAt })
}

/** A shipment that has just left comes back: the ledger takes back each of its movements. */
export async function unship (change: OrderChange, reason: string | null): Promise<void> {
  const { order, tx, services: { kernel, inventory } } = change
  const { unshipWindowMinutes } = kernel.settings<ShipSettingsValues>('order.ship')
  const [shipment, ...others] = (await shipmentsOf(tx, order.id)).filter(({ status }) => status !== 'cancelled')
  if (shipment === undefined || others.length > 0 || shipment.status !== 'shipped') {
    throw conflict('shipment.not_returnable', 'Only an order that left in one shipment, of which the carrier has reported nothing yet, can be taken back.')
  }
  if (kernel.clock.now().getTime() - Date.parse(shipment.shippedAt!) > unshipWindowMinutes * 60_000) {
    throw conflict('shipment.left_too_long_ago', `The order was shipped at ${shipment.shippedAt}; it could be taken back for ${unshipWindowMinutes} minutes.`)
  }
  const book = await change.openBook()
  const { named } = await change.warehouse()
  for (const { seq, lineNo, productId, batch, locationId, qty } of await inventory.sent(tx, order.id)) {
    const units = toUnits(qty)
    const item = book.item(book.level(productId, order.warehouse.id), batch, named.get(locationId)!, 'available')
    book.post({ type: 'unship', units, from: null, to: item, doc: docOf(order, lineNo), reversalOf: seq, isReserved: true })
    for (const allocation of allocationsOf(order, lineNo, 'shipped')) {
      if (allocation.batch?.id === batch?.id && allocation.location.id === locationId) {
        restage(order, lineOfAllocation(change, { lineNo }), { allocation, units: allocation.units }, 'packed')
      }
    }
  }
  for (const line of order.lines) if (!line.isStocked) line.shipped = 0
  changeShipment(change, shipment, 'packed', 'shipment.tracking_updated')
  change.moveTo('packed', reason)
}

export function deliver (change: OrderChange, reason: string | null): void {
  change.moveTo('delivered', reason)
}

/** What was not shipped will not be: it is put back, deallocated and cancelled. */
export async function closeRest (change: OrderChange, reason: string | null): Promise<void> {
  const rest = await cancelUnits(change, change.order.lines.map(line => ({ line, units: line.ordered - line.shipped - line.cancelled })))
  if (rest.lines.length > 0) change.publish('order.cancelled', { cancellation: { reason, isWhole: false, ...rest } })
  change.moveTo('closed', reason)
}

interface Cancelled { lines: Array<{ lineNo: number, sku: string, qty: number }>, released: Released }

/** Cancels units of lines: what is open first, then what is allocated, then what is picked or packed, which is put back. */
export async function cancelUnits (change: OrderChange, wanted: ReadonlyArray<{ line: Line, units: number }>): Promise<Cancelled> {
  const { order } = change
  const some = wanted.filter(({ units }) => units > 0)
  const isStocked = some.some(({ line }) => line.isStocked && line.productId !== null)
  if (!isStocked) {
    for (const { line, units } of some) line.cancelled += units
    return { lines: some.map(described), released: [] }
  }
  const book = await change.openBook()
  const beyondShelf = ({ line, units }: { line: Line, units: number }): number => line.isStocked ? Math.max(0, units - openUnits(line) - line.allocated) : 0
  if (some.some(part => beyondShelf(part) > part.line.picked)) await openParcels(change)
  for (const part of some) await putBack(change, part.line, beyondShelf(part))
  const released = some.flatMap(({ line, units }) =>
    line.isStocked && line.productId !== null ? letGo({ book, order }, line, Math.max(0, units - openUnits(line))) : []
  )
  for (const { line, units } of some) {
    line.cancelled += units
    if (line.isStocked && line.productId !== null) setBackordered(book, order, line, Math.min(line.backordered, openUnits(line)))
  }
  return { lines: some.map(described), released }
}

const described = ({ line, units }: { line: Line, units: number }): Cancelled['lines'][number] => ({
  lineNo: line.lineNo, sku: line.sku, qty: toDecimal(units)
})
