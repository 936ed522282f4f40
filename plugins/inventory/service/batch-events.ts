// What happens to a batch, published in the transaction of the change.
import type { Kernel, Static, Tx } from '#kernel'
import type { BatchExpiry, BatchStatusChanged, BatchView } from '../schemas/batches.js'

/** What the events of a batch carry: the batch after the change, with what else the event's schema says. */
interface Published {
  'batch.created': BatchView
  'batch.updated': BatchView
  'batch.status_changed': Static<typeof BatchStatusChanged>
  'batch.expiring': Static<typeof BatchExpiry>
  'batch.expired': Static<typeof BatchExpiry>
}

export function batchEvent<T extends keyof Published> (
  kernel: Kernel, tx: Tx, type: T, { data, previous = null }: { data: Published[T], previous?: object | null }
): void {
  kernel.events.emit(tx, type, { subject: { type: 'batch', id: data.id, version: data.version, externalRef: null }, ownerId: data.ownerId, data, previous })
}
