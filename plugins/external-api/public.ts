// What plugins with external operations share.
import type { FastifyRequest } from 'fastify'

/** Prefix of every operation for API clients. */
export const EXTERNAL_PREFIX = '/api/external/v1'

/** Of the API client that calls: it sees and changes the data of this owner only. */
export const ownerOf = (request: FastifyRequest): string => request.call.principal!.ownerId!
