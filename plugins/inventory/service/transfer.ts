// Stock moves to another location, of its warehouse or another one, or to another status. What is reserved stays.
import { brokenRule, toUnits, type Tx } from '#kernel'
import type { BookItem } from './book-item.js'
import { notEnough, otherWarehouse } from '../errors.js'
import type { MovementType, Transfer, TransferSettingsValues } from '../schemas/movements.js'
import type { Services } from './services.js'
import { describe, type Outcome } from './stock-change-view.js'
import type { Posting } from './postings.js'
import { openLines, type StockLine, type WarehouseNamed } from './stock-lines.js'

/** @throws AppError 409 `stock.insufficient`, 422 at the line that does not fit */
export async function transferStock (
  services: Services, tx: Tx, ownerId: string, input: Omit<Transfer, 'warehouse'> & { warehouse: WarehouseNamed }
): Promise<Outcome> {
  const { allowCrossWarehouse } = services.kernel.settings<TransferSettingsValues>('stock.transfer')
  const across = input.lines.findIndex(({ to }) => to.warehouse !== undefined)
  if (across >= 0 && !allowCrossWarehouse) throw otherWarehouse(`/lines/${across}/to/warehouse`)
  const { book, warehouse, items } = await openLines(services, tx, ownerId, { warehouse: input.warehouse, lines: input.lines.map(toLine) })
  const note = input.note ?? null
  const reference = input.reference ?? null
  const doc = { type: 'stock_transfer', id: reference ?? book.groupId, lineNo: null }
  const before = new Map(items.flat().map(item => [item, item.onHand]))
  const postings = items.map(([from, to], index) => {
    if (from === to) throw brokenRule('transfer.nowhere', `/lines/${index}/to`, 'must be another location or status than from')
    const type: MovementType = from!.location.id === to!.location.id ? 'status_change' : 'transfer'
    return { type, units: toUnits(input.lines[index]!.qty), from: from!, to: to!, doc, note, pointers: [`/lines/${index}/qty`] }
  })
  // What one line brings another may take on, in whichever order they stand: nothing is taken from where it does not lie yet.
  const short: BookItem[] = []
  while (postings.length > 0) {
    const next = postings.findIndex(({ from, units }) => from.onHand >= units || (warehouse.allowNegativeStock && from.batch === null))
    const [posting] = postings.splice(Math.max(next, 0), 1)
    if (next === -1) short.push(posting!.from)
    for (const part of partsOf(posting!)) book.post(part)
  }
  const movements = await book.close()
  // In the end nothing is missing, but no one can take what another line brings later.
  if (short.length > 0) throw notEnough(short)
  const changed = [...before].filter(([item, units]) => item.onHand !== units)
  return { ...describe(book, { reason: null, note, reference }, warehouse, changed.map(([item, units]) => ({ item, before: units }))), movements }
}

/** Each movement is of one warehouse: to another one goods leave and come in. */
function partsOf (move: Posting): Posting[] {
  const { from, to } = move
  return from!.level === to!.level ? [move] : [{ ...move, to: null }, { ...move, from: null }]
}

function toLine ({ sku, batch, expiryDate, qty, from, to }: Transfer['lines'][number], index: number): StockLine {
  const shelves = [{ shelf: from, pointer: `/lines/${index}/from` }, { shelf: to, pointer: `/lines/${index}/to` }]
  return { sku, batch, expiryDate, quantity: qty, field: 'qty', comesIn: false, shelves }
}
