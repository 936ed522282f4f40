// Partners as callers see and write them.
import { Type, Timestamp, listParameters, nullable, oneOf, pageOf, severalOf, strictObject, type Static } from '#kernel'

/** No control characters, and at least one that is not white space. */
const PRINTABLE = {
  pattern: '^[^\\x00-\\x1f\\x7f-\\x9f]*[^\\x00-\\x1f\\x7f-\\x9f\\s][^\\x00-\\x1f\\x7f-\\x9f]*$',
  errorMessage: 'must have a character that is not white space, and no control characters'
}
const text = (maxLength: number, example: string, description: string) => Type.String({ ...PRINTABLE, maxLength, description, examples: [example] })
const line = (maxLength: number, example: string, description: string) => Type.Optional(nullable(text(maxLength, example, description)))

export const ROLES = ['customer', 'supplier', 'carrier', 'other'] as const

const code = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9._/-]*$',
  errorMessage: 'must have letters, digits, dots, dashes, slashes and underscores only, and begin with one of the first two, like S-100',
  maxLength: 32,
  description: 'Unique per owner.',
  examples: ['S-100']
})

const address = strictObject({
  type: Type.Optional(nullable(oneOf(['billing', 'shipping', 'pickup', 'return', 'other']), { description: 'What it is for.', examples: ['pickup'] })),
  name: line(255, 'Gate 4', 'Who is there.'),
  street1: line(255, '1 Dock Road', 'Street and number.'),
  street2: line(255, 'Hall 2', 'Second line of the address.'),
  postcode: line(20, 'E16 2BG', 'Postcode.'),
  city: line(100, 'London', 'City.'),
  state: line(100, 'England', 'State, county or region.'),
  country: Type.Optional(nullable(Type.String({
    pattern: '^[A-Z]{2}$', errorMessage: 'must be two capital letters, like GB', description: 'ISO 3166-1 alpha-2.', examples: ['GB']
  })))
})

const fields = {
  code,
  name: text(255, 'Lantern Works Ltd', 'For people.'),
  roles: Type.Array(oneOf(ROLES), { minItems: 1, maxItems: 4, uniqueItems: true, description: 'What it is to the owner.', examples: [['supplier']] }),
  externalRef: nullable(text(128, 'ERP-S-100', 'Your own reference, unique per owner.')),
  taxId: nullable(text(50, 'GB123456789', 'Tax or VAT number.')),
  gln: nullable(Type.String({
    pattern: '^[0-9]{13}$',
    errorMessage: 'must have 13 digits',
    description: 'Global Location Number (GS1), with a right check digit.',
    examples: ['4012345000009']
  })),
  email: nullable(Type.String({
    maxLength: 254,
    pattern: '^[^\\s@\\x00-\\x1f\\x7f-\\x9f]+@[^\\s@\\x00-\\x1f\\x7f-\\x9f]+$',
    errorMessage: 'must be an e-mail address, like goods@example.com',
    description: 'E-mail.',
    examples: ['goods@example.com']
  })),
  phone: nullable(text(50, '+44 20 7946 0000', 'Phone.')),
  addresses: nullable(Type.Array(address), {
    maxItems: 20,
    description: 'Where it is. Null in an answer: the operator shows no personal data.',
    examples: [[{ type: 'pickup', street1: '1 Dock Road', city: 'London', country: 'GB' }]]
  }),
  minShelfLifeShipDays: nullable(Type.Integer({
    minimum: 0,
    maximum: 36_500,
    description: 'Of a customer: days that must remain until the expiry date of what is sent to it. Holds for orders whose `customer.ref` is the code or the ' +
      'externalRef of this partner.',
    examples: [90]
  })),
  attributes: Type.Unsafe<Record<string, unknown>>({
    type: 'object', additionalProperties: true, description: 'Fields of your own, at most 16 KB as JSON.', examples: [{ incoterm: 'DAP' }]
  })
}
const active = Type.Boolean({ description: 'False: archived.', examples: [true] })

export const Partner = Type.Object({
  id: Type.String({ examples: ['par_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  ownerId: Type.String({ examples: ['own_00000000000000000000000000'] }),
  ...fields,
  active,
  version: Type.Integer({ description: 'Counts changes; the ETag.', examples: [1] }),
  createdAt: Timestamp(),
  updatedAt: Timestamp({ description: 'When its last change began.' })
}, { $id: 'Partner', additionalProperties: false })
export type PartnerView = Static<typeof Partner>
type Addresses = NonNullable<PartnerView['addresses']>
/** What callers decide of a partner. */
export type PartnerDraft = Omit<PartnerView, 'id' | 'ownerId' | 'version' | 'createdAt' | 'updatedAt' | 'addresses'> & { addresses: Addresses }

export const PartnerPage = pageOf(Partner, 'PartnerPage')

const optional = Type.Partial(Type.Object(fields)).properties

export const CreatePartner = strictObject({ ...optional, code: fields.code, name: fields.name, roles: fields.roles }, { $id: 'CreatePartner' })
export type PartnerInput = Static<typeof CreatePartner>

export const UpdatePartner = strictObject({ ...optional, active: Type.Optional(active) }, { $id: 'UpdatePartner', minProperties: 1 })
export type PartnerPatch = Static<typeof UpdatePartner>

export const UpsertPartner = strictObject({ ...optional, name: fields.name, roles: fields.roles }, { $id: 'UpsertPartner' })
export type PartnerUpsert = Static<typeof UpsertPartner>

export const ListPartners = strictObject({
  ...listParameters,
  updatedSince: Type.Optional(Timestamp({ description: 'Only partners changed at or after this timestamp.' })),
  q: Type.Optional(text(100, 'lant', 'Start of the code or of the name, without regard to case.')),
  role: severalOf(oneOf(ROLES), 'With this role.'),
  code: severalOf(text(32, 'S-100', 'Code.'), 'With this code.'),
  externalRef: severalOf(text(128, 'ERP-S-100', 'Reference.'), 'With this reference.'),
  active: Type.Optional(Type.Boolean({ description: 'True: without archived ones; false: only those.' }))
})
export type PartnerFilters = Static<typeof ListPartners>

export const PartnerParams = strictObject({
  id: Type.String({
    minLength: 1,
    maxLength: 200,
    pattern: '^[^\\x00-\\x1f\\x7f-\\x9f]+$',
    errorMessage: 'must have no control characters',
    description: 'Id, or an alias: `code:…` or `ref:…` (your externalRef), URL-encoded.',
    examples: ['code:S-100']
  })
})

export const PartnerReadSettings = strictObject({
  exposePersonalData: Type.Boolean({
    default: true,
    title: 'Show personal data of partners',
    description: 'Off: e-mail, phone and addresses are left empty in every answer, event and webhook.'
  })
})
export type PartnerReadSettingsValues = Static<typeof PartnerReadSettings>

export const PartnerSettings = strictObject({
  allowedRoles: Type.Array(oneOf(ROLES), {
    minItems: 1, uniqueItems: true, default: [...ROLES], title: 'Roles', description: 'Roles that API clients may give to partners.'
  })
})
export type PartnerSettingsValues = Static<typeof PartnerSettings>
