// SQL of the event log as operators read it. The kernel writes it.
import { envelopeOf, EVENT_COLUMNS, type Queryable, type SequencedEvent } from '#kernel'
import type { EventFilters } from '../schemas/events.js'

const COLUMN = { type: 'type', subjectId: 'subjectId', correlationId: 'correlationId' } as const

/** Newest first. */
export async function listEvents (db: Queryable, filters: EventFilters, before: number | null, limit: number): Promise<SequencedEvent[]> {
  const values: unknown[] = []
  const conditions = Object.entries(filters).map(([name, value]) =>
    `"${COLUMN[name as keyof EventFilters]}" = ${Array.isArray(value) ? `ANY ($${values.push(value)}::text[])` : `$${values.push(value)}`}`
  )
  if (before !== null) conditions.push(`"sequence" < $${values.push(before)}`)
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`
  return (await db.query<SequencedEvent>(`SELECT ${EVENT_COLUMNS} FROM "Event" ${where} ORDER BY "sequence" DESC LIMIT ${limit}`, values)).rows
}

export async function readEvent (db: Queryable, id: string): Promise<SequencedEvent & { envelope: string } | undefined> {
  return (await db.query<SequencedEvent & { envelope: string }>(`SELECT ${EVENT_COLUMNS}, ${envelopeOf('e')} AS "envelope" FROM "Event" e WHERE "id" = $1`, [
    id
  ])).rows[0]
}
