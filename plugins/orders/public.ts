// What other plugins know of orders: how to read them.
import type { Reads } from './service/reads.js'

export { orderAlias } from './domain/order-alias.js'
export { ListOrders, Order, OrderPage, OrderParams } from './schemas/orders.js'
export { ListShipments, ShipmentPage } from './schemas/shipments.js'

/** The answers of `order.list`, `order.get` and `shipment.list`, with the personal data that the settings show. */
export type OrdersService = Pick<Reads, 'list' | 'get' | 'shipments'>
