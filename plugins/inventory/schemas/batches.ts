// Batches as callers see and write them.
import { Type, Timestamp, listParameters, nullable, oneOf, pageOf, strictObject, type Static } from '#kernel'
import { BATCH_STATUSES } from '../domain/statuses.js'
import { batchCode, batchStatus, day, productRef, skuField, text } from './parts.js'

const fields = {
  expiryDate: nullable(day('The last good day, where the goods are.')),
  bestBeforeDate: nullable(day('Best before; does not keep goods from being sold.', '2027-02-28')),
  manufacturedDate: nullable(day('Made on; not after the expiry date.', '2026-03-31')),
  supplierBatch: nullable(text(64, 'S-77120', 'The supplier\'s own code.')),
  countryOfOrigin:
    nullable(Type.String({
      pattern: '^[A-Z]{2}$', errorMessage: 'must be two capital letters, like DE', description: 'ISO 3166-1 alpha-2.', examples: ['DE']
    })),
  attributes: Type.Unsafe<Record<string, unknown>>({
    type: 'object', additionalProperties: true, description: 'Fields of your own, at most 16 KB as JSON.', examples: [{ harvest: 2026 }]
  })
}

export const Batch = Type.Object({
  id: Type.String({ examples: ['bat_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  ownerId: Type.String({ examples: ['own_00000000000000000000000000'] }),
  product: productRef,
  code: batchCode,
  ...fields,
  status: batchStatus,
  statusReason: nullable(Type.String(), { examples: ['Supplier recall 2026-11'] }),
  expired: Type.Boolean({
    description: 'Its expiry date, the last good day, has passed by the day in the time zone of the oldest active warehouse. Stock is judged where it lies.',
    examples: [false]
  }),
  version: Type.Integer({ description: 'Counts changes; the ETag.', examples: [1] }),
  createdAt: Timestamp(),
  updatedAt: Timestamp({ description: 'When its last change began.' })
}, { $id: 'Batch', additionalProperties: false })
export type BatchView = Static<typeof Batch>

export const BatchPage = pageOf(Batch, 'BatchPage')

const optional = Type.Partial(Type.Object(fields)).properties

export const CreateBatch = strictObject({ sku: skuField, code: batchCode, ...optional }, { $id: 'CreateBatch' })
export type BatchInput = Static<typeof CreateBatch>

export const UpdateBatch = strictObject({ ...optional }, { $id: 'UpdateBatch', minProperties: 1 })
export type BatchPatch = Static<typeof UpdateBatch>

export const SetBatchStatus = strictObject({
  status: oneOf(BATCH_STATUSES, { examples: ['quarantined'] }),
  reason: Type.Optional(text(500, 'Supplier recall 2026-11', 'For people.'))
}, { $id: 'SetBatchStatus' })
export type BatchStatusInput = Static<typeof SetBatchStatus>

const held = {
  orderId: Type.String({ examples: ['ord_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  orderNumber: Type.String({ examples: ['SO-1000001'] }),
  lineNo: Type.Integer({ examples: [1] }),
  qty: Type.Number({ description: 'In base units.', examples: [2] })
}

/** What a change of status did beyond the batch. */
export const BatchStatusChanged = Type.Object({
  ...Batch.properties,
  from: oneOf(BATCH_STATUSES, { examples: ['released'] }),
  to: oneOf(BATCH_STATUSES, { examples: ['recalled'] }),
  affected: Type.Object({
    onHand: Type.Number({ description: 'On hand of this batch in all warehouses.', examples: [120] }),
    released: Type.Number({ description: 'How much of it was allocated for orders and was deallocated.', examples: [20] }),
    orders: Type.Array(Type.String(), { description: 'Ids of those orders.', examples: [['ord_01JB3ZK6Q0T8X4M2N7C9V5W1YD']] }),
    picked: Type.Array(Type.Object({ ...held }, { additionalProperties: false }), {
      description: 'What orders have picked of it and not packed: it is put back by `order.unpick`, or exchanged.'
    }),
    packed: Type.Array(
      Type.Object({
        ...held, shipmentId: Type.String({ examples: ['shp_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }), parcelNo: Type.Integer({ examples: [1] })
      }, { additionalProperties: false }),
      { description: 'What lies of it in parcels that have not left: they are opened by `order.unpack`.' }
    )
  }, { additionalProperties: false })
}, { $id: 'BatchStatusChanged', additionalProperties: false })

/** Published once when a batch comes near its expiry date, and once when it has passed it. */
export const BatchExpiry = Type.Object({
  ...Batch.properties,
  daysLeft: Type.Integer({ description: 'Whole days until its last good day; negative once it is past.', examples: [30] }),
  warehouses: Type.Array(Type.Object({
    id: Type.String({ examples: ['whs_00000000000000000000000000'] }),
    code: Type.String({ examples: ['MAIN'] }),
    onHand: Type.Number({ examples: [120] }),
    reserved: Type.Number({ examples: [20] })
  }, { additionalProperties: false }), { description: 'Where it lies.' })
}, { $id: 'BatchExpiry', additionalProperties: false })

export const ListBatches = strictObject({
  ...listParameters,
  updatedSince: Type.Optional(Timestamp({ description: 'Only batches changed at or after this timestamp.' })),
  product: Type.Optional(text(200, 'sku:LANTERN-01', 'Of this product: its id or an alias.')),
  code: Type.Optional(text(50, 'L2411-A', 'With this code.')),
  status: Type.Optional(oneOf(BATCH_STATUSES)),
  expiringBefore: Type.Optional(day('Whose last good day is before this day.', '2027-01-01')),
  sort: Type.Optional(oneOf(['updatedAt', '-updatedAt', 'expiryDate'], {
    default: 'updatedAt',
    description: 'By last change, oldest first, if not given. By expiry date: only batches that have one.'
  }))
})
export type BatchFilters = Static<typeof ListBatches>

export const BatchSettings = strictObject({
  expiryEditableWithStock: Type.Boolean({
    default: false, title: 'Expiry date can change while there is stock', description: 'Else a batch of which something is on hand keeps its expiry date.'
  }),
  gs1Strict: Type.Boolean({
    default: false,
    title: 'GS1 batch codes only',
    description: 'Codes of batches that are registered fit GS1 AI (10): at most 20 characters of its character set.'
  })
})
export type BatchSettingsValues = Static<typeof BatchSettings>

export const BatchStatusSettings = strictObject({
  autoReleaseAllocations: Type.Boolean({
    default: true,
    title: 'Let allocations go',
    description: 'When a batch is no longer released, what orders have allocated of it and no one has picked is deallocated.'
  }),
  expiringDays: Type.Integer({
    default: 30, minimum: 0, maximum: 3650, title: 'Days before expiry', description: 'So long before its expiry date `batch.expiring` is published.'
  })
})
export type BatchStatusSettingsValues = Static<typeof BatchStatusSettings>
