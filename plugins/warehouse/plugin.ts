// The warehouse as operators see it: what callers have made of it, to look at and to follow to the events and the audit.
import { definePlugin, operatorPrefix, withErrors, type OperationManifest } from '#kernel'
import { errorsOf } from './error-codes.js'
import type { CatalogService } from '../catalog/public.js'
import type { InventoryService } from '../inventory/public.js'
import type { OrdersService } from '../orders/public.js'
import { orderRoutes, productRoutes, stockRoutes } from './routes.js'
import { Owners } from './schemas/owners.js'

const operation = (title: string, description?: string): OperationManifest =>
  ({ title, access: 'operator', role: 'viewer', ...description === undefined ? {} : { description } })

export default definePlugin({
  id: 'warehouse',
  title: 'Warehouse',
  summary: 'Products, stock, movements and orders for operators to look at.',
  category: 'Other Integrations',
  requires: ['catalog', 'inventory', 'orders'],
  prefix: operatorPrefix,
  operations: withErrors(errorsOf, {
    'owner.list': operation('List owners', 'Of goods: each API client sees those of one.'),
    'product.browse': operation('Browse products', 'As `product.list` answers a client of the owner.'),
    'product.inspect': operation('Look at a product'),
    'stock.browse': operation('Browse stock', 'One row per product and warehouse.'),
    'stock.inspect': operation('Look at the stock of a product', 'In all warehouses, by batch and by location.'),
    'movement.browse': operation('Browse movements', 'The ledger.'),
    'order.browse': operation('Browse orders', 'Without their lines.'),
    'order.inspect': operation('Look at an order', 'With its lines and what is allocated for them. Personal data as the settings of `order.get` show it.'),
    'shipment.browse': operation('Browse shipments')
  }),
  schemas: [Owners],
  register (app, kernel) {
    productRoutes(app, kernel, kernel.services.use<CatalogService>('catalog'))
    stockRoutes(app, kernel, kernel.services.use<InventoryService>('inventory'))
    orderRoutes(app, kernel, kernel.services.use<OrdersService>('orders'))
  }
})
