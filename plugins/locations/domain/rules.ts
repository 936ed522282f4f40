// What the fields of warehouses and locations must be, beyond their schemas.
import { hasCheckDigit } from '#kernel'
import { badGln, badTimezone } from '../errors.js'

/** As names are kept: Unicode NFC, no white space around. */
export const canonical = (text: string): string => text.normalize('NFC').trim()

/** A GLN has 13 digits, the last one a check digit. @throws AppError 422 */
export function checkGln (gln: string | null): void {
  if (gln !== null && !hasCheckDigit(gln)) throw badGln()
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
