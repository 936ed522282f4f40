// The HTTP side of receipts.
import type { FastifyRequest } from 'fastify'
import { etag, ref, type App, type Kernel, type WriteResult } from '#kernel'
import { ownerOf, reachOf } from '../../external-api/public.js'
import { InboundParams } from '../schemas/inbound.js'
import { CreateReceipt, ListReceipts, Receipt, ReceiptPage, ReceiptParams, Received, ReceiveInbound, ReverseReceipt } from '../schemas/receipts.js'
import type { InboundReads } from '../service/reads.js'
import type { Received as Booked, Receiving } from '../service/receive.js'
import type { Reverse } from '../service/reverse.js'
import { targetOf } from './inbound.js'

export function receiptReadRoutes (app: App, reads: InboundReads): void {
  app.get('/receipts', {
    config: { operation: 'receipt.list' },
    schema: { querystring: ListReceipts, response: { 200: ref(ReceiptPage) } }
  }, async (request, reply) => await reply.code(200).send(await reads.receipts(reachOf(request), request.query)))

  app.get('/receipts/:id', {
    config: { operation: 'receipt.get' },
    schema: { params: ReceiptParams, response: { 200: ref(Receipt) } }
  }, async (request, reply) => {
    const receipt = await reads.receipt(reachOf(request), request.params.id)
    request.call.entities.push({ type: 'receipt', id: receipt.id })
    return await reply.code(200).header('etag', etag(receipt.version)).send(receipt)
  })
}

export function receiptWriteRoutes (app: App, kernel: Kernel, receiving: Receiving): void {
  app.post('/inbound-orders/:id/receive', {
    config: { operation: 'inbound.receive', examples: { body: { reference: 'DN-99', lines: [{ lineNo: 1, qty: 24 }] } } },
    schema: { params: InboundParams, body: ref(ReceiveInbound), response: { 200: ref(Received), 201: ref(Received) } }
  }, async (request, reply) => await kernel.write(request, reply, async tx => {
    const { receipt, inboundOrder, isNew } = note(request, await receiving.receive(tx, targetOf(request), request.body))
    return { status: isNew ? 201 : 200, body: { receipt, inboundOrder }, headers: { etag: etag(inboundOrder!.version) } }
  }))

  app.post('/receipts', {
    config: { operation: 'receipt.create', examples: { body: { reference: 'DN-100', lines: [{ sku: 'LANTERN-02', qty: 24 }] } } },
    schema: { body: ref(CreateReceipt), response: { 200: ref(Receipt), 201: ref(Receipt) } }
  }, async (request, reply) => await kernel.write(request, reply, async (tx): Promise<WriteResult> => {
    const { receipt, isNew } = note(request, await receiving.create(tx, ownerOf(request), request.body))
    return { status: isNew ? 201 : 200, body: receipt, headers: { etag: etag(receipt.version) } }
  }))
}

export function reverseRoute (app: App, kernel: Kernel, reverse: Reverse): void {
  app.post('/receipts/:id/reverse', {
    config: { operation: 'receipt.reverse', examples: { body: { reason: 'Counted twice' } } },
    schema: { params: ReceiptParams, body: ref(ReverseReceipt), response: { 200: ref(Receipt) } }
  }, async (request, reply) => await kernel.write(request, reply, async (tx): Promise<WriteResult> => {
    const { receipt } = note(request, await reverse(tx, targetOf(request), request.body.reason ?? null))
    return { body: receipt, headers: { etag: etag(receipt.version) } }
  }))
}

/** The audit finds the call by all that it was about. */
function note (request: FastifyRequest, booked: Booked): Booked {
  const { receipt, inboundOrder } = booked
  request.call.entities.push({ type: 'receipt', id: receipt.id })
  if (inboundOrder !== null) request.call.entities.push({ type: 'inbound_order', id: inboundOrder.id })
  for (const id of new Set(receipt.lines.map(({ productId }) => productId))) request.call.entities.push({ type: 'product', id })
  return booked
}
