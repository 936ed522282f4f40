// The handle that one plugin gets.
import type { Kernel } from '../contract/kernel.js'
import type { Plugin } from '../contract/plugin.js'
import type { Ports } from '../contract/ports.js'
import type { Core } from './handle-parts.js'
import { emitEvent } from './events.js'

export function createHandle (core: Core, plugin: Plugin): Kernel {
  const { options, catalogue, switches, foundation: { app, signals, state, personalData, handle } } = core
  const log = app.log.child({ plugin: plugin.id })
  return {
    plugin: {
      id: plugin.id,
      prefix: plugin.prefix ?? '',
      isOn: () => switches.isPluginOn(plugin.id),
      config: <T>() => (options.config[plugin.id] ?? {}) as T
    },
    db: options.db,
    catalogue,
    switches,
    secrets: options.secrets,
    http: options.http,
    clock: { now: options.clock.now, databaseNow: state.now },
    get publicUrl () { return options.publicUrl() },
    log: Object.assign(Object.create(log) as Omit<Kernel['log'], 'announce'>, { announce: options.announce }),
    settings: <T>(operation: string) => {
      const owner = catalogue.operations.get(operation)?.settingsOf ?? operation
      return (switches.current.operations.get(owner)?.settings ?? {}) as T
    },
    events: eventsOf(core),
    state: { watch: state.watch, bump: state.bump, isFresh: state.isFresh },
    signals: { on: signals.on, send: signals.send },
    background: backgroundOf(core, plugin),
    personalData,
    ...handle,
    services: {
      provide: service => { core.services.set(plugin.id, service) },
      use: <T extends object>(id: string) => useService(core, plugin, id) as T
    },
    openapi: core.openapi,
    metrics: options.metrics.forPart(plugin.id),
    ports: portsOf(core, plugin)
  }
}

function eventsOf ({ options: { clock }, foundation: { signals }, eventJson, sequencer, retainers, aliases }: Core): Kernel['events'] {
  return {
    emit (tx, type, event) {
      const id = emitEvent({ json: eventJson, now: clock.now() }, tx, type, event)
      tx.afterCommit(() => { signals.send('events') })
      return id
    },
    onSequenced: sequencer.subscribe,
    retain: mayDrop => { retainers.push(mayDrop) },
    aliases: resolve => { aliases.push(resolve) },
    async subjectsNamed (alias) {
      const found = (await Promise.all(aliases.map(async resolve => await resolve(alias)))).filter(ids => ids !== null)
      return found.length === 0 ? null : found.flat()
    }
  }
}

function backgroundOf ({ foundation: { workers, retention, partitions } }: Core, { id }: Plugin): Kernel['background'] {
  return {
    worker: worker => { workers.add({ ...worker, name: `${id}.${worker.name}` }) },
    retention: job => { retention.add({ ...job, name: `${id}.${job.name}` }) },
    partitions: partitions.add
  }
}

function portsOf (core: Core, plugin: Plugin): Ports {
  const { catalogue, switches, foundation: { recording } } = core
  return {
    access: {
      provide (access, provider) {
        if (core.access.has(access)) throw new TypeError(`plugin "${plugin.id}": access "${access}" has a provider already`)
        core.access.set(access, { ...provider, pluginId: plugin.id })
      },
      async isLive ({ call: { principal }, routeOptions }) {
        const operation = catalogue.operations.get(routeOptions.config.operation ?? '')
        if (operation === undefined || principal === null || !switches.isOperationOn(operation.id)) return false
        return await core.access.get(operation.access)?.isLive?.(principal) ?? true
      }
    },
    calls: { provide: recording.provide, record: recording.inTransaction },
    limits: { provide: provider => { core.limits.provider = provider } }
  }
}

function useService (core: Core, plugin: Plugin, id: string): object {
  if (!plugin.requires.includes(id)) throw new TypeError(`plugin "${plugin.id}" uses "${id}", which is not in its requires`)
  const service = core.services.get(id)
  if (service === undefined) throw new TypeError(`plugin "${id}" provides no service`)
  return service
}
