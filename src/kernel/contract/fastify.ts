// The only place where Fastify's types are extended.
import type { Call } from './call.js'

/** A valid request, for the Swagger and for the test that sends it. */
export interface RouteExamples { body?: unknown, query?: Record<string, unknown>, params?: Record<string, string> }

declare module 'fastify' {
  interface FastifyRequest {
    /** The call as the audit will see it. */
    call: Call
  }

  interface FastifyContextConfig {
    /** Id of the operation that the route carries out. Every route has this or `asset`. */
    operation?: string
    /** A static page, health, metrics or document: not a call, not in the audit; still off with its plugin. */
    asset?: boolean
    /** Set by the host: the plugin that added the route. */
    plugin?: string
    examples?: RouteExamples
  }
}
