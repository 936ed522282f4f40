// What plugins read of the process environment, by the schemas in their manifests.
import type { TSchema } from '@sinclair/typebox'
import { checkValue } from './http/validation.js'
import type { PluginManifest } from './kernel/contract/manifest.js'

/** Configurations by plugin id. */
export type PluginConfigurations = Readonly<Record<string, Readonly<Record<string, unknown>>>>

interface Variable { name: string, schema: TSchema & { env: string, accepts?: string, secret?: boolean } }

const variablesOf = ({ configuration }: Pick<PluginManifest, 'configuration'>): Variable[] =>
  Object.entries(configuration?.properties ?? {}).map(([name, schema]) => ({ name, schema: schema as Variable['schema'] }))

/** @returns values by plugin, defaults filled in, and a line for each that is wrong or that no plugin knows though it bears its name */
export function readConfigurations (plugins: readonly PluginManifest[], env: NodeJS.ProcessEnv): { values: PluginConfigurations, lines: string[] } {
  const lines: string[] = []
  const known = new Set(plugins.flatMap(plugin => variablesOf(plugin).map(({ schema }) => schema.env)))
  const values = plugins.map(plugin => {
    const prefix = `${plugin.id.replaceAll('-', '_').toUpperCase()}_`
    const own = variablesOf(plugin)
    const unknown = Object.keys(env).filter(name => name.startsWith(prefix) && !known.has(name)).sort()
    // Only who calls all of its own by its name can say that another is not one.
    if (own.length > 0 && own.every(({ schema }) => schema.env.startsWith(prefix))) {
      for (const name of unknown) lines.push(`${name} is not known: plugin ${plugin.id} reads ${own.map(({ schema }) => schema.env).join(', ')}.`)
    }
    return [plugin.id, Object.freeze(Object.fromEntries(own.map(variable => [variable.name, valueOf(variable, env, lines)])))] as const
  })
  return { values: Object.freeze(Object.fromEntries(values)), lines }
}

/** Empty text counts as unset. */
function valueOf ({ schema }: Variable, env: NodeJS.ProcessEnv, lines: string[]): unknown {
  const given = env[schema.env] ?? ''
  if (given.trim() === '') return schema.default
  // A space may be part of a password, and of nothing else.
  const value = parse(schema, schema.secret === true ? given : given.trim())
  if (checkValue(schema, value) === null) return value
  const accepts = schema.accepts ?? `as its schema says: ${JSON.stringify(plainSchema(schema))}`
  lines.push(`${schema.env} must be ${accepts}${schema.secret === true ? '' : `; it is ${JSON.stringify(given.trim())}`}.`)
  return schema.default
}

function parse (schema: TSchema, text: string): unknown {
  const kinds = [schema['type'] as unknown].flat()
  if (kinds.includes('array')) return text.split(',').map(item => item.trim()).filter(item => item !== '').map(item => parse(schema['items'] as TSchema, item))
  if (kinds.includes('integer') || kinds.includes('number')) return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
  if (kinds.includes('boolean')) return text === 'true' ? true : text === 'false' ? false : text
  return text
}

function plainSchema ({ env: _env, accepts: _accepts, secret: _secret, default: _default, description: _description, ...schema }: TSchema): object {
  return schema
}
