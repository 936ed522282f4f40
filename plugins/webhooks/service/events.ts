// The log of events as operators see it.
import type { Kernel, Page, PageRequest, SequencedEvent } from '#kernel'
import { eventNotFound } from '../errors.js'
import type { EventFilters, EventKindView, EventView } from '../schemas/events.js'
import * as store from '../store/events.js'

export interface EventLog {
  /** Newest first. @throws AppError 400 for a cursor of another list */
  list: (filters: EventFilters, page: Pick<PageRequest<unknown, unknown>, 'limit' | 'cursor'>) => Promise<Page<EventView>>
  /** Every event that an installed plugin may publish, with an example. */
  kinds: () => EventKindView[]
  /** @throws AppError 404 */
  read: (id: string) => Promise<EventView & { envelope: unknown }>
}

export function createEventLog (kernel: Kernel): EventLog {
  return {
    list: async (filters, page) => await kernel.page({
      ...page,
      scope: ['event.list', Object.entries(filters).sort(([a], [b]) => a < b ? -1 : 1)],
      read: async (before, limit) => await store.listEvents(kernel.db, filters, before === null ? null : Number(before[0]), limit),
      positionOf: row => [row.sequence],
      toView: viewOf
    }),
    kinds: () => kindsOf(kernel),
    async read (id) {
      const row = await store.readEvent(kernel.db, id)
      if (row === undefined) throw eventNotFound(id)
      return { ...viewOf(row), envelope: JSON.parse(kernel.personalData.ofEvent(row.envelope)) as unknown }
    }
  }
}

function viewOf (row: SequencedEvent): EventView {
  return {
    id: row.id,
    type: row.type,
    sequence: row.sequence,
    occurredAt: row.occurredAt.toISOString(),
    subject: { type: row.subjectType, id: row.subjectId },
    ownerId: row.ownerId,
    actor: { type: row.actorType, id: row.actorId },
    correlationId: row.correlationId
  }
}

interface Documented { post?: { requestBody?: { content?: Record<string, { example?: unknown }> } } }

function kindsOf ({ catalogue, switches, openapi }: Kernel): EventKindView[] {
  // The document has an example of each event that may occur at present.
  const { webhooks = {} } = openapi.document('external') as { webhooks?: Record<string, Documented> }
  return [...catalogue.events.values()].map(({ id, title, description = null, kind, pluginId }) => ({
    id,
    title,
    description,
    kind,
    pluginId,
    group: catalogue.plugin(pluginId)!.title,
    effective: switches.isPluginOn(pluginId),
    example: webhooks[id]?.post?.requestBody?.content?.['application/json']?.example ?? null
  }))
}
