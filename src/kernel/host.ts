// The host: checks the installed plugins, gives each its own scope and handle, and starts and stops their work.
import type { TObject } from '@sinclair/typebox'
import type { FastifyInstance, RouteOptions } from 'fastify'
import sensible from '@fastify/sensible'
import type { Database } from './database.js'
import type { Kernel, Metrics, Secrets } from './kernel.js'
import type { OutboundHttp } from './http.js'
import type { Plugin } from './manifest.js'
import type { AccessProvider, LimitProvider } from './ports.js'
import type { App } from './schema.js'
import { Problem, ProblemDetail, strictObject } from './schema.js'
import { createCatalogue, ManifestError, type Catalogue } from './registry.js'
import { createServer, type ServerOptions } from './server.js'
import { addGate } from './gate.js'
import { createRecording, type Recording } from './recording.js'
import { createSignals, type Signals } from './signals.js'
import { createStateTracker, type StateTracker } from './state.js'
import { createSwitchboard, type Switchboard } from './switchboard.js'
import { createSequencer, type Sequencer } from './sequencer.js'
import { createWorker, type Worker } from './worker.js'
import { AHEAD_DAYS, AT_BOOT_DAYS, maintainPartitions, type PartitionedTable } from './partitions.js'
import { removeOldAnswers } from './idempotency.js'
import { createOpenApi, type OpenApi } from './openapi.js'
import { createHandle } from './handle.js'
import { canRehearse, DryRun, dryRunParameter } from './dry-run.js'

export interface HostOptions {
  plugins: readonly Plugin[]
  db: Database
  secrets: Secrets
  http: OutboundHttp
  clock: Kernel['clock']
  log: ServerOptions['log']
  trustedProxies: readonly string[]
  /** Known at the latest when the service listens. */
  publicUrl: () => string
  announce: (line: string) => void
  metrics: { forPlugin: (id: string) => Metrics }
  /** Slices of the process configuration, by plugin id. */
  config: Readonly<Record<string, object>>
  /** True in processes of role `worker`. */
  worker: boolean
  serializers?: ServerOptions['serializers']
  /** Adds routes that belong to no plugin: health and metrics. */
  infrastructure?: (app: FastifyInstance, recordingFailure: () => string | null) => void
  /** Ends a boot under way before its next plugin; its reason is the error. */
  signal?: AbortSignal | undefined
}

/** What the handles of all plugins are made of. */
export interface Core {
  options: HostOptions
  app: FastifyInstance
  catalogue: Catalogue
  recording: Recording
  signals: Signals
  state: StateTracker
  switches: () => Switchboard
  sequencer: Sequencer
  openapi: OpenApi
  access: Map<string, AccessProvider>
  limits: { provider: LimitProvider | null }
  services: Map<string, object>
  workers: Worker[]
  partitions: PartitionedTable[]
  retainers: Array<(before: Date) => Promise<boolean>>
  routes: RouteOptions[]
  mistakes: string[]
  warn: (message: string) => void
}

export interface Host {
  app: FastifyInstance
  catalogue: Catalogue
  switches: Switchboard
  service: (pluginId: string) => object | undefined
  /** Runs every worker and refreshes all state now. */
  wakeAll: () => void
  close: () => Promise<void>
}

const HOUR_MS = 3_600_000
const EVENT_KEEP_DAYS = 30

/**
 * Boots the installed plugins on a migrated database. Everything is checked before anything starts.
 * @throws ManifestError with every mistake
 */
export async function createHost (options: HostOptions): Promise<Host> {
  const catalogue = createCatalogue(options.plugins)
  const recording = createRecording()
  const app = createServer({ recording, clock: options.clock, log: options.log, trustedProxies: options.trustedProxies, serializers: options.serializers })
  const warn = (message: string): void => { app.log.warn(message) }
  const signals = createSignals(options.db, warn)
  const state = createStateTracker(options.db, signals, warn)
  const switches = await createSwitchboard(catalogue, options.db, state)
  const access = new Map<string, AccessProvider>()
  const core: Core = {
    options,
    app,
    catalogue,
    recording,
    signals,
    state,
    switches: () => switches,
    sequencer: createSequencer(options.db),
    openapi: await createOpenApi(app, { catalogue, switches: () => switches, access, publicUrl: options.publicUrl }),
    access,
    limits: { provider: null },
    services: new Map(),
    workers: [],
    partitions: [],
    retainers: [],
    routes: [],
    mistakes: [],
    warn
  }
  app.addHook('onRoute', route => { core.routes.push(route) })
  await app.register(sensible)
  addGate(app, { catalogue, switches: core.switches, access, limits: () => core.limits.provider })
  for (const schema of [ProblemDetail, Problem, DryRun, ...catalogue.schemas]) app.addSchema(schema)
  options.infrastructure?.(app, () => recording.failure)
  await registerPlugins(core)
  addKernelWorkers(core)
  options.signal?.throwIfAborted()
  await app.ready()
  const mistakes = checkRoutes(core)
  if (mistakes.length > 0) throw new ManifestError(mistakes)
  options.signal?.throwIfAborted()
  await start(core)
  return {
    app,
    catalogue,
    switches,
    service: id => core.services.get(id),
    wakeAll () { signals.wakeAll(); core.workers.forEach(worker => worker.wake()) },
    close: async () => await close(core)
  }
}

