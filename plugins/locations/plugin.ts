// Warehouses and their locations: where stock lies, and what may be done there.
import { definePlugin, withErrors } from '#kernel'
import { EXTERNAL_PREFIX } from '../external-api/public.js'
import { errors, errorsOf } from './error-codes.js'
import type { LocationChanged, LocationsService } from './service/places.js'
import { placeRoutes } from './routes/places.js'
import { CreateLocation, Location, LocationPage, UpdateLocation } from './schemas/locations.js'
import { CreateWarehouse, UpdateWarehouse, Warehouse, WarehousePage } from './schemas/warehouses.js'
import { createImport } from './service/import.js'
import { createLocations } from './service/locations.js'
import { createWarehouses } from './service/warehouses.js'

const WAREHOUSE_ALIAS = 'The id may be an alias: `code:…`.'
const LOCATION_ALIAS = 'The id may be an alias: `code:` with the codes of warehouse and location, like `code:MAIN:A-01-2`.'

export default definePlugin({
  id: 'locations',
  title: 'Locations',
  summary: 'Warehouses and the locations in them: where goods arrive, lie and leave, and what may be done there.',
  category: 'Other Integrations',
  requires: ['external-api'],
  prefix: EXTERNAL_PREFIX,
  operations: withErrors(errorsOf, {
    'warehouse.list': { title: 'List warehouses', access: 'client', description: 'By code, archived ones too.' },
    'warehouse.get': { title: 'Read a warehouse', access: 'client', description: WAREHOUSE_ALIAS },
    'warehouse.create': { title: 'Create a warehouse', access: 'client', on: false, description: 'It has no location yet: `location.create` makes them.' },
    'warehouse.update': {
      title: 'Change a warehouse',
      access: 'client',
      on: false,
      description:
        `JSON merge patch (RFC 7396). \`active\` false archives it: only while nothing lies in it and no orders are to leave from it. ${WAREHOUSE_ALIAS}`
    },
    'location.list': { title: 'List locations', access: 'client', description: `Of a warehouse, by code, archived ones too. ${WAREHOUSE_ALIAS}` },
    'location.get': { title: 'Read a location', access: 'client', description: LOCATION_ALIAS },
    'location.create': {
      title: 'Create a location',
      access: 'client',
      on: false,
      description: `The first one of a warehouse that takes goods from outside becomes the one where they arrive by default. ${WAREHOUSE_ALIAS}`
    },
    'location.update': {
      title: 'Change a location',
      access: 'client',
      on: false,
      description: 'JSON merge patch (RFC 7396). A change of what may be done with the stock in it is published as `stock.updated` of each product there. ' +
        `\`active\` false archives it: only while nothing lies in it. ${LOCATION_ALIAS}`
    }
  }),
  errors,
  schemas: [Warehouse, WarehousePage, CreateWarehouse, UpdateWarehouse, Location, LocationPage, CreateLocation, UpdateLocation],
  register (app, kernel) {
    let changed: LocationChanged = async () => {}
    const places = { ...createWarehouses(kernel), ...createLocations(kernel, () => changed) }
    const service: LocationsService = {
      ...places,
      importLocations: createImport(kernel, places),
      onLocationChanged: given => { changed = given }
    }
    kernel.services.provide(service)
    placeRoutes(app, kernel, service, {
      warehouses: { list: 'warehouse.list', get: 'warehouse.get', create: 'warehouse.create', update: 'warehouse.update' },
      locations: { list: 'location.list', get: 'location.get', create: 'location.create', update: 'location.update' }
    })
  }
})
