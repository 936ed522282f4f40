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
  { code: 'product.currency_missing', status: 422, message: 'is required together with cost or price' },
  { code: 'product.currency_unknown', status: 422, message: 'must be a currency of ISO 4217' },
  { code: 'product.dangerous_goods', status: 422, message: 'is required for dangerous goods' },
  { code: 'product.name_required', status: 422, message: 'is required: there is no product with this SKU yet, and the call would make it' },
  { code: 'product.not_found', status: 404, message: 'There is no such product.' },
  { code: 'product.policy_conflict', status: 422, message: 'must be …: the operator of this service decides it for all products' },
  { code: 'product.range', status: 422, message: 'must not be greater than …, which is …' },
  { code: 'product.sku_mismatch', status: 422, message: 'must be the SKU of the path, or be left out' },
  { code: 'request.invalid', status: 400, message: 'path /id …' },
  { code: 'uom.duplicate', status: 422, message: 'names a unit that stands before it already' },
  { code: 'uom.not_found', status: 404, message: 'The product has no such unit besides its base unit.' },
  { code: 'uom.two_defaults', status: 422, message: 'must be true for one unit only' }
]
