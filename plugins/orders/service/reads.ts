// Orders and shipments as they are, one or a page at a time.
import { badQuery, timestampOf, type AppError, type Kernel, type Page } from '#kernel'
import { isInReach, type Reach } from '../../external-api/public.js'
import { canonical, parseAlias, skuKey } from '../../catalog/public.js'
import { viewOf, type Order } from '../domain/order.js'
import { orderNotFound, shipmentNotFound } from '../errors.js'
import { orderAlias } from '../domain/order-alias.js'
import type { BackorderFilters, BackorderView } from '../schemas/backorders.js'
import type { OrderFilters, OrderView, Summary } from '../schemas/orders.js'
import type { ShipmentFilters, ShipmentView } from '../schemas/shipments.js'
import { backorderPage } from '../store/backorders.js'
import { orderPage } from '../store/list.js'
import { linesOfOrders, readOrder } from '../store/orders.js'
import type { OrderAlias } from '../domain/order-alias.js'
import { readShipment, shipmentPage } from '../store/shipments.js'
import type { Services } from './order-change.js'
import { redacted } from './personal-data.js'

export interface Reads {
  list: (reach: Reach, filters: OrderFilters) => Promise<Page<Summary>>
  get: (reach: Reach, alias: OrderAlias) => Promise<OrderView>
  shipments: (reach: Reach, filters: ShipmentFilters) => Promise<Page<ShipmentView>>
  shipment: (reach: Reach, id: string) => Promise<ShipmentView>
  /** Lines that wait for stock, in the order in which they get it. */
  backorders: (reach: Reach, filters: BackorderFilters) => Promise<Page<BackorderView>>
}

/** Where a row stands in lists by last change. */
const positionOf = ({ updatedAt, id }: { id: string, updatedAt: string }): string[] => [updatedAt, id]

export function createReads (services: Services): Reads {
  const { kernel, catalog } = services

  return {
    async list ({ ownerId, warehouseIds: within }, { limit, cursor, sort = 'updatedAt', include, ...filters }) {
      const { updatedSince, createdSince, status, allocationStatus, onHold, externalRef, number, sku } = filters
      const productIds = sku === undefined ? null : [...(await catalog.bySku(kernel.db, ownerId, sku.map(skuKey))).values()].map(({ id }) => id)
      const found = await kernel.page({
        scope: ['order.list', ownerId, within, sort, Object.entries(filters).sort(([a], [b]) => a < b ? -1 : 1)],
        limit,
        cursor,
        read: async (after, limit) => await orderPage(kernel.db, {
          ownerId,
          within,
          updatedSince: updatedSince === undefined ? null : timestampOf('updatedSince', updatedSince),
          createdSince: createdSince === undefined ? null : timestampOf('createdSince', createdSince),
          statuses: status ?? null,
          allocationStatuses: allocationStatus === undefined ? null : [...new Set(allocationStatus)].sort(),
          onHold: onHold ?? null,
          externalRefs: externalRef?.map(canonical) ?? null,
          numbers: number?.map(each => orderAlias(`number:${each}`).key) ?? null,
          productIds,
          newestFirst: sort === '-updatedAt',
          after,
          limit
        }),
        positionOf,
        toView: row => row
      })
      const lines = include === undefined ? null : await linesOfOrders(kernel.db, found.data.map(({ id }) => id))
      return { ...found, data: found.data.map(order => redacted(kernel, lines === null ? order : { ...order, lines: lines.get(order.id) ?? [] })) }
    },

    get: async (reach, alias) => redacted(kernel, viewOf(await orderOf(kernel, reach, alias))),

    shipments: async (reach, filters) => await listShipments(kernel, reach, filters),
    backorders: async (reach, filters) => await listBackorders(services, reach, filters),

    async shipment (reach, id) {
      const shipment = await readShipment(kernel.db, reach.ownerId, id)
      if (shipment === undefined || !isInReach(reach, shipment.warehouse.id)) throw shipmentNotFound()
      return shipment
    }
  }
}

async function listShipments (
  kernel: Kernel, reach: Reach, { limit, cursor, sort = 'updatedAt', updatedSince, status, order }: ShipmentFilters
): Promise<Page<ShipmentView>> {
  const { ownerId, warehouseIds: within } = reach
  const orderId = order === undefined ? null : (await orderOf(kernel, reach, orderAlias(order))).id
  return await kernel.page({
    scope: ['shipment.list', ownerId, within, sort, updatedSince, status, order],
    limit,
    cursor,
    read: async (after, limit) =>
      await shipmentPage(kernel.db, {
        ownerId,
        within,
        updatedSince: updatedSince === undefined ? null : timestampOf('updatedSince', updatedSince),
        status: status ?? null,
        orderId,
        newestFirst: sort === '-updatedAt',
        after,
        limit
      }),
    positionOf,
    toView: row => row
  })
}

async function listBackorders (
  { kernel, catalog, inventory }: Services, reach: Reach, { limit, cursor, product, warehouse, order }: BackorderFilters
): Promise<Page<BackorderView>> {
  const { ownerId, warehouseIds: within } = reach
  const refusal = (): AppError => badQuery('warehouse', 'names no warehouse: use the code or the id of one')
  return await kernel.page({
    scope: ['backorder.list', ownerId, within, product, warehouse, order],
    limit,
    cursor,
    read: async (after, limit) =>
      await backorderPage(kernel.db, {
        ownerId,
        within,
        productId: product === undefined
          ? null
          : (await catalog.byAlias(
              kernel.db,
              ownerId,
              parseAlias(product, message => {
                throw badQuery('product', message)
              })
            )).id,
        warehouseId: warehouse === undefined
          ? null
          : (await inventory.warehouse(kernel.db, canonical(warehouse), { within, refusal })).id,
        orderId: order === undefined ? null : (await orderOf(kernel, reach, orderAlias(order))).id,
        after,
        limit
      }),
    positionOf: row => row.key,
    toView: ({ key, ...row }) => row
  })
}

/** @throws AppError 404 */
async function orderOf (kernel: Kernel, reach: Reach, alias: OrderAlias): Promise<Order> {
  const order = await readOrder(kernel.db, reach.ownerId, alias)
  if (order === undefined || !isInReach(reach, order.warehouse.id)) throw orderNotFound()
  return order
}
