import { Timestamp, listParameters, nullable, pageOf, ref, strictObject, Type } from '#kernel'

const ID = 'cli_01JB3ZK6Q0T8X4M2N7C9V5W1YD'
const OPERATOR = 'opr_01JB3ZK6Q0T8X4M2N7C9V5W1YD'

export const ClientSecretView = strictObject({
  id: Type.String({ examples: ['sec_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  last4: Type.String({ description: 'Its last four characters; the rest was shown once.', examples: ['x7Qp'] }),
  createdAt: Timestamp(),
  createdBy: Type.String({ examples: [OPERATOR] }),
  expiresAt: nullable(Timestamp(), { examples: [null] }),
  lastUsedAt: nullable(Timestamp(), { examples: ['2026-01-31T09:00:00.000Z'] }),
  lastUsedIp: nullable(Type.String(), { examples: ['203.0.113.7'] })
}, { $id: 'ApiClientSecret' })

export const ClientView = strictObject({
  id: Type.String({ examples: [ID] }),
  clientId: Type.String({ description: 'The public half of the credentials.', examples: ['wmsc_4fJ8sK2mQx9LrTzB7nVcYd'] }),
  name: Type.String({ examples: ['My ERP'] }),
  description: nullable(Type.String(), { examples: [null] }),
  ownerId: Type.String({ description: 'Whose data it sees.', examples: ['own_00000000000000000000000000'] }),
  warehouseIds: Type.Array(Type.String(), { description: 'The only warehouses whose data it sees; empty: all.', examples: [[]] }),
  enabled: Type.Boolean({ examples: [true] }),
  scopes: Type.Array(Type.String(), { description: 'Operations that it may call.', examples: [['product.create', 'product.get']] }),
  secrets: Type.Array(ref(ClientSecretView)),
  version: Type.Integer({ examples: [1] }),
  createdAt: Timestamp(),
  createdBy: Type.String({ examples: [OPERATOR] }),
  updatedAt: Timestamp(),
  lastUsedAt: nullable(Timestamp(), { examples: [null] }),
  lastUsedIp: nullable(Type.String(), { examples: [null] })
}, { $id: 'ApiClient' })

export const ClientPage = pageOf(ClientView, 'ApiClientPage')

export const ClientWithSecret = strictObject({
  client: ref(ClientView),
  clientSecret: Type.String({
    description: 'Shown in this answer and nowhere else, ever.', examples: ['wmss_ShownOnceShownOnceShownOnceShownOnceShownOnce0000']
  })
}, { $id: 'ApiClientWithSecret' })

const name = Type.String({ minLength: 1, maxLength: 100, examples: ['My ERP'] })
const description = nullable(Type.String({ maxLength: 500 }), { examples: ['Orders and stock'] })
const scopes = Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
  maxItems: 500,
  description: 'Operation ids, or groups such as `products:read`, which are written out. Not given at creation: all of today\'s operations.',
  examples: [['products:read', 'product.create']]
})

const warehouseIds = Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
  maxItems: 100, uniqueItems: true, description: 'Ids of the only warehouses whose data it sees; empty: all.', examples: [['whs_00000000000000000000000000']]
})

export const ClientCreation = strictObject({
  name,
  description: Type.Optional(description),
  scopes: Type.Optional(scopes),
  ownerId: Type.Optional(Type.String({
    minLength: 1, maxLength: 100, description: 'Default: the default owner.', examples: ['own_00000000000000000000000000']
  })),
  warehouseIds: Type.Optional(warehouseIds)
}, { $id: 'ApiClientCreation' })

export const ClientChange = strictObject({
  name: Type.Optional(name),
  description: Type.Optional(description),
  enabled: Type.Optional(Type.Boolean({ description: 'Disabling ends all its tokens at once; enabling does not bring them back.', examples: [true] })),
  scopes: Type.Optional(scopes),
  warehouseIds: Type.Optional(warehouseIds)
}, { $id: 'ApiClientChange', minProperties: 1 })

export const Regeneration = strictObject({
  graceSeconds: Type.Optional(Type.Integer({
    minimum: 0,
    maximum: 604_800,
    default: 0,
    description: 'How long the secrets before stay good; 0 ends them and their tokens at once.',
    examples: [0]
  })),
  force: Type.Optional(Type.Boolean({ default: false, description: 'When two are live: end the older one.', examples: [false] }))
}, { $id: 'ApiClientRegeneration' })

export const ClientQuery = strictObject({
  ...listParameters,
  q: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'Part of the name, or the client id.' })),
  enabled: Type.Optional(Type.Boolean())
})

export const SecretParams = strictObject({ id: Type.String({ minLength: 1, maxLength: 200 }), secretId: Type.String({ minLength: 1, maxLength: 200 }) })
