// How plugins and operations look in answers.
import type { Operation, OperationState, PluginManifest, Static, SwitchSnapshot } from '#kernel'
import { defaultsOf } from './settings.js'
import type { OperationView, PluginView } from './schemas.js'

export type PluginAnswer = Static<typeof PluginView>
export type OperationAnswer = Static<typeof OperationView>

export function pluginView (plugin: PluginManifest, snapshot: SwitchSnapshot, isEffective: (id: string) => boolean): PluginAnswer {
  const { enabled, version, updatedAt, updatedBy } = snapshot.plugins.get(plugin.id)!
  const { id, title, summary, category, requires, locked = false } = plugin
  return {
    id,
    title,
    summary,
    category,
    requires: [...requires],
    locked,
    enabled,
    effective: isEffective(id),
    waitingFor: requires.filter(required => !isEffective(required)),
    console: plugin.console === undefined ? null : { href: null, ...plugin.console },
    version,
    updatedAt: updatedAt?.toISOString() ?? null,
    updatedBy
  }
}

export function operationView (operation: Operation, group: string, state: OperationState, effective: boolean): OperationAnswer {
  const { id, title, description = null, pluginId, method, url, locked, settings, settingsOf = null, emits = [] } = operation
  return {
    id,
    title,
    description,
    pluginId,
    group,
    method: method as OperationAnswer['method'],
    path: url.replace(/:(\w+)/g, '{$1}'),
    enabled: state.enabled,
    effective,
    locked,
    settings: settings === undefined ? null : { ...state.settings },
    settingsSchema: settings === undefined ? null : JSON.parse(JSON.stringify(settings)) as Record<string, unknown>,
    settingsDefaults: settings === undefined ? null : { ...defaultsOf(settings) },
    settingsOf,
    emits: [...emits],
    version: state.version,
    updatedAt: state.updatedAt?.toISOString() ?? null,
    updatedBy: state.updatedBy
  }
}
