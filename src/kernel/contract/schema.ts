// TypeBox glue: the typed Fastify instance, references that stay typed, and the shapes that every plugin shares.
import { Type, type Static, type TObject, type TSchema } from '@sinclair/typebox'
import type {
  FastifyBaseLogger, FastifyInstance, FastifyTypeProvider, RawReplyDefaultExpression, RawRequestDefaultExpression, RawServerDefault
} from 'fastify'

/** Makes Fastify derive `request.body`, `query` and `params` from TypeBox schemas. */
export interface TypeBoxProvider extends FastifyTypeProvider {
  validator: this['schema'] extends TSchema ? Static<this['schema']> : unknown
  serializer: this['schema'] extends TSchema ? Static<this['schema']> : unknown
}

/** The encapsulated Fastify instance that a plugin's `register` receives. */
export type App = FastifyInstance<RawServerDefault, RawRequestDefaultExpression, RawReplyDefaultExpression, FastifyBaseLogger, TypeBoxProvider>

/** A `$ref` to a schema with an `$id`, typed as that schema. */
export function ref<S extends TSchema> (schema: S): TSchema & { static: Static<S> } {
  if (schema.$id === undefined) throw new Error('ref() needs a schema with an $id')
  return Type.Unsafe<Static<S>>({ $ref: `${schema.$id}#` })
}

/** A string out of a fixed list. Prints better in Swagger and in error messages than a union of literals. */
export function oneOf<const V extends string> (values: readonly V[], options: Record<string, unknown> = {}): TSchema & { static: V } {
  return Type.Unsafe<V>({ type: 'string', enum: [...values], ...options })
}

/** The same schema that also accepts null. Works for schemas with a single `type`; wraps others in anyOf. */
export function nullable<S extends TSchema> (schema: S, options: Record<string, unknown> = {}): TSchema & { static: Static<S> | null } {
  const { type, enum: values, $id: _, ...rest } = schema as TSchema & { type?: string, enum?: unknown[] }
  if (typeof type !== 'string') return Type.Unsafe<Static<S> | null>({ anyOf: [schema, { type: 'null' }], ...options })
  return Type.Unsafe<Static<S> | null>({ type: [type, 'null'], ...(values === undefined ? {} : { enum: [...values, null] }), ...rest, ...options })
}

/** A strict object: unknown fields are refused, never dropped. */
export function strictObject<P extends Record<string, TSchema>> (properties: P, options: Record<string, unknown> = {}): TObject<P> {
  return Type.Object(properties, { additionalProperties: false, ...options })
}

/** An RFC 3339 timestamp in UTC with milliseconds. */
export const Timestamp = (options: Record<string, unknown> = {}): TSchema & { static: string } =>
  Type.Unsafe<string>({ type: 'string', format: 'date-time', examples: ['2026-01-31T08:15:30.123Z'], ...options })

/** The answer of a list: `{ data, nextCursor, asOf }`. `asOf` is the next `updatedSince` of a caller that synchronises. */
export function pageOf<S extends TSchema> (item: S, $id: string): TObject<{
  data: TSchema & { static: Array<Static<S>> }
  nextCursor: TSchema & { static: string | null }
  asOf: TSchema & { static: string }
}> {
  return Type.Object({
    data: Type.Unsafe<Array<Static<S>>>(Type.Array(ref(item))),
    nextCursor: nullable(Type.String(), { description: 'Pass it as `cursor` to read on; null on the last page.' }),
    asOf: Timestamp({ description: 'Nothing can still appear with an earlier `updatedAt`. Pass it as the next `updatedSince`.' })
  }, { $id, additionalProperties: false })
}

/** Query parameters that every list takes. Spread them into the list's own strict object. */
export const listParameters = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50, description: 'Rows per page.' })),
  cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 500, description: '`nextCursor` of the page before.' }))
}

/** A filter that takes several values: the parameter is given once for each. */
export const severalOf = <T extends TSchema>(schema: T, description: string) =>
  Type.Optional(Type.Array(schema, { minItems: 1, maxItems: 50, description: `${description} Given several times: any of them.` }))

/** Path parameters of a route with `/:id`. */
export const IdParams = strictObject({ id: Type.String({ minLength: 1, maxLength: 200, description: 'Id.' }) })
