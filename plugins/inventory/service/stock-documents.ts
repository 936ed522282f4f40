// Documents that change stock: adjustments, absolute counts and transfers. Lines on the same stock are summed before anything is checked.
import { brokenRule, newId, toDecimal, toUnits, type Kernel, type Tx } from '#kernel'
import type { StockBook } from './book.js'
import type { BookItem } from './book-item.js'
import { tooMuch, unexpected } from '../errors.js'
import type { Warehouse } from '../domain/places.js'
import type { Adjustment, AdjustSettingsValues, MovementType, SetSettingsValues, StockChangeView, StockSetting, Transfer } from '../schemas/movements.js'
import type { Reason, ReferenceService } from '../../reference/public.js'
import type { Services } from './services.js'
import { describe, type Outcome } from './stock-change-view.js'
import { openLines, type StockLine, type Shelf, type WarehouseNamed } from './stock-lines.js'
import { transferStock } from './transfer.js'

export interface StockChanges {
  adjust: (tx: Tx, ownerId: string, input: Adjustment) => Promise<Outcome>
  set: (tx: Tx, ownerId: string, input: StockSetting) => Promise<Outcome>
  transfer: (tx: Tx, ownerId: string, input: Transfer) => Promise<Outcome>
}

interface Change { item: BookItem, units: number, pointers: string[] }

export function createStockChanges (services: Services, { reasons }: Pick<ReferenceService, 'reasons'>): StockChanges {
  const { kernel } = services
  const settings = (): AdjustSettingsValues => kernel.settings<AdjustSettingsValues>('stock.adjust')
  const warehouseOf = ({ warehouse }: { warehouse?: string | undefined }): WarehouseNamed =>
    ({ name: warehouse ?? settings().defaultWarehouse, isDefault: warehouse === undefined })

  return {
    async adjust (tx, ownerId, input) {
      checkAdjustment(settings(), input)
      checkReason(await reasons(tx), input.reason, input)(input.lines.map(({ delta }) => delta), 'delta')
      const lines = input.lines.map(({ delta, ...line }, index) => lineOf(line, delta, 'delta', index))
      const { book, warehouse, items } = await openLines(services, tx, ownerId, { warehouse: warehouseOf(input), lines })
      const changes = summed(items.map(([item], index) => ({ item: item!, units: toUnits(input.lines[index]!.delta), pointers: [`/lines/${index}/delta`] })))
      return await post(kernel, tx, ownerId, {
        book,
        warehouse,
        changes,
        type: input.reason === 'opening' ? 'opening' : 'adjustment',
        reason: input.reason,
        note: input.note ?? null,
        reference: input.reference ?? null
      })
    },

    async set (tx, ownerId, input) {
      const { requireExpected } = kernel.settings<SetSettingsValues>('stock.set')
      input.lines.forEach(({ expectedOnHand }, index) => {
        if (requireExpected && expectedOnHand === undefined) {
          throw brokenRule('stock.expected_required', `/lines/${index}/expectedOnHand`, 'is required: say what you believe to lie there')
        }
      })
      const reason = input.reason ?? 'recount'
      const checkDirection = checkReason(await reasons(tx), reason, input)
      const lines = input.lines.map(({ onHand, ...line }, index) => lineOf(line, onHand, 'onHand', index))
      const { book, warehouse, items } = await openLines(services, tx, ownerId, { warehouse: warehouseOf(input), lines })
      const seen = new Set<BookItem>()
      const changes = items.map(([item], index): Change => {
        const { onHand, expectedOnHand } = input.lines[index]!
        if (seen.has(item!)) throw brokenRule('stock.set_twice', `/lines/${index}`, 'sets the same stock as a line before it')
        seen.add(item!)
        if (expectedOnHand !== undefined && toUnits(expectedOnHand) !== item!.onHand) {
          throw unexpected(`/lines/${index}/expectedOnHand`, toDecimal(item!.onHand))
        }
        return { item: item!, units: toUnits(onHand) - item!.onHand, pointers: [`/lines/${index}/onHand`] }
      })
      checkDirection(changes.map(({ units }) => units), 'onHand')
      return await post(kernel, tx, ownerId, { book, warehouse, changes, type: 'count', reason, note: input.note ?? null, reference: input.reference ?? null })
    },

    transfer: async (tx, ownerId, input) => await transferStock(services, tx, ownerId, { ...input, warehouse: warehouseOf(input) })
  }
}

