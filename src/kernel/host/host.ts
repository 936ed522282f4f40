// The host: checks the installed plugins, gives each its own scope and handle, and starts and stops their work.
import type { TObject } from '@sinclair/typebox'
import type { FastifyInstance, RouteOptions } from 'fastify'
import sensible from '@fastify/sensible'
import type { Catalogue } from '../contract/catalogue.js'
import type { Plugin } from '../contract/plugin.js'
import { type App, strictObject } from '../contract/schema.js'
import type { Switchboard } from '../contract/switches.js'
import { createCatalogue, ManifestError } from './catalogue.js'
import type { HostOptions, Core } from './handle-parts.js'
import { canRehearse, DryRun, dryRunParameter } from './dry-run.js'
import { createEventJson } from './events.js'
import type { Foundation } from './foundation.js'
import { addGate } from './gate.js'
import { createHandle } from './handle.js'
import { createSequencer } from './sequencer.js'
import { createSwitchboard } from './switchboard.js'

export interface Host {
  app: FastifyInstance
  catalogue: Catalogue
  switches: Switchboard
  service: (pluginId: string) => object | undefined
  /** Runs every worker and refreshes all state now. */
  wakeAll: () => void
  close: () => Promise<void>
}

const EVENT_KEEP_DAYS = 30
const SEQUENCE_EVERY_MS = 250
/** Events that commit within it are numbered, and their deliveries made and claimed, in one go. */
const GATHER_MS = 15

/**
 * Boots the installed plugins on a migrated database. Everything is checked before anything starts.
 * @throws ManifestError with every mistake
 */
export async function createHost (options: HostOptions): Promise<Host> {
  const { foundation, db } = options
  const { app, signals, workers } = foundation
  const catalogue = createCatalogue(options.plugins)
  const switches = await createSwitchboard(catalogue, db, foundation.state)
  foundation.personalData.attach(catalogue, switches)
  const access: Core['access'] = new Map()
  const limits: Core['limits'] = { provider: null }
  const isLimited = (id: string): boolean => {
    const operation = catalogue.operations.get(id)
    return operation !== undefined && (operation.limited === true || limits.provider?.covers(operation) === true)
  }
  const core: Core = {
    options,
    foundation,
    catalogue,
    switches,
    sequencer: createSequencer(db),
    eventJson: createEventJson(catalogue, foundation.jsonOf),
    openapi: await foundation.openapi({ catalogue, switches, access, isLimited }),
    access,
    limits,
    services: new Map(),
    retainers: [],
    aliases: [],
    routes: [],
    mistakes: []
  }
  app.addHook('onRoute', route => { core.routes.push(route) })
  await app.register(sensible)
  addGate(app, { catalogue, switches, access, limits: () => core.limits.provider })
  for (const schema of [DryRun, ...catalogue.schemas]) app.addSchema(schema)
  options.infrastructure?.(app)
  await registerPlugins(core)
  keepEvents(core)
  options.signal?.throwIfAborted()
  await app.ready()
  const mistakes = checkRoutes(core)
  if (mistakes.length > 0) throw new ManifestError(mistakes)
  options.signal?.throwIfAborted()
  await start(foundation)
  return {
    app,
    catalogue,
    switches,
    service: id => core.services.get(id),
    wakeAll () { signals.wakeAll(); workers.wakeAll() },
    close: async () => await close(foundation)
  }
}

async function registerPlugins (core: Core): Promise<void> {
  for (const plugin of core.catalogue.plugins) {
    core.options.signal?.throwIfAborted()
    const handle = createHandle(core, plugin)
    await core.foundation.app.register(async scope => {
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
    mistakes
      .push(`route ${String(method)} ${url}: ${
        config?.operation === undefined ? 'has no operation' : `operation "${config.operation}" is declared by no plugin`
      }`)
  }
  for (const operation of catalogue.operations.values()) {
    if (operation.url === '') mistakes.push(`plugin "${operation.pluginId}": operation "${operation.id}" has no route`)
    if (operation.access !== 'public' && !access.has(operation.access)) {
      mistakes
        .push(`plugin "${operation.pluginId}": operation "${operation.id}" has access "${operation.access}", for which no installed plugin recognises callers`)
    }
  }
  return mistakes
}

/** Events are numbered as they come, and kept as long as someone needs them. */
function keepEvents ({ foundation: { partitions, workers }, sequencer, retainers }: Core): void {
  partitions.add({
    table: 'Event',
    keepDays: EVENT_KEEP_DAYS,
    mayDrop: async (_, before) => (await Promise.all(retainers.map(async mayDrop => await mayDrop(before)))).every(Boolean)
  })
  workers.add({ name: 'kernel.sequencer', everyMs: SEQUENCE_EVERY_MS, gatherMs: GATHER_MS, wakeOn: ['events'], run: sequencer.step })
}

async function start ({ partitions, lifecycles, workers }: Foundation): Promise<void> {
  await partitions.prepare()
  for (const part of lifecycles) await part.start()
  await workers.start()
}

/** Finishes calls and running work side by side; the database is closed by who opened it. */
async function close ({ app, lifecycles, workers }: Foundation): Promise<void> {
  await Promise.allSettled([app.close(), workers.stop()])
  for (const part of lifecycles.toReversed()) await part.stop()
}
