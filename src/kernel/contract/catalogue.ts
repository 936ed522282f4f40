// What is installed: the operations and events of all plugins.
import type { TSchema } from '@sinclair/typebox'
import type { RouteExamples } from './fastify.js'
import type { EventManifest, OperationManifest, PluginManifest } from './manifest.js'

export interface Operation extends OperationManifest {
  id: string
  pluginId: string
  on: boolean
  locked: boolean
  /** Of its only route; empty until the plugin has registered. */
  method: string
  /** Route template with all prefixes, e.g. `/api/external/v1/products/:id`. */
  url: string
  /** A valid request of that route. */
  examples: RouteExamples
}

export interface EventType extends EventManifest { id: string, pluginId: string }

export interface Catalogue {
  /** In load order: each after those that it requires. */
  readonly plugins: readonly PluginManifest[]
  plugin: (id: string) => PluginManifest | undefined
  readonly operations: ReadonlyMap<string, Operation>
  readonly events: ReadonlyMap<string, EventType>
  readonly schemas: readonly TSchema[]
}
