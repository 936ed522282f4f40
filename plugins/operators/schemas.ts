// Operators and their sessions as callers see them; a password or a hash is in none of them.
import { Type, Timestamp, listParameters, nullable, oneOf, pageOf, ref, strictObject, type Role, type Static } from '#kernel'

export const ROLES = ['viewer', 'operator', 'admin'] as const satisfies readonly Role[]

const role = oneOf(ROLES, {
  description: 'A viewer reads, an operator changes, an admin also manages operators.', examples: ['operator']
})
const name = Type.String({
  minLength: 1, maxLength: 200, pattern: '\\S', errorMessage: 'must have a character that is not a space', examples: ['Ada Lovelace']
})
const newPassword = Type.String({
  minLength: 12, maxLength: 256, description: '12 to 256 characters. It is never shown again.', examples: ['correct horse battery staple']
})
const givenPassword = Type.String({ minLength: 1, maxLength: 1024, examples: ['correct horse battery staple'] })

export const Operator = Type.Object({
  id: Type.String({ examples: ['opr_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  email: Type.String({ description: 'In lower case.', examples: ['ada@example.com'] }),
  name: Type.String({ examples: ['Ada Lovelace'] }),
  role,
  enabled: Type.Boolean({ description: 'A disabled operator can\'t sign in and has no sessions.' }),
  version: Type.Integer({ description: 'Counts changes; the ETag.', examples: [1] }),
  createdAt: Timestamp(),
  updatedAt: Timestamp(),
  lastSignInAt: nullable(Timestamp())
}, { $id: 'Operator', additionalProperties: false })
export type OperatorView = Static<typeof Operator>

const session = {
  expiresAt: Timestamp({ description: 'It ends then, whatever happens: 12 hours after the sign-in.' }),
  idleExpiresAt: Timestamp({ description: 'It ends then unless it is used: 30 minutes after its last use.' }),
  operator: ref(Operator)
}

export const CurrentSession = Type.Object({
  expiresAt: nullable(session.expiresAt),
  idleExpiresAt: nullable(session.idleExpiresAt),
  operator: nullable(ref(Operator), { description: 'Null when no one is signed in.' })
}, { $id: 'CurrentSession', additionalProperties: false })
export const NewSession = Type.Object({
  token: Type.String({
    description: 'For `Authorization: Bearer` of scripts; shown only here.', examples: ['wmso_4eC39HqLyjWDarjtT1zdp7dc0uY2mNbVxZaQwErTyUi']
  }),
  ...session
}, { $id: 'NewSession', additionalProperties: false })

export const OperatorPage = pageOf(Operator, 'OperatorPage')

export const SignIn = strictObject({
  email: Type.String({ minLength: 1, maxLength: 254, examples: ['ada@example.com'] }),
  password: givenPassword
})

export const ChangePassword = strictObject({ currentPassword: givenPassword, newPassword })

export const CreateOperator = strictObject({
  email: Type.String({
    maxLength: 254, pattern: '^[^\\s@]+@[^\\s@]+$', errorMessage: 'must be an e-mail address, like ada@example.com', examples: ['ada@example.com']
  }),
  name,
  role,
  password: newPassword
})
export type OperatorDraft = Static<typeof CreateOperator>

export const UpdateOperator = strictObject({
  name: Type.Optional(name),
  role: Type.Optional(role),
  enabled: Type.Optional(Type.Boolean()),
  password: Type.Optional(newPassword)
}, { minProperties: 1 })
export type OperatorPatch = Static<typeof UpdateOperator>

export const ListOperators = strictObject({
  ...listParameters,
  updatedSince: Type.Optional(Timestamp({ description: 'Only operators changed at or after this timestamp.' }))
})

export type OperatorFilters = Static<typeof ListOperators>