async function registerPlugins (core: Core): Promise<void> {
  for (const plugin of core.catalogue.plugins) {
    core.options.signal?.throwIfAborted()
    const handle = createHandle(core, plugin)
    await core.app.register(async scope => {
      scope.addHook('onRoute', route => { adopt(core, plugin, route) })
      await plugin.register(scope as unknown as App, handle)
    }, { prefix: plugin.prefix ?? '' })
  }
}

/** Ties a route to its plugin and its operation, and makes what it does not declare strict. */
function adopt ({ catalogue, mistakes }: Core, plugin: Plugin, route: RouteOptions): void {
  const config = { ...route.config, plugin: plugin.id }
  route.config = config as NonNullable<RouteOptions['config']>
  const operation = catalogue.operations.get(config.operation ?? '')
  if (operation === undefined) return
  route.schema = { querystring: strictObject({}), params: strictObject({}), ...route.schema }
  if (route.method === 'HEAD') return
  const here = `${String(route.method)} ${route.url}`
  if (operation.pluginId !== plugin.id) mistakes.push(`plugin "${plugin.id}": route ${here} carries out "${operation.id}" of plugin "${operation.pluginId}"`)
  if (operation.url !== '') mistakes.push(`operation "${operation.id}" has two routes: ${operation.method} ${operation.url} and ${here}`)
  operation.method = String(route.method)
  operation.url = route.url
  operation.examples = config.examples ?? {}
  if (canRehearse(operation)) route.schema.querystring = withDryRun(route.schema.querystring as TObject)
}

const withDryRun = (query: TObject): TObject => ({ ...query, properties: { ...query.properties, dryRun: dryRunParameter } })

/** After everything has registered: each route an operation, each operation a route, each access a provider. */
function checkRoutes ({ catalogue, access, routes, mistakes }: Core): string[] {
  for (const { method, url, config } of routes) {
    if (config?.asset === true || catalogue.operations.has(config?.operation ?? '')) continue
    mistakes.push(`route ${String(method)} ${url}: ${config?.operation === undefined ? 'has no operation' : `operation "${config.operation}" is declared by no plugin`}`)
  }
  for (const operation of catalogue.operations.values()) {
    if (operation.url === '') mistakes.push(`plugin "${operation.pluginId}": operation "${operation.id}" has no route`)
    if (operation.access !== 'public' && !access.has(operation.access)) {
      mistakes.push(`plugin "${operation.pluginId}": operation "${operation.id}" has access "${operation.access}", for which no installed plugin recognises callers`)
    }
  }
  return mistakes
}

function addKernelWorkers (core: Core): void {
  const { options: { db, clock }, signals, warn } = core
  const add = (name: string, everyMs: number, wakeOn: readonly string[], run: () => Promise<boolean>): void => {
    core.workers.push(createWorker({ name: `kernel.${name}`, everyMs, wakeOn, run }, signals, warn))
  }
  core.partitions.push({
    table: 'Event',
    keepDays: EVENT_KEEP_DAYS,
    mayDrop: async (_, before) => (await Promise.all(core.retainers.map(async mayDrop => await mayDrop(before)))).every(Boolean)
  })
  add('sequencer', 250, ['events'], core.sequencer.step)
  add('idempotency', HOUR_MS, [], async () => await removeOldAnswers(db))
  add('partitions', HOUR_MS, [], async () => {
    for (const table of core.partitions) await maintainPartitions(db, table, clock.now(), AHEAD_DAYS, warn)
    return false
  })
}

async function start (core: Core): Promise<void> {
  const { db, clock } = core.options
  for (const table of core.partitions) await maintainPartitions(db, table, clock.now(), AT_BOOT_DAYS, core.warn)
  await core.signals.start()
  core.state.start()
  if (core.options.worker) core.workers.forEach(worker => worker.start())
}

/** Finishes calls and running work side by side; the database is closed by who opened it. */
async function close (core: Core): Promise<void> {
  await Promise.allSettled([core.app.close(), ...core.workers.map(async worker => await worker.stop())])
  core.state.stop()
  await core.signals.stop()
}
