// Taking a batch out of sale and back. What is available of it changes wherever it lies, and is published with it.
import { toDecimal, type Tx } from '#kernel'
import { needAllWarehouses } from '../../external-api/public.js'
import { batchEvent } from './batch-events.js'
import { TRANSITIONS } from './batch-rules.js'
import { toView } from '../domain/batch-view.js'
import type { StockBook } from './book.js'
import type { BookItem } from './book-item.js'
import { illegalTransition } from '../errors.js'
import { openProductBook } from './product-book.js'
import type { BatchRelease } from '../public.js'
import type { BatchStatusInput, BatchStatusSettingsValues, BatchView } from '../schemas/batches.js'
import { lockBatch, updateStatus } from '../store/batches.js'
import { found, type BatchScope } from './batches.js'
import type { Services } from './services.js'

/** Without orders nothing is allocated. */
export const NO_RELEASE: BatchRelease = async () => ({ orders: [], released: 0, picked: [], packed: [] })

/**
 * The same status again changes nothing. Locks: the batch's row, orders, the product, its levels; who changes stock locks levels only,
 * and reads the batch behind them.
 * @param services `release` is asked for at each change
 * @throws AppError 403 `insufficient_scope`, 404 `batch.not_found`, 409 `batch.illegal_transition`, 412
 */
export async function setBatchStatus (
  services: Services & { release: () => BatchRelease }, tx: Tx, { ownerId, checkVersion, id }: BatchScope & { id: string }, { status, reason }: BatchStatusInput
): Promise<BatchView> {
  const { kernel, release } = services
  needAllWarehouses(tx)
  const before = toView(found(await lockBatch(tx, ownerId, id)), kernel.clock.now())
  checkVersion(before.version)
  const { status: from, statusReason, code, expiryDate, product: { id: productId } } = before
  if (from === status) return before
  if (!TRANSITIONS[from].includes(status)) throw illegalTransition(from, status, TRANSITIONS[from])
  let opened: Promise<{ book: StockBook, lying: BookItem[] }> | null = null
  const open = async (): Promise<{ book: StockBook, lying: BookItem[] }> => await (opened ??= openProductBook(services, tx, ownerId, productId)
    .then(book => ({ book, lying: book.changeBatch(id, { status }, 'batch_status') })))
  const { autoReleaseAllocations } = kernel.settings<BatchStatusSettingsValues>('batch.setStatus')
  const holders = await (from === 'released' ? release() : NO_RELEASE)(tx, ownerId, {
    id, code, expiryDate, status, productId, isLetGo: autoReleaseAllocations
  }, async () => (await open()).book)
  const { book, lying } = await open()
  const batch = toView(await updateStatus(tx, id, status, reason ?? null), kernel.clock.now())
  const onHand = toDecimal(lying.reduce((units, item) => units + item.onHand, 0))
  const previous = { status: from, ...statusReason === batch.statusReason ? {} : { statusReason } }
  batchEvent(kernel, tx, 'batch.status_changed', { data: { ...batch, from, to: status, affected: { onHand, ...holders } }, previous })
  await book.close()
  return batch
}