/** Books the changes of a document and says what has become of the stock. */
async function post (kernel: Kernel, tx: Tx, ownerId: string, work: ChangeWork): Promise<Outcome> {
  const { book, type, reason, note, reference, warehouse, changes } = work
  const doc = { type: type === 'count' ? 'stock_count' : 'stock_adjustment', id: reference ?? book.groupId, lineNo: null }
  const before = new Map(changes.map(({ item }) => [item, item.onHand]))
  for (const { item, units, pointers } of changes) {
    if (units === 0) continue
    book.post({ type, units: Math.abs(units), from: units < 0 ? item : null, to: units > 0 ? item : null, doc, reasonCode: reason, note, pointers })
  }
  const movements = await book.close()
  const changed = changes.filter(({ units }) => units !== 0).map(({ item }) => ({ item, before: before.get(item)! }))
  const body = describe(book, { reason, note, reference }, warehouse, changed)
  if (movements.length > 0) announce(kernel, tx, ownerId, body)
  return { ...body, movements }
}

/** A line of a document; what comes in may be of a batch that no one knows. */
function lineOf (
  { sku, batch, expiryDate, ...shelf }: Pick<StockLine, 'sku' | 'batch' | 'expiryDate'> & Shelf, quantity: number, field: string, index: number
): StockLine {
  return { sku, batch, expiryDate, quantity, field, comesIn: quantity > 0, shelves: [{ shelf, pointer: `/lines/${index}` }] }
}

interface ChangeWork {
  book: StockBook
  warehouse: Warehouse
  changes: readonly Change[]
  type: MovementType
  reason: string
  note: string | null
  reference: string | null
}

/** One change per stock key, however many lines ask for it. @throws AppError 422 for sums that a number can't hold */
function summed (changes: readonly Change[]): Change[] {
  const byItem = new Map<BookItem, Change>()
  for (const { item, units, pointers } of changes) {
    const before = byItem.get(item)
    const sum = { item, units: (before?.units ?? 0) + units, pointers: [...before?.pointers ?? [], ...pointers] }
    if (!Number.isSafeInteger(sum.units)) throw tooMuch(sum.pointers)
    byItem.set(item, sum)
  }
  return [...byItem.values()]
}

function checkAdjustment ({ maxAbsDelta, allowedReasons, requireNote }: AdjustSettingsValues, { reason, note, lines }: Adjustment): void {
  if (requireNote && note === undefined) {
    throw brokenRule('reason.note_required', '/note', 'is required: the operator of this service wants every adjustment explained')
  }
  if (allowedReasons.length > 0 && !allowedReasons.includes(reason)) {
    throw brokenRule('reason.not_allowed', '/reason', `must be one of ${allowedReasons.join(', ')}: the operator of this service allows no other`)
  }
  lines.forEach(({ delta }, index) => {
    if (delta === 0) throw brokenRule('adjustment.zero', `/lines/${index}/delta`, 'must not be 0')
    if (maxAbsDelta !== null && Math.abs(delta) > maxAbsDelta) {
      throw brokenRule(
        'adjustment.too_large',
        `/lines/${index}/delta`,
        `must be between -${maxAbsDelta} and ${maxAbsDelta}: the operator of this service allows no larger adjustment`
      )
    }
  })
}

/** @returns the check of what comes and goes, by line, for reasons that know one direction only */
function checkReason (reasons: readonly Reason[], code: string, { note }: { note?: string | undefined }): (deltas: readonly number[], field: string) => void {
  const reason = reasons.find(known => known.code === code)
  if (reason === undefined) throw brokenRule('reason.unknown', '/reason', `must be one of ${reasons.map(known => known.code).join(', ')}`)
  if (note === undefined && reason.requiresNote) throw brokenRule('reason.note_required', '/note', `is required with reason ${code}`)
  return (deltas, field) => {
    const wrong = deltas.findIndex(delta => (reason.direction === 'in' && delta < 0) || (reason.direction === 'out' && delta > 0))
    if (wrong >= 0) {
      throw brokenRule(
        'reason.direction', `/lines/${wrong}/${field}`, `must ${reason.direction === 'in' ? 'add to' : 'take from'} the stock with reason ${code}`
      )
    }
  }
}

function announce (kernel: Kernel, tx: Tx, ownerId: string, data: StockChangeView): void {
  const subject = { type: 'stock_adjustment', id: newId('adj'), version: 1, externalRef: data.reference }
  kernel.events.emit(tx, 'stock.adjusted', { subject, ownerId, warehouseId: data.warehouse.id, data })
}
