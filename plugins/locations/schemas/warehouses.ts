// Warehouses as callers see and write them.
import { Type, Timestamp, listParameters, nullable, pageOf, strictObject, type Static } from '#kernel'
import { address, code, flag, text } from './parts.js'

const fields = {
  code: code(32, 'NORTH'),
  name: text(200, 'Warehouse North', 'For people.'),
  address: nullable(address, { examples: [{ street1: '1 Dock Road', postcode: 'E16 2BG', city: 'London', country: 'GB' }] }),
  gln: nullable(Type.String({
    pattern: '^[0-9]{13}$',
    errorMessage: 'must have 13 digits',
    description: 'Global Location Number (GS1), with a right check digit.',
    examples: ['4012345000009']
  })),
  timezone: text(64, 'Europe/London', 'Of the IANA database; expiry dates end with the day there.'),
  allowNegativeStock: flag('Stock without a batch may go below zero. Default false.', false)
}
const defaults = {
  defaultReceivingLocation: nullable(code(40, 'DOCK-IN'), { description: 'Code of the location where goods arrive if no one says where.' }),
  defaultShippingLocation: nullable(code(40, 'DOCK-OUT'), {
    description: 'Code of the location where picked goods wait for the carrier. Null: where goods arrive.'
  })
}
const active = Type.Boolean({ description: 'False: archived.', examples: [true] })

export const Warehouse = Type.Object({
  id: Type.String({ examples: ['whs_00000000000000000000000000'] }),
  ...fields,
  ...defaults,
  active,
  version: Type.Integer({ description: 'Counts changes; the ETag.', examples: [1] }),
  createdAt: Timestamp(),
  updatedAt: Timestamp({ description: 'When its last change began.' })
}, { $id: 'Warehouse', additionalProperties: false })
export type WarehouseView = Static<typeof Warehouse>

export const WarehousePage = pageOf(Warehouse, 'WarehousePage')

export const CreateWarehouse = strictObject({
  code: fields.code,
  name: fields.name,
  address: Type.Optional(fields.address),
  gln: Type.Optional(fields.gln),
  timezone: Type.Optional(fields.timezone),
  allowNegativeStock: Type.Optional(fields.allowNegativeStock)
}, { $id: 'CreateWarehouse' })
export type WarehouseInput = Static<typeof CreateWarehouse>

export const UpdateWarehouse = strictObject(Type.Partial(Type.Object({ ...fields, ...defaults, active })).properties, {
  $id: 'UpdateWarehouse', minProperties: 1
})
export type WarehousePatch = Static<typeof UpdateWarehouse>

export const ListWarehouses = strictObject({
  ...listParameters,
  updatedSince: Type.Optional(Timestamp({ description: 'Only warehouses changed at or after this timestamp.' })),
  active: Type.Optional(Type.Boolean({ description: 'True: without archived ones; false: only those.' }))
})
export type WarehouseFilters = Static<typeof ListWarehouses>

export const WarehouseParams = strictObject({
  id: Type.String({ minLength: 1, maxLength: 200, description: 'Id, or `code:…`.', examples: ['code:MAIN'] })
})
