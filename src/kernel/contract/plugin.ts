// A plugin: its manifest, and what it does with the kernel.
import type { Kernel } from './kernel.js'
import { CONTRACT, type PluginManifest } from './manifest.js'
import type { App } from './schema.js'

export interface Plugin extends PluginManifest {
  /** Adds routes to its own scope and services to the kernel. Runs once, after those that it requires. */
  register: (app: App, kernel: Kernel) => void | Promise<void>
}

/** Declares a plugin. Everything but `register` is data, checked at boot together with all others. */
export function definePlugin (plugin: Plugin): Plugin {
  return { contract: CONTRACT, ...plugin }
}
