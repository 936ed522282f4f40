// The HTTP side of shipments: reading them, and what carriers report about them.
import { etag, ref, type App, type Kernel } from '#kernel'
import { ListShipments, Shipment, ShipmentPage, ShipmentParams, UpdateTracking } from '../schemas/shipments.js'
import type { Reads } from '../service/reads.js'
import type { UpdateTracking as Update } from '../service/tracking.js'
import { reachOf } from '../../external-api/public.js'
import { scopeOf } from '../service/request.js'

export function shipmentRoutes (app: App, kernel: Kernel, reads: Reads, update: Update): void {
  app.get('/shipments', {
    config: { operation: 'shipment.list' },
    schema: { querystring: ListShipments, response: { 200: ref(ShipmentPage) } }
  }, async (request, reply) => await reply.code(200).send(await reads.shipments(reachOf(request), request.query)))

  app.get('/shipments/:id', {
    config: { operation: 'shipment.get' },
    schema: { params: ShipmentParams, response: { 200: ref(Shipment) } }
  }, async (request, reply) => {
    const shipment = await reads.shipment(reachOf(request), request.params.id)
    request.call.entities.push({ type: 'shipment', id: shipment.id })
    return await reply.code(200).header('etag', etag(shipment.version)).send(shipment)
  })

  app.patch('/shipments/:id', {
    config: { operation: 'shipment.updateTracking', examples: { body: { carrierCode: 'DPD', parcels: [{ no: 1, trackingNumber: '1Z999AA10123456784' }] } } },
    schema: { params: ShipmentParams, body: ref(UpdateTracking), response: { 200: ref(Shipment) } }
  }, async (request, reply) => await kernel.write(request, reply, async tx => {
    const shipment = await update(tx, scopeOf(request), request.params.id, request.body)
    request.call.entities.push({ type: 'shipment', id: shipment.id }, { type: 'order', id: shipment.orderId })
    return { body: shipment, headers: { etag: etag(shipment.version) } }
  }))
}
