// On whose behalf an API client calls.
import type { FastifyRequest } from 'fastify'

export const ownerOf = (request: FastifyRequest): string => request.call.principal!.ownerId!
