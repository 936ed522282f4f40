// Instants in the filters of lists.
import { badQuery } from '#kernel'

/** An instant of a filter, as the database takes it. The format admits leap seconds and the year 0, which nobody knows. @throws AppError 400 */
export function instantOf (parameter: string, text: string): string {
  const ms = Date.parse(text)
  if (Number.isNaN(ms)) throw badQuery(parameter, 'must be an instant that exists, like 2026-01-31T08:15:30.123Z')
  return new Date(Math.max(ms, 0)).toISOString()
}
