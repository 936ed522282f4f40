// What carriers report about shipments. One parcel's news never touches another's, and nothing that has arrived is on its way again.
import { brokenRule, type Tx } from '#kernel'
import { isInReach } from '../../external-api/public.js'
import { canonical } from '../../catalog/public.js'
import { conflict, parcelTwice, shipmentNotFound, unknownParcel } from '../errors.js'
import type { ParcelView, ShipmentStatus, ShipmentView, TrackingInput } from '../schemas/shipments.js'
import { putShipment, readShipment, shipmentsOf } from '../store/shipments.js'
import { OrderChange, type Scope, type Services } from './order-change.js'

export type UpdateTracking = (tx: Tx, scope: Scope, id: string, input: TrackingInput) => Promise<ShipmentView>

type Said = NonNullable<TrackingInput['parcels']>[number]
type Part = { [K in 'status' | 'carrierStatus' | 'trackingNumber' | 'trackingUrl']?: Said[K] | undefined }

export function createTracking (services: Services): UpdateTracking {
  return async (tx, scope, id, input) => {
    const found = await readShipment(tx, scope.ownerId, id)
    if (found === undefined || !isInReach(scope, found.warehouse.id)) throw shipmentNotFound()
    const change = await OrderChange.begin(services, tx, { ...scope, checkVersion: () => {}, alias: { by: 'id', key: found.orderId } }, null)
    // Again, behind the lock of its order: another call may have been faster.
    const before = (await readShipment(tx, scope.ownerId, id))!
    scope.checkVersion(before.version)
    if (before.status === 'cancelled') throw conflict('shipment.cancelled', 'The shipment was cancelled and takes no news.')
    const at = input.at === undefined ? change.now.toISOString() : new Date(input.at).toISOString()
    checkNews(before, input)
    const parcels = before.parcels.map(parcel => parcelAfter(parcel, input, at))
    const after: ShipmentView = {
      ...before,
      carrierCode: textOr(input.carrierCode, before.carrierCode),
      serviceCode: textOr(input.serviceCode, before.serviceCode),
      parcels,
      status: statusOf(before.status, parcels)
    }
    if (after.status === 'delivered' && before.status !== 'delivered') after.deliveredAt = at
    if (JSON.stringify(after) === JSON.stringify(before)) return before
    const shipment = { ...after, version: before.version + 1, updatedAt: change.now.toISOString() }
    putShipment(tx, shipment, { isNew: false })
    const previous = { status: before.status, carrierCode: before.carrierCode, serviceCode: before.serviceCode, parcels: before.parcels }
    change.tellShipment('shipment.tracking_updated', shipment, previous)
    if (shipment.status === 'delivered' && before.status !== 'delivered') await afterDelivery(change, shipment)
    await change.finish()
    return shipment
  }
}

/** @throws AppError 422 for news of no parcel, or twice of the same */
function checkNews (before: ShipmentView, { status, carrierStatus, parcels = [] }: TrackingInput): void {
  if (parcels.length === 0) return
  if (status !== undefined) throw brokenRule('shipment.status_twice', '/status', 'is of all parcels: leave it out and say it of each of `parcels`')
  if (carrierStatus !== undefined) {
    throw brokenRule('shipment.status_twice', '/carrierStatus', 'is of all parcels: leave it out and say it of each of `parcels`')
  }
  for (const [index, { no }] of parcels.entries()) {
    if (!before.parcels.some(parcel => parcel.no === no)) throw unknownParcel(`/parcels/${index}/no`)
    if (parcels.findIndex(parcel => parcel.no === no) < index) throw parcelTwice(`/parcels/${index}/no`)
  }
}

const textOr = (said: string | null | undefined, known: string | null): string | null => said === undefined ? known : said === null ? null : canonical(said)

function parcelAfter (parcel: ParcelView, { status, carrierStatus, parcels }: TrackingInput, at: string): ParcelView {
  const own: Part = parcels === undefined ? { status, carrierStatus } : parcels.find(({ no }) => no === parcel.no) ?? {}
  const after = { ...parcel, ...Object.fromEntries(Object.entries(own).filter(([name, value]) => name !== 'no' && value !== undefined)) }
  if (own.status !== undefined && own.status !== parcel.status) {
    if (parcel.status === 'packed') {
      throw conflict('order.illegal_transition', `Parcel ${parcel.no} has not left yet and can't be ${own.status}: ship the order first.`)
    }
    if (parcel.status === 'delivered') {
      throw conflict('order.illegal_transition', `Parcel ${parcel.no} was delivered and is not ${own.status} again; delivered is final.`)
    }
    after.statusAt = at
  }
  return after
}

function statusOf (known: ShipmentStatus, parcels: readonly ParcelView[]): ShipmentStatus {
  const all = new Set(parcels.map(parcel => parcel.status))
  if (all.size === 1) return parcels[0]!.status
  return all.has('exception') ? 'exception' : all.has('in_transit') || all.has('delivered') ? 'in_transit' : known
}

/** An order has arrived when all that was sent for it has. */
async function afterDelivery (change: OrderChange, shipment: ShipmentView): Promise<void> {
  const { order, tx } = change
  change.tellShipment('shipment.delivered', shipment, null)
  const others = (await shipmentsOf(tx, order.id)).filter(({ id, status }) => id !== shipment.id && status !== 'cancelled')
  if (order.status === 'shipped' && others.every(({ status }) => status === 'delivered')) change.moveTo('delivered')
}
