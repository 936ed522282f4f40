// What operators see and change: plugins and the operations of API clients.
import type { Catalogue, Kernel, Operation, PluginManifest, SwitchSnapshot, Tx } from '#kernel'
import { changedTwice, operationLocked, operationNotFound, pluginLocked, pluginNotFound, settingsElsewhere } from './errors.js'
import { defaultsOf, patched, type Patch, type Settings } from './settings.js'
import { operationView, pluginView, type OperationAnswer, type PluginAnswer } from './views.js'

export interface Change { id: string, enabled?: boolean | undefined, settings?: Settings | undefined }

export interface OperationsService {
  plugins: () => PluginAnswer[]
  plugin: (id: string) => PluginAnswer
  operations: () => OperationAnswer[]
  operation: (id: string) => OperationAnswer
  /** Version of all switches together. */
  version: () => number
  /** Switches a plugin; `check` sees the locked version first. */
  switchPlugin: (
    tx: Tx, id: string, to: { enabled: boolean, by: string }, check: (version: number) => void
  ) => Promise<{ before: PluginAnswer, after: PluginAnswer }>
  /** Changes operations all or nothing; `check` sees the locked state first. Pointers of errors begin with `pointerOf(index)`. */
  change: (
    tx: Tx, changes: readonly Change[], from: { by: string, pointerOf: (index: number) => string }, check: (snapshot: SwitchSnapshot) => void
  ) => Promise<{ before: OperationAnswer[], after: OperationAnswer[], version: number }>
}

export function createOperationsService ({ catalogue, switches, check: fits }: Pick<Kernel, 'catalogue' | 'switches' | 'check'>): OperationsService {
  const pluginOf = (id: string): PluginManifest => {
    const plugin = catalogue.plugin(id)
    if (plugin === undefined) throw pluginNotFound(id)
    return plugin
  }
  const clientOperation = (id: string): Operation => {
    const operation = catalogue.operations.get(id)
    if (operation?.access !== 'client') throw operationNotFound(id)
    return operation
  }
  const viewOf = (operation: Operation, snapshot: SwitchSnapshot): OperationAnswer =>
    operationView(operation, catalogue.plugin(operation.pluginId)!.title, snapshot.operations.get(operation.id)!, isEffective(catalogue, snapshot, operation))
  const pluginViewOf = (plugin: PluginManifest, snapshot: SwitchSnapshot): PluginAnswer =>
    pluginView(plugin, snapshot, id => isPluginEffective(catalogue, snapshot, id))

  return {
    plugins: () => catalogue.plugins.map(plugin => pluginViewOf(plugin, switches.current)),
    plugin: id => pluginViewOf(pluginOf(id), switches.current),
    operations: () => [...catalogue.operations.values()].filter(({ access }) => access === 'client').map(operation => viewOf(operation, switches.current)),
    operation: id => viewOf(clientOperation(id), switches.current),
    version: () => switches.current.version,
    async switchPlugin (tx, id, { enabled, by }, check) {
      const plugin = pluginOf(id)
      const snapshot = await switches.lock(tx)
      check(snapshot.plugins.get(id)!.version)
      if (plugin.locked === true && !enabled) throw pluginLocked(id)
      const before = pluginViewOf(plugin, snapshot)
      await switches.setPlugin(tx, id, enabled, by)
      return { before, after: pluginViewOf(plugin, await switches.lock(tx)) }
    },
    async change (tx, changes, { by, pointerOf }, check) {
      const operations = changes.map(({ id }) => clientOperation(id))
      const twice = changes.find(({ id }, index) => changes.findIndex(other => other.id === id) !== index)
      if (twice !== undefined) throw changedTwice(twice.id)
      const snapshot = await switches.lock(tx)
      check(snapshot)
      for (const [index, { id, enabled, settings }] of changes.entries()) {
        const { settings: current } = snapshot.operations.get(id)!
        const patch = settings === undefined ? null : { patch: settings, pointer: `${pointerOf(index)}/settings` }
        const checked = patch === null ? {} : { settings: newSettings(fits, operations[index]!, current, patch) }
        if (enabled === false && operations[index]!.locked) throw operationLocked(id)
        await switches.setOperation(tx, id, { ...(enabled === undefined ? {} : { enabled }), ...checked }, by)
      }
      const after = await switches.lock(tx)
      return {
        before: operations.map(operation => viewOf(operation, snapshot)), after: operations.map(operation => viewOf(operation, after)), version: after.version
      }
    }
  }
}

function newSettings (fits: Kernel['check'], operation: Operation, current: Settings, change: Patch): Record<string, unknown> {
  if (operation.settingsOf !== undefined) throw settingsElsewhere(operation.id, operation.settingsOf)
  const schema = operation.settings ?? { properties: {} } as NonNullable<Operation['settings']>
  return patched(fits, schema, { ...defaultsOf(schema), ...current }, change)
}

function isPluginEffective (catalogue: Catalogue, snapshot: SwitchSnapshot, id: string): boolean {
  const plugin = catalogue.plugin(id)
  return plugin !== undefined && snapshot.plugins.get(id)!.enabled && plugin.requires.every(required => isPluginEffective(catalogue, snapshot, required))
}

function isEffective (catalogue: Catalogue, snapshot: SwitchSnapshot, { id, pluginId }: Operation): boolean {
  return snapshot.operations.get(id)!.enabled && isPluginEffective(catalogue, snapshot, pluginId)
}
