// Events: drafts that a change writes into its own transaction, and the numbered envelopes that the sequencer makes of them.
import type { Catalogue } from '../contract/catalogue.js'
import { arraysOf, insertMany, names, type Columns } from '../contract/columns.js'
import type { RowWriter, Tx } from '../contract/database.js'
import { toDraft, type EventDraft } from '../contract/events.js'
import { newId } from '../contract/ids.js'
import type { Foundation, LiveTx } from './foundation.js'

/** A row of the outbox: as many values as there are columns. */
type OutboxRow = ReadonlyArray<string | null>

const OUTBOX: Columns<OutboxRow> = [
  'id', 'type', 'subjectType', 'subjectId', 'ownerId', 'warehouseId', 'actorType', 'actorId', 'correlationId', 'occurredAt', 'draft'
].map((name, at) => [name, name === 'occurredAt' ? 'timestamptz' : 'text', row => row[at]])
const INSERT_ONE = {
  name: 'kernel-event-emit', text: `INSERT INTO "EventOutbox" (${names(OUTBOX)}) VALUES (${OUTBOX.map(([, type], at) => `$${at + 1}::${type}`).join(', ')})`
}
const INSERT_ALL = { name: 'kernel-events-emit', text: insertMany('EventOutbox', OUTBOX) }

/** In the order in which they were emitted: so are their positions. */
const outbox: RowWriter<OutboxRow> = {
  statementOf: rows => rows.length === 1 ? [INSERT_ONE, rows[0]!] : [INSERT_ALL, arraysOf(OUTBOX, rows)]
}

/** JSON of an event's data by its type. @throws TypeError for a type that no installed plugin declares; Error for data that its schema does not allow */
export type EventJson = (type: string, data: object) => string

export function createEventJson ({ events, schemas }: Catalogue, jsonOf: Foundation['jsonOf']): EventJson {
  const named = Object.fromEntries(schemas.map(schema => [schema.$id!, schema]))
  const bySchema = new Map([...events.values()].map(({ data }) => [data, jsonOf(data, named)]))
  // A change may publish one object as several events, one right after the other.
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
export function emitEvent ({ json, now }: { json: EventJson, now: Date }, tx: Tx, type: string, event: EventDraft): string {
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
  const draft = toDraft(head, data, JSON.stringify(event.previous ?? null))
  ;(tx as LiveTx).drafts.push(draft)
  const warehouseId = event.warehouseId ?? null
  tx.append(outbox, [id, type, event.subject.type, event.subject.id, event.ownerId, warehouseId, actor.type, actor.id, correlationId, now.toISOString(), draft])
  return id
}
