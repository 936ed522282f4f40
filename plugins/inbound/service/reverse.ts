// Taking a receipt back: each of its movements is compensated, while the goods lie where they were put.
import { toDecimal, toUnits, type Tx } from '#kernel'
import { isInReach } from '../../external-api/public.js'
import type { BookItem, StockBook } from '../../inventory/public.js'
import { openUnits, viewOf, type Inbound, type Status } from '../domain/inbound.js'
import { docName } from '../domain/names.js'
import { alreadyReversed, notThere, receiptNotFound, tooLateToReverse } from '../errors.js'
import type { ReceiptView, ReverseSettingsValues } from '../schemas/receipts.js'
import { lockInbound, updateInbound } from '../store/inbound.js'
import { lockReceipt, markReversed, readReceipt } from '../store/receipts.js'
import { differing } from './announce.js'
import { emitReceipt, expect, type Received } from './receive.js'
import { emitInbound, type Services, type Target } from './services.js'

/** @throws AppError 404, 409 `receipt.reversed`, `receipt.in_use`, `receipt.too_late`, 412 */
export type Reverse = (tx: Tx, target: Target, reason: string | null) => Promise<Received>

export function createReversal (services: Services): Reverse {
  const { kernel, inventory } = services

  return async (tx, target, reason) => {
    const named = await readReceipt(tx, target.ownerId, docName(target.name))
    if (named === undefined || !isInReach(target, named.warehouse.id)) throw receiptNotFound()
    // In the order in which a receipt is booked: the inbound order, the receipt, the stock.
    const before = named.inboundOrderId === null ? null : (await lockInbound(tx, target.ownerId, { by: 'id', key: named.inboundOrderId }))!
    const receipt = await lockReceipt(tx, target.ownerId, named.id)
    target.checkVersion(receipt.version)
    checkMay(kernel.settings<ReverseSettingsValues>('receipt.reverse'), receipt, kernel.clock.now())

    const warehouse = await inventory.warehouse(tx, receipt.warehouse.id)
    const book = await inventory.open(tx, receipt.ownerId, receipt.lines.map(({ productId }) => ({ productId, warehouse })))
    for (const line of receipt.lines) takeBack(book, receipt, line)
    const after = before === null ? null : withoutReceipt(before, receipt)
    if (before !== null && after !== null) expectAgain(book, before, after)
    await book.close()
    const reversed = await markReversed(tx, receipt.id, kernel.clock.now(), reason)
    emitReceipt(services, tx, reversed, 'receipt.reversed')
    if (before === null || after === null) return { receipt: reversed, inboundOrder: null, isNew: false }
    const inbound = await updateInbound(tx, after)
    emitInbound(kernel, tx, 'inbound.updated', { inbound, previous: differing(before, inbound) })
    return { receipt: reversed, inboundOrder: viewOf(inbound), isNew: false }
  }
}

/** @throws AppError 409 */
function checkMay ({ reverseWindowHours: hours }: ReverseSettingsValues, { reversedAt, createdAt }: ReceiptView, now: Date): void {
  if (reversedAt !== null) throw alreadyReversed()
  if (hours !== null && now.getTime() - Date.parse(createdAt) > hours * 3_600_000) throw tooLateToReverse(hours)
}

/** @throws AppError 409 `receipt.in_use` */
function takeBack (book: StockBook, { id, warehouse }: ReceiptView, line: ReceiptView['lines'][number]): void {
  const level = book.level(line.productId, warehouse.id)
  const damaged = toUnits(line.qtyDamaged)
  const parts = [{ status: line.stockStatus, units: toUnits(line.qty) - damaged }, { status: 'damaged' as const, units: damaged }]
    .filter(({ units }) => units > 0)
  parts.forEach(({ status, units }, at) => {
    const item = book.items(level).find(({ batch, location, ...key }) =>
      (batch?.id ?? null) === line.batchId && location.id === line.locationId && key.status === status)
    const free = item === undefined ? 0 : item.onHand - item.reserved
    if (item === undefined || free < units) throw notThere(line.lineNo, whereOf(line, status), toDecimal(free))
    book.post({ type: 'receipt', units, from: item, to: null, doc: { type: 'receipt', id, lineNo: line.lineNo }, reversalOf: line.movements[at]! })
  })
}

const whereOf = ({ location, batch }: ReceiptView['lines'][number], status: BookItem['status']): string =>
  `${location} (${status}${batch === null ? '' : `, batch ${batch}`})`

/** What of it has come without the receipt. Closed it stays closed: nothing of it is expected. */
function withoutReceipt (before: Inbound, receipt: ReceiptView): Inbound {
  const lines = before.lines.map(line => ({ ...line }))
  for (const { inboundLineNo, qty, qtyDamaged } of receipt.lines) {
    const line = lines.find(({ lineNo }) => lineNo === inboundLineNo)!
    line.received -= toUnits(qty)
    line.damaged -= toUnits(qtyDamaged)
  }
  const status: Status = before.status === 'closed' ? 'closed' : lines.every(({ received }) => received === 0) ? 'arrived' : 'receiving'
  return { ...before, lines, status }
}

/** What is incoming again. */
function expectAgain (book: StockBook, before: Inbound, after: Inbound): void {
  for (const line of after.lines) {
    const units = openUnits(after, line) - openUnits(before, before.lines.find(({ lineNo }) => lineNo === line.lineNo)!)
    if (units !== 0) expect(book, after, line, units)
  }
}
