// Orders and shipments as they are, one or a page at a time.
import { badQuery, instantOf, type Kernel } from '#kernel'
import { canonical, parseAlias, skuKey } from '../../catalog/public.js'
import { viewOf } from '../aggregate.js'
import { orderNotFound, shipmentNotFound } from '../errors.js'
import { orderAlias } from '../order-alias.js'
import type { BackorderFilters, BackorderView } from '../schemas/backorders.js'
import type { OrderFilters, OrderView, Summary } from '../schemas/orders.js'
import type { ShipmentFilters, ShipmentView } from '../schemas/shipments.js'
import { backorderPage } from '../store-backorders.js'
import { orderPage } from '../store-list.js'
import { linesOfOrders, readOrder, type OrderAlias } from '../store-orders.js'
import { readShipment, shipmentPage } from '../store-shipments.js'
import type { Services } from './change.js'
import { redacted } from './personal-data.js'

interface Page<T> { data: T[], nextCursor: string | null, asOf: string }

export interface Reads {
  list: (ownerId: string, filters: OrderFilters) => Promise<Page<Summary>>
  get: (ownerId: string, alias: OrderAlias) => Promise<OrderView>
  shipments: (ownerId: string, filters: ShipmentFilters) => Promise<Page<ShipmentView>>
  shipment: (ownerId: string, id: string) => Promise<ShipmentView>
  /** Lines that wait for stock, in the order in which they get it. */
  backorders: (ownerId: string, filters: BackorderFilters) => Promise<Page<BackorderView>>
}

const DEFAULT_LIMIT = 50

export function createReads (services: Services): Reads {
  const { kernel, catalog } = services
  /** One page of rows that have `updatedAt` and `id`. */
  const page = async <T extends { id: string, updatedAt: string }>(scope: string, cursor: string | undefined, limit: number, read: (after: string[] | null, limit: number) => Promise<T[]>): Promise<Page<T>> => {
    const position = cursor === undefined ? null : kernel.cursors.read(scope, cursor).map(String)
    // Asked before the rows are read: what commits in between is promised for the next walk.
    const asOf = position?.[0] ?? (await kernel.asOf()).toISOString()
    const rows = await read(position?.slice(1) ?? null, limit + 1)
    const last = rows.length > limit ? rows[limit - 1]! : null
    return { data: rows.slice(0, limit), nextCursor: last === null ? null : kernel.cursors.write(scope, [asOf, last.updatedAt, last.id]), asOf }
  }

  return {
    async list (ownerId, { limit = DEFAULT_LIMIT, cursor, sort = 'updatedAt', include, ...filters }) {
      const { updatedSince, createdSince, status, allocationStatus, onHold, externalRef, number, sku } = filters
      const scope = JSON.stringify(['order.list', ownerId, sort, Object.entries(filters).sort(([a], [b]) => a < b ? -1 : 1)])
      const productIds = sku === undefined ? null : [...(await catalog.bySku(kernel.db, ownerId, sku.map(skuKey))).values()].map(({ id }) => id)
      const found = await page(scope, cursor, limit, async (after, limit) => await orderPage(kernel.db, {
        ownerId,
        updatedSince: updatedSince === undefined ? null : instantOf('updatedSince', updatedSince),
        createdSince: createdSince === undefined ? null : instantOf('createdSince', createdSince),
        statuses: status ?? null,
        allocationStatuses: allocationStatus === undefined ? null : [...new Set(allocationStatus)].sort(),
        onHold: onHold ?? null,
        externalRefs: externalRef?.map(canonical) ?? null,
        numbers: number?.map(each => orderAlias(`number:${each}`).key) ?? null,
        productIds,
        newestFirst: sort === '-updatedAt',
        after,
        limit
      }))
      const lines = include === undefined ? null : await linesOfOrders(kernel.db, found.data.map(({ id }) => id))
      return { ...found, data: found.data.map(order => redacted(kernel, lines === null ? order : { ...order, lines: lines.get(order.id) ?? [] })) }
    },

    async get (ownerId, alias) {
      const order = await readOrder(kernel.db, ownerId, alias)
      if (order === undefined) throw orderNotFound()
      return redacted(kernel, viewOf(order))
    },

    async shipments (ownerId, { limit = DEFAULT_LIMIT, cursor, sort = 'updatedAt', updatedSince, status, order }) {
      const scope = JSON.stringify(['shipment.list', ownerId, sort, updatedSince, status, order])
      const orderId = order === undefined ? null : await orderIdOf(kernel, ownerId, order)
      return await page(scope, cursor, limit, async (after, limit) => await shipmentPage(kernel.db, {
        ownerId,
        updatedSince: updatedSince === undefined ? null : instantOf('updatedSince', updatedSince),
        status: status ?? null,
        orderId,
        newestFirst: sort === '-updatedAt',
        after,
        limit
      }))
    },

    backorders: async (ownerId, filters) => await listBackorders(services, ownerId, filters),

    async shipment (ownerId, id) {
      const shipment = await readShipment(kernel.db, ownerId, id)
      if (shipment === undefined) throw shipmentNotFound()
      return shipment
    }
  }
}

async function listBackorders (
  { kernel, catalog, inventory }: Services, ownerId: string, { limit = DEFAULT_LIMIT, cursor, product, warehouse, order }: BackorderFilters
): Promise<Page<BackorderView>> {
  const scope = JSON.stringify(['backorder.list', ownerId, product, warehouse, order])
  const position = cursor === undefined ? null : kernel.cursors.read(scope, cursor)
  const asOf = position === null ? (await kernel.asOf()).toISOString() : String(position[0])
  const rows = await backorderPage(kernel.db, {
    ownerId,
    productId: product === undefined ? null : (await catalog.byAlias(kernel.db, ownerId, parseAlias(product, message => { throw badQuery('product', message) }))).id,
    warehouseId: warehouse === undefined ? null : (await inventory.warehouse(kernel.db, canonical(warehouse), [], () => badQuery('warehouse', 'names no warehouse: use the code or the id of one'))).id,
    orderId: order === undefined ? null : await orderIdOf(kernel, ownerId, order),
    after: position?.slice(1) ?? null,
    limit: limit + 1
  })
  const last = rows.length > limit ? rows[limit - 1]! : null
  return { data: rows.slice(0, limit).map(({ key, ...row }) => row), nextCursor: last === null ? null : kernel.cursors.write(scope, [asOf, ...last.key]), asOf }
}

/** @throws AppError 404 */
async function orderIdOf (kernel: Kernel, ownerId: string, alias: string): Promise<string> {
  const order = await readOrder(kernel.db, ownerId, orderAlias(alias))
  if (order === undefined) throw orderNotFound()
  return order.id
}
