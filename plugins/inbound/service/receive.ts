// Goods that come: for an inbound order or without one. They are in the ledger with the receipt, or neither is.
import { newId, toDecimal, type Tx } from '#kernel'
import { canonical, type ProductFacts } from '../../catalog/public.js'
import { isInReach, reachOfCall } from '../../external-api/public.js'
import type { BookItem, StockBook, StockLine } from '../../inventory/public.js'
import { checkStep, isComplete, openUnits, viewOf, type Inbound, type Line } from '../domain/inbound.js'
import { badDamaged, notStocked, overReceipt, referenceTaken, unknownLine, unknownSku } from '../errors.js'
import type { InboundSettingsValues, InboundView } from '../schemas/inbound.js'
import type { ReceiptInput, ReceiptView, ReceiveInput, ReceiveSettingsValues } from '../schemas/receipts.js'
import { updateInbound } from '../store/inbound.js'
import { beginReceipt, insertReceipt, readReceipt } from '../store/receipts.js'
import { differing, lock } from './announce.js'
import { baseUnits, inWords, mostOf } from './lines.js'
import { emitInbound, type Services, type Target } from './services.js'

export interface Received { receipt: ReceiptView, inboundOrder: InboundView | null, isNew: boolean }

export interface Receiving {
  /** @throws AppError 404, 409, 412, 422 */
  receive: (tx: Tx, target: Target, input: ReceiveInput) => Promise<Received>
  /** Goods that no one has announced. @throws AppError 409, 422 */
  create: (tx: Tx, ownerId: string, input: ReceiptInput) => Promise<Received>
}

type Came = Omit<ReceiptInput['lines'][number], 'sku'>
/** A part of what came, in base units. */
interface Part { product: ProductFacts, inboundLineNo: number | null, units: number, damaged: number, came: Came }

interface Booking { id: string, ownerId: string, warehouse: { name: string | null, isDefault: boolean }, note: string | null, parts: readonly Part[] }

export function createReceiving (services: Services): Receiving {
  const { kernel, catalog } = services

  /** @returns the receipt that has booked this reference, if one has @throws AppError 409 when it has booked something else */
  const booked = async (tx: Tx, ownerId: string, reference: string | null, inboundOrderId: string | null): Promise<ReceiptView | undefined> => {
    if (reference === null) return undefined
    const receipt = await readReceipt(tx, ownerId, { by: 'ref', key: reference })
    if (receipt === undefined) return undefined
    if (receipt.inboundOrderId !== inboundOrderId || !isInReach(reachOfCall(tx), receipt.warehouse.id)) throw referenceTaken()
    return receipt
  }

  return {
    async receive (tx, target, { reference: given, note = null, lines }) {
      const reference = given === undefined ? null : canonical(given)
      const before = await lock(tx, { ...target, checkVersion: () => {} })
      const number = await beginReceipt(tx, target.ownerId, reference ?? before.id)
      const same = await booked(tx, target.ownerId, reference, before.id)
      if (same !== undefined) return { receipt: same, inboundOrder: viewOf(before), isNew: false }
      target.checkVersion(before.version)
      checkStep(before, 'receive')
      const products = await catalog.byId(tx, before.ownerId, [...new Set(before.lines.map(({ productId }) => productId))])
      const parts = lines.map((came, at) => partOf(before, came, products, at))
      const after = withParts(kernel.settings<ReceiveSettingsValues>('inbound.receive'), before, parts, kernel.clock.now())
      const id = newId('rcp')
      const { book, finish } = await bookGoods(services, tx, {
        id, ownerId: before.ownerId, warehouse: { name: before.warehouse.id, isDefault: false }, note, parts
      })
      for (const line of after.lines) {
        const old = before.lines.find(({ lineNo }) => lineNo === line.lineNo)!
        const units = openUnits(after, line) - openUnits(before, old)
        if (units !== 0) expect(book, before, line, units)
      }
      const receipt = await insertReceipt(tx, {
        id, ownerId: before.ownerId, number, reference, inboundOrderId: before.id, warehouse: before.warehouse, note, lines: await finish()
      })
      const written = await updateInbound(tx, after)
      announce(services, tx, { receipt, before, after: written })
      return { receipt, inboundOrder: viewOf(written), isNew: true }
    },

    async create (tx, ownerId, { reference: given, warehouse, note = null, lines }) {
      const reference = given === undefined ? null : canonical(given)
      const id = newId('rcp')
      const number = await beginReceipt(tx, ownerId, reference ?? id)
      const same = await booked(tx, ownerId, reference, null)
      if (same !== undefined) return { receipt: same, inboundOrder: null, isNew: false }
      const products = await catalog.bySku(tx, ownerId, [...new Set(lines.map(({ sku }) => canonical(sku).toLowerCase()))])
      const parts = lines.map(({ sku, ...came }, at): Part => {
        const product = products.get(canonical(sku).toLowerCase())
        if (product === undefined) throw unknownSku(`/lines/${at}/sku`)
        if (product.kind === 'service') throw notStocked(`/lines/${at}/sku`)
        return { product, inboundLineNo: null, came, ...quantities(product, came, at) }
      })
      const { defaultWarehouse } = kernel.settings<InboundSettingsValues>('inbound.create')
      const { warehouse: place, finish } = await bookGoods(services, tx, {
        id, ownerId, warehouse: { name: warehouse ?? defaultWarehouse, isDefault: warehouse === undefined }, note, parts
      })
      const receipt = await insertReceipt(tx, { id, ownerId, number, reference, inboundOrderId: null, warehouse: place, note, lines: await finish() })
      emitReceipt(services, tx, receipt)
      return { receipt, inboundOrder: null, isNew: true }
    }
  }
}

