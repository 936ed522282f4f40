// Locations as callers see and write them.
import { Type, Timestamp, listParameters, nullable, oneOf, pageOf, strictObject, type Static } from '#kernel'
import { code, flag, text } from './parts.js'

export const LOCATION_TYPES = [
  'receiving', 'storage', 'picking', 'packing', 'staging', 'quality', 'quarantine', 'damaged', 'returns', 'shipping', 'virtual'
] as const

const fields = {
  code: code(40, 'A-01-2'),
  barcode: nullable(text(64, 'LOC-A-01-2', 'As it is scanned. Default: the code.')),
  type: oneOf(LOCATION_TYPES, { description: 'What it is for. Default storage.', examples: ['storage'] }),
  zone: nullable(text(40, 'A', 'Part of the warehouse.')),
  parent: nullable(code(40, 'A-01'), { description: 'Code of the location that it is a part of.' }),
  pickable: flag('Orders are allocated from it. Default true.'),
  sellable: flag('What lies in it counts as available. Default true.'),
  receivable: flag('Goods from outside may be put into it. Default true.'),
  pickPriority: Type.Integer({ minimum: 0, maximum: 9_999, description: 'Lower is picked first. Default 0.', examples: [10] }),
  locked: flag('Nothing is put into it or taken from it; it can be counted. Default false.', false),
  lockReason: nullable(text(200, 'Broken rack', 'Why it is locked.')),
  allowMixedProducts: flag('Several products may lie in it. Default true.'),
  allowMixedBatches: flag('Several batches may lie in it. Default true.'),
  maxWeightG: nullable(Type.Integer({
    minimum: 1, maximum: 2_000_000_000, description: 'What it carries, in grams, by the weights of the products. Null: anything.', examples: [500_000]
  }))
}
const active = Type.Boolean({ description: 'False: archived.', examples: [true] })

export const Location = Type.Object({
  id: Type.String({ examples: ['loc_00000000000000000000000000'] }),
  warehouse: Type.Object({ id: Type.String({ examples: ['whs_00000000000000000000000000'] }), code: Type.String({ examples: ['MAIN'] }) }, {
    additionalProperties: false
  }),
  ...fields,
  active,
  version: Type.Integer({ description: 'Counts changes; the ETag.', examples: [1] }),
  createdAt: Timestamp(),
  updatedAt: Timestamp({ description: 'When its last change began.' })
}, { $id: 'Location', additionalProperties: false })
export type LocationView = Static<typeof Location>

export const LocationPage = pageOf(Location, 'LocationPage')

const optional = Type.Partial(Type.Object(fields)).properties

export const CreateLocation = strictObject({ ...optional, code: fields.code }, { $id: 'CreateLocation' })
export type LocationInput = Static<typeof CreateLocation>

export const UpdateLocation = strictObject({ ...optional, active: Type.Optional(active) }, { $id: 'UpdateLocation', minProperties: 1 })
export type LocationPatch = Static<typeof UpdateLocation>

export const ListLocations = strictObject({
  ...listParameters,
  updatedSince: Type.Optional(Timestamp({ description: 'Only locations changed at or after this timestamp.' })),
  q: Type.Optional(text(64, 'A-01', 'Start of the code or the barcode.')),
  type: Type.Optional(oneOf(LOCATION_TYPES)),
  zone: Type.Optional(text(40, 'A', 'In this zone.')),
  locked: Type.Optional(Type.Boolean()),
  active: Type.Optional(Type.Boolean({ description: 'True: without archived ones; false: only those.' }))
})
export type LocationFilters = Static<typeof ListLocations>

export const LocationParams = strictObject({
  id: Type.String({
    minLength: 1, maxLength: 200, description: 'Id, or `code:` with the codes of warehouse and location: `code:MAIN:A-01-2`.', examples: ['code:MAIN:DEFAULT']
  })
})
