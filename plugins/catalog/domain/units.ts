// Quantities in the units of a product.
import { toUnits } from '#kernel'

interface Measured { baseUom: string, uoms: ReadonlyArray<{ code: string, qtyInBase: number }> }

/** What a quantity of a unit comes to in base units, in ten-thousandths; NaN where it does not divide. Null: the product has no such unit. */
export function unitsOf ({ baseUom, uoms }: Measured, qty: number, uomCode: string | null): number | null {
  if (uomCode === null || uomCode === baseUom) return toUnits(qty)
  const uom = uoms.find(({ code }) => code === uomCode)
  if (uom === undefined) return null
  // A double would round large products to whole ones.
  const [units, one] = [BigInt(toUnits(qty)) * BigInt(toUnits(uom.qtyInBase)), BigInt(toUnits(1))]
  return units % one === 0n ? Number(units / one) : NaN
}
