// What moves an order on: holds, allocation, the floor, cancellation.
import { Type, nullable, oneOf, ref, strictObject, type Static } from '#kernel'
import { ORDER_STATUSES } from '../domain/states.js'
import { Order, STRATEGIES } from './orders.js'
import { count, lineNo, quantity, reason, text } from './parts.js'

export const CancelOrder = strictObject({
  reason: Type.Optional(reason),
  lines: Type.Optional(Type.Array(strictObject({
    lineNo,
    qty: Type.Optional(quantity('In base units. Default: all that has not left.'))
  }), { minItems: 1, maxItems: 2000, description: 'Only these; the whole order if left out.' }))
}, { $id: 'CancelOrder' })
export type Cancellation = Static<typeof CancelOrder>

export const HoldOrder = strictObject({
  code: text(50, 'payment', 'Why, as a code of your own.'), note: Type.Optional(text(500, 'Card was refused', 'For people.'))
}, { $id: 'HoldOrder' })
export type HoldInput = Static<typeof HoldOrder>

export const ReleaseHold = strictObject({ code: Type.Optional(text(50, 'payment', 'Only holds with this code; all if left out.')) }, { $id: 'ReleaseHold' })
export type HoldRelease = Static<typeof ReleaseHold>

export const AllocateOrder = strictObject({
  strategy: Type.Optional(oneOf(STRATEGIES, { description: 'Instead of that of each product.', examples: ['FEFO'] })),
  lines: Type.Optional(Type.Array(strictObject({
    lineNo,
    batch: Type.Optional(text(50, 'L2411-A', 'Take this batch and no other.'))
  }), { minItems: 1, maxItems: 2000, description: 'Only these; all if left out.' }))
}, { $id: 'AllocateOrder' })
export type AllocateInput = Static<typeof AllocateOrder>

export const DeallocateOrder = strictObject({
  lines: Type.Optional(Type.Array(strictObject({ lineNo }), { minItems: 1, maxItems: 2000, description: 'Only these; all if left out.' }))
}, { $id: 'DeallocateOrder' })
export type DeallocateInput = Static<typeof DeallocateOrder>

export const REASONS = [
  'taken', 'not_needed', 'reserved', 'expired', 'shelf_life', 'quarantine', 'blocked', 'quality', 'damaged', 'not_pickable', 'other_batch',
  'safety_stock', 'waited_for'
] as const

export const Considered = Type.Object({
  batch: nullable(Type.String(), { examples: ['L2411-A'] }),
  expiryDate: nullable(Type.String({ format: 'date' }), { examples: ['2027-03-31'] }),
  location: Type.String({ examples: ['DEFAULT'] }),
  free: count('On hand and not reserved, when it came to this line.', 40),
  taken: count('How much of it this call took.', 6),
  reason: oneOf(REASONS, {
    description:
      'taken; not_needed: enough was found before; reserved: all of it is allocated for others; expired; shelf_life: expires too soon; quarantine, ' +
        'blocked, quality, damaged: its status, its batch\'s or its location\'s; not_pickable: nothing is picked there; other_batch: another one is ' +
        'wanted; safety_stock: the product keeps it back; waited_for: other orders wait for it, and get it first.',
    examples: ['taken']
  })
}, { $id: 'Considered', additionalProperties: false })
export type ConsideredView = Static<typeof Considered>

export const LineExplanation = Type.Object({
  lineNo,
  sku: Type.String({ examples: ['LANTERN-01'] }),
  strategy: oneOf(STRATEGIES, { examples: ['FEFO'] }),
  wanted: count('What was still open.'),
  allocated: count('What was found.'),
  considered: Type.Array(ref(Considered), { description: 'All stock of the product in the warehouse, in the order in which it was looked at.' })
}, { $id: 'LineExplanation', additionalProperties: false })
export type Explanation = Static<typeof LineExplanation>

export const AllocatedOrder = Type.Object({
  ...Order.properties,
  explanation: Type.Array(ref(LineExplanation), { description: 'Why each batch was taken or skipped.' })
}, { $id: 'AllocatedOrder', additionalProperties: false })

export const ReleaseOrder = strictObject({}, { $id: 'ReleaseOrder' })

export const PickOrder = strictObject({
  lines: Type.Optional(Type.Array(
    strictObject({
      lineNo,
      qty: Type.Optional(Type.Number({
        minimum: 0,
        maximum: 99_999_999_999,
        decimals: 4,
        description: 'In base units. Default: all that is allocated. 0 with `shortReason`: nothing was found.',
        examples: [6]
      })),
      batch: Type.Optional(text(50, 'L2411-A', 'The batch that was taken, as scanned.')),
      location: Type.Optional(text(40, 'DEFAULT', 'Code or id of the location that it was taken from.')),
      shortReason: Type.Optional(text(
        500,
        'Two were broken',
        'Why the rest of what was allocated is not picked. It is deallocated, gets the status quality where it should lie, and other stock is looked for.'
      ))
    }),
    { minItems: 1, maxItems: 2000, description: 'Only these; all if left out.' }
  ))
}, { $id: 'PickOrder' })
export type PickInput = Static<typeof PickOrder>

const backTo = Type.Optional(oneOf(['stock', 'quarantine'], {
  description: 'stock: for sale again, as far as its batch is; quarantine: not for sale.',
  examples: ['quarantine']
}))

