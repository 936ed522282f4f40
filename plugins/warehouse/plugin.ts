// The warehouse as operators see it: what callers have made of it, to look at and to follow to the events and the audit.
import { definePlugin, operatorPrefix, withErrors, type OperationManifest } from '#kernel'
import { errorsOf } from './error-codes.js'
import type { CatalogService } from '../catalog/public.js'
import type { InventoryService } from '../inventory/public.js'
import { ImportedLocations, ImportLocations, placeRoutes, type LocationsService } from '../locations/public.js'
import type { OrdersService } from '../orders/public.js'
import type { OwnersService } from '../owners/public.js'
import { partnerRoutes, type PartnersService } from '../partners/public.js'
import { referenceReadRoute, referenceWriteRoutes, type ReferenceService } from '../reference/public.js'
import { OwnerQuery } from './schemas/filters.js'
import { importRoute, orderRoutes, productRoutes, stockRoutes } from './routes.js'

const operation = (title: string, description?: string): OperationManifest =>
  ({ title, access: 'operator', role: 'viewer', ...description === undefined ? {} : { description } })
const change = (title: string, description: string): OperationManifest => ({ title, description, access: 'operator', role: 'operator' })

export default definePlugin({
  id: 'warehouse',
  title: 'Warehouse',
  summary: 'Products, stock, movements and orders for operators to look at; warehouses, locations, partners and reference data for them to set up.',
  category: 'Other Integrations',
  requires: ['external-api', 'owners', 'reference', 'partners', 'locations', 'catalog', 'inventory', 'orders'],
  prefix: operatorPrefix,
  operations: withErrors(errorsOf, {
    'product.browse': operation('Browse products', 'As `product.list` answers a client of the owner.'),
    'product.inspect': operation('Look at a product'),
    'stock.browse': operation('Browse stock', 'One row per product and warehouse.'),
    'stock.inspect': operation('Look at the stock of a product', 'In all warehouses, by batch and by location.'),
    'movement.browse': operation('Browse movements', 'The ledger.'),
    'order.browse': operation('Browse orders', 'Without their lines.'),
    'order.inspect': operation('Look at an order', 'With its lines and what is allocated for them. Personal data as the settings of `order.get` show it.'),
    'shipment.browse': operation('Browse shipments'),
    'warehouse.browse': operation('Browse warehouses', 'By code, archived ones too.'),
    'warehouse.inspect': operation('Look at a warehouse', 'By id or `code:…`.'),
    'warehouse.add': change('Add a warehouse', 'As `warehouse.create` does for a client.'),
    'warehouse.edit': change('Edit a warehouse', 'As `warehouse.update` does for a client.'),
    'location.browse': operation('Browse locations', 'Of a warehouse, by code, archived ones too.'),
    'location.inspect': operation('Look at a location', 'By id or `code:MAIN:A-01-2`.'),
    'location.add': change('Add a location', 'As `location.create` does for a client.'),
    'location.import': change(
      'Import locations',
      'From a CSV file, all or nothing: what has the code of a location changes it, the others are new. Without `apply` it says what would change.'
    ),
    'location.edit': change('Edit a location', 'As `location.update` does for a client.'),
    'partner.browse': operation('Browse partners', 'Of an owner, by code, archived ones too.'),
    'partner.inspect': operation('Look at a partner', 'By id, `code:…` or `ref:…`.'),
    'partner.add': change('Add a partner', 'As `partner.create` does for a client, with any role.'),
    'partner.edit': change('Edit a partner', 'As `partner.update` does for a client, with any role.'),
    'reference.browse': operation('Browse codes', 'Of a list, by code, archived ones too.'),
    'reference.add': change('Add a code', 'To any list but `statuses`, whose codes are those of the service.'),
    'reference.edit': change(
      'Edit a code', 'Its name, its description and what else its list has. `active` false archives it. What the service itself knows is neither ' +
        'archived nor changed in its meaning.'
    )
  }),
  schemas: [ImportLocations, ImportedLocations],
  register (app, kernel) {
    const { idOf } = kernel.services.use<OwnersService>('owners')
    productRoutes(app, idOf, kernel.services.use<CatalogService>('catalog'))
    stockRoutes(app, idOf, kernel.services.use<InventoryService>('inventory'))
    orderRoutes(app, idOf, kernel.services.use<OrdersService>('orders'))
    const reference = kernel.services.use<ReferenceService>('reference')
    referenceReadRoute(app, reference, 'reference.browse')
    referenceWriteRoutes(app, kernel, reference, { add: 'reference.add', edit: 'reference.edit' })
    partnerRoutes(app, kernel, kernel.services.use<PartnersService>('partners'), {
      operations: { list: 'partner.browse', get: 'partner.inspect', create: 'partner.add', update: 'partner.edit' },
      asking: { query: OwnerQuery, ownerOf: async request => await idOf((request.query as { ownerId?: string }).ownerId) }
    })
    const places = kernel.services.use<LocationsService>('locations')
    importRoute(app, kernel, places)
    placeRoutes(app, kernel, places, {
      warehouses: { list: 'warehouse.browse', get: 'warehouse.inspect', create: 'warehouse.add', update: 'warehouse.edit' },
      locations: { list: 'location.browse', get: 'location.inspect', create: 'location.add', update: 'location.edit' }
    })
  }
})
