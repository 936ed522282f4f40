// Owners as operators see and write them.
import { Type, Timestamp, listParameters, pageOf, strictObject, type Static } from '#kernel'

const code = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$',
  errorMessage: 'must have letters, digits, dots, dashes and underscores only, and begin with one of the first two, like acme-foods',
  maxLength: 32,
  description: 'Unique.',
  examples: ['acme-foods']
})
const name = Type.String({ minLength: 1, maxLength: 200, description: 'For people.', examples: ['ACME Foods Ltd'] })

export const Owner = Type.Object({
  id: Type.String({ examples: ['own_00000000000000000000000000'] }),
  code,
  name,
  active: Type.Boolean({ description: 'False: archived.', examples: [true] }),
  version: Type.Integer({ description: 'Counts changes; the ETag.', examples: [1] }),
  createdAt: Timestamp(),
  updatedAt: Timestamp({ description: 'When its last change began.' })
}, { $id: 'Owner', additionalProperties: false })
export type OwnerView = Static<typeof Owner>

export const OwnerPage = pageOf(Owner, 'OwnerPage')

export const CreateOwner = strictObject({ code, name }, { $id: 'CreateOwner' })
export type OwnerInput = Static<typeof CreateOwner>

export const UpdateOwner = strictObject({
  code: Type.Optional(code), name: Type.Optional(name), active: Type.Optional(Type.Boolean({ description: 'False archives it.', examples: [true] }))
}, { $id: 'UpdateOwner', minProperties: 1 })
export type OwnerPatch = Static<typeof UpdateOwner>

export const ListOwners = strictObject({
  ...listParameters,
  updatedSince: Type.Optional(Timestamp({ description: 'Only owners changed at or after this timestamp.' })),
  active: Type.Optional(Type.Boolean({ description: 'True: without archived ones; false: only those.' }))
})
export type OwnerFilters = Static<typeof ListOwners>
