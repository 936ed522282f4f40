import { Timestamp, nullable, oneOf, ref, strictObject, Type, type TSchema } from '#kernel'

const version = Type.Integer({ description: 'Version for `If-Match`; 0 while nothing was changed.', examples: [3] })
const updatedAt = nullable(Timestamp(), { examples: ['2026-01-31T08:15:30.123Z'] })
const updatedBy = nullable(Type.String(), { description: 'Id of the operator.', examples: ['opr_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] })

export const PluginView = strictObject({
  id: Type.String({ examples: ['external-api'] }),
  title: Type.String({ examples: ['LogisticsWMS API & Webhooks'] }),
  summary: Type.String({ examples: ['Lets external systems read and change warehouse data by REST.'] }),
  category: Type.String({ examples: ['Other Integrations'] }),
  requires: Type.Array(Type.String(), { examples: [[]] }),
  locked: Type.Boolean({ description: 'Can\'t be switched off.', examples: [false] }),
  enabled: Type.Boolean({ description: 'The switch itself.', examples: [true] }),
  effective: Type.Boolean({ description: 'On, with all that it requires.', examples: [true] }),
  waitingFor: Type.Array(Type.String(), { description: 'What it requires and is off.', examples: [[]] }),
  console: nullable(strictObject({
    label: Type.String({ examples: ['Webhooks'] }),
    order: Type.Integer({ examples: [20] }),
    href: nullable(Type.String(), { description: 'A page that the plugin serves itself; null: one that the console has.', examples: [null] })
  }), { examples: [null], description: 'Its place in the operator console.' }),
  version,
  updatedAt,
  updatedBy
}, { $id: 'Plugin' })

export const PluginList = strictObject({ data: Type.Array(ref(PluginView)) }, { $id: 'PluginList' })

export const PluginChange = strictObject({ enabled: Type.Boolean({ examples: [true] }) }, { $id: 'PluginChange' })

const anyObject = (description: string, example: object): TSchema & { static: Record<string, unknown> } =>
  Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true, description, examples: [example] })

export const OperationView = strictObject({
  id: Type.String({ examples: ['product.create'] }),
  title: Type.String({ examples: ['Create a product'] }),
  description: nullable(Type.String(), { examples: [null] }),
  pluginId: Type.String({ examples: ['catalog'] }),
  group: Type.String({ description: 'Title of the plugin.', examples: ['Catalog'] }),
  method: oneOf(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], { examples: ['POST'] }),
  path: Type.String({ examples: ['/api/external/v1/products'] }),
  enabled: Type.Boolean({ description: 'The switch itself.', examples: [true] }),
  effective: Type.Boolean({ description: 'On, with its plugin and all that this requires.', examples: [true] }),
  locked: Type.Boolean({ examples: [false] }),
  settings: nullable(anyObject('In force, defaults filled in; null: it has none of its own.', { batchPolicy: 'caller' })),
  settingsSchema: nullable(anyObject('JSON Schema of `settings`.', { type: 'object' })),
  settingsDefaults: nullable(anyObject('The defaults.', { batchPolicy: 'caller' })),
  settingsOf: nullable(Type.String(), { description: 'The operation whose settings it obeys.', examples: [null] }),
  emits: Type.Array(Type.String(), { description: 'Events that it may emit.', examples: [['product.created']] }),
  version,
  updatedAt,
  updatedBy
}, { $id: 'Operation' })

export const OperationList = strictObject({
  data: Type.Array(ref(OperationView)),
  version: Type.Integer({ description: 'Version of all switches together, for `If-Match` when changing many.', examples: [7] })
}, { $id: 'OperationList' })

const change = {
  enabled: Type.Optional(Type.Boolean({ examples: [true] })),
  settings: Type.Optional(anyObject('Merged into the current ones; null brings a default back (RFC 7396).', { batchPolicy: 'always' }))
}

export const OperationChange = strictObject(change, { $id: 'OperationChange', minProperties: 1 })

export const OperationChanges = strictObject({
  changes: Type.Array(strictObject({ id: Type.String({ minLength: 1, maxLength: 200, examples: ['product.create'] }), ...change }), {
    minItems: 1, maxItems: 200
  })
}, { $id: 'OperationChanges' })
