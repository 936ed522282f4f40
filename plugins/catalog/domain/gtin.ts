// GTINs (GS1 General Specifications, section 7.9): 8, 12, 13 or 14 digits, the last one a check digit.
import { hasCheckDigit } from '#kernel'

/**
 * The 14-digit form of a GTIN, which is how it is stored and compared.
 * @returns null when it has another length, another character or a wrong check digit
 */
export function toGtin14 (text: string): string | null {
  if (!/^(\d{8}|\d{12,14})$/.test(text)) return null
  const gtin = text.padStart(14, '0')
  return hasCheckDigit(gtin) ? gtin : null
}
