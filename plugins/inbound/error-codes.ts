// Codes of the errors that this plugin throws; test/rules/errors.test.ts compares them with what its sources throw.
import type { ErrorManifest } from '#kernel'

export const errors: readonly ErrorManifest[] = [
  { code: 'batch.not_tracked', status: 422, message: 'must be left out: … is not tracked by …' },
  { code: 'inbound.attributes_too_large', status: 422, message: 'must have at most … bytes as JSON' },
  { code: 'inbound.batch_required', status: 422, message: 'is required: the operator of this service wants batches announced' },
  { code: 'inbound.expiry_required', status: 422, message: 'is required: the operator of this service wants expiry dates announced' },
  { code: 'inbound.external_ref_taken', status: 409, message: 'body … …' },
  { code: 'inbound.illegal_transition', status: 409, message: '…; ….' },
  { code: 'inbound.line_twice', status: 422, message: 'is the number of a line before it' },
  { code: 'inbound.not_found', status: 404, message: 'There is no such inbound order.' },
  { code: 'inbound.over_receipt', status: 422, message: 'is more than is still expected, which is ……' },
  { code: 'inbound.quantity', status: 422, message: 'is more than this service counts' },
  { code: 'inbound.supplier_unknown', status: 422, message: 'is the code of no partner with the role supplier' },
  { code: 'inbound.unknown_line', status: 422, message: 'is the number of no line of this inbound order' },
  { code: 'inbound.warehouse_fixed', status: 409, message: 'body … …' },
  { code: 'precondition.failed', status: 412, message: 'There is no such inbound order yet: leave If-Match out to create it.' },
  { code: 'product.archived', status: 422, message: 'names an archived product, of which nothing comes in' },
  { code: 'product.has_inbound', status: 422, message: 'can\'t change while it is announced: inbound order … has a line of it' },
  { code: 'product.not_stocked', status: 422, message: 'names a service, which has no stock' },
  { code: 'product.unknown_sku', status: 422, message: 'is the SKU of no product' },
  { code: 'receipt.damaged', status: 422, message: 'must not be more than qty' },
  { code: 'receipt.in_use', status: 409, message: 'Line … can\'t be taken back: ….' },
  { code: 'receipt.not_found', status: 404, message: 'There is no such receipt.' },
  { code: 'receipt.reference_taken', status: 409, message: 'body … …' },
  { code: 'receipt.reversed', status: 409, message: 'This receipt was reversed already.' },
  { code: 'receipt.too_late', status: 409, message: 'The operator of this service allows a receipt to be reversed for … hours: adjust the stock instead.' },
  { code: 'request.invalid', status: 400, message: 'path /id …' },
  { code: 'uom.not_divisible', status: 422, message: 'must come to at most … decimals of the base unit' },
  { code: 'uom.unknown', status: 422, message: 'must be a unit of the product: …' }
]

const ANNOUNCED = [
  'batch.not_tracked', 'inbound.attributes_too_large', 'inbound.batch_required', 'inbound.expiry_required', 'inbound.line_twice', 'inbound.quantity',
  'inbound.supplier_unknown', 'inbound.unknown_line', 'product.archived', 'product.not_stocked', 'product.unknown_sku', 'uom.not_divisible', 'uom.unknown'
]
/** What putting goods into stock may answer. */
const BOOKED = [
  'batch.code_taken', 'batch.expiry_conflict', 'batch.expiry_required', 'batch.not_tracked', 'batch.required', 'inbound.quantity', 'location.archived',
  'location.locked', 'location.mixed_batches', 'location.mixed_products', 'location.not_receivable', 'location.required', 'location.too_heavy',
  'location.unknown', 'product.archived', 'product.gone', 'product.not_stocked', 'quantity.scale', 'receipt.damaged', 'receipt.reference_taken',
  'stock.too_much', 'uom.not_divisible', 'uom.unknown', 'warehouse.archived', 'warehouse.unknown'
]

/** Codes that an operation may answer, besides those that any call may get. Whatever tests are answered must be here. */
export const errorsOf: Readonly<Record<string, readonly string[]>> = {
  'inbound.arrive': ['inbound.illegal_transition', 'inbound.not_found'],
  'inbound.cancel': ['inbound.illegal_transition', 'inbound.not_found'],
  'inbound.close': ['inbound.illegal_transition', 'inbound.not_found'],
  'inbound.create': [...ANNOUNCED, 'inbound.external_ref_taken', 'warehouse.archived', 'warehouse.unknown'],
  'inbound.get': ['inbound.not_found'],
  'inbound.list': [],
  'inbound.receive': [...BOOKED, 'inbound.illegal_transition', 'inbound.not_found', 'inbound.over_receipt', 'inbound.unknown_line'],
  'inbound.update': [...ANNOUNCED, 'inbound.illegal_transition', 'inbound.not_found'],
  'inbound.upsert': [
    ...ANNOUNCED, 'inbound.external_ref_taken', 'inbound.illegal_transition', 'inbound.warehouse_fixed', 'warehouse.archived', 'warehouse.unknown'
  ],
  'receipt.create': [...BOOKED, 'product.unknown_sku'],
  'receipt.get': ['receipt.not_found'],
  'receipt.list': ['inbound.not_found'],
  'receipt.reverse': ['location.locked', 'receipt.in_use', 'receipt.not_found', 'receipt.reversed', 'receipt.too_late']
}
