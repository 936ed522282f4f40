// The HTTP side of products: what a call says, and how its outcome is answered.
import type { FastifyRequest } from 'fastify'
import { AppError, checkIfMatch, etag, ref, type App, type Kernel, type WriteResult } from '#kernel'
import { badId, parseAlias, skuKey } from '../domain/alias.js'
import { ownerOf } from '../../external-api/public.js'
import { otherSku } from '../errors.js'
import { listProducts } from '../service/list.js'
import { withBarcode, withoutBarcode, withoutUnit, withUnit } from '../service/barcodes-units.js'
import {
  AddBarcode, BarcodeParams, ChangedProduct, CreateProduct, ListProducts, Product, ProductPage, ProductParams, PutUnit, UnitParams, UpdateProduct,
  UpsertProduct
} from '../schemas/products.js'
import type { Outcome, ProductService, Scope } from '../service/products.js'

export function productRoutes (app: App, kernel: Kernel, products: ProductService): void {
  readRoutes(app, kernel, products)
  writeRoutes(app, kernel, products)
  partRoutes(app, kernel, products)
}

function readRoutes (app: App, kernel: Kernel, products: ProductService): void {
  app.get('/products', {
    config: { operation: 'product.list' },
    schema: { querystring: ListProducts, response: { 200: ref(ProductPage) } }
  }, async (request, reply) => await reply.code(200).send(await listProducts(kernel, ownerOf(request), request.query)))

  app.get('/products/:id', {
    config: { operation: 'product.get' },
    schema: { params: ProductParams, response: { 200: ref(Product) } }
  }, async (request, reply) => {
    const product = await products.get(ownerOf(request), parseAlias(request.params.id))
    request.call.entities.push({ type: 'product', id: product.id })
    return await reply.code(200).header('etag', etag(product.version)).send(product)
  })
}

function writeRoutes (app: App, kernel: Kernel, products: ProductService): void {
  app.post('/products', {
    config: { operation: 'product.create', examples: { body: CREATE_EXAMPLE } },
    schema: { body: ref(CreateProduct), response: { 201: ref(ChangedProduct) } }
  }, async (request, reply) => await kernel.write(request, reply, async tx =>
    answer(request, kernel, await products.create(tx, scopeOf(request), request.body))))

  app.patch('/products/:id', {
    config: { operation: 'product.update', examples: { body: { name: 'White metal lantern, large', reorderPoint: 20 } } },
    schema: { params: ProductParams, body: ref(UpdateProduct), response: { 200: ref(ChangedProduct), 201: ref(ChangedProduct) } }
  }, async (request, reply) => {
    if (!prefersUpsert(request)) {
      return await kernel.write(request, reply, async tx =>
        answer(request, kernel, await products.update(tx, scopeOf(request), parseAlias(request.params.id), request.body)))
    }
    const sku = skuOfPath(request.params.id)
    if (request.body.sku !== undefined && skuKey(request.body.sku) !== skuKey(sku)) throw otherSku()
    return await kernel.write(request, reply, async tx => {
      const scope = { ...scopeOf(request), mayMake: () => { checkMayMake(request, kernel) } }
      const result = answer(request, kernel, await products.merge(tx, scope, sku, request.body))
      return { ...result, headers: { ...result.headers, 'preference-applied': 'upsert' } }
    })
  })

  app.put('/products/:id', {
    config: { operation: 'product.upsert', examples: { params: { id: 'sku:LANTERN-02' }, body: { name: 'Black metal lantern' } } },
    schema: { params: ProductParams, body: ref(UpsertProduct), response: { 200: ref(ChangedProduct), 201: ref(ChangedProduct) } }
  }, async (request, reply) => {
    const sku = skuOfPath(request.params.id)
    if (request.body.sku !== undefined && skuKey(request.body.sku) !== skuKey(sku)) throw otherSku()
    return await kernel.write(request, reply, async tx => answer(request, kernel, await products.upsert(tx, scopeOf(request), sku, request.body)))
  })

  app.delete('/products/:id', {
    config: { operation: 'product.archive' },
    schema: { params: ProductParams, response: { 200: ref(ChangedProduct) } }
  }, async (request, reply) => await kernel.write(request, reply, async tx =>
    answer(request, kernel, await products.archive(tx, scopeOf(request), parseAlias(request.params.id)))))
}

