// What this plugin refuses, each with its stable code.
import { AppError, brokenRule, type ErrorDetail } from '#kernel'

/** The same for one that never was and one of another owner. */
export const productNotFound = (): AppError => new AppError(404, 'product.not_found', 'There is no such product.')

const taken = (code: string, what: string, pointers: readonly string[]): AppError => {
  const message = `is the ${what} of another product`
  const errors = pointers.map((pointer): ErrorDetail => ({ in: 'body', pointer, code, message }))
  return new AppError(409, code, `body ${pointers[0]} ${message}`, { errors })
}

const skuTaken = (): AppError => taken('product.sku_taken', 'SKU', ['/sku'])
export const externalRefTaken = (): AppError => taken('product.external_ref_taken', 'externalRef', ['/externalRef'])

/** @param positions where the taken ones stand in the request's `barcodes` */
export const barcodeTaken = (positions: readonly number[]): AppError =>
  taken('product.barcode_taken', 'barcode', positions.map(position => `/barcodes/${position}/value`))

export const otherSku = (): AppError => brokenRule('product.sku_mismatch', '/sku', 'must be the SKU of the path, or be left out')

/** RFC 9110, section 13.1.1: without a current representation no If-Match holds. */
export const nothingToMatch = (): AppError => new AppError(412, 'precondition.failed', 'There is no such product yet: leave If-Match out to create it.')

/** Turns the violation of a unique key into its refusal; other errors come back as they are. */
export function conflictOf (error: unknown): unknown {
  const { code, constraint } = error as { code?: string, constraint?: string }
  if (code !== '23505') return error
  if (constraint === 'Product_ownerId_skuKey_key') return skuTaken()
  return constraint === 'Product_ownerId_externalRef_key' ? externalRefTaken() : error
}
