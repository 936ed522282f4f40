// The floor: picking, packing and shipping. Exactly what was allocated is picked, exactly what was picked is packed and leaves.
import { brokenRule, newId, toDecimal, toUnits, type Tx } from '#kernel'
import type { Posting } from '../../inventory/public.js'
import { allocationsOf, lineOf, openUnits, type Order } from '../domain/order.js'
import { conflict, tooMany, unknownLine } from '../errors.js'
import type { OrderView } from '../schemas/orders.js'
import type { PackInput, ParcelView, ShipInput, ShipmentView, ShipSettingsValues } from '../schemas/shipments.js'
import type { PickInput } from '../schemas/steps.js'
import { isServiceOnly } from '../domain/states.js'
import { putShipment, shipmentsOf } from '../store/shipments.js'
import type { OrderAlias } from '../domain/order-alias.js'
import { allocateLines } from './allocate.js'
import { isAutomatic } from './backorders.js'
import { OrderChange, sendServices, type Scope, type Services } from './order-change.js'
import { checkGood } from './stock-checks.js'
import { checkScales, codeOf } from './lines.js'
import { chosenShipments, partsOf } from './parcels.js'
import { pickAll, pickLines } from './pick.js'
import { docOf, itemOf, restage, unitsOr } from './stock.js'

export interface Fulfilment {
  pick: (tx: Tx, scope: Scope, alias: OrderAlias, input: PickInput) => Promise<OrderView>
  pack: (tx: Tx, scope: Scope, alias: OrderAlias, input: PackInput) => Promise<OrderView & { shipments: ShipmentView[] }>
  ship: (tx: Tx, scope: Scope, alias: OrderAlias, input: ShipInput) => Promise<OrderView & { shipments: ShipmentView[] }>
}

export function createFulfilment (services: Services): Fulfilment {
  const { kernel } = services
  return {
    async pick (tx, scope, alias, input) {
      const change = await OrderChange.begin(services, tx, { ...scope, alias }, 'pick')
      change.checkHolds('pick')
      await pickLines(change, input)
      return await change.finish()
    },

    async pack (tx, scope, alias, { parcels }) {
      const change = await OrderChange.begin(services, tx, { ...scope, alias }, 'pack')
      change.checkHolds('pack')
      await checkScales(
        change, (parcels ?? []).flatMap(({ items }, index) => items.map((item, position) => ({ ...item, pointer: `/parcels/${index}/items/${position}` })))
      )
      const shipment = packParcels(change, parcels ?? [{ items: wholeOf(change.order) }])
      putShipment(tx, shipment, { isNew: true })
      change.tellShipment('shipment.created', shipment)
      return { ...await change.finish(), shipments: [shipment] }
    },

    async ship (tx, scope, alias, input) {
      const settings = kernel.settings<ShipSettingsValues>('order.ship')
      const change = await OrderChange.begin(services, tx, { ...scope, alias }, null)
      const { order } = change
      change.check('ship')
      change.checkHolds('ship')
      if (settings.shipWithoutPick && input.shipments === undefined && order.lines.some(line => line.allocated > 0)) await pickAll(change)
      const packed = chosenShipments((await shipmentsOf(tx, order.id)).filter(({ status }) => status === 'packed'), input.shipments)
      const isPacked = packed.length > 0
      const fresh = isPacked || isServiceOnly(order) ? [] : [packParcels(change, [{ items: wholeOf(order) }])]
      const sent = await send(change, [...packed, ...fresh], input, settings)
      const waiting = order.lines.filter(line => line.backordered > 0)
      if (order.status === 'partially_shipped' && isAutomatic(kernel)) await allocateLines(change, waiting, 'backorder')
      for (const shipment of fresh) change.tellShipment('shipment.created', shipment)
      for (const shipment of sent) {
        putShipment(tx, shipment, { isNew: !isPacked })
        change.tellShipment('shipment.shipped', shipment, { status: 'packed', shippedAt: null })
      }
      return { ...await change.finish(), shipments: sent }
    }
  }
}

type ParcelInput = NonNullable<PackInput['parcels']>[number]

const wholeOf = (order: Order): ParcelInput['items'] =>
  order.lines.filter(line => line.picked > 0 || (!line.isStocked && openUnits(line) > 0)).map(({ lineNo }) => ({ lineNo }))

/** Packs picked goods; services are in the parcel that leaves last, and in no stock. */
function packParcels (change: OrderChange, parcels: readonly ParcelInput[]): ShipmentView {
  const { order, now } = change
  if (parcels.some(({ items }) => items.length === 0) || order.lines.every(line => line.picked === 0)) {
    throw conflict('order.nothing_picked', 'Nothing of the order is picked and not packed yet.')
  }
  const at = now.toISOString()
  const views = parcels.map(({ items, ...box }, index): ParcelView => ({
    no: index + 1,
    sscc: null,
    trackingNumber: null,
    trackingUrl: null,
    weightG: null,
    lengthMm: null,
    widthMm: null,
    heightMm: null,
    ...box,
    status: 'packed',
    carrierStatus: null,
    statusAt: at,
    items: summed(items.flatMap((item, position) => packItem(order, item, `/parcels/${index}/items/${position}`)))
  }))
  change.touch()
  change.settle()
  const { id: orderId, ownerId, number: orderNumber, externalRef, warehouse, carrierCode, serviceCode } = order
  return {
    id: newId('shp'),
    ownerId,
    orderId,
    orderNumber,
    externalRef,
    warehouse,
    status: 'packed',
    isFinal: false,
    carrierCode,
    serviceCode,
    shippedAt: null,
    deliveredAt: null,
    parcels: views,
    version: 1,
    createdAt: at,
    updatedAt: at
  }
}