export const UnpickOrder = strictObject({
  lines: Type.Optional(Type.Array(strictObject({
    lineNo,
    qty: Type.Optional(quantity('In base units. Default: all that is picked and not packed.')),
    batch: Type.Optional(text(50, 'L2411-A', 'Only of this batch.'))
  }), { minItems: 1, maxItems: 2000, description: 'Only these; all that is picked if left out.' })),
  to: backTo,
  reason: Type.Optional(reason)
}, {
  $id: 'UnpickOrder',
  description:
    'Goods go back to where they were picked. Good ones stay allocated unless they go to quarantine; for the others other stock is looked for. Default ' +
      '`to`: stock.'
})
export type UnpickInput = Static<typeof UnpickOrder>

export const SubstituteBatch = strictObject({
  lines: Type.Array(strictObject({
    lineNo,
    batch: text(50, 'L2411-A', 'The batch that is to be exchanged.'),
    by: Type.Optional(text(50, 'L2412-B', 'The batch that replaces it. Default: as the line is allocated.')),
    qty: Type.Optional(quantity('In base units. Default: all that is picked or allocated of the batch.'))
  }), { minItems: 1, maxItems: 2000 }),
  to: backTo,
  reason: Type.Optional(reason)
}, {
  $id: 'SubstituteBatch',
  description:
    'What was picked of the batch goes back to where it came from, and as much of the other is picked; what was allocated is exchanged likewise. Default ' +
      '`to` of what was picked: quarantine.'
})
export type SubstituteInput = Static<typeof SubstituteBatch>

const change = {
  from: oneOf(ORDER_STATUSES, { examples: ['open'] }),
  to: oneOf(ORDER_STATUSES, { examples: ['released'] }),
  reason: nullable(Type.String(), { examples: [null] })
}
export const OrderStatusChange = Type.Object({ ...Order.properties, change: Type.Object(change, { additionalProperties: false }) }, {
  $id: 'OrderStatusChange', additionalProperties: false
})

const released = Type.Array(Type.Object({
  lineNo, batch: nullable(Type.String(), { examples: ['L2411-A'] }), location: Type.String({ examples: ['DEFAULT'] }), qty: count('In base units.')
}, { additionalProperties: false }), { description: 'What was allocated and is free again.' })
export type Released = Static<typeof released>

export const OrderCancellation = Type.Object({
  ...Order.properties,
  cancellation: Type.Object({
    reason: nullable(Type.String(), { examples: ['Customer changed their mind'] }),
    isWhole: Type.Boolean({ description: 'Nothing of the order is left.', examples: [true] }),
    lines: Type.Array(Type.Object({ lineNo, sku: Type.String({ examples: ['LANTERN-01'] }), qty: count('In base units.') }, { additionalProperties: false })),
    released
  }, { additionalProperties: false })
}, { $id: 'OrderCancellation', additionalProperties: false })

export const OrderAllocated = Type.Object({
  ...Order.properties,
  cause: nullable(Type.Object({
    type: Type.String({ description: 'A cause of `stock.updated`, or `backorders`: the service went on with those that wait.', examples: ['adjustment'] }),
    docType: nullable(Type.String(), { examples: ['stock_adjustment'] }),
    docId: nullable(Type.String(), { examples: ['grp_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] })
  }, { additionalProperties: false }), { description: 'What made the stock available for which the order waited. Null: the order itself was to be allocated.' })
}, { $id: 'OrderAllocated', additionalProperties: false })

export const OrderDeallocation = Type.Object({ ...Order.properties, released }, { $id: 'OrderDeallocation', additionalProperties: false })

const until = (values: readonly string[], fallback: string, title: string, description: string) => oneOf(values, { default: fallback, title, description })

export const CancelSettings = strictObject({
  cancelUntil: until(
    ['open', 'released', 'picking', 'picked', 'packed'], 'released', 'Cancellable until', 'How far an order may have come. Picked goods are put back.'
  )
})
export type CancelSettingsValues = { cancelUntil: 'open' | 'released' | 'picking' | 'picked' | 'packed' }

export const HoldSettings = strictObject({
  keepAllocation: Type.Boolean({ default: true, title: 'Keep allocations', description: 'An order on hold keeps what was allocated for it.' })
})
export type HoldSettingsValues = Static<typeof HoldSettings>

export const AllocateSettings = strictObject({
  allowStrategyOverride: Type.Boolean({ default: true, title: 'Callers choose the strategy', description: 'Else that of the product counts.' }),
  backorders: oneOf(['automatic', 'manual'], {
    default: 'automatic',
    title: 'When stock comes for orders that wait',
    description: 'Allocate it to them at once, by priority, requested ship date and age, before new orders; or leave that to the one that allocates them.'
  }),
  allowPinnedBatch: Type.Boolean({ default: true, title: 'Callers choose batches', description: 'Of orders and in allocations.' })
})
export type AllocateSettingsValues = Static<typeof AllocateSettings>

export const ReleaseSettings = strictObject({
  requireFullAllocation: Type.Boolean({
    default: false, title: 'Require full allocation', description: 'Orders go to the floor only when all of them is allocated.'
  })
})
export type ReleaseSettingsValues = Static<typeof ReleaseSettings>

export const PickSettings = strictObject({
  requireBatchScan: Type.Boolean({ default: false, title: 'Require the batch', description: 'Picks of products with batches name the batch that was taken.' })
})
export type PickSettingsValues = Static<typeof PickSettings>
