// Quantities are decimals with four places. Inside a change they are counted in ten-thousandths: whole numbers, whose sums are exact.

const PER_UNIT = 10_000

/** The largest that a column numeric(15,4) holds, in ten-thousandths. */
export const MAX_EXACT = 10 ** 15 - 1

/** In ten-thousandths. */
export const exact = (quantity: number): number => Math.round(quantity * PER_UNIT)

/** From ten-thousandths. */
export const plain = (units: number): number => units / PER_UNIT

/** True when the quantity has no more decimals than the product allows (0 to 4). */
export const fitsScale = (quantity: number, scale: number): boolean => exact(quantity) % 10 ** (4 - scale) === 0
