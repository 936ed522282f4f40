// What the operator decides for all products that come by API: whether a batch and an expiry date are required.
import { brokenRule } from '#kernel'
import type { ProductSettingsValues, Warning } from './schemas.js'

export interface Tracking { trackBatch: boolean, trackExpiry: boolean }

/**
 * Applies the operator's policies to a change.
 * @param said what the call itself says, as far as it does
 * @param wanted the flags that the product would have without policies; changed in place
 * @param before the flags before the change; null for a new product
 * @returns what was overridden: where the call said otherwise, or where an existing product changes without being told to
 * @throws AppError 422 `product.policy_conflict` when the call says otherwise and the operator wants that rejected
 */
export function applyPolicies (settings: ProductSettingsValues, said: Partial<Tracking>, wanted: Tracking, before: Tracking | null): Warning[] {
  const warnings: Warning[] = []
  const flags = [['trackBatch', settings.batchPolicy], ['trackExpiry', settings.expiryPolicy]] as const
  for (const [flag, policy] of flags) {
    if (policy === 'caller') continue
    const applied = policy === 'always'
    const requested = said[flag] ?? null
    const isContradicted = requested !== null && requested !== applied
    if (isContradicted && settings.onPolicyConflict === 'reject') {
      throw brokenRule('product.policy_conflict', `/${flag}`, `must be ${applied}: the operator of this service decides it for all products`)
    }
    if (isContradicted || (requested === null && before !== null && before[flag] !== applied)) {
      const message = `is ${applied} whatever callers say: the operator of this service decides it for all products`
      warnings.push({ code: 'product.policy_overridden', pointer: `/${flag}`, message, requested, applied })
    }
    wanted[flag] = applied
  }
  return warnings
}
