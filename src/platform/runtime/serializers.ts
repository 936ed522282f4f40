// How answers are turned into JSON: Fastify's own way, but each serialiser gets only the named schemas that it refers to. The library
// checks all that it is given, for each answer of each route: with every schema of the service that took half of the start. And each is
// built when an answer first needs it: most routes of most processes never do.
import { SerializerSelector, type SerializerFactory } from '@fastify/fast-json-stringify-compiler'

type Schemas = Readonly<Record<string, unknown>>

const REFERENCE = /"\$ref":"([^"#]+)#/g

export const buildSerializer: SerializerFactory = (schemas, options) => {
  const build = SerializerSelector()
  return route => {
    let serialise: ReturnType<ReturnType<typeof build>> | undefined
    return data => (serialise ??= build(referredTo(route.schema, (schemas ?? {}) as Schemas), options)(route))(data)
  }
}

/** JSON of what a schema describes, by the same rules as an answer: what is missing is an error, what is too much is left out. */
export function jsonOf (schema: object, named: Schemas): (data: object) => string {
  const serialise = buildSerializer(named, {})({ schema, method: '', url: '', httpStatus: '' })
  return data => String(serialise(data))
}

/** The named schemas that a schema refers to, and those that they refer to. */
function referredTo (schema: unknown, schemas: Schemas): Record<string, unknown> {
  const found: Record<string, unknown> = {}
  const names = [...namesIn(schema)]
  for (let name = names.pop(); name !== undefined; name = names.pop()) {
    if (name in found || !(name in schemas)) continue
    found[name] = schemas[name]
    names.push(...namesIn(schemas[name]))
  }
  return found
}

const namesIn = (schema: unknown): string[] => [...JSON.stringify(schema).matchAll(REFERENCE)].map(match => match[1]!)
