// Events: drafts that a change writes into its own transaction, and the numbered envelopes that the sequencer makes of them.
import type { Catalogue } from '../contract/catalogue.js'
import type { RowWriter, Tx } from '../contract/database.js'
import type { EventDraft } from '../contract/events.js'
import { newId } from '../contract/ids.js'
import type { Foundation, LiveTx } from './foundation.js'

const COLUMNS = '"id", "type", "subjectType", "subjectId", "ownerId", "actorType", "actorId", "correlationId", "occurredAt", "draft"'
const INSERT_ONE = { name: 'kernel-event-emit', text: `INSERT INTO "EventOutbox" (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::timestamptz, $10)` }
const INSERT_ALL = {
  name: 'kernel-events-emit',
  text: `INSERT INTO "EventOutbox" (${COLUMNS}) SELECT * FROM unnest(${[1, 2, 3, 4, 5, 6, 7, 8].map(at => `$${at}::text[]`).join(', ')}, $9::timestamptz[], $10::text[])`
}

/** In the order in which they were emitted: so are their positions. */
const outbox: RowWriter<ReadonlyArray<string | null>> = {
  statementOf: rows => rows.length === 1 ? [INSERT_ONE, rows[0]!] : [INSERT_ALL, rows[0]!.map((_, at) => rows.map(row => row[at]))]
}

/** JSON of an event's data by its type. @throws TypeError for a type that no installed plugin declares; Error for data that its schema does not allow */
export type EventJson = (type: string, data: object) => string

export function createEventJson ({ events, schemas }: Catalogue, jsonOf: Foundation['jsonOf']): EventJson {
  const named = Object.fromEntries(schemas.map(schema => [schema.$id!, schema]))
  const bySchema = new Map([...events.values()].map(({ data }) => [data, jsonOf(data, named)]))
  // A change may tell one object as several events, one right after the other.
  let last: { data: object, schema: object, json: string } | null = null
  const forget = (): void => { last = null }
  return (type, data) => {
    const schema = events.get(type)?.data
    if (schema === undefined) throw new TypeError(`event ${type} is not declared by any installed plugin`)
    if (last?.data === data && last.schema === schema) return last.json
    const json = bySchema.get(schema)!(data)
    last = { data, schema, json }
    queueMicrotask(forget)
    return json
  }
}

/**
 * Writes an event into the transaction of its change. It gets its number after the commit.
 * @returns the event's id
 * @throws what `json` throws
 */
export function emitEvent (json: EventJson, now: Date, tx: Tx, type: string, event: EventDraft): string {
  const data = json(type, event.data)
  const id = newId('evt')
  const principal = tx.call?.principal
  const actor = { type: principal?.type ?? 'system', id: principal?.id ?? null, name: principal?.name ?? null }
  const correlationId = tx.call?.correlationId ?? null
  const head = JSON.stringify({
    id,
    type,
    schemaVersion: 1,
    occurredAt: now.toISOString(),
    subject: event.subject,
    ownerId: event.ownerId,
    warehouseId: event.warehouseId ?? null,
    actor,
    requestId: tx.call?.requestId ?? null,
    correlationId,
    causedBy: tx.call?.operation ?? null,
    test: false
  })
  const draft = `${head.slice(0, -1)},"data":${data},"previous":${JSON.stringify(event.previous ?? null)}`
  ;(tx as LiveTx).drafts.push(draft)
  // Stored without its last brace: whoever reads it appends the number and the brace, and nobody parses it again.
  tx.append(outbox, [id, type, event.subject.type, event.subject.id, event.ownerId, actor.type, actor.id, correlationId, now.toISOString(), draft])
  return id
}
