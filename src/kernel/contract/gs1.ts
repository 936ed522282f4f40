// Keys of GS1 (General Specifications, section 7.9).

/** Whether the last of these digits is the check digit of those before it: of a GTIN, a GLN or an SSCC. */
export function hasCheckDigit (digits: string): boolean {
  // Weights 1, 3, 1, … from the right, the check digit included; the sum is a multiple of ten.
  const sum = [...digits].reduceRight((total, digit, index) => total + Number(digit) * ((digits.length - 1 - index) % 2 === 0 ? 1 : 3), 0)
  return sum % 10 === 0
}
