// Products, and the warehouse and location that stock will lie in.
import { definePlugin, withErrors } from '#kernel'
import { errors, errorsOf } from './error-codes.js'
import { EXTERNAL_PREFIX } from '../external-api/public.js'
import { createFacts } from './service/facts.js'
import { listProducts } from './service/list.js'
import { productIdsNamed } from './store/list.js'
import type { CatalogService } from './public.js'
import { productRoutes } from './routes/products.js'
import {
  AddBarcode, AppliedPolicy, ChangedProduct, CreateProduct, Product, ProductBarcode, ProductPage, ProductSettings, ProductUom, PutUnit, UpdateProduct,
  UpsertProduct
} from './schemas/products.js'
import { createProductService } from './service/products.js'

const ALIASES = 'The id may be an alias: `sku:…`, `gtin:…` or `ref:…`, URL-encoded.'

export default definePlugin({
  id: 'catalog',
  title: 'Catalog',
  summary: 'Products with their barcodes and units.',
  category: 'Other Integrations',
  requires: ['external-api'],
  prefix: EXTERNAL_PREFIX,
  operations: withErrors(errorsOf, {
    'product.list': {
      title: 'List products',
      access: 'client',
      description: 'Archived products are among them, so that a copy learns of it. To keep a copy, pass `asOf` of one walk as `updatedSince` of the next.'
    },
    'product.get': { title: 'Read a product', access: 'client', description: ALIASES },
    'product.create': {
      title: 'Create a product',
      access: 'client',
      settings: ProductSettings,
      emits: ['product.created'],
      description: '`applied` says what the operator\'s settings decided.'
    },
    'product.update': {
      title: 'Change a product',
      access: 'client',
      settingsOf: 'product.create',
      emits: ['product.created', 'product.updated'],
      description:
        'JSON merge patch (RFC 7396; as `application/merge-patch+json` or `application/json`): null clears a field, `barcodes` and `uoms` are ' +
          'replaced as a whole. A call that changes nothing leaves version and events alone. With `Prefer: upsert` and `sku:…` a product that is not ' +
          `there is made (201): the way to send what one knows of a product, again and again. ${ALIASES}`
    },
    'product.upsert': {
      title: 'Create or replace a product by SKU',
      access: 'client',
      settingsOf: 'product.create',
      emits: ['product.created', 'product.updated'],
      description:
        'The id must be `sku:…`. The body is all of the product: what it leaves out gets its default, and barcodes and units go (`product.update` with ' +
          '`Prefer: upsert` merges instead); the product keeps its id. An archived product becomes active again.'
    },
    'product.addBarcode': {
      title: 'Add a barcode to a product',
      access: 'client',
      emits: ['product.updated'],
      description: `The others stay. The same code again takes the new kind and unit. ${ALIASES}`
    },
    'product.removeBarcode': {
      title: 'Remove a barcode of a product', access: 'client', emits: ['product.updated'], description: `The others stay. ${ALIASES}`
    },
    'product.putUnit': {
      title: 'Add or replace a unit of a product', access: 'client', emits: ['product.updated'], description: `The others stay. ${ALIASES}`
    },
    'product.removeUnit': { title: 'Remove a unit of a product', access: 'client', emits: ['product.updated'], description: `The others stay. ${ALIASES}` },
    'product.archive': {
      title: 'Archive a product', access: 'client', on: false, emits: ['product.archived'], description: `Its SKU and barcodes stay taken. ${ALIASES}`
    }
  }),
  events: {
    'product.created': { title: 'A product was created', data: Product, kind: 'fact' },
    'product.updated': { title: 'A product was changed', description: '`previous` has the former values of the changed fields.', data: Product, kind: 'state' },
    'product.archived': { title: 'A product was archived', data: Product, kind: 'fact' }
  },
  errors,
  schemas: [ProductBarcode, ProductUom, AppliedPolicy, Product, ChangedProduct, ProductPage, CreateProduct, UpdateProduct, UpsertProduct, AddBarcode, PutUnit],
  register (app, kernel) {
    const facts = createFacts()
    const products = createProductService(kernel, facts.ask)
    const service: CatalogService = { ...facts.service, list: async (ownerId, filters) => await listProducts(kernel, ownerId, filters), get: products.get }
    kernel.services.provide(service)
    kernel.events.aliases(async alias => await productIdsNamed(kernel.db, alias))
    productRoutes(app, kernel, products)
  }
})
