// Work on the JSON Schemas of an OpenAPI document: examples where none is given, and components that no one refers to.

export type Json = Record<string, unknown>

const PREFIX = '#/components/schemas/'

/** A value that fits the schema: its own example, else one put together from its parts. */
export function exampleOf (schema: Json | undefined, schemas: Readonly<Record<string, Json>>): unknown {
  if (schema === undefined) return undefined
  if (typeof schema['$ref'] === 'string') return exampleOf(schemas[schema['$ref'].slice(PREFIX.length)], schemas)
  if (Array.isArray(schema['examples']) && schema['examples'].length > 0) return schema['examples'][0]
  if ('example' in schema) return schema['example']
  if ('const' in schema) return schema['const']
  if (Array.isArray(schema['enum'])) return schema['enum'][0]
  if ('default' in schema) return schema['default']
  for (const alternatives of ['anyOf', 'oneOf', 'allOf']) {
    if (Array.isArray(schema[alternatives])) return exampleOf(schema[alternatives][0] as Json, schemas)
  }
  return exampleOfType(schema, schemas)
}

function exampleOfType (schema: Json, schemas: Readonly<Record<string, Json>>): unknown {
  const type = [schema['type']].flat()[0]
  switch (type) {
    case 'object': {
      const properties = Object.entries((schema['properties'] ?? {}) as Record<string, Json>)
      return Object.fromEntries(properties.map(([name, inner]) => [name, exampleOf(inner, schemas)]))
    }
    case 'array': return [exampleOf(schema['items'] as Json | undefined, schemas)].filter(value => value !== undefined)
    case 'integer':
    case 'number': return schema['minimum'] ?? 1
    case 'boolean': return true
    case 'null': return null
    default: return 'text'
  }
}

/** Takes out what only our validator understands: messages of patterns, and decimal places, which stay as an extension. */
export function plain (value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).flatMap(([key, inner]) =>
    key === 'errorMessage' && typeof inner === 'string' ? [] : [[key === 'decimals' && typeof inner === 'number' ? 'x-decimals' : key, plain(inner)]]))
}

/** Removes named schemas that nothing refers to any more, directly or through others. */
export function prune (document: { components: { schemas: Record<string, Json> } } & Json): void {
  const { schemas } = document.components
  const used = new Set<string>()
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [key, inner] of Object.entries(value)) {
      if (key === '$ref' && typeof inner === 'string' && inner.startsWith(PREFIX)) {
        const name = inner.slice(PREFIX.length)
        if (used.has(name)) continue
        used.add(name)
        visit(schemas[name])
      } else visit(inner)
    }
  }
  visit({ ...document, components: { ...document.components, schemas: {} } })
  for (const name of Object.keys(schemas)) if (!used.has(name)) Reflect.deleteProperty(schemas, name)
}
