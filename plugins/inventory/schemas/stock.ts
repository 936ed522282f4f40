// Stock as callers see it: of a product in a warehouse, with its batches and locations.
import { Type, Timestamp, listParameters, nullable, oneOf, pageOf, ref, strictObject, type Static } from '#kernel'
import { batchStatus, placeRef, productRef, skuField, stockStatus, sum, text, warehouseField } from './parts.js'

export const StockBuckets = Type.Object({
  onHand: sum('All that lies there: always the sum of available, reserved and all of unavailable.', 120),
  reserved: sum('Allocated to orders, not shipped yet.', 20),
  available: sum('Can be allocated for orders now. Below zero only where the warehouse allows negative stock.', 90),
  unavailable: Type.Object({
    quality: sum('Waits for a quality check.', 0),
    quarantine: sum('Put aside, or of a quarantined batch.', 0),
    damaged: sum('Damaged.', 0),
    blocked: sum('Blocked: by its status, its batch or its location.', 0),
    expired: sum('Past its expiry date, which is the last good day.', 0),
    shelfLife: sum('Expires in fewer days than the product must have when it is shipped.', 0),
    notPickable: sum('Where nothing is picked for orders.', 0),
    safetyStock: sum('Kept back because the product has a safety stock.', 10)
  }, { additionalProperties: false }),
  backordered: sum('Ordered and not there: not part of onHand.', 0),
  incoming: sum('Announced by inbound orders and not received yet: not part of onHand.', 0)
}, { $id: 'StockBuckets', additionalProperties: false })
export type Buckets = Static<typeof StockBuckets>

export const BatchStock = Type.Object({
  batchId: Type.String({ examples: ['bat_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  code: Type.String({ examples: ['L2411-A'] }),
  expiryDate: nullable(Type.String({ format: 'date' }), { examples: ['2027-03-31'] }),
  status: batchStatus,
  onHand: sum('', 120),
  reserved: sum('', 20),
  available: sum('Before safety stock, which is kept back of the product as a whole.', 100)
}, { $id: 'BatchStock', additionalProperties: false })
export type BatchSums = Static<typeof BatchStock>

export const LocationStock = Type.Object({
  locationId: Type.String({ examples: ['loc_00000000000000000000000000'] }),
  location: Type.String({ examples: ['DEFAULT'], description: 'Its code.' }),
  status: stockStatus('What may be done with it.'),
  batchId: nullable(Type.String(), { examples: ['bat_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  batch: nullable(Type.String(), { examples: ['L2411-A'], description: 'Its code.' }),
  onHand: sum('', 120),
  reserved: sum('', 20)
}, { $id: 'LocationStock', additionalProperties: false })
export type LocationSums = Static<typeof LocationStock>

const state = {
  product: productRef,
  warehouse: placeRef,
  ...StockBuckets.properties,
  byBatch: Type.Array(ref(BatchStock), { description: 'Earliest expiry first. Stock without a batch is not in it.' }),
  asOfSeq: Type.Integer({ description: '`seq` of the last movement of this product in this warehouse.', examples: [4711] }),
  version: Type.Integer({ description: 'Counts changes of any kind.', examples: [12] }),
  updatedAt: Timestamp({ description: 'When its last change began.' })
}

export const StockState = Type.Object({
  ...state,
  byLocation: Type.Optional(Type.Array(ref(LocationStock), { description: 'With `include=locations`.' }))
}, { $id: 'StockState', additionalProperties: false })
export type LevelState = Static<typeof StockState>

export const StockCause = Type.Object({
  type: Type.String({
    description: 'A type of movement, or `allocation`, `release`, `backorder`, `inbound`, `expiry`, `shelf_life`, `batch_status`, `product`.',
    examples: ['allocation']
  }),
  docType: nullable(Type.String(), { examples: ['order'] }),
  docId: nullable(Type.String(), { examples: ['ord_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  qty: sum('Negative: it left, or was deallocated.', 3)
}, { $id: 'StockCause', additionalProperties: false })
export type Cause = Static<typeof StockCause>

export const StockUpdate = Type.Object({
  ...state,
  causes: Type.Array(ref(StockCause), { description: 'What the change was made of.' })
}, { $id: 'StockUpdate', additionalProperties: false })

export const StockAlert = Type.Object({
  ...state,
  threshold: sum('Available stock at or below it is low (the reorder point), or out (0).', 20)
}, { $id: 'StockAlert', additionalProperties: false })

export const StockPage = pageOf(StockState, 'StockPage')

export const ListStock = strictObject({
  ...listParameters,
  updatedSince: Type.Optional(Timestamp({ description: 'Only stock that changed at or after this timestamp.' })),
  warehouse: Type.Optional(text(40, 'MAIN', 'Only in this warehouse: its code or id.')),
  sort: Type.Optional(oneOf(['updatedAt', '-updatedAt'], { default: 'updatedAt', description: 'By last change, oldest first, if not given.' })),
  include: Type.Optional(oneOf(['locations'], { description: 'locations: also by location and status.' }))
})
export type StockFilters = Static<typeof ListStock>

export const ProductStock = Type.Object({
  product: productRef,
  ...StockBuckets.properties,
  warehouses: Type.Array(ref(StockState), { description: 'Where it lies, with batches and locations.' })
}, { $id: 'ProductStock', additionalProperties: false, description: 'Sums over all warehouses, and each of them.' })
export type ProductStockView = Static<typeof ProductStock>

export const StockParams = strictObject({
  product: Type.String({
    minLength: 1,
    maxLength: 200,
    pattern: '^[^\\x00-\\x1f\\x7f-\\x9f]+$',
    errorMessage: 'must have no control characters',
    description: 'Id of the product, or an alias: `sku:…` (without regard to case), `gtin:…`, `ref:…` (your externalRef), URL-encoded.',
    examples: ['prd_01JB3ZK6Q0T8X4M2N7C9V5W1YD']
  })
})

export const QueryStock = strictObject({
  skus: Type.Array(skuField, {
    minItems: 1, maxItems: 500, description: 'At most 500; repeated ones are answered once.', examples: [['LANTERN-01', 'LANTERN-02']]
  }),
  warehouse: Type.Optional(warehouseField)
}, { $id: 'QueryStock' })
export type StockQuery = Static<typeof QueryStock>

export const SkuStock = Type.Object({
  sku: Type.String({ description: 'As the product has it.', examples: ['LANTERN-01'] }),
  productId: Type.String({ examples: ['prd_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  externalRef: nullable(Type.String(), { examples: ['ERP-4711'] }),
  ...StockBuckets.properties
}, { $id: 'SkuStock', additionalProperties: false })

export const StockAnswer = Type.Object({
  data: Type.Array(ref(SkuStock), { description: 'In the order of the question.' }),
  unknown: Type.Array(Type.String(), { description: 'SKUs that no product has.', examples: [['LANTERN-99']] })
}, { $id: 'StockAnswer', additionalProperties: false })
