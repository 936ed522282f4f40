// Quantities in the units of a product.
import { toUnits } from '#kernel'
import type { ProductFacts } from '../public.js'

/** What a quantity of a unit comes to in base units, in ten-thousandths; NaN where it does not divide. Null: the product has no such unit. */
export function unitsOf ({ baseUom, uoms }: Pick<ProductFacts, 'baseUom' | 'uoms'>, qty: number, uomCode: string | null): number | null {
  if (uomCode === null || uomCode === baseUom) return toUnits(qty)
  const uom = uoms.find(({ code }) => code === uomCode)
  if (uom === undefined) return null
  // A double would round large products to whole ones.
  const [units, one] = [BigInt(toUnits(qty)) * BigInt(toUnits(uom.qtyInBase)), BigInt(toUnits(1))]
  return units % one === 0n ? Number(units / one) : NaN
}
