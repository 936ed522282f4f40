// Events as plugins publish and read them.
import type { Tx } from './database.js'

/** What a change says about itself. Actor, request id, correlation id and cause come from `tx.call`. */
export interface EventDraft {
  /** The aggregate after the change. Its row must be locked by this transaction, so that events follow its versions. */
  subject: { type: string, id: string, version: number, externalRef: string | null }
  ownerId: string
  warehouseId?: string | null
  /** The full object after the change, as the event's schema says: what is not in the schema is left out. Not changed once it is published. */
  data: object
  /** Former values of the changed fields only; null for a creation. */
  previous?: object | null
}

/** An event with its place in the gap-free sequence. */
export interface SequencedEvent {
  id: string
  type: string
  sequence: number
  occurredAt: Date
  subjectType: string
  subjectId: string
  ownerId: string
  /** Null: of no single one. */
  warehouseId: string | null
  actorType: 'client' | 'operator' | 'system'
  actorId: string | null
  correlationId: string | null
}

/** Columns of the log, without the event itself. */
export const EVENT_COLUMNS =
  '"sequence", "id", "type", "subjectType", "subjectId", "ownerId", "warehouseId", "actorType", "actorId", "correlationId", "occurredAt"'

// An event is stored as its envelope without number and last brace (a "draft"): the number is known after the commit, and no reader parses it again.

/** @param head JSON of an object @param data JSON @param previous JSON */
export const toDraft = (head: string, data: string, previous: string): string => `${head.slice(0, -1)},"data":${data},"previous":${previous}`

/** The envelope of a draft that has no number, as a dry run shows it. */
export const withoutNumber = (draft: string): string => `${draft}}`

/**
 * SQL of an event as it is sent, the same bytes for push, pull and replay. Old ones are stored whole.
 * @param event alias of its row in "Event"
 */
export const envelopeOf = (event: string): string => `coalesce(${event}."envelope", ${event}."draft" || ',"sequence":' || ${event}."sequence" || '}')`

export interface Events {
  /** Writes an event into the change's transaction; it is numbered after the commit. Returns the event's id. */
  emit: (tx: Tx, type: string, event: EventDraft) => string
  /** Runs in the sequencer's transaction, for every batch of newly numbered events, in order. At most once per plugin. */
  onSequenced: (subscriber: (tx: Tx, events: readonly SequencedEvent[]) => Promise<void>) => void
  /** Asked before events older than `before` are dropped; false keeps them for another day. */
  retain: (mayDrop: (before: Date) => Promise<boolean>) => void
  /** How callers name objects that events are about, besides by their ids: the ids of those with this alias; null when it is no alias of the plugin's. */
  aliases: (resolve: (alias: string) => Promise<string[] | null>) => void
  /** Ids of all that an alias of any plugin names, of whichever owner; null: it is no alias. */
  subjectsNamed: (alias: string) => Promise<string[] | null>
}
