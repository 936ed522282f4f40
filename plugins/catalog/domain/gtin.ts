// GTINs (GS1 General Specifications, section 7.9): 8, 12, 13 or 14 digits, the last one a check digit.

/**
 * The 14-digit form of a GTIN, which is how it is stored and compared.
 * @returns null when it has another length, another character or a wrong check digit
 */
export function toGtin14 (text: string): string | null {
  if (!/^(\d{8}|\d{12,14})$/.test(text)) return null
  const gtin = text.padStart(14, '0')
  // Weights 3, 1, 3, … from the left of 14 digits; the check digit brings the sum to a multiple of ten.
  const sum = [...gtin].reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 3 : 1), 0)
  return sum % 10 === 0 ? gtin : null
}
