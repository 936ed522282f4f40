// The log of events as operators see it.
import { Type, Timestamp, listParameters, nullable, oneOf, pageOf, strictObject, type Static } from '#kernel'

const loggedEvent = {
  id: Type.String({ examples: ['evt_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  type: Type.String({ examples: ['product.created'] }),
  sequence: Type.Integer({ description: 'Place in the gap-free log.', examples: [42] }),
  occurredAt: Timestamp(),
  subject: Type.Object({ type: Type.String(), id: Type.String() }, { additionalProperties: false }),
  ownerId: Type.String({ examples: ['own_00000000000000000000000000'] }),
  actor: Type.Object({ type: oneOf(['client', 'operator', 'system']), id: nullable(Type.String()) }, { additionalProperties: false }),
  correlationId: nullable(Type.String(), { description: 'Finds the call that caused it in the audit.' })
}

export const LoggedEvent = Type.Object(loggedEvent, { $id: 'LoggedEvent', additionalProperties: false })
export type EventView = Static<typeof LoggedEvent>
export const LoggedEventPage = pageOf(LoggedEvent, 'LoggedEventPage')
export const LoggedEventFull = Type.Object({
  ...loggedEvent, envelope: Type.Unknown({ description: 'What receivers get.' })
}, { $id: 'LoggedEventFull', additionalProperties: false })

export const ListEvents = strictObject({
  ...listParameters,
  type: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  subjectId: Type.Optional(Type.String({
    minLength: 1,
    maxLength: 200,
    description: 'The object that the event is about: its id, or an alias such as `ref:WEB-536365` or `sku:LANTERN-01`.'
  })),
  correlationId: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'Events of one call, and of what it caused.' }))
})
export type EventFilters = Omit<Static<typeof ListEvents>, 'limit' | 'cursor' | 'subjectId'> & { subjectId?: readonly string[] | undefined }

export const EventKinds = strictObject({
  data: Type.Array(strictObject({
    id: Type.String({ examples: ['product.created'] }),
    title: Type.String({ examples: ['A product was created'] }),
    description: nullable(Type.String(), { examples: [null] }),
    kind: oneOf(['fact', 'state'], { description: 'A fact happened once; a state replaces the one before it.', examples: ['fact'] }),
    pluginId: Type.String({ examples: ['catalog'] }),
    group: Type.String({ description: 'Title of the plugin.', examples: ['Catalog'] }),
    effective: Type.Boolean({ description: 'Its plugin is on, with all that this requires.', examples: [true] }),
    example: Type.Unknown({ description: 'An envelope; null while its plugin is off.', examples: [{ type: 'product.created' }] })
  }))
}, { $id: 'EventKinds' })
export type EventKindView = Static<typeof EventKinds>['data'][number]
