// Plugins that are not part of this project: folders and packages that PLUGINS names.
import { readFile, stat } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { CONTRACT } from './kernel/contract/manifest.js'
import type { Plugin } from './kernel/contract/plugin.js'

/** A plugin that can't be used; the message is one line for the terminal. */
export class PluginError extends Error {}

/**
 * Loads them in the order in which they are named.
 * @param names folders (absolute, or starting with a dot: seen from the working directory) and names of npm packages installed there
 * @throws PluginError
 */
export async function loadPlugins (names: readonly string[]): Promise<Plugin[]> {
  const plugins: Plugin[] = []
  for (const name of names) plugins.push(await load(name))
  return plugins
}

async function load (name: string): Promise<Plugin> {
  const module = await import(pathToFileURL(await fileOf(name)).href).catch((error: unknown) => {
    throw refuse(name, `could not be loaded: ${oneLine(error)}`)
  }) as { default?: unknown }
  const plugin = module.default
  if (typeof plugin !== 'object' || plugin === null) throw refuse(name, 'has no plugin as its default export: export default definePlugin({ … })')
  const { contract, id, operations, register } = plugin as Partial<Plugin>
  if (contract !== CONTRACT) {
    throw refuse(
      name,
      `is built for ${
        contract === undefined ? 'no contract' : `contract ${contract}`
      } of this service, which has contract ${CONTRACT}: use the version of the plugin for this one`
    )
  }
  if (typeof id !== 'string' || typeof operations !== 'object' || typeof register !== 'function') {
    throw refuse(name, 'is no plugin: it needs an id, operations and a function register')
  }
  return plugin as Plugin
}

/** The file that a folder or a package begins with, as its package.json says. */
async function fileOf (name: string): Promise<string> {
  const isPath = isAbsolute(name) || /^\.\.?([/\\]|$)/.test(name)
  const folder = isPath ? resolve(name) : await packageFolder(name)
  if (isPath && !await isFolder(folder)) throw refuse(name, `is not a folder (looked for in ${folder})`)
  const { exports, main } = await readFile(join(folder, 'package.json'), 'utf8').then(
    text => JSON.parse(text) as { exports?: unknown, main?: unknown }, () => ({ exports: undefined, main: undefined })
  )
  const file = resolve(folder, entryOf(exports) ?? (typeof main === 'string' ? main : 'index.js'))
  if (!await stat(file).then(found => found.isFile(), () => false)) {
    throw refuse(name, `has no file ${relative(folder, file)}, which its package.json names as its entry point: build it first`)
  }
  return file
}

/** Of `exports` in a package.json: a file, or the first that its conditions name for importing the package itself. */
function entryOf (exports: unknown): string | undefined {
  if (typeof exports === 'string') return exports
  if (typeof exports !== 'object' || exports === null) return undefined
  const { '.': self, import: imported, node, default: fallback } = exports as Record<string, unknown>
  return entryOf(self) ?? entryOf(imported) ?? entryOf(node) ?? entryOf(fallback)
}

/** Where npm has installed it: in the working directory, or above it. */
async function packageFolder (name: string): Promise<string> {
  for (let folder = resolve('.'); ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name)
    if (await isFolder(candidate)) return candidate
    if (folder === dirname(folder)) throw refuse(name, 'is not an installed npm package')
  }
}

const isFolder = async (path: string): Promise<boolean> => await stat(path).then(found => found.isDirectory(), () => false)

const refuse = (name: string, why: string): PluginError => new PluginError(`PLUGINS: ${name} ${why}.`)

const oneLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).trim().replace(/\.$/, '').replaceAll(/\s*\n\s*/g, ' ')
