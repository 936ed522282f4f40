// Plugins that are not part of this project: folders and packages that PLUGINS names.
import { stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { isAbsolute, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { CONTRACT } from './kernel/contract/manifest.js'
import type { Plugin } from './kernel/contract/plugin.js'

/** A plugin that can't be used; the message is one line for the terminal. */
export class PluginError extends Error {}

/**
 * Loads them in the order in which they are named.
 * @param names folders (absolute, or beginning with a dot: seen from the working directory) and names of npm packages installed there
 * @throws PluginError
 */
export async function loadPlugins (names: readonly string[]): Promise<Plugin[]> {
  const plugins: Plugin[] = []
  for (const name of names) plugins.push(await load(name))
  return plugins
}

async function load (name: string): Promise<Plugin> {
  const module = await import(pathToFileURL(await fileOf(name)).href).catch((error: unknown) => { throw refuse(name, `could not be loaded: ${oneLine(error)}`) }) as { default?: unknown }
  const plugin = module.default
  if (typeof plugin !== 'object' || plugin === null) throw refuse(name, 'has no plugin as its default export: export default definePlugin({ … })')
  const { contract, id, operations, register } = plugin as Partial<Plugin>
  if (contract !== CONTRACT) throw refuse(name, `is built for ${contract === undefined ? 'no contract' : `contract ${contract}`} of this service, which has contract ${CONTRACT}: use the version of the plugin for this one`)
  if (typeof id !== 'string' || typeof operations !== 'object' || typeof register !== 'function') throw refuse(name, 'is no plugin: it needs an id, operations and a function register')
  return plugin as Plugin
}

/** The file that a folder or a package begins with, as its package.json says. */
async function fileOf (name: string): Promise<string> {
  const require = createRequire(resolve('package.json'))
  const isPath = isAbsolute(name) || /^\.\.?([/\\]|$)/.test(name)
  const place = isPath ? resolve(name) : name
  if (isPath && !await stat(place).then(found => found.isDirectory(), () => false)) throw refuse(name, `is not a folder (looked for in ${place})`)
  try {
    return require.resolve(place)
  } catch {
    throw refuse(name, isPath ? 'has no file to begin with: name it as "exports" or "main" in its package.json' : 'is not an installed npm package')
  }
}

const refuse = (name: string, why: string): PluginError => new PluginError(`PLUGINS: ${name} ${why}.`)

const oneLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).trim().replace(/\.$/, '').replaceAll(/\s*\n\s*/g, ' ')
