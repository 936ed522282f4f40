// The HTTP side of stock: reading it, and the documents that change it.
import type { FastifyRequest } from 'fastify'
import { ref, type App, type Kernel, type WriteResult } from '#kernel'
import type { InventoryService } from '../public.js'
import {
  AdjustStock, ListMovements, MovementPage, SetStock, StockChangeAnswer, TransferStock
} from '../schemas/movements.js'
import { ListStock, ProductStock, QueryStock, StockAnswer, StockPage, StockParams } from '../schemas/stock.js'
import type { StockChanges } from '../service/stock-documents.js'
import type { StockReads } from '../service/stock-reads.js'
import { ownerOf, reachOf } from '../../external-api/public.js'

export function stockReadRoutes (app: App, reads: StockReads, { movements }: Pick<InventoryService, 'movements'>): void {
  app.get('/stock', {
    config: { operation: 'stock.list' },
    schema: { querystring: ListStock, response: { 200: ref(StockPage) } }
  }, async (request, reply) => await reply.code(200).send(await reads.list(reachOf(request), request.query)))

  app.get('/stock/movements', {
    config: { operation: 'movement.list' },
    schema: { querystring: ListMovements, response: { 200: ref(MovementPage) } }
  }, async (request, reply) => await reply.code(200).send(await movements(reachOf(request), request.query)))

  app.get('/stock/:product', {
    config: { operation: 'stock.get' },
    schema: { params: StockParams, response: { 200: ref(ProductStock) } }
  }, async (request, reply) => {
    const stock = await reads.get(reachOf(request), request.params.product)
    request.call.entities.push({ type: 'product', id: stock.product.id })
    return await reply.code(200).send(stock)
  })

  app.post('/stock/query', {
    config: { operation: 'stock.query', examples: { body: { skus: ['LANTERN-01', 'LANTERN-02'] } } },
    schema: { body: ref(QueryStock), response: { 200: ref(StockAnswer) } }
  }, async (request, reply) => await reply.code(200).send(await reads.query(reachOf(request), request.body)))
}

export function stockChangeRoutes (app: App, kernel: Kernel, changes: StockChanges): void {
  app.post('/stock/adjustments', {
    config: { operation: 'stock.adjust', examples: { body: { reason: 'found', note: 'Behind the shelf', lines: [{ sku: 'LANTERN-02', delta: 12 }] } } },
    schema: { body: ref(AdjustStock), response: { 201: ref(StockChangeAnswer) } }
  }, async (request, reply) => await kernel.write(request, reply, async tx =>
    answer(request, await changes.adjust(tx, ownerOf(request), request.body))))

  app.post('/stock/set', {
    config: { operation: 'stock.set', examples: { body: { lines: [{ sku: 'LANTERN-02', expectedOnHand: 12, onHand: 10 }] } } },
    schema: { body: ref(SetStock), response: { 201: ref(StockChangeAnswer) } }
  }, async (request, reply) => await kernel.write(request, reply, async tx =>
    answer(request, await changes.set(tx, ownerOf(request), request.body))))

  app.post('/stock/transfers', {
    config: {
      operation: 'stock.transfer',
      examples: { body: { note: 'Torn box', lines: [{ sku: 'LANTERN-02', qty: 1, from: { status: 'available' }, to: { status: 'damaged' } }] } }
    },
    schema: { body: ref(TransferStock), response: { 201: ref(StockChangeAnswer) } }
  }, async (request, reply) => await kernel.write(request, reply, async tx =>
    answer(request, await changes.transfer(tx, ownerOf(request), request.body))))
}

/** The audit finds the call by each product that it moved. */
function answer (request: FastifyRequest, change: Awaited<ReturnType<StockChanges['adjust']>>): WriteResult {
  for (const id of new Set(change.movements.map(({ product }) => product.id))) request.call.entities.push({ type: 'product', id })
  return { status: 201, body: change }
}
