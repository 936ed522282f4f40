// What the fields of warehouses and locations must be, beyond their schemas.
import { badGln, badTimezone } from '../errors.js'

/** As names are kept: Unicode NFC, no white space around. */
export const canonical = (text: string): string => text.normalize('NFC').trim()

/** A GLN has 13 digits, the last one a check digit (GS1 General Specifications, section 7.9). @throws AppError 422 */
export function checkGln (gln: string | null): void {
  if (gln === null) return
  // Weights 1, 3, 1, … from the left of 13 digits; the check digit brings the sum to a multiple of ten.
  const sum = [...gln].reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0)
  if (sum % 10 !== 0) throw badGln()
}

/** @throws AppError 422 */
export function checkTimezone (timezone: string): void {
  try {
    // An offset such as +01:00 is accepted by some versions and knows no summer time.
    if (/^[+-]/.test(timezone)) throw new RangeError(timezone)
    Intl.DateTimeFormat('en', { timeZone: timezone })
  } catch {
    throw badTimezone()
  }
}
