// What lies in the warehouse and what happened to it, for operators: read only.
import { ref, type App, type Kernel, type Static } from '#kernel'
import type { Reach } from '../external-api/public.js'
import { parseAlias, Product, ProductPage, ProductParams, type CatalogService } from '../catalog/public.js'
import { MovementPage, ProductStock, StockPage, StockParams, type InventoryService } from '../inventory/public.js'
import { Order, orderAlias, OrderPage, OrderParams, ShipmentPage, type OrdersService } from '../orders/public.js'
import { ImportedLocations, ImportLocations, WarehouseParams, type LocationsService } from '../locations/public.js'
import type { OwnersService } from '../owners/public.js'
import { BrowseMovements, BrowseOrders, BrowseProducts, BrowseShipments, BrowseStock, OwnerQuery } from './schemas/filters.js'

interface Query { ownerId?: string }
type OwnerId = OwnersService['idOf']

const everywhere = (ownerId: string): Reach => ({ ownerId, warehouseIds: null })

/** Splits whose it is from what is asked. @throws AppError 400 for an unknown owner */
async function scoped<T extends Query> (idOf: OwnerId, { ownerId, ...filters }: T): Promise<[Reach, Omit<T, 'ownerId'>]> {
  return [everywhere(await idOf(ownerId)), filters]
}

export function productRoutes (app: App, idOf: OwnerId, catalog: CatalogService): void {
  const list = async (query: Static<typeof BrowseProducts>): ReturnType<CatalogService['list']> => {
    const [{ ownerId }, filters] = await scoped(idOf, query)
    return await catalog.list(ownerId, filters)
  }

  app.get('/warehouse/products', {
    config: { operation: 'product.browse', examples: { query: { q: 'LANTERN', sort: 'sku' } } },
    schema: { querystring: BrowseProducts, response: { 200: ref(ProductPage) } }
  }, async (request, reply) => await reply.code(200).send(await list(request.query)))

  app.get('/warehouse/products/:id', {
    config: { operation: 'product.inspect' },
    schema: { params: ProductParams, querystring: OwnerQuery, response: { 200: ref(Product) } }
  }, async (request, reply) => {
    const product = await catalog.get(await idOf(request.query.ownerId), parseAlias(request.params.id))
    request.call.entities.push({ type: 'product', id: product.id })
    return await reply.code(200).send(product)
  })
}

export function stockRoutes (app: App, idOf: OwnerId, inventory: InventoryService): void {
  app.get('/warehouse/stock', {
    config: { operation: 'stock.browse', examples: { query: { sort: '-updatedAt' } } },
    schema: { querystring: BrowseStock, response: { 200: ref(StockPage) } }
  }, async (request, reply) => await reply.code(200).send(await inventory.list(...await scoped(idOf, request.query))))

  app.get('/warehouse/stock/:product', {
    config: { operation: 'stock.inspect' },
    schema: { params: StockParams, querystring: OwnerQuery, response: { 200: ref(ProductStock) } }
  }, async (request, reply) => {
    const stock = await inventory.get(everywhere(await idOf(request.query.ownerId)), request.params.product)
    request.call.entities.push({ type: 'product', id: stock.product.id })
    return await reply.code(200).send(stock)
  })

  app.get('/warehouse/movements', {
    config: { operation: 'movement.browse', examples: { query: { sort: '-postedAt' } } },
    schema: { querystring: BrowseMovements, response: { 200: ref(MovementPage) } }
  }, async (request, reply) => await reply.code(200).send(await inventory.movements(...await scoped(idOf, request.query))))
}

export function orderRoutes (app: App, idOf: OwnerId, orders: OrdersService): void {
  app.get('/warehouse/orders', {
    config: { operation: 'order.browse', examples: { query: { sort: '-updatedAt' } } },
    schema: { querystring: BrowseOrders, response: { 200: ref(OrderPage) } }
  }, async (request, reply) => await reply.code(200).send(await orders.list(...await scoped(idOf, request.query))))

  app.get('/warehouse/orders/:id', {
    config: { operation: 'order.inspect' },
    schema: { params: OrderParams, querystring: OwnerQuery, response: { 200: ref(Order) } }
  }, async (request, reply) => {
    const order = await orders.get(everywhere(await idOf(request.query.ownerId)), orderAlias(request.params.id))
    request.call.entities.push({ type: 'order', id: order.id })
    return await reply.code(200).send(order)
  })

  app.get('/warehouse/shipments', {
    config: { operation: 'shipment.browse' },
    schema: { querystring: BrowseShipments, response: { 200: ref(ShipmentPage) } }
  }, async (request, reply) => await reply.code(200).send(await orders.shipments(...await scoped(idOf, request.query))))
}

export function importRoute (app: App, kernel: Kernel, places: LocationsService): void {
  app.post('/warehouses/:id/locations/import', {
    config: { operation: 'location.import', examples: { body: { csv: 'code,zone,type\nA-01-1,A,picking\n', apply: false } } },
    schema: { params: WarehouseParams, body: ref(ImportLocations), response: { 200: ref(ImportedLocations) } }
  }, async (request, reply) => await kernel.write(request, reply, async tx => {
    const body = await places.importLocations(tx, request.params.id, request.body)
    if (body.applied) request.call.changes = { before: null, after: { created: body.created, updated: body.updated } }
    return { body }
  }))
}
