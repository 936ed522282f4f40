// Health for load balancers, metrics for Prometheus.
import t, { type Test } from 'tap'
import Fastify, { type FastifyInstance, type RouteOptions } from 'fastify'
import { healthRoutes, type HealthOptions } from '../../../src/platform/runtime/health.js'
import { createMetrics } from '../../../src/platform/runtime/metrics.js'

function build (t: Test, checks: HealthOptions['checks'], metrics = createMetrics()): { app: FastifyInstance, routes: RouteOptions[], logged: string[] } {
  const app = Fastify()
  const logged: string[] = []
  const routes: RouteOptions[] = []
  app.addHook('onRoute', route => { routes.push(route) })
  healthRoutes(app, { metrics, checks, log: line => { logged.push(line) } })
  t.teardown(async () => await app.close())
  return { app, routes, logged }
}

t.test('200 – the process is alive, whatever its checks say', async t => {
  const { app } = build(t, { database: () => 'gone' })
  const answer = await app.inject('/health/live')
  t.equal(answer.statusCode, 200)
  t.strictSame(answer.json(), { status: 'live' })
})

t.test('200 – ready when every check is fine', async t => {
  const { app } = build(t, { database: async () => null, audit: () => null })
  const answer = await app.inject('/health/ready')
  t.equal(answer.statusCode, 200)
  t.strictSame(answer.json(), { status: 'ready' })
})

t.test('503 – not ready, naming each check that fails, throws or hangs; its reason is logged once', async t => {
  const { app, logged } = build(t, {
    fine: () => null,
    failing: async () => 'no space left',
    throwing: () => { throw new Error('broken') },
    rejecting: async () => await Promise.reject(new Error('gone')),
    hanging: async () => await new Promise(() => {})
  })
  const answer = await app.inject('/health/ready')
  t.equal(answer.statusCode, 503)
  t.strictSame(answer.json(), {
    status: 'unavailable', reasons: { failing: 'unavailable', throwing: 'unavailable', rejecting: 'unavailable', hanging: 'unavailable' }
  })
  await app.inject('/health/ready')
  t.same(logged, ['not ready: failing: no space left', 'not ready: throwing: broken', 'not ready: rejecting: gone',
    'not ready: hanging: no answer within 2000 ms'])
})

t.test('no answer may be kept by a cache, and none is a call', async t => {
  const { app, routes } = build(t, {})
  for (const path of ['/health/live', '/health/ready', '/metrics']) {
    t.equal((await app.inject(path)).headers['cache-control'], 'no-store')
    t.match(routes.find(route => route.url === path)?.config, { asset: true })
  }
})

t.test('metrics of the process and of plugins, in Prometheus\' format', async t => {
  const metrics = createMetrics()
  const { app } = build(t, {}, metrics)
  const audit = metrics.forPart('audit')
  const external = metrics.forPart('external-api')
  const calls = audit.counter('calls_total', 'Calls recorded', ['direction'])
  calls.inc({ direction: 'in' })
  calls.inc({ direction: 'in' }, 2)
  external.counter('calls_total', 'Calls').inc()
  audit.gauge('waiting', 'Rows that wait', async () => 7)
  const seconds = audit.histogram('batch_seconds', 'Time of a batch', [0.1, 1])
  seconds.observe(0.5)
  const answer = await app.inject('/metrics')
  t.equal(answer.headers['content-type'], metrics.contentType)
  for (const line of [
    'wms_audit_calls_total{direction="in"} 3', 'wms_external_api_calls_total 1', 'wms_audit_waiting 7',
    'wms_audit_batch_seconds_bucket{le="0.1"} 0', 'wms_audit_batch_seconds_bucket{le="1"} 1', '# HELP wms_audit_waiting Rows that wait'
  ]) t.ok(answer.payload.split('\n').includes(line), line)
  t.match(answer.payload, /^wms_process_cpu_seconds_total/m)
})

t.test('a gauge that can not be read does not take the others along', async t => {
  const metrics = createMetrics()
  const { app } = build(t, {}, metrics)
  const plugin = metrics.forPart('toy')
  plugin.gauge('throws', 'Throws', () => { throw new Error('broken') })
  plugin.gauge('rejects', 'Rejects', async () => await Promise.reject(new Error('broken')))
  plugin.gauge('works', 'Works', () => 1)
  const answer = await app.inject('/metrics')
  t.equal(answer.statusCode, 200)
  t.match(answer.payload, /^wms_toy_works 1$/m)
  t.match(answer.payload, /^wms_toy_throws Nan$/mi)
  t.match(answer.payload, /^wms_toy_rejects Nan$/mi)
})

t.test('two services in one process keep their metrics apart', async t => {
  const [first, second] = [createMetrics(), createMetrics()]
  first.forPart('toy').counter('seen', 'Seen').inc()
  second.forPart('toy').counter('seen', 'Seen')
  t.match(await first.text(), /^wms_toy_seen 1$/m)
  t.match(await second.text(), /^wms_toy_seen 0$/m)
})