/** RFC 7240, section 2: preferences are tokens, with or without a value, separated by commas. */
const prefersUpsert = ({ headers: { prefer } }: FastifyRequest): boolean =>
  String(prefer ?? '').split(',').some(preference => preference.trim().toLowerCase() === 'upsert')

/** Who may change products may not therefore make some. @throws AppError 403 */
function checkMayMake (request: FastifyRequest, { switches }: Kernel): void {
  const may = ['product.create', 'product.upsert'].some(id => request.call.principal?.grants?.has(id) === true && switches.isOperationOn(id))
  if (!may) {
    throw new AppError(
      403, 'insufficient_scope', 'There is no such product, and this client may not make one: an operator can grant it product.create or product.upsert.'
    )
  }
}

/** Single barcodes and units, so that no one has to send the others. */
function partRoutes (app: App, kernel: Kernel, products: ProductService): void {
  app.post('/products/:id/barcodes', {
    config: { operation: 'product.addBarcode', examples: { body: { value: '4006381333948', kind: 'ean' } } },
    schema: { params: ProductParams, body: ref(AddBarcode), response: { 200: ref(ChangedProduct) } }
  }, async (request, reply) => await kernel.write(request, reply, async tx =>
    answer(request, kernel, await products.edit(tx, scopeOf(request), parseAlias(request.params.id), ({ barcodes }) => withBarcode(barcodes, request.body)))))

  app.delete(
    '/products/:id/barcodes/:value',
    {
      config: { operation: 'product.removeBarcode', examples: { params: { value: '4012345678901' } } },
      schema: { params: BarcodeParams, response: { 200: ref(ChangedProduct) } }
    },
    async (request, reply) =>
      await kernel.write(request, reply, async tx =>
        answer(
          request,
          kernel,
          await products.edit(tx, scopeOf(request), parseAlias(request.params.id), ({ barcodes }) => withoutBarcode(barcodes, request.params.value))
        ))
  )

  app.put(
    '/products/:id/units/:code',
    {
      config: { operation: 'product.putUnit', examples: { params: { code: 'PALLET' }, body: { qtyInBase: 480 } } },
      schema: { params: UnitParams, body: ref(PutUnit), response: { 200: ref(ChangedProduct) } }
    },
    async (request, reply) =>
      await kernel.write(request, reply, async tx =>
        answer(
          request,
          kernel,
          await products.edit(tx, scopeOf(request), parseAlias(request.params.id), ({ uoms }) => withUnit(uoms, { code: request.params.code, ...request.body }))
        ))
  )

  app.delete('/products/:id/units/:code', {
    config: { operation: 'product.removeUnit', examples: { params: { code: 'CASE' } } },
    schema: { params: UnitParams, response: { 200: ref(ChangedProduct) } }
  }, async (request, reply) => await kernel.write(request, reply, async tx =>
    answer(request, kernel, await products.edit(tx, scopeOf(request), parseAlias(request.params.id), ({ uoms }) => withoutUnit(uoms, request.params.code)))))
}

const CREATE_EXAMPLE = {
  sku: 'LANTERN-01',
  name: 'White metal lantern',
  externalRef: 'ERP-4711',
  price: '3.39',
  currency: 'GBP',
  trackBatch: true,
  trackExpiry: false,
  barcodes: [{ value: '4006381333931', kind: 'ean' }],
  uoms: [{ code: 'CASE', qtyInBase: 12 }]
}

function scopeOf (request: FastifyRequest): Scope {
  return {
    ownerId: ownerOf(request),
    checkVersion: version => { checkIfMatch(request, version) },
    namesVersion: request.headers['if-match'] !== undefined
  }
}

function answer (request: FastifyRequest, kernel: Kernel, { product, applied, isNew }: Outcome): WriteResult {
  request.call.entities.push({ type: 'product', id: product.id })
  const prefix = kernel.catalogue.plugin(kernel.plugin.id)!.prefix!
  const location = isNew ? { location: `${prefix}/products/${product.id}` } : {}
  return { status: isNew ? 201 : 200, body: { product, applied }, headers: { etag: etag(product.version), ...location } }
}

/** The path of an upsert names the SKU. It has the length and the characters of one, as in a body. */
function skuOfPath (id: string): string {
  const sku = id.startsWith('sku:') ? id.slice(4) : ''
  const key = skuKey(sku)
  return key !== '' && [...key].length <= 64 ? sku : badId('must be sku: and 1 to 64 characters: a product is replaced or made by its SKU')
}