function packItem (order: Order, { lineNo, qty, batch: named }: ParcelInput['items'][number], pointer: string): ParcelView['items'] {
  const wanted = codeOf(named)
  const line = order.lines.find(known => known.lineNo === lineNo)
  if (line === undefined) throw unknownLine(`${pointer}/lineNo`)
  const fitting = allocationsOf(order, lineNo, 'picked').filter(({ batch }) => wanted === undefined || batch?.code === wanted)
  const there = fitting.reduce((units, allocation) => units + allocation.units, 0)
  const units = unitsOr(qty, there)
  if (line.isStocked && (units > there || there === 0)) {
    throw tooMany(qty === undefined ? `${pointer}/lineNo` : `${pointer}/qty`, toDecimal(there), 'picked and not packed yet')
  }
  const { externalLineRef, productId, sku } = line
  let left = units
  return fitting.flatMap(allocation => {
    const part = Math.min(left, allocation.units)
    left -= part
    if (part === 0) return []
    const { batch } = allocation
    restage(order, line, { allocation, units: part }, 'packed')
    return [{
      lineNo,
      externalLineRef,
      productId,
      sku,
      qty: toDecimal(part),
      batchId: batch?.id ?? null,
      batch: batch?.code ?? null,
      expiryDate: batch?.expiryDate ?? null
    }]
  })
}

/** One item per line and batch, however often the request names it. */
function summed (items: ParcelView['items']): ParcelView['items'] {
  const sums = new Map<string, ParcelView['items'][number]>()
  for (const item of items) {
    const key = `${item.lineNo} ${item.batchId ?? ''}`
    const same = sums.get(key)
    if (same === undefined) sums.set(key, item)
    else same.qty = toDecimal(toUnits(same.qty) + toUnits(item.qty))
  }
  return [...sums.values()]
}

/** What is packed leaves: stock goes down by exactly what was allocated. */
async function send (
  change: OrderChange, shipments: readonly ShipmentView[], input: ShipInput, { requireTracking }: ShipSettingsValues
): Promise<ShipmentView[]> {
  const { order, now } = change
  const book = await change.openBook()
  const leaving = new Map<string, Posting>()
  for (const { allocation, units, shipment } of partsOf(order, shipments)) {
    const { lineNo, batch, location } = allocation
    checkGood(change, book, allocation, ` in shipment ${shipment.id}`)
    const key = `${lineNo} ${batch?.id ?? ''} ${location.id}`
    const same = leaving.get(key)
    if (same === undefined) {
      leaving.set(key, { type: 'ship', units, from: itemOf(book, order, allocation), to: null, doc: docOf(order, lineNo), isReserved: true })
    } else same.units += units
    restage(order, lineOf(order, lineNo)!, { allocation, units }, 'shipped')
  }
  for (const posting of leaving.values()) book.post(posting)
  change.touch()
  const left = order.lines.filter(line => line.isStocked && line.ordered > line.shipped + line.cancelled)
  if (left.length > 0 && !order.allowPartialShipment) {
    throw conflict(
      'order.partial_not_allowed',
      `The order may not leave in several shipments, and line ${left.map(line => line.lineNo).join(', ')} is not packed to the last piece.`
    )
  }
  const isFinal = left.length === 0
  if (isFinal) sendServices(order.lines)
  change.moveTo(isFinal ? 'shipped' : 'partially_shipped')
  const at = now.toISOString()
  const tracked = withTracking(shipments, input)
  if (requireTracking && tracked.some(({ parcels }) => parcels.some(parcel => parcel.trackingNumber === null))) {
    throw brokenRule('shipment.tracking_required', '/trackingNumber', 'is required: the operator of this service wants one for every parcel')
  }
  return tracked.map((shipment, index): ShipmentView => ({
    ...shipment,
    status: 'shipped',
    isFinal: isFinal && index === tracked.length - 1,
    carrierCode: input.carrierCode ?? shipment.carrierCode,
    serviceCode: input.serviceCode ?? shipment.serviceCode,
    shippedAt: at,
    parcels: shipment.parcels.map(parcel => ({ ...parcel, status: 'shipped', statusAt: at })),
    version: shipment.version + 1,
    updatedAt: at
  }))
}

/** Tracking of the call goes to the first parcel that has none. @throws AppError 422 when it would go nowhere */
function withTracking (shipments: readonly ShipmentView[], { trackingNumber = null, trackingUrl = null }: ShipInput): ShipmentView[] {
  if (trackingNumber === null && trackingUrl !== null) {
    throw brokenRule('shipment.tracking_number_missing', '/trackingUrl', 'must come with the trackingNumber that it leads to')
  }
  let isGiven = trackingNumber !== null
  const tracked = shipments.map(shipment => ({
    ...shipment,
    parcels: shipment.parcels.map(parcel => {
      if (!isGiven || parcel.trackingNumber !== null) return parcel
      isGiven = false
      return { ...parcel, trackingNumber, trackingUrl }
    })
  }))
  if (isGiven) throw brokenRule('shipment.tracking_known', '/trackingNumber', 'must be left out: every parcel has one already')
  return tracked
}
