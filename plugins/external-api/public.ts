// What plugins with external operations share.
import type { FastifyRequest } from 'fastify'
import { AppError, type Tx } from '#kernel'

/** Prefix of every operation for API clients. */
export const EXTERNAL_PREFIX = '/api/external/v1'

/** What of the data someone may see and change. */
export interface Reach {
  ownerId: string
  /** Null: all. */
  warehouseIds: readonly string[] | null
}

export const isInReach = ({ warehouseIds }: Pick<Reach, 'warehouseIds'>, warehouseId: string): boolean => warehouseIds?.includes(warehouseId) ?? true

/** Of the API client that calls. */
export const reachOf = (request: FastifyRequest): Reach => ({ ownerId: ownerOf(request), warehouseIds: request.call.principal!.warehouseIds })

/** Of whoever makes a change; everything, where the service itself does. */
export const reachOfCall = ({ call }: Pick<Tx, 'call'>): Pick<Reach, 'warehouseIds'> => ({ warehouseIds: call?.principal?.warehouseIds ?? null })

/** What is about all warehouses is not for a client that sees some. @throws AppError 403 `insufficient_scope` */
export function needAllWarehouses (tx: Pick<Tx, 'call'>): void {
  if (reachOfCall(tx).warehouseIds === null) return
  throw new AppError(403, 'insufficient_scope', 'This is about all warehouses, and this client is limited to some: an operator can lift that.')
}

/** Of the API client that calls: it sees and changes the data of this owner only. */
export const ownerOf = (request: FastifyRequest): string => request.call.principal!.ownerId!
