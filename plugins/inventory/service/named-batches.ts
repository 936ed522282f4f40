// Which batch a line of a request means, and the batches that come into being because goods of them come in.
import { brokenRule, newId, type Kernel, type Tx } from '#kernel'
import type { ProductFacts } from '../../catalog/public.js'
import { batchEvent } from './batch-events.js'
import { toView } from '../domain/batch-view.js'
import { expiryConflict } from '../errors.js'
import type { BatchFacts } from '../domain/state.js'
import { findBatches, insertFresh, type FreshBatch } from '../store/batches.js'

interface BatchMention {
  product: ProductFacts
  batch: string | undefined
  expiryDate: string | undefined
  /** True: goods come in, and a batch that no one knows is made. */
  comesIn: boolean
  /** Of the line, e.g. `/lines/0`. */
  pointer: string
}

/** The code of the batch that a line means; null for stock without a batch. @throws AppError 422 */
function batchCodeOf ({ product, batch, expiryDate, pointer }: Omit<BatchMention, 'comesIn'>): string | null {
  const { trackBatch, trackExpiry, sku } = product
  if (!trackBatch && !trackExpiry) {
    if (batch !== undefined) throw brokenRule('batch.not_tracked', `${pointer}/batch`, `must be left out: ${sku} is not tracked by batch`)
    if (expiryDate !== undefined) throw brokenRule('batch.not_tracked', `${pointer}/expiryDate`, `must be left out: ${sku} is not tracked by expiry date`)
    return null
  }
  if (batch !== undefined) return batch.normalize('NFC').trim()
  if (trackBatch) throw brokenRule('batch.required', `${pointer}/batch`, `is required: ${sku} is tracked by batch`)
  if (expiryDate === undefined) throw brokenRule('batch.expiry_required', `${pointer}/expiryDate`, `is required: ${sku} is tracked by expiry date`)
  return `EXP-${expiryDate.replaceAll('-', '')}`
}

/**
 * Finds or makes the batches that lines mean. The levels of the products are locked.
 * @returns one per mention, null where stock has no batch
 * @throws AppError 422 for what is missing or unknown, 409 `batch.expiry_conflict`
 */
export async function namedBatches (kernel: Kernel, tx: Tx, ownerId: string, mentions: readonly BatchMention[]): Promise<Array<BatchFacts | null>> {
  const coded = mentions.map(mention => ({ ...mention, code: batchCodeOf(mention) }))
  const names = coded.flatMap(({ product, code }) => code === null ? [] : [{ productId: product.id, code }])
  if (names.length === 0) return mentions.map(() => null)
  const keyOf = (productId: string, code: string): string => `${productId} ${code}`
  const known = new Map((await findBatches(tx, names)).map(batch => [keyOf(batch.productId, batch.code), batch]))
  const fresh = new Map<string, FreshBatch>()
  for (const { product, batch, code, expiryDate, comesIn, pointer } of coded) {
    if (code === null || known.has(keyOf(product.id, code)) || fresh.has(keyOf(product.id, code))) continue
    if (!comesIn) throw brokenRule('batch.unknown', `${pointer}/${batch === undefined ? 'expiryDate' : 'batch'}`, `is no batch of ${product.sku}`)
    if (product.trackExpiry && expiryDate === undefined) {
      throw brokenRule('batch.expiry_required', `${pointer}/expiryDate`, `is required for a new batch of ${product.sku}`)
    }
    fresh.set(keyOf(product.id, code), { id: newId('bat'), productId: product.id, code, expiryDate: expiryDate ?? null })
  }
  if (fresh.size > 0) {
    const made = await insertFresh(tx, ownerId, [...fresh.values()])
    for (const row of made) {
      known.set(keyOf(row.product.id, row.code), { id: row.id, code: row.code, expiryDate: row.expiryDate, status: row.status, productId: row.product.id })
      batchEvent(kernel, tx, 'batch.created', { data: toView(row, kernel.clock.now()) })
    }
    if (made.length < fresh.size) for (const batch of await findBatches(tx, [...fresh.values()])) known.set(keyOf(batch.productId, batch.code), batch)
  }
  return coded.map(({ product, code, expiryDate, comesIn, pointer }) => {
    if (code === null) return null
    const batch = known.get(keyOf(product.id, code))!
    if (expiryDate !== undefined && batch.expiryDate !== expiryDate) throw expiryConflict(`${pointer}/expiryDate`, code, batch.expiryDate)
    // It was made before the product came to have expiry dates.
    if (comesIn && product.trackExpiry && batch.expiryDate === null) {
      throw brokenRule('batch.expiry_required', `${pointer}/batch`, `has no expiry date, which ${product.sku} needs: give the batch one first`)
    }
    return batch
  })
}
