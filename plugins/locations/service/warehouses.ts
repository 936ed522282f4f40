// What happens to a warehouse: made, read, changed, archived.
import { isDeepStrictEqual } from 'node:util'
import { newId, timestampOf, type Kernel, type Tx } from '#kernel'
import { canonical, checkGln, checkTimezone } from '../domain/rules.js'
import {
  archivedLocation, hasNegativeStock, lastWarehouse, unknownLocation, warehouseCodeTaken, warehouseInUse, warehouseNotFound
} from '../errors.js'
import { isInReach, needAllWarehouses, reachOfCall } from '../../external-api/public.js'
import type { Known, LocationsService } from './places.js'
import { locationsWithCodes } from '../store/locations.js'
import * as store from '../store/warehouses.js'
import type { WarehousePatch } from '../schemas/warehouses.js'

type Warehouses = Pick<LocationsService, 'warehouses' | 'warehouse' | 'createWarehouse' | 'updateWarehouse'>

export const warehouseNamed = (name: string): store.PlaceName =>
  name.startsWith('code:') ? { id: '', code: name.slice('code:'.length) } : { id: name, code: '' }

export function createWarehouses (kernel: Kernel): Warehouses {
  return {
    warehouses: async ({ warehouseIds: within }, { limit, cursor, updatedSince, active = null }) =>
      await kernel.page({
        scope: ['warehouse.list', within, updatedSince, active],
        limit,
        cursor,
        read: async (after, limit) =>
          await store.listWarehouses(kernel.db, after?.[0] ?? '', {
            updatedSince: updatedSince === undefined ? null : timestampOf('updatedSince', updatedSince), active, within
          }, limit),
        positionOf: row => [row.code],
        toView: row => store.warehouseView(row as store.StoredWarehouse)
      }),
    warehouse: async (known, name) => store.warehouseView(found(known, await store.findWarehouse(kernel.db, warehouseNamed(name)))),
    async createWarehouse (tx, { code, name, address = null, gln = null, timezone = 'UTC', allowNegativeStock = false }) {
      needAllWarehouses(tx)
      checkGln(gln)
      checkTimezone(timezone)
      const made = await store.insertWarehouse(tx, { id: newId('whs'), code, name: canonical(name), address, gln, timezone, allowNegativeStock })
      if (made === undefined) throw warehouseCodeTaken()
      return { before: null, after: store.warehouseView(made) }
    },
    async updateWarehouse (tx, { name, checkVersion }, patch) {
      const before = found(reachOfCall(tx), await store.lockWarehouse(tx, warehouseNamed(name)))
      checkVersion(before.version)
      const after = await patched(tx, before, patch)
      if (isDeepStrictEqual(before, after)) return { before: store.warehouseView(before), after: store.warehouseView(before) }
      await checkUse(tx, before, after)
      const written = await store.updateWarehouse(tx, after)
        .catch((error: Error & { code?: string }) => { throw error.code === '23505' ? warehouseCodeTaken() : error })
      return { before: store.warehouseView(before), after: store.warehouseView(written) }
    }
  }
}

export function found (known: Known, warehouse: store.StoredWarehouse | undefined): store.StoredWarehouse {
  if (warehouse === undefined || !isInReach(known, warehouse.id)) throw warehouseNotFound()
  return warehouse
}

/** @throws AppError 422 */
async function patched (tx: Tx, before: store.StoredWarehouse, patch: WarehousePatch): Promise<store.StoredWarehouse> {
  const after = { ...before, ...patch, ...patch.name === undefined ? {} : { name: canonical(patch.name) } }
  checkGln(after.gln)
  if (after.timezone !== before.timezone) checkTimezone(after.timezone)
  for (const field of ['defaultReceivingLocation', 'defaultShippingLocation'] as const) {
    const code = patch[field]
    if (code === undefined || code === before[field]) continue
    const [location] = code === null ? [] : await locationsWithCodes(tx, before.id, [code])
    if (code !== null && location === undefined) throw unknownLocation(`/${field}`)
    if (location?.active === false) throw archivedLocation(`/${field}`)
    after[`${field}Id`] = location?.id ?? null
  }
  return after
}

/** @throws AppError 409 */
async function checkUse (tx: Tx, before: store.StoredWarehouse, after: store.StoredWarehouse): Promise<void> {
  const isArchived = before.active && !after.active
  const isStricter = before.allowNegativeStock && !after.allowNegativeStock
  if (!isArchived && !isStricter) return
  const { hasStock, hasOrders, hasInbound, isNegative } = await store.useOfWarehouse(tx, before.id)
  if (isStricter && isNegative) throw hasNegativeStock()
  if (!isArchived) return
  if (hasStock) throw warehouseInUse('something lies in it')
  if (hasOrders) throw warehouseInUse('orders are to leave from it')
  if (hasInbound) throw warehouseInUse('goods are announced for it')
  if (!(await store.listWarehouses(tx, '', { updatedSince: null, active: true, within: null }, 2)).some(({ id }) => id !== before.id)) throw lastWarehouse()
}
