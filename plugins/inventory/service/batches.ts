// What happens to a batch: registered, read, changed, put out of sale and back. Every change is an event in the same transaction.
import { isDeepStrictEqual } from 'node:util'
import { newId, toDecimal, type Tx } from '#kernel'
import { canonical, mergePatch, skuKey } from '../../catalog/public.js'
import { batchEvent } from './batch-events.js'
import { checkExpiry, checkGs1, checkProduct, toDraft } from './batch-rules.js'
import { toView, type BatchDraft, type BatchRow } from '../domain/batch-view.js'
import { batchCodeTaken, batchHasStock, batchNotFound, expiryConflict, unknownSku } from '../errors.js'
import { openProductBook } from './product-book.js'
import type { BatchInput, BatchPatch, BatchSettingsValues, BatchView } from '../schemas/batches.js'
import type { Services } from './services.js'
import { findBatches, insertBatch, lockBatch, readBatch, updateBatch } from '../store/batches.js'

/** Whose batches they are, and what the call demands of the version that it changes. */
export interface BatchScope {
  ownerId: string
  /** @throws AppError 412 */
  checkVersion: (version: number) => void
}

export interface Batches {
  /** @throws AppError 404 `batch.not_found`, here and below */
  get: (ownerId: string, id: string) => Promise<BatchView>
  /** @throws AppError 422 for the product, the code and the dates; 409 `batch.code_taken`, `batch.expiry_conflict` */
  create: (tx: Tx, ownerId: string, input: BatchInput) => Promise<BatchView>
  /** @throws AppError 409 `batch.has_stock`, 412, 422 */
  update: (tx: Tx, scope: BatchScope, id: string, patch: BatchPatch) => Promise<BatchView>
}

/** A product that is being archived or tracked otherwise is waited for. */
const HOLD = { name: 'inventory-product-hold', text: 'SELECT FROM "Product" WHERE "ownerId" = $1 AND "skuKey" = $2 FOR KEY SHARE' }

export function createBatches (services: Services): Batches {
  const { kernel, catalog } = services
  const settings = (): BatchSettingsValues => kernel.settings<BatchSettingsValues>('batch.create')
  const view = (row: BatchRow): BatchView => toView(row, kernel.clock.now())

  return {
    async get (ownerId, id) {
      return view(found(await readBatch(kernel.db, ownerId, id)))
    },

    async create (tx, ownerId, { sku, code: said, ...input }) {
      tx.send(HOLD, [ownerId, skuKey(sku)])
      const product = (await catalog.bySku(tx, ownerId, [skuKey(sku)])).get(skuKey(sku))
      if (product === undefined) throw unknownSku('/sku')
      checkProduct(product)
      const code = canonical(said)
      if (settings().gs1Strict) checkGs1(code)
      const draft = toDraft(input)
      checkExpiry(product, draft)
      const row = await insertBatch(tx, ownerId, { id: newId('bat'), productId: product.id, code }, draft)
      if (row === undefined) throw await whyTaken(tx, product.id, code, draft)
      const batch = view(row)
      batchEvent(kernel, tx, 'batch.created', { data: batch })
      return batch
    },

    async update (tx, { ownerId, checkVersion }, id, patch) {
      const before = view(found(await lockBatch(tx, ownerId, id)))
      checkVersion(before.version)
      const draft = toDraft(mergePatch(draftOf(before), patch) as Partial<BatchDraft>)
      const names = (Object.keys(draft) as Array<keyof BatchDraft>).filter(name => !isDeepStrictEqual(before[name], draft[name]))
      if (names.length === 0) return before
      const close = names.includes('expiryDate') ? await moveExpiry(tx, before, draft) : async () => {}
      const batch = view(await updateBatch(tx, id, draft))
      batchEvent(kernel, tx, 'batch.updated', { data: batch, previous: Object.fromEntries(names.map(name => [name, before[name]])) })
      await close()
      return batch
    }
  }

  /** @returns what publishes the stock that is good or expired by the new date */
  async function moveExpiry (tx: Tx, { id, ownerId, product: { id: productId } }: BatchView, draft: BatchDraft): Promise<() => Promise<void>> {
    const book = await openProductBook(services, tx, ownerId, productId)
    checkExpiry((await catalog.byId(tx, ownerId, [productId])).get(productId)!, draft)
    const items = book.changeBatch(id, { expiryDate: draft.expiryDate }, 'expiry')
    if (items.length > 0 && !settings().expiryEditableWithStock) throw batchHasStock(toDecimal(items.reduce((units, { onHand }) => units + onHand, 0)))
    return async () => { await book.close() }
  }
}

export function found (row: BatchRow | undefined): BatchRow {
  if (row === undefined) throw batchNotFound()
  return row
}

function draftOf ({ expiryDate, bestBeforeDate, manufacturedDate, supplierBatch, countryOfOrigin, attributes }: BatchView): BatchDraft {
  return { expiryDate, bestBeforeDate, manufacturedDate, supplierBatch, countryOfOrigin, attributes }
}

async function whyTaken (tx: Tx, productId: string, code: string, { expiryDate }: BatchDraft): Promise<Error> {
  const [known] = await findBatches(tx, [{ productId, code }])
  return known !== undefined && expiryDate !== null && expiryDate !== known.expiryDate
    ? expiryConflict('/expiryDate', code, known.expiryDate)
    : batchCodeTaken()
}
