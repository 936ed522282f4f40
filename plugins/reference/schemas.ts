// Reference data as callers see it and operators write it.
import { Type, Timestamp, listParameters, nullable, oneOf, pageOf, strictObject, type Static } from '#kernel'

/** No control characters, and at least one that is not white space. */
const PRINTABLE = {
  pattern: '^[^\\x00-\\x1f\\x7f-\\x9f]*[^\\x00-\\x1f\\x7f-\\x9f\\s][^\\x00-\\x1f\\x7f-\\x9f]*$',
  errorMessage: 'must have a character that is not white space, and no control characters'
}
const text = (maxLength: number, example: string, description: string) => Type.String({ ...PRINTABLE, maxLength, description, examples: [example] })

const LISTS = ['reasons', 'carriers', 'services', 'units', 'statuses', 'shipping-processes'] as const
export type List = (typeof LISTS)[number]

const list = oneOf(LISTS, { description: 'The list.', examples: ['reasons'] })
const code = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$',
  errorMessage: 'must have letters, digits, dots, dashes and underscores only, and begin with one of the first two, like DPD',
  maxLength: 40,
  description: 'What calls say. Unique in its list.',
  examples: ['damaged']
})
const name = text(100, 'Damaged', 'For people.')
const description = nullable(text(500, 'Broken on the way to the shelf', 'More for people.'))
const direction = oneOf(['in', 'out', 'both'], { description: 'Of reasons: whether goods come in, go out, or both.', examples: ['out'] })
const requiresNote = Type.Boolean({ description: 'Of reasons: who gives it must add a note.', examples: [false] })
const carrier = text(40, 'DPD', 'Of services: the code of the carrier.')
const active = Type.Boolean({ description: 'False: archived; no one may say it any more.', examples: [true] })

export const ReferenceEntry = Type.Object({
  list,
  code,
  name,
  description,
  active,
  isBuiltIn: Type.Boolean({ description: 'The service itself knows it: it has other names, but is neither made nor archived.', examples: [false] }),
  direction: nullable(direction),
  requiresNote: nullable(requiresNote),
  carrier: nullable(carrier, { examples: [null] }),
  version: Type.Integer({ description: 'Counts changes; the ETag.', examples: [1] }),
  createdAt: Timestamp(),
  updatedAt: Timestamp({ description: 'When its last change began.' })
}, { $id: 'ReferenceEntry', additionalProperties: false })
export type EntryView = Static<typeof ReferenceEntry>

export const ReferencePage = pageOf(ReferenceEntry, 'ReferencePage')

const optional = {
  description: Type.Optional(description),
  direction: Type.Optional(direction),
  requiresNote: Type.Optional(requiresNote),
  carrier: Type.Optional(nullable(carrier))
}

export const CreateReferenceEntry = strictObject({ code, name, ...optional }, { $id: 'CreateReferenceEntry' })
export type EntryInput = Static<typeof CreateReferenceEntry>

export const UpdateReferenceEntry = strictObject({ name: Type.Optional(name), ...optional, active: Type.Optional(active) }, {
  $id: 'UpdateReferenceEntry', minProperties: 1
})
export type EntryPatch = Static<typeof UpdateReferenceEntry>

export const ListReference = strictObject({
  ...listParameters,
  updatedSince: Type.Optional(Timestamp({ description: 'Only entries changed at or after this timestamp.' })),
  active: Type.Optional(Type.Boolean({ description: 'True: without archived ones; false: only those.' }))
})
export type EntryFilters = Static<typeof ListReference>

export const ListParams = strictObject({ list })
export const EntryParams = strictObject({
  list, code: Type.String({ minLength: 1, maxLength: 40, description: 'Code of the entry.', examples: ['damaged'] })
})
