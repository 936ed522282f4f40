// What the operator decides for all products that come by API: whether a batch and an expiry date are required.
import { brokenRule } from '#kernel'
import type { Applied, ProductSettingsValues } from '../schemas/products.js'

export interface Tracking { trackBatch: boolean, trackExpiry: boolean }

const REQUIRED = { trackBatch: 'a batch', trackExpiry: 'an expiry date' } as const

/**
 * Applies the operator's policies to a change.
 * @param said what the call itself says, as far as it does
 * @param wanted the flags that the product would have without policies; changed in place
 * @returns what came out otherwise than it would have without the policies
 * @throws AppError 422 `product.policy_conflict` when the call says otherwise and the operator wants that rejected
 */
export function applyPolicies (settings: ProductSettingsValues, said: Partial<Tracking>, wanted: Tracking): Applied[] {
  const applied: Applied[] = []
  const flags = [['trackBatch', settings.batchPolicy], ['trackExpiry', settings.expiryPolicy]] as const
  for (const [field, policy] of flags) {
    if (policy === 'caller') continue
    const value = policy === 'always'
    if (said[field] === !value && settings.onPolicyConflict === 'reject') {
      throw brokenRule('product.policy_conflict', `/${field}`, `must be ${value}: the operator of this service decides it for all products`)
    }
    if (wanted[field] === value) continue
    applied.push({
      field,
      policy,
      value,
      detail: `By the operator's settings every product written by API ${value ? 'requires' : 'does without'} ${REQUIRED[field]}, whatever the caller says.`
    })
    wanted[field] = value
  }
  return applied
}