function quantities (product: ProductFacts, { qty, uomCode = null, qtyDamaged = 0 }: Came, at: number): { units: number, damaged: number } {
  const units = baseUnits(product, { qty, uomCode }, `/lines/${at}`)
  const damaged = qtyDamaged === 0 ? 0 : baseUnits(product, { qty: qtyDamaged, uomCode }, `/lines/${at}`, 'qtyDamaged')
  if (damaged > units) throw badDamaged(`/lines/${at}/qtyDamaged`)
  return { units, damaged }
}

/** What came of a line, with its announced batch and expiry date where the call says none. */
function partOf (inbound: Inbound, { lineNo, ...came }: ReceiveInput['lines'][number], products: ReadonlyMap<string, ProductFacts>, at: number): Part {
  const line = inbound.lines.find(known => known.lineNo === lineNo)
  if (line === undefined) throw unknownLine(`/lines/${at}/lineNo`)
  const product = products.get(line.productId)!
  const batch = came.batch ?? line.batch ?? undefined
  const expiryDate = came.expiryDate ?? (batch === (line.batch ?? undefined) ? line.expiryDate ?? undefined : undefined)
  const isTracked = product.trackBatch || product.trackExpiry
  const announced = isTracked ? { ...batch === undefined ? {} : { batch }, ...expiryDate === undefined ? {} : { expiryDate } } : {}
  return { product, inboundLineNo: lineNo, came: { ...came, ...announced }, ...quantities(product, came, at) }
}

/** The inbound order with what has come. @throws AppError 422 `inbound.over_receipt` */
function withParts ({ overReceiptTolerancePct, autoClose }: ReceiveSettingsValues, before: Inbound, parts: readonly Part[], now: Date): Inbound {
  const lines = before.lines.map(line => ({ ...line }))
  parts.forEach(({ inboundLineNo, units, damaged }, at) => {
    const line = lines.find(({ lineNo }) => lineNo === inboundLineNo)!
    const most = mostOf(line, overReceiptTolerancePct)
    if (units > most) throw overReceipt(`/lines/${at}/qty`, inWords(most), overReceiptTolerancePct)
    line.received += units
    line.damaged += damaged
  })
  const received: Inbound = { ...before, lines, arrivedAt: before.arrivedAt ?? now.toISOString(), status: 'receiving' }
  if (!isComplete(received)) return received
  return autoClose ? { ...received, status: 'closed', closedAt: now.toISOString() } : { ...received, status: 'received' }
}

