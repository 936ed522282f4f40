// The rules of a batch that no schema can say, and the one form in which each value is kept.
import { brokenRule } from '#kernel'
import { canonical, type ProductFacts } from '../../catalog/public.js'
import type { BatchDraft } from '../domain/batch-view.js'
import { archived, notStocked } from '../errors.js'
import type { BatchStatus } from '../domain/statuses.js'

const ATTRIBUTE_BYTES = 16_384
/** GS1 General Specifications, section 7.11 (character set 82), as AI (10) has it. */
const GS1_BATCH = /^[!-"%-?A-Z_a-z]{1,20}$/

/** What may follow on a status: a recall is final. */
export const TRANSITIONS: Readonly<Record<BatchStatus, readonly BatchStatus[]>> = {
  released: ['quarantined', 'blocked', 'recalled'],
  quarantined: ['released', 'blocked', 'recalled'],
  blocked: ['released', 'quarantined', 'recalled'],
  recalled: []
}

/**
 * Completes a description of a batch and checks it.
 * @throws AppError 422 naming the field
 */
export function toDraft (input: Partial<BatchDraft>): BatchDraft {
  const { expiryDate = null, bestBeforeDate = null, manufacturedDate = null, supplierBatch = null, countryOfOrigin = null, attributes = {} } = input
  if (expiryDate !== null && manufacturedDate !== null && expiryDate < manufacturedDate) {
    throw brokenRule('batch.dates', '/expiryDate', `must not be before manufacturedDate, which is ${manufacturedDate}`)
  }
  if (Buffer.byteLength(JSON.stringify(attributes)) > ATTRIBUTE_BYTES) {
    throw brokenRule('batch.attributes_too_large', '/attributes', `must have at most ${ATTRIBUTE_BYTES} bytes as JSON`)
  }
  return { expiryDate, bestBeforeDate, manufacturedDate, supplierBatch: supplierBatch === null ? null : canonical(supplierBatch), countryOfOrigin, attributes }
}

/** @throws AppError 422 for a product that has no batches, or gets no new ones */
export function checkProduct ({ kind, status, trackBatch, trackExpiry, sku }: ProductFacts): void {
  if (kind === 'service') throw notStocked('/sku')
  if (status === 'archived') throw archived('/sku')
  if (!trackBatch && !trackExpiry) {
    throw brokenRule('batch.not_tracked', '/sku', `must be the SKU of a product with batches: ${sku} is tracked neither by batch nor by expiry date`)
  }
}

/** @throws AppError 422 */
export function checkExpiry ({ trackExpiry, sku }: ProductFacts, { expiryDate }: BatchDraft): void {
  if (trackExpiry && expiryDate === null) throw brokenRule('batch.expiry_required', '/expiryDate', `is required: ${sku} is tracked by expiry date`)
}

/** @throws AppError 422 */
export function checkGs1 (code: string): void {
  if (GS1_BATCH.test(code)) return
  throw brokenRule(
    'batch.gs1',
    '/code',
    'must be at most 20 characters of the GS1 set (letters, digits and !"%&\'()*+,-./:;<=>?_): the operator of this service allows no other'
  )
}
