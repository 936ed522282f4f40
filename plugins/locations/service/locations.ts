// What happens to a location: made, read, changed, locked, archived.
import { isDeepStrictEqual } from 'node:util'
import { newId, timestampOf, type Kernel, type Tx } from '#kernel'
import { isInReach, reachOfCall } from '../../external-api/public.js'
import { canonical } from '../domain/rules.js'
import {
  archivedLocation, locationCodeTaken, locationInUse, locationNotFound, lockReasonWithoutLock, ownPart, unknownLocation
} from '../errors.js'
import type { LocationChanged, LocationsService } from './places.js'
import type { LocationInput, LocationPatch, LocationView } from '../schemas/locations.js'
import * as store from '../store/locations.js'
import { findWarehouse, lockWarehouse, updateWarehouse, type StoredWarehouse } from '../store/warehouses.js'
import { found, warehouseNamed } from './warehouses.js'

type Locations = Pick<LocationsService, 'locations' | 'location' | 'createLocation' | 'updateLocation'>

/** What stock in it is good for. */
const STOCK_RULES = ['pickable', 'sellable', 'locked', 'pickPriority'] as const

const DEFAULTS = {
  barcode: null,
  type: 'storage',
  zone: null,
  pickable: true,
  sellable: true,
  receivable: true,
  pickPriority: 0,
  locked: false,
  lockReason: null,
  allowMixedProducts: true,
  allowMixedBatches: true,
  maxWeightG: null
} as const

/** `code:MAIN:A-01` names warehouse and location. */
function locationNamed (name: string): store.LocationName {
  const [, warehouse, code] = /^code:([^:]+):(.+)$/.exec(name) ?? []
  return warehouse === undefined || code === undefined ? { id: name, warehouse: '', code: '' } : { id: '', warehouse, code }
}

/** @param changed asked when what may be done with the stock in a location has changed */
export function createLocations (kernel: Kernel, changed: () => LocationChanged): Locations {
  return {
    async locations (known, warehouse, { limit, cursor, updatedSince, q, type = null, zone = null, locked = null, active = null }) {
      const { id: warehouseId } = found(known, await findWarehouse(kernel.db, warehouseNamed(warehouse)))
      return await kernel.page({
        scope: ['location.list', warehouseId, updatedSince, q, type, zone, locked, active],
        limit,
        cursor,
        read: async (after, limit) =>
          await store.listLocations(kernel.db, {
            warehouseId,
            after: after?.[0] ?? '',
            updatedSince: updatedSince === undefined ? null : timestampOf('updatedSince', updatedSince),
            q: q === undefined ? null : canonical(q),
            type,
            zone,
            locked,
            active
          }, limit),
        positionOf: row => [row.code],
        toView: row => row
      })
    },
    async location (known, name) {
      const location = await store.findLocation(kernel.db, locationNamed(name))
      if (location === undefined || !isInReach(known, location.warehouse.id)) throw locationNotFound()
      return store.locationView(location)
    },
    async createLocation (tx, warehouseName, input) {
      const warehouse = found(reachOfCall(tx), await lockWarehouse(tx, warehouseNamed(warehouseName)))
      const location = await toLocation(tx, warehouse, input)
      checkLock(location)
      const made = await store.insertLocation(tx, location)
      if (made === undefined) throw locationCodeTaken()
      await becomeDefault(tx, warehouse, made)
      return { before: null, after: store.locationView(made) }
    },
    async updateLocation (tx, { name, checkVersion }, patch) {
      const before = await store.lockLocation(tx, locationNamed(name))
      if (before === undefined || !isInReach(reachOfCall(tx), before.warehouse.id)) throw locationNotFound()
      checkVersion(before.version)
      const after = await patched(tx, before, patch)
      if (isDeepStrictEqual(before, after)) return { before: store.locationView(before), after: store.locationView(before) }
      checkLock(after)
      if (before.active && !after.active) await checkUse(tx, before)
      // Before it is written: opening the stock there shows what it was before.
      if (STOCK_RULES.some(field => before[field] !== after[field])) await changed()(tx, store.locationView(after))
      const written = store.locationView(
        await store.updateLocation(tx, after).catch((error: Error & { code?: string }) => { throw error.code === '23505' ? locationCodeTaken() : error })
      )
      return { before: store.locationView(before), after: written }
    }
  }
}

async function toLocation (tx: Tx, { id, code }: StoredWarehouse, { parent = null, ...input }: LocationInput): Promise<store.StoredLocation> {
  return {
    id: newId('loc'),
    warehouse: { id, code },
    ...DEFAULTS,
    ...texts(input),
    code: input.code,
    parent,
    parentId: parent === null ? null : await parentOf(tx, id, parent),
    active: true,
    version: 1,
    createdAt: '',
    updatedAt: ''
  }
}

async function patched (tx: Tx, before: store.StoredLocation, { parent, ...patch }: LocationPatch): Promise<store.StoredLocation> {
  const after = { ...before, ...texts(patch) }
  // A lock that is taken off takes its reason along.
  if (patch.locked === false && patch.lockReason === undefined) after.lockReason = null
  if (parent === undefined || parent === before.parent) return after
  const parentId = parent === null ? null : await parentOf(tx, before.warehouse.id, parent)
  if (parentId !== null && (await store.ancestorsOf(tx, parentId)).includes(before.id)) throw ownPart()
  return { ...after, parent, parentId }
}

/** Texts as they are kept. */
function texts<T extends { barcode?: string | null, zone?: string | null, lockReason?: string | null }> (input: T): T {
  const kept = { ...input }
  for (const field of ['barcode', 'zone', 'lockReason'] as const) if (typeof input[field] === 'string') kept[field] = canonical(input[field])
  return kept
}

/** @throws AppError 422 */
async function parentOf (tx: Tx, warehouseId: string, code: string): Promise<string> {
  const [parent] = await store.locationsWithCodes(tx, warehouseId, [code])
  if (parent === undefined) throw unknownLocation('/parent')
  if (!parent.active) throw archivedLocation('/parent')
  return parent.id
}

function checkLock ({ locked, lockReason }: Pick<LocationView, 'locked' | 'lockReason'>): void {
  if (!locked && lockReason !== null) throw lockReasonWithoutLock()
}

/** @throws AppError 409 */
async function checkUse (tx: Tx, { id, code, warehouse }: store.StoredLocation): Promise<void> {
  if (await store.hasStock(tx, id)) throw locationInUse('something lies in it')
  if (await store.hasParts(tx, id)) throw locationInUse('other locations are parts of it')
  const { defaultReceivingLocation, defaultShippingLocation } = found(reachOfCall(tx), await findWarehouse(tx, { id: warehouse.id, code: '' }))
  if (code === defaultReceivingLocation || code === defaultShippingLocation) throw locationInUse('the warehouse receives or ships goods there by default')
}

/** Goods need a place to arrive at: the first location that takes goods from outside. */
async function becomeDefault (tx: Tx, warehouse: StoredWarehouse, location: LocationView): Promise<void> {
  if (warehouse.defaultReceivingLocationId !== null || !location.receivable || location.locked) return
  await updateWarehouse(tx, { ...warehouse, defaultReceivingLocationId: location.id })
}
