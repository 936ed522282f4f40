// What other plugins know of warehouses and locations: the same that callers are answered, and a say when a location changes.
export { placeRoutes } from './routes/places.js'
export { ImportedLocations, ImportLocations } from './schemas/import.js'
export {
  CreateLocation, ListLocations, Location, LocationPage, LocationParams, UpdateLocation, type LocationView
} from './schemas/locations.js'
export {
  CreateWarehouse, ListWarehouses, UpdateWarehouse, Warehouse, WarehousePage, WarehouseParams, type WarehouseView
} from './schemas/warehouses.js'
export type { LocationChanged, LocationsService, PlaceChange, PlaceTarget } from './service/places.js'
