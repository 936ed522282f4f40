// Calendar days where the goods are.

const formats = new Map<string, Intl.DateTimeFormat>()

/** The day (`YYYY-MM-DD`) that it is in a time zone of the IANA database. */
export function dayIn (timezone: string, now: Date): string {
  let format = formats.get(timezone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone: timezone, year: 'numeric', month: '2-digit', day: '2-digit' })
    formats.set(timezone, format)
  }
  return format.format(now)
}

/** A batch is good through the whole of its expiry date. */
export const isExpired = (expiryDate: string | null, today: string): boolean => expiryDate !== null && today > expiryDate

/** Whole days from one day to another; negative when `to` is earlier. */
export const daysBetween = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000)