export function expect (book: StockBook, inbound: Inbound, { productId, lineNo }: Line, units: number): void {
  book.expect(book.level(productId, inbound.warehouse.id), units, { type: 'inbound_order', id: inbound.id, lineNo })
}

interface Booked {
  book: StockBook
  warehouse: ReceiptView['warehouse']
  /** Closes the book. @returns the lines of the receipt */
  finish: () => Promise<ReceiptView['lines']>
}

/** Puts the goods where they lie: the good part with its status, the damaged part as damaged. @throws AppError 409, 422 at the line */
async function bookGoods ({ inventory }: Services, tx: Tx, { id, ownerId, warehouse: named, note, parts }: Booking): Promise<Booked> {
  const { book, warehouse, items } = await inventory.openLines(tx, ownerId, { warehouse: named, lines: parts.map(stockLine) })
  const booked = parts.map((part, at) => {
    const [good, bad] = items[at]! as [BookItem, BookItem]
    const doc = { type: 'receipt', id, lineNo: at + 1 }
    const postings = [{ to: good, units: part.units - part.damaged }, { to: bad, units: part.damaged }].filter(({ units }) => units > 0)
    for (const { to, units } of postings) book.post({ type: 'receipt', units, from: null, to, doc, note, pointers: [`/lines/${at}/qty`] })
    return { part, item: good, movements: postings.length }
  })
  return {
    book,
    warehouse: { id: warehouse.id, code: warehouse.code },
    async finish () {
      const seqs = (await book.close()).filter(({ doc }) => doc?.id === id).map(({ seq }) => seq)
      return booked.map(({ part, item, movements }, at) => ({
        lineNo: at + 1,
        inboundLineNo: part.inboundLineNo,
        productId: part.product.id,
        sku: part.product.sku,
        qty: toDecimal(part.units),
        qtyDamaged: toDecimal(part.damaged),
        batchId: item.batch?.id ?? null,
        batch: item.batch?.code ?? null,
        expiryDate: item.batch?.expiryDate ?? null,
        locationId: item.location.id,
        location: item.location.code,
        stockStatus: item.status,
        movements: seqs.splice(0, movements)
      }))
    }
  }
}

function stockLine ({ product, units, came: { batch, expiryDate, location, status = 'available' } }: Part, at: number): StockLine {
  const pointer = `/lines/${at}`
  const shelf = location === undefined ? {} : { location }
  return {
    sku: product.sku,
    batch,
    expiryDate,
    quantity: toDecimal(units),
    field: 'qty',
    comesIn: true,
    shelves: [{ shelf: { ...shelf, status }, pointer }, { shelf: { ...shelf, status: 'damaged' }, pointer }]
  }
}

export function emitReceipt ({ kernel }: Services, tx: Tx, receipt: ReceiptView, type = 'receipt.created'): void {
  const { id, version, reference, ownerId, warehouse } = receipt
  kernel.events.emit(tx, type, {
    subject: { type: 'receipt', id, version, externalRef: reference }, ownerId, warehouseId: warehouse.id, data: receipt
  })
}

/** Each line that came, and what has become of the inbound order. */
function announce (services: Services, tx: Tx, { receipt, before, after }: { receipt: ReceiptView, before: Inbound, after: Inbound }): void {
  const { kernel } = services
  emitReceipt(services, tx, receipt)
  const { id, version, externalRef, ownerId, number, warehouse } = after
  for (const line of receipt.lines) {
    kernel.events.emit(tx, 'inbound.line_received', {
      subject: { type: 'inbound_order', id, version, externalRef },
      ownerId,
      warehouseId: warehouse.id,
      data: { inboundOrderId: id, inboundNumber: number, externalRef, receiptId: receipt.id, receiptNumber: receipt.number, warehouse, line }
    })
  }
  const previous = differing(before, after)
  emitInbound(kernel, tx, isComplete(after) ? 'inbound.received' : 'inbound.updated', { inbound: after, previous })
  if (after.status === 'closed') emitInbound(kernel, tx, 'inbound.closed', { inbound: after, previous })
}
