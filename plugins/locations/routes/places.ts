// The HTTP side of warehouses and locations: the same for API clients and for operators, each under its own prefix and operations.
import type { FastifyRequest } from 'fastify'
import { checkIfMatch, etag, ref, type App, type Kernel, type WriteResult } from '#kernel'
import type { Known, LocationsService, PlaceChange, PlaceTarget } from '../service/places.js'
import {
  CreateLocation, ListLocations, Location, LocationPage, LocationParams, UpdateLocation
} from '../schemas/locations.js'
import {
  CreateWarehouse, ListWarehouses, UpdateWarehouse, Warehouse, WarehousePage, WarehouseParams
} from '../schemas/warehouses.js'

/** Ids of the operations that these routes are. */
interface PlaceOperations {
  warehouses: { list: string, get: string, create: string, update: string }
  locations: { list: string, get: string, create: string, update: string }
}

export function placeRoutes (app: App, kernel: Kernel, places: LocationsService, { warehouses, locations }: PlaceOperations): void {
  warehouseRoutes(app, kernel, places, warehouses)
  locationRoutes(app, kernel, places, locations)
}

function warehouseRoutes (app: App, kernel: Kernel, places: LocationsService, operations: PlaceOperations['warehouses']): void {
  app.get('/warehouses', {
    config: { operation: operations.list },
    schema: { querystring: ListWarehouses, response: { 200: ref(WarehousePage) } }
  }, async (request, reply) => await reply.code(200).send(await places.warehouses(knownTo(request), request.query)))

  app.get('/warehouses/:id', {
    config: { operation: operations.get },
    schema: { params: WarehouseParams, response: { 200: ref(Warehouse) } }
  }, async (request, reply) => {
    const warehouse = await places.warehouse(knownTo(request), request.params.id)
    request.call.entities.push({ type: 'warehouse', id: warehouse.id })
    return await reply.code(200).header('etag', etag(warehouse.version)).send(warehouse)
  })

  app.post('/warehouses', {
    config: { operation: operations.create, examples: { body: { code: 'NORTH', name: 'Warehouse North', timezone: 'Europe/London' } } },
    schema: { body: ref(CreateWarehouse), response: { 201: ref(Warehouse) } }
  }, async (request, reply) => await kernel.write(request, reply, async tx => answer(request, 'warehouse', await places.createWarehouse(tx, request.body))))

  app.patch('/warehouses/:id', {
    config: { operation: operations.update, examples: { body: { name: 'Main warehouse' } } },
    schema: { params: WarehouseParams, body: ref(UpdateWarehouse), response: { 200: ref(Warehouse) } }
  }, async (request, reply) => await kernel.write(request, reply, async tx =>
    answer(request, 'warehouse', await places.updateWarehouse(tx, targetOf(request), request.body))))
}

function locationRoutes (app: App, kernel: Kernel, places: LocationsService, operations: PlaceOperations['locations']): void {
  app.get('/warehouses/:id/locations', {
    config: { operation: operations.list },
    schema: { params: WarehouseParams, querystring: ListLocations, response: { 200: ref(LocationPage) } }
  }, async (request, reply) => await reply.code(200).send(await places.locations(knownTo(request), request.params.id, request.query)))

  app.get('/locations/:id', {
    config: { operation: operations.get },
    schema: { params: LocationParams, response: { 200: ref(Location) } }
  }, async (request, reply) => {
    const location = await places.location(knownTo(request), request.params.id)
    request.call.entities.push({ type: 'location', id: location.id })
    return await reply.code(200).header('etag', etag(location.version)).send(location)
  })

  app.post('/warehouses/:id/locations', {
    config: { operation: operations.create, examples: { body: { code: 'A-01-2', zone: 'A', type: 'storage', pickPriority: 10 } } },
    schema: { params: WarehouseParams, body: ref(CreateLocation), response: { 201: ref(Location) } }
  }, async (request, reply) => await kernel.write(request, reply, async tx =>
    answer(request, 'location', await places.createLocation(tx, request.params.id, request.body))))

  app.patch('/locations/:id', {
    config: { operation: operations.update, examples: { body: { pickPriority: 5 } } },
    schema: { params: LocationParams, body: ref(UpdateLocation), response: { 200: ref(Location) } }
  }, async (request, reply) => await kernel.write(request, reply, async tx =>
    answer(request, 'location', await places.updateLocation(tx, targetOf(request), request.body))))
}

const knownTo = ({ call }: FastifyRequest): Known => ({ warehouseIds: call.principal?.warehouseIds ?? null })

const targetOf = (request: FastifyRequest): PlaceTarget =>
  ({ name: (request.params as { id: string }).id, checkVersion: version => { checkIfMatch(request, version) } })

function answer<View extends { id: string, version: number }> (
  request: FastifyRequest, type: 'warehouse' | 'location', { before, after }: PlaceChange<View>
): WriteResult {
  request.call.entities.push({ type, id: after.id })
  if (request.call.principal?.type === 'operator') request.call.changes = { before, after }
  return { status: before === null ? 201 : 200, body: after, headers: { etag: etag(after.version) } }
}
