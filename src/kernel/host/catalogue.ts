// The installed plugins as one catalogue: checked at boot with all mistakes at once, in the order in which they load.
import type { TSchema } from '@sinclair/typebox'
import type { Catalogue, EventType, Operation } from '../contract/catalogue.js'
import type { Plugin } from '../contract/plugin.js'

/** The catalogue with what only the host uses: that plugins register. */
export interface InstalledCatalogue extends Catalogue {
  readonly plugins: readonly Plugin[]
  plugin: (id: string) => Plugin | undefined
}

/** What is wrong with the installed plugins: every mistake, one line each. */
export class ManifestError extends Error {
  readonly mistakes: readonly string[]

  constructor (mistakes: readonly string[]) {
    super(`The installed plugins can't be loaded:\n${mistakes.map(line => `- ${line}`).join('\n')}`)
    this.name = 'ManifestError'
    this.mistakes = mistakes
  }
}

const PLUGIN_ID = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/
const DOTTED = /^[a-z][A-Za-z0-9]*\.[a-z][A-Za-z0-9_]*$/

/**
 * Checks all manifests and puts the plugins into load order.
 * @throws ManifestError with every mistake
 */
export function createCatalogue (plugins: readonly Plugin[]): InstalledCatalogue {
  const mistakes: string[] = []
  const byId = new Map<string, Plugin>()
  for (const plugin of plugins) {
    if (!PLUGIN_ID.test(plugin.id)) mistakes.push(`plugin "${plugin.id}": the id must be kebab-case, like "api-clients"`)
    if (byId.has(plugin.id)) mistakes.push(`plugin "${plugin.id}" is installed twice`)
    byId.set(plugin.id, plugin)
  }
  const order = loadOrder(byId, mistakes)
  const operations = collectOperations(plugins, mistakes)
  const events = collectEvents(plugins, mistakes)
  const schemas = collectSchemas(plugins, mistakes)
  checkReferences(operations, events, schemas, mistakes)
  checkDeclarations(plugins, mistakes)
  if (mistakes.length > 0) throw new ManifestError(mistakes)
  return { plugins: order, plugin: id => byId.get(id), operations, events, schemas: [...schemas.values()] }
}

/** Depth first over `requires`; a plugin comes after all that it needs. */
function loadOrder (byId: ReadonlyMap<string, Plugin>, mistakes: string[]): Plugin[] {
  const order: Plugin[] = []
  const done = new Set<string>()
  const visit = (plugin: Plugin, path: readonly string[]): void => {
    if (path.includes(plugin.id)) {
      const cycle = [...path.slice(path.indexOf(plugin.id)), plugin.id].join(' → ')
      mistakes.push(`plugin "${plugin.id}": requires itself: ${cycle}`)
      return
    }
    if (done.has(plugin.id)) return
    for (const id of plugin.requires) {
      const required = byId.get(id)
      if (required === undefined) mistakes.push(`plugin "${plugin.id}": requires "${id}", which is not installed`)
      else visit(required, [...path, plugin.id])
    }
    if (done.has(plugin.id)) return
    done.add(plugin.id)
    order.push(plugin)
  }
  for (const plugin of byId.values()) visit(plugin, [])
  return order
}

function collectOperations (plugins: readonly Plugin[], mistakes: string[]): Map<string, Operation> {
  const operations = new Map<string, Operation>()
  for (const plugin of plugins) {
    for (const [id, manifest] of Object.entries(plugin.operations)) {
      const where = `plugin "${plugin.id}": operation "${id}"`
      if (!DOTTED.test(id)) mistakes.push(`${where}: the id must look like "product.create"`)
      const other = operations.get(id)
      if (other !== undefined) mistakes.push(`${where} is declared by plugin "${other.pluginId}" too`)
      if (manifest.access === 'operator' && manifest.role === undefined) mistakes.push(`${where}: access "operator" needs a role`)
      for (const [name, schema] of Object.entries(manifest.settings?.properties ?? {})) {
        if (!('default' in schema)) mistakes.push(`${where}: setting "${name}" needs a default`)
      }
      if (manifest.settings !== undefined && manifest.settingsOf !== undefined) mistakes.push(`${where}: has both settings and settingsOf`)
      operations.set(id, { ...manifest, id, pluginId: plugin.id, on: manifest.on ?? true, locked: manifest.locked ?? false, method: '', url: '', examples: {} })
    }
  }
  return operations
}

