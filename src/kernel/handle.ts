// The narrow handle that one plugin gets.
import type { Core } from './host.js'
import type { Kernel } from './kernel.js'
import type { Plugin } from './manifest.js'
import { emitEvent } from './events.js'

export function createHandle (core: Core, plugin: Plugin): Kernel {
  const { options, catalogue, foundation: { recording, signals, state, workers, retention, partitions, personalData, handle } } = core
  const { db, clock } = options
  const log = core.foundation.app.log.child({ plugin: plugin.id })
  return {
    pluginId: plugin.id,
    db,
    catalogue,
    switches: core.switches,
    secrets: options.secrets,
    http: options.http,
    clock,
    databaseNow: state.now,
    get publicUrl () { return options.publicUrl() },
    log: log as Kernel['log'],
    announce: options.announce,
    config: <T>() => (options.config[plugin.id] ?? {}) as T,
    settings: <T>(operation: string) => {
      const owner = catalogue.operations.get(operation)?.settingsOf ?? operation
      return (core.switches.current.operations.get(owner)?.settings ?? {}) as T
    },
    isOn: () => core.switches.isPluginOn(plugin.id),
    events: {
      emit (tx, type, event) {
        const id = emitEvent(core.eventJson, clock.now(), tx, type, event)
        tx.afterCommit(() => { signals.send('events') })
        return id
      },
      onSequenced: core.sequencer.subscribe,
      retain: mayDrop => { core.retainers.push(mayDrop) },
      aliases: resolve => { core.aliases.push(resolve) },
      subjectsNamed: async alias => await subjectsNamed(core, alias)
    },
    state: { watch: state.watch, bump: state.bump, isFresh: state.isFresh },
    signals: { on: signals.on, send: signals.send },
    worker: worker => { workers.add({ ...worker, name: `${plugin.id}.${worker.name}` }) },
    retention: job => { retention.add({ ...job, name: `${plugin.id}.${job.name}` }) },
    partitions: partitions.add,
    personalData,
    ...handle,
    provide: service => { core.services.set(plugin.id, service) },
    use: <T extends object>(id: string) => useService(core, plugin, id) as T,
    openapi: core.openapi,
    metrics: options.metrics.forPlugin(plugin.id),
    access: {
      provide (access, provider) {
        if (core.access.has(access)) throw new TypeError(`plugin "${plugin.id}": access "${access}" has a provider already`)
        core.access.set(access, { ...provider, pluginId: plugin.id })
      },
      async isLive ({ call: { principal }, routeOptions }) {
        const operation = catalogue.operations.get(routeOptions.config.operation ?? '')
        if (operation === undefined || principal === null || !core.switches.isOperationOn(operation.id)) return false
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

async function subjectsNamed ({ aliases }: Core, alias: string): Promise<string[] | null> {
  const found = (await Promise.all(aliases.map(async resolve => await resolve(alias)))).filter(ids => ids !== null)
  return found.length === 0 ? null : found.flat()
}
