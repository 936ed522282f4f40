// What every order call has in common: on whose behalf it is made, and how a change is answered.
import type { FastifyRequest } from 'fastify'
import { checkIfMatch, etag, type WriteResult } from '#kernel'
import { reachOf } from '../../external-api/public.js'
import type { OrderView } from '../schemas/orders.js'
import type { Scope } from './order-change.js'

export const scopeOf = (request: FastifyRequest): Scope => ({ ...reachOf(request), checkVersion: version => { checkIfMatch(request, version) } })

export function answer (request: FastifyRequest, order: OrderView): WriteResult {
  request.call.entities.push({ type: 'order', id: order.id })
  return { body: order, headers: { etag: etag(order.version) } }
}
