// Deliveries as operators see them, and sending again by hand.
import type { Kernel, Page, PageRequest, Tx } from '#kernel'
import { deliveryNotFound, deliveryQueued, deliveryWithoutEvent, deliveryWithoutWebhook } from '../errors.js'
import { SCHEDULE } from '../engine/schedule.js'
import type { AttemptView, DeliveryFilters, DeliveryView } from '../schemas/deliveries.js'
import * as store from '../store/deliveries.js'

const SHOWN_ATTEMPTS = 100

export interface Deliveries {
  /** Newest first. @throws AppError 400 for a cursor of another list */
  list: (filters: DeliveryFilters, page: Pick<PageRequest<unknown, unknown>, 'limit' | 'cursor'>) => Promise<Page<DeliveryView>>
  /** @throws AppError 404 */
  read: (id: string) => Promise<DeliveryView & { attempts: AttemptView[] }>
  /**
   * Puts a delivery that has ended back into the queue: the same event under the same id, with a whole schedule before it.
   * @throws AppError 404; 409 while it is queued, for a deleted webhook or an event that is not kept any more
   */
  redeliver: (tx: Tx, id: string) => Promise<{ before: DeliveryView, after: DeliveryView }>
}

/** @param isHeld true while nothing is sent at all */
export function createDeliveries (kernel: Kernel, isHeld: () => boolean): Deliveries {
  const viewOf = (row: store.DeliveryRow): DeliveryView => deliveryView(row, isHeld(), kernel.clock.now())
  return {
    list: async (filters, page) => await kernel.page({
      ...page,
      scope: ['delivery.list', Object.entries(filters).sort(([a], [b]) => a < b ? -1 : 1)],
      read: async (before, limit) => await store.listDeliveries(kernel.db, filters, before?.[0] ?? null, limit),
      positionOf: row => [row.id],
      toView: viewOf
    }),
    async read (id) {
      const row = await store.readDelivery(kernel.db, id)
      if (row === undefined) throw deliveryNotFound(id)
      return { ...viewOf(row), attempts: (await store.listAttempts(kernel.db, id, SHOWN_ATTEMPTS)).map(attemptView) }
    },
    async redeliver (tx, id) {
      const row = await store.lockDelivery(tx, id)
      if (row === undefined) throw deliveryNotFound(id)
      if (row.webhookDeleted) throw deliveryWithoutWebhook()
      if (row.status === 'pending' || row.status === 'sending') throw deliveryQueued()
      if (!await store.eventIsStored(tx, row.eventSequence, row.eventOccurredAt)) throw deliveryWithoutEvent()
      await store.requeue(tx, id, SCHEDULE, kernel.clock.now())
      return { before: viewOf(row), after: viewOf((await store.readDelivery(tx, id))!) }
    }
  }
}

function deliveryView (row: store.DeliveryRow, held: boolean, now: Date): DeliveryView {
  return {
    id: row.id,
    webhookId: row.webhookId,
    eventId: row.eventId,
    eventType: row.eventType,
    sequence: row.eventSequence,
    previousSequence: row.previousSequence,
    subject: { type: row.subjectType, id: row.subjectId },
    ownerId: row.ownerId,
    lane: row.lane,
    status: row.status,
    holdReason: row.status === 'pending' ? holdReason(row, held, now) : null,
    attemptCount: row.attemptCount,
    maxAttempts: row.maxAttempts,
    nextAttemptAt: row.status === 'pending' ? row.notBefore.toISOString() : null,
    lastStatus: row.lastStatus,
    lastError: row.lastError,
    occurredAt: row.eventOccurredAt.toISOString(),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    succeededAt: row.succeededAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null
  }
}

function holdReason (row: store.DeliveryRow, held: boolean, now: Date): DeliveryView['holdReason'] {
  if (held) return 'switched_off'
  if (!row.webhookEnabled) return 'webhook_disabled'
  return row.webhookHeldUntil !== null && row.webhookHeldUntil > now ? 'receiver_asked' : null
}

function attemptView ({ occurredAt, nextAttemptAt, ...row }: store.AttemptRow): AttemptView {
  return { ...row, startedAt: occurredAt.toISOString(), nextAttemptAt: nextAttemptAt?.toISOString() ?? null }
}
