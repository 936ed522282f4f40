// How answers are turned into JSON: Fastify's own way, but each serialiser gets only the named schemas that it refers to. The library
// checks all that it is given, for each answer of each route: with every schema of the service that took half of the start.
import { SerializerSelector, type SerializerFactory } from '@fastify/fast-json-stringify-compiler'

type Schemas = Readonly<Record<string, unknown>>

const REFERENCE = /"\$ref":"([^"#]+)#/g

export const buildSerializer: SerializerFactory = (schemas, options) => {
  const build = SerializerSelector()
  return route => build(referredTo(route.schema, (schemas ?? {}) as Schemas), options)(route)
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
