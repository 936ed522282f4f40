// Codes of the errors that this plugin throws; test/rules/errors.test.ts compares them with what its sources throw.
import type { ErrorManifest } from '#kernel'

export const errors: readonly ErrorManifest[] = [
  { code: 'barcode.check_digit', status: 422, message: 'has a wrong check digit' },
  { code: 'barcode.duplicate', status: 422, message: 'is there twice' },
  { code: 'barcode.length', status: 422, message: 'must have 8, 12, 13 or 14 digits as …; for other codes use kind internal or supplier' },
  { code: 'barcode.not_found', status: 404, message: 'The product has no such barcode.' },
  { code: 'barcode.unknown_uom', status: 422, message: 'names …, which is no unit of this product' },
  { code: 'feature.not_available', status: 422, message: 'is not available yet: …. Leave it out' },
  {
    code: 'insufficient_scope',
    status: 403,
    message: 'There is no such product, and this client may not make one: an operator can grant it product.create or product.upsert.'
  },
  { code: 'precondition.failed', status: 412, message: 'There is no such product yet: leave If-Match out to create it.' },
  { code: 'product.attributes_too_large', status: 422, message: 'must have at most … bytes as JSON' },
  { code: 'product.barcode_taken', status: 409, message: 'Another product has this barcode.' },
  { code: 'product.currency_missing', status: 422, message: 'is required together with cost or price' },
  { code: 'product.currency_unknown', status: 422, message: 'must be a currency of ISO 4217' },
  { code: 'product.dangerous_goods', status: 422, message: 'is required for dangerous goods' },
  { code: 'product.external_ref_taken', status: 409, message: 'Another product has this externalRef.' },
  { code: 'product.name_required', status: 422, message: 'is required: there is no product with this SKU yet, and the call would make it' },
  { code: 'product.not_found', status: 404, message: 'There is no such product.' },
  { code: 'product.policy_conflict', status: 422, message: 'must be …: the operator of this service decides it for all products' },
  { code: 'product.range', status: 422, message: 'must not be greater than …, which is …' },
  { code: 'product.sku_mismatch', status: 422, message: 'must be the SKU of the path, or be left out' },
  { code: 'product.sku_taken', status: 409, message: 'Another product has this SKU.' },
  { code: 'request.invalid', status: 400, message: 'path /id …' },
  { code: 'uom.duplicate', status: 422, message: 'names a unit that stands before it already' },
  { code: 'uom.not_found', status: 404, message: 'The product has no such unit besides its base unit.' },
  { code: 'uom.two_defaults', status: 422, message: 'must be true for one unit only' }
]

/** Codes that an operation may answer, besides those that any call may get. Whatever tests are answered must be here. */
export const errorsOf: Readonly<Record<string, readonly string[]>> = {
  'product.addBarcode': ['barcode.check_digit', 'product.barcode_taken', 'product.not_found'],
  'product.archive': ['product.has_inbound', 'product.has_stock', 'product.not_found'],
  'product.create': [
    'barcode.check_digit', 'barcode.duplicate', 'barcode.length', 'barcode.unknown_uom', 'feature.not_available', 'product.attributes_too_large',
    'product.barcode_taken', 'product.currency_missing', 'product.currency_unknown', 'product.external_ref_taken', 'product.policy_conflict',
    'product.range', 'product.sku_taken', 'uom.duplicate', 'uom.two_defaults'
  ],
  'product.get': ['product.not_found'],
  'product.list': [],
  'product.putUnit': ['product.has_inbound', 'product.has_orders', 'product.not_found', 'uom.duplicate'],
  'product.removeBarcode': ['barcode.not_found', 'product.not_found'],
  'product.removeUnit': ['product.has_inbound', 'product.has_orders', 'product.not_found', 'uom.not_found'],
  'product.update': [
    'barcode.unknown_uom', 'product.barcode_taken', 'product.currency_missing', 'product.dangerous_goods', 'product.external_ref_taken',
    'product.has_movements', 'product.has_inbound', 'product.has_orders', 'product.has_stock', 'product.name_required', 'product.not_found',
    'product.policy_conflict',
    'product.range', 'product.sku_taken', 'uom.duplicate'
  ],
  'product.upsert': [
    'product.barcode_taken', 'product.currency_missing', 'product.external_ref_taken', 'product.has_inbound', 'product.has_orders',
    'product.has_stock', 'product.policy_conflict', 'product.sku_mismatch', 'product.sku_taken'
  ]
}
