// Codes of the errors that this plugin throws; test/rules/errors.test.ts compares them with what its sources throw.
import type { ErrorManifest } from '#kernel'

export const errors: readonly ErrorManifest[] = [
  { code: 'adjustment.too_large', status: 422, message: 'must be between -… and …: the operator of this service allows no larger adjustment' },
  { code: 'adjustment.zero', status: 422, message: 'must not be 0' },
  { code: 'batch.attributes_too_large', status: 422, message: 'must have at most … bytes as JSON' },
  { code: 'batch.code_taken', status: 409, message: 'body … …' },
  { code: 'batch.dates', status: 422, message: 'must not be before manufacturedDate, which is …' },
  { code: 'batch.expiry_conflict', status: 409, message: 'body … …' },
  { code: 'batch.expiry_required', status: 422, message: 'is required: … is tracked by expiry date' },
  {
    code: 'batch.gs1',
    status: 422,
    message: 'must be at most 20 characters of the GS1 set (letters, digits and !"%&\'()*+,-./:;<=>?_): the operator of this service allows no other'
  },
  { code: 'batch.has_stock', status: 409, message: 'body /expiryDate …' },
  { code: 'batch.illegal_transition', status: 409, message: 'body /status …' },
  { code: 'batch.not_found', status: 404, message: 'There is no such batch.' },
  { code: 'batch.not_tracked', status: 422, message: 'must be the SKU of a product with batches: … is tracked neither by batch nor by expiry date' },
  { code: 'batch.required', status: 422, message: 'is required: … is tracked by batch' },
  { code: 'batch.unknown', status: 422, message: 'is no batch of …' },
  { code: 'document.not_found', status: 404, message: 'There is no document with this name.' },
  { code: 'location.archived', status: 422, message: 'names an archived location' },
  { code: 'location.locked', status: 409, message: '… can\'t be done: location … is locked; it can only be counted' },
  { code: 'location.mixed_batches', status: 409, message: '… can\'t be done: location … holds another batch, and takes no mixed ones' },
  { code: 'location.mixed_products', status: 409, message: '… can\'t be done: location … holds another product, and takes no mixed ones' },
  { code: 'location.not_receivable', status: 409, message: '… can\'t be done: location … takes no goods from outside' },
  { code: 'location.required', status: 422, message: 'has no default location: name one in each line' },
  { code: 'location.too_heavy', status: 409, message: '… can\'t be done: location … carries … g, and would hold … g' },
  { code: 'location.unknown', status: 422, message: 'names no location of warehouse …: use the code or the id of one' },
  { code: 'product.archived', status: 422, message: 'names an archived product, of which nothing comes in' },
  { code: 'product.gone', status: 409, message: 'A product of this call has just been removed.' },
  {
    code: 'product.has_movements',
    status: 422,
    message: 'can\'t change: stock of the product was counted in …. Add the other unit to its units, or make a new product'
  },
  { code: 'product.has_stock', status: 409, message: 'There are … of this product on hand: adjust its stock to 0 before it is archived.' },
  { code: 'product.has_stock', status: 422, message: 'can\'t change while there is stock of the product: … on hand' },
  { code: 'product.not_stocked', status: 422, message: 'names a service, which has no stock' },
  { code: 'product.unknown_sku', status: 422, message: 'is the SKU of no product' },
  { code: 'quantity.scale', status: 422, message: 'has more decimals than the product allows' },
  { code: 'reason.direction', status: 422, message: 'must … the stock with reason …' },
  { code: 'reason.not_allowed', status: 422, message: 'must be one of …: the operator of this service allows no other' },
  { code: 'reason.note_required', status: 422, message: 'is required: the operator of this service wants every adjustment explained' },
  { code: 'reason.unknown', status: 422, message: 'must be one of …' },
  { code: 'request.invalid', status: 400, message: '… /product …' },
  { code: 'stock.expected_required', status: 422, message: 'is required: say what you believe to lie there' },
  { code: 'stock.insufficient', status: 409, message: 'There is not as much as the call takes away.' },
  { code: 'stock.set_twice', status: 422, message: 'sets the same stock as a line before it' },
  { code: 'stock.too_much', status: 422, message: 'leads to more on hand than this service counts, which is 99,999,999,999.9999 above or below zero' },
  { code: 'stock.unexpected', status: 409, message: 'body … …' },
  { code: 'transfer.nowhere', status: 422, message: 'must be another location or status than from' },
  {
    code: 'transfer.other_warehouse',
    status: 422,
    message: 'must be left out: the operator of this service allows no transfers between warehouses'
  },
  { code: 'warehouse.archived', status: 422, message: 'names an archived warehouse' },
  { code: 'warehouse.unknown', status: 422, message: 'names no warehouse: use the code or the id of one' }
]

/** Codes that an operation may answer, besides those that any call may get. Whatever tests are answered must be here. */
export const errorsOf: Readonly<Record<string, readonly string[]>> = {
  'batch.create': [
    'batch.attributes_too_large', 'batch.code_taken', 'batch.dates', 'batch.expiry_conflict', 'batch.expiry_required', 'batch.gs1',
    'batch.not_tracked', 'product.archived', 'product.gone', 'product.not_stocked', 'product.unknown_sku'
  ],
  'batch.get': ['batch.not_found'],
  'batch.list': ['product.not_found'],
  'batch.setStatus': ['batch.busy', 'batch.illegal_transition', 'batch.not_found'],
  'batch.update': ['batch.attributes_too_large', 'batch.dates', 'batch.expiry_required', 'batch.has_stock', 'batch.not_found'],
  'movement.list': ['batch.not_found', 'document.not_found', 'product.not_found'],
  'stock.adjust': [
    'location.locked', 'location.mixed_batches', 'location.mixed_products', 'location.not_receivable', 'location.too_heavy', 'location.archived',
    'warehouse.archived',
    'adjustment.too_large', 'adjustment.zero', 'batch.expiry_conflict', 'batch.expiry_required', 'batch.not_tracked', 'batch.required',
    'batch.unknown', 'location.required', 'location.unknown', 'product.archived', 'product.gone', 'product.not_stocked', 'product.unknown_sku',
    'quantity.scale', 'reason.direction', 'reason.not_allowed', 'reason.note_required', 'reason.unknown', 'stock.insufficient', 'stock.too_much',
    'warehouse.unknown'
  ],
  'stock.get': ['product.not_found'],
  'stock.list': [],
  'stock.query': ['warehouse.unknown'],
  'stock.set': [
    'location.archived', 'warehouse.archived',
    'batch.expiry_conflict', 'batch.expiry_required', 'batch.required', 'batch.unknown', 'location.unknown', 'product.archived', 'product.gone',
    'product.unknown_sku', 'quantity.scale', 'reason.direction', 'reason.unknown', 'stock.expected_required', 'stock.insufficient',
    'stock.set_twice', 'stock.unexpected', 'warehouse.unknown'
  ],
  'stock.transfer': [
    'location.locked', 'location.mixed_batches', 'location.mixed_products', 'location.not_receivable', 'location.too_heavy', 'location.archived',
    'warehouse.archived',
    'batch.expiry_conflict', 'batch.not_tracked', 'batch.required', 'batch.unknown', 'location.unknown', 'product.gone', 'product.unknown_sku',
    'quantity.scale', 'stock.insufficient', 'transfer.nowhere', 'transfer.other_warehouse', 'warehouse.unknown'
  ]
}
