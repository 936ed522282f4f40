// For load balancers and monitoring: alive, ready with reasons, metrics.
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { MetricsRegistry } from './metrics.js'

export interface HealthOptions {
  metrics: MetricsRegistry
  /** Gets why a check fails, once when it begins: callers of health are not authenticated, and learn only which one. */
  log: (line: string) => void
  /** Null: fine; else why not. */
  checks: Readonly<Record<string, () => string | null | Promise<string | null>>>
}

const CHECK_TIMEOUT_MS = 2_000

/** These are not calls: they need no credentials and leave no row. */
export function healthRoutes (app: FastifyInstance, { metrics, checks, log }: HealthOptions): void {
  const reported = new Map<string, string>()
  const config = { asset: true }
  app.get('/health/live', { config }, async (_, reply) => await fresh(reply).send({ status: 'live' }))
  app.get('/health/ready', { config }, async (_, reply) => {
    const results = await Promise.all(Object.entries(checks).map(async ([name, check]) => [name, await limited(check)] as const))
    for (const [name, reason] of results) {
      if (reason === null) reported.delete(name)
      else if (!reported.has(name)) log(`not ready: ${name}: ${reason}`)
      if (reason !== null) reported.set(name, reason)
    }
    const reasons = Object.fromEntries(results.filter(([, reason]) => reason !== null).map(([name]) => [name, 'unavailable']))
    if (Object.keys(reasons).length === 0) return await fresh(reply).send({ status: 'ready' })
    return await fresh(reply).code(503).send({ status: 'unavailable', reasons })
  })
  app.get('/metrics', { config }, async (_, reply) => await fresh(reply).type(metrics.contentType).send(await metrics.text()))
}

/** Yesterday's health is of no use to anybody. */
const fresh = (reply: FastifyReply): FastifyReply => reply.header('cache-control', 'no-store')

/** Why the check fails; one that hangs fails. */
async function limited (check: HealthOptions['checks'][string]): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<string>(resolve => { timer = setTimeout(() => { resolve(`no answer within ${CHECK_TIMEOUT_MS} ms`) }, CHECK_TIMEOUT_MS) })
  try {
    return await Promise.race([Promise.resolve().then(check), late])
  } catch (error) {
    return (error as Error).message
  } finally {
    clearTimeout(timer)
  }
}
