// What lies in the parcels of an order that have not left.
import { toUnits } from '#kernel'
import type { Allocation, Order } from '../domain/order.js'
import { conflict, unknownShipment } from '../errors.js'
import type { ShipmentView } from '../schemas/shipments.js'

/** The packed shipments that a call names; all if it names none. @throws AppError 409 when one of them is not packed */
export function chosenShipments (packed: readonly ShipmentView[], ids: readonly string[] | undefined): ShipmentView[] {
  if (ids === undefined) return [...packed]
  return [...new Set(ids)].map(id => {
    const shipment = packed.find(each => each.id === id)
    if (shipment === undefined) throw unknownShipment(`/shipments/${ids.indexOf(id)}`, packed.map(each => each.id))
    return shipment
  })
}

interface PackedPart { allocation: Allocation, units: number, shipment: ShipmentView }

/** What lies in shipments, as parts of what is packed of the order. */
export function partsOf (order: Order, shipments: readonly ShipmentView[]): PackedPart[] {
  const left = new Map(order.allocations.filter(({ stage }) => stage === 'packed').map(allocation => [allocation, allocation.units]))
  const parts: PackedPart[] = []
  for (const shipment of shipments) {
    for (const item of shipment.parcels.flatMap(({ items }) => items)) {
      let wanted = toUnits(item.qty)
      for (const [allocation, there] of left) {
        const units = Math.min(wanted, there)
        if (units === 0 || allocation.lineNo !== item.lineNo || (allocation.batch?.id ?? null) !== item.batchId) continue
        wanted -= units
        left.set(allocation, there - units)
        parts.push({ allocation, units, shipment })
      }
      if (wanted > 0) throw conflict('shipment.not_packed', `Shipment ${shipment.id} has more of line ${item.lineNo} than is packed.`)
    }
  }
  return parts
}
