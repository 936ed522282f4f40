// Lists in pages.
import { badQuery } from './errors.js'

/** Where in a list's order a row stands: what its columns of the order hold. */
export type Position = ReadonlyArray<string | number>

export interface Page<View> {
  data: View[]
  /** Where the next page begins; null on the last one. */
  nextCursor: string | null
  /** The same on all pages of a walk: what changes behind the walker's back is found from there. */
  asOf: string
}

export interface PageRequest<Row, View> {
  /** Names the list, whose it is, its filters and its order: a cursor of another scope is refused. */
  scope: readonly unknown[]
  /** Default 50. */
  limit?: number | undefined
  cursor?: string | undefined
  /** The next rows behind a position. A search that ended early says up to where it has looked: its page is short and not the last. */
  read: (after: string[] | null, limit: number) => Promise<readonly Row[] | { rows: readonly Row[], readTo: Position | null }>
  positionOf: (row: Row) => Position
  toView: (row: Row) => View
}

/** A timestamp of a filter, as the database takes it. The format admits the year 0, which the database does not know. @throws AppError 400 */
export function timestampOf (parameter: string, text: string): string {
  const ms = Date.parse(text)
  if (Number.isNaN(ms)) throw badQuery(parameter, 'must be a timestamp that exists, like 2026-01-31T08:15:30.123Z')
  return new Date(Math.max(ms, 0)).toISOString()
}
