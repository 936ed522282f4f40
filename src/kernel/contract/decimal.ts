// Decimals with four places (`numeric(15,4)`). Inside a change they are counted in ten-thousandths: whole numbers, whose sums are exact.

const PER_ONE = 10_000

/** The largest that a column numeric(15,4) holds, in ten-thousandths. */
export const MAX_UNITS = 10 ** 15 - 1

/** In ten-thousandths. */
export const toUnits = (decimal: number): number => Math.round(decimal * PER_ONE)

/** From ten-thousandths. */
export const toDecimal = (units: number): number => units / PER_ONE

/** True when the quantity has no more decimals than the product allows (0 to 4). */
export const fitsScale = (quantity: number, scale: number): boolean => toUnits(quantity) % 10 ** (4 - scale) === 0