function collectEvents (plugins: readonly Plugin[], mistakes: string[]): Map<string, EventType> {
  const events = new Map<string, EventType>()
  for (const plugin of plugins) {
    for (const [id, manifest] of Object.entries(plugin.events ?? {})) {
      const where = `plugin "${plugin.id}": event "${id}"`
      if (!DOTTED.test(id)) mistakes.push(`${where}: the id must look like "order.created"`)
      const other = events.get(id)
      if (other !== undefined) mistakes.push(`${where} is declared by plugin "${other.pluginId}" too`)
      if (manifest.data.$id === undefined || !(plugin.schemas ?? []).includes(manifest.data)) {
        mistakes.push(`${where}: its data needs a schema with an $id that is among the plugin's schemas`)
      }
      events.set(id, { ...manifest, id, pluginId: plugin.id })
    }
  }
  return events
}

function collectSchemas (plugins: readonly Plugin[], mistakes: string[]): Map<string, TSchema> {
  const schemas = new Map<string, TSchema>()
  const owners = new Map<string, string>()
  for (const plugin of plugins) {
    for (const schema of plugin.schemas ?? []) {
      const id = schema.$id
      if (id === undefined) mistakes.push(`plugin "${plugin.id}": every schema needs an $id`)
      else if (owners.has(id)) mistakes.push(`plugin "${plugin.id}": schema "${id}" is declared by plugin "${owners.get(id)}" too`)
      else schemas.set(id, schema)
      if (id !== undefined) owners.set(id, plugin.id)
    }
  }
  return schemas
}

function checkReferences (
  operations: ReadonlyMap<string, Operation>, events: ReadonlyMap<string, EventType>, schemas: ReadonlyMap<string, TSchema>, mistakes: string[]
): void {
  for (const id of ['Problem', 'ProblemDetail', 'DryRun']) if (schemas.has(id)) mistakes.push(`schema "${id}" belongs to the kernel`)
  for (const operation of operations.values()) {
    const where = `plugin "${operation.pluginId}": operation "${operation.id}"`
    if (operation.settingsOf !== undefined && operations.get(operation.settingsOf)?.settings === undefined) {
      mistakes.push(`${where}: settingsOf names "${operation.settingsOf}", which has no settings`)
    }
    for (const event of operation.emits ?? []) if (!events.has(event)) mistakes.push(`${where}: emits "${event}", which no one declares`)
  }
}

const VARIABLE = /^[A-Z][A-Z0-9_]*$/
const ERROR_CODE = /^[a-z][A-Za-z0-9_]*(\.[a-z][A-Za-z0-9_]*)*$/

/**
 * What plugins read of the environment, the errors that they throw, and where the console leads. Errors that operations name may be those of a plugin
 * that is not installed.
 */
function checkDeclarations (plugins: readonly Plugin[], mistakes: string[]): void {
  const readers = new Map<string, string>()
  for (const { id, configuration, errors = [], console } of plugins) {
    for (const [name, schema] of Object.entries(configuration?.properties ?? {})) {
      const where = `plugin "${id}": configuration "${name}"`
      const variable = schema['env'] as unknown
      if (typeof variable !== 'string' || !VARIABLE.test(variable)) {
        mistakes.push(`${where}: needs the name of an environment variable as "env", like "RETURN_LABELS_URL"`)
      } else if (readers.has(variable)) mistakes.push(`${where}: ${variable} is read by plugin "${readers.get(variable)}" too`)
      else readers.set(variable, id)
      if (!('default' in schema)) mistakes.push(`${where}: needs a default`)
    }
    for (const { code, status } of errors) {
      if (!ERROR_CODE.test(code)) mistakes.push(`plugin "${id}": error "${code}": the code must look like "order.not_found"`)
      if (!Number.isInteger(status) || status < 400 || status > 599) mistakes.push(`plugin "${id}": error "${code}": the status must be from 400 to 599`)
    }
    if (console?.href !== undefined && !/^\/(?!\/)/.test(console.href)) {
      mistakes.push(`plugin "${id}": console: href must be a path of this service, like "/return-labels"`)
    }
  }
}
