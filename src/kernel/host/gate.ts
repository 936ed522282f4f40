// The first hook of every request: what is unknown, has another method or is switched off gets one and the same 404; the rest is
// recognised, checked against its grants and limits before the body is read.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Catalogue, Operation } from '../contract/catalogue.js'
import { AppError, NOT_FOUND, PROBLEM_TYPE, problemBody } from '../contract/errors.js'
import type { Role } from '../contract/manifest.js'
import type { AccessProvider, LimitProvider } from '../contract/ports.js'
import type { Switchboard } from '../contract/switches.js'
import type { LiveCall } from './foundation.js'

interface GateOptions {
  catalogue: Catalogue
  switches: Switchboard
  access: ReadonlyMap<string, AccessProvider & { pluginId: string }>
  limits: () => LimitProvider | null
}

const RANK: Readonly<Record<Role, number>> = { viewer: 1, operator: 2, admin: 3 }

/** Adds the gate to the root instance. `request.call` must be set by an earlier hook. */
export function addGate (app: FastifyInstance, { catalogue, switches, access, limits }: GateOptions): void {
  app.addHook('onRequest', async (request, reply) => {
    const { config } = request.routeOptions
    const operation = request.is404 ? undefined : catalogue.operations.get(config.operation ?? '')
    const isOpen = operation !== undefined
      ? switches.isOperationOn(operation.id)
      : !request.is404 && config.asset === true && (config.plugin === undefined || switches.isPluginOn(config.plugin))
    if (!isOpen) {
      if (operation !== undefined) await tellSwitchedOff(operation, request)
      return await sendNotFound(request, reply)
    }
    const hosts = countHosts(request.raw.rawHeaders)
    if (hosts === 0) throw new AppError(400, 'request.host_missing', 'The Host header is missing (RFC 9112, section 3.2).')
    if (hosts > 1) throw new AppError(400, 'request.host_repeated', 'There is more than one Host header (RFC 9112, section 3.2).')
    if (operation === undefined) return
    if (operation.access !== 'public') {
      const provider = access.get(operation.access)!
      // Without the plugin that recognises its callers an operation has none.
      if (!switches.isPluginOn(provider.pluginId)) return await sendNotFound(request, reply)
      const principal = await provider.authenticate(request)
      request.call.principal = principal
      authorise(operation, request)
    }
    await limits()?.check(request, request.call.principal, operation.id)
  })

  // For what a route that serves files does not find.
  app.setNotFoundHandler(async (request, reply) => await sendNotFound(request, reply))

  /** Who was granted an operation may know that it is switched off; for everybody else it is not there. */
  async function tellSwitchedOff (operation: Operation, request: FastifyRequest): Promise<void> {
    const provider = access.get(operation.access)
    if (operation.access !== 'client' || provider === undefined || !switches.isPluginOn(operation.pluginId) || !switches.isPluginOn(provider.pluginId)) return
    const principal = await Promise.resolve().then(async () => await provider.authenticate(request)).catch(() => null)
    if (principal?.grants?.has(operation.id) !== true) return
    request.call.principal = principal
    throw new AppError(403, 'operation.switched_off', `The operator of this service has switched off ${operation.id}.`)
  }
}

function countHosts (rawHeaders: readonly string[]): number {
  let count = 0
  for (let at = 0; at < rawHeaders.length; at += 2) if (rawHeaders[at]!.length === 4 && rawHeaders[at]!.toLowerCase() === 'host') count++
  return count
}

/** The same bytes for every reason; only the request id differs, and it has a fixed length. */
async function sendNotFound (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const call = request.call as LiveCall
  call.operation = null
  call.errorCode = NOT_FOUND.code
  return await reply.code(404).type(PROBLEM_TYPE).send(problemBody(NOT_FOUND, call.requestId))
}

function authorise (operation: Operation, request: FastifyRequest): void {
  const principal = request.call.principal!
  if (principal.type === 'client') {
    if (principal.grants?.has(operation.id) === true) return
    throw new AppError(403, 'insufficient_scope', `This client may not call ${operation.id}: an operator can grant it.`,
      { headers: { 'www-authenticate': `Bearer error="insufficient_scope", scope="${operation.id}"` } })
  }
  if (RANK[principal.role ?? 'viewer'] >= RANK[operation.role ?? 'viewer']) return
  throw new AppError(403, 'role.insufficient', `This needs the role ${operation.role}; yours is ${principal.role}.`)
}
