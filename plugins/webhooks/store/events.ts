// SQL of the event log as operators read it. The kernel writes it.
import type { Queryable } from '#kernel'
import type { EventFilters } from '../schemas/events.js'

export interface EventRow {
  sequence: number
  id: string
  type: string
  subjectType: string
  subjectId: string
  ownerId: string
  actorType: 'client' | 'operator' | 'system'
  actorId: string | null
  correlationId: string | null
  occurredAt: Date
}

const COLUMNS = '"sequence", "id", "type", "subjectType", "subjectId", "ownerId", "actorType", "actorId", "correlationId", "occurredAt"'

const COLUMN = { type: 'type', subjectId: 'subjectId', correlationId: 'correlationId' } as const

/** One row more than `limit` when there are more. Newest first. */
export async function listEvents (db: Queryable, filters: EventFilters, before: number | null, limit: number): Promise<EventRow[]> {
  const values: unknown[] = []
  const conditions = Object.entries(filters).map(([name, value]) => `"${COLUMN[name as keyof EventFilters]}" = $${values.push(value)}`)
  if (before !== null) conditions.push(`"sequence" < $${values.push(before)}`)
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`
  return (await db.query<EventRow>(`SELECT ${COLUMNS} FROM "Event" ${where} ORDER BY "sequence" DESC LIMIT ${limit + 1}`, values)).rows
}

export async function readEvent (db: Queryable, id: string): Promise<EventRow & { envelope: string } | undefined> {
  return (await db.query<EventRow & { envelope: string }>(`SELECT ${COLUMNS}, "envelope" FROM "Event" WHERE "id" = $1`, [id])).rows[0]
}
