// What can be done with warehouses and locations, by API clients, operators and other plugins alike.
import type { Page, Tx } from '#kernel'
import type { Reach } from '../../external-api/public.js'
import type { ImportAnswer, ImportInput } from '../schemas/import.js'
import type { LocationFilters, LocationInput, LocationPatch, LocationView } from '../schemas/locations.js'
import type { WarehouseFilters, WarehouseInput, WarehousePatch, WarehouseView } from '../schemas/warehouses.js'

/** Which one, and what the call demands of the version that it changes. */
export interface PlaceTarget {
  /** Its id, or `code:…`. */
  name: string
  /** @throws AppError 412 */
  checkVersion: (version: number) => void
}

/** What it was and what it has become; the same where nothing has changed. */
export interface PlaceChange<View> { before: View | null, after: View }

/** Asked when what may be done with the stock in a location changes, in the transaction of the change and before it is written. */
export type LocationChanged = (tx: Tx, after: LocationView) => Promise<void>

/** Which warehouses the caller knows. */
export type Known = Pick<Reach, 'warehouseIds'>

/** What a change may be about is decided by whose call it is. */
export interface LocationsService {
  warehouses: (known: Known, filters: WarehouseFilters) => Promise<Page<WarehouseView>>
  /** @throws AppError 404 `warehouse.not_found` */
  warehouse: (known: Known, name: string) => Promise<WarehouseView>
  /** @throws AppError 403 `insufficient_scope`, 409 `warehouse.code_taken`, 422 */
  createWarehouse: (tx: Tx, input: WarehouseInput) => Promise<PlaceChange<WarehouseView>>
  /** @throws AppError 404, 409 `warehouse.code_taken`, `warehouse.in_use`, `warehouse.last`, `warehouse.has_negative_stock`, 412, 422 */
  updateWarehouse: (tx: Tx, target: PlaceTarget, patch: WarehousePatch) => Promise<PlaceChange<WarehouseView>>
  /** Those of a warehouse, by code. @throws AppError 404 `warehouse.not_found` */
  locations: (known: Known, warehouse: string, filters: LocationFilters) => Promise<Page<LocationView>>
  /** @throws AppError 404 `location.not_found` */
  location: (known: Known, name: string) => Promise<LocationView>
  /** @throws AppError 404 `warehouse.not_found`, 409 `location.code_taken`, 422 */
  createLocation: (tx: Tx, warehouse: string, input: LocationInput) => Promise<PlaceChange<LocationView>>
  /** @throws AppError 404 `location.not_found`, 409 `location.code_taken`, `location.in_use`, 412, 422 */
  updateLocation: (tx: Tx, target: PlaceTarget, patch: LocationPatch) => Promise<PlaceChange<LocationView>>
  /** Many from a CSV file, all or nothing; only said, not done, without `apply`. @throws AppError 404 `warehouse.not_found`, 422 `location.import_invalid` */
  importLocations: (tx: Tx, warehouse: string, input: ImportInput) => Promise<ImportAnswer>
  /** At most one plugin answers. */
  onLocationChanged: (changed: LocationChanged) => void
}
