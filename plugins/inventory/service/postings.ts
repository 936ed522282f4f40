// A movement on its way into the ledger: from what was posted in the book to what callers see and what the row says.
import { toDecimal, type Call } from '#kernel'
import type { BookItem } from './book-item.js'
import type { Level } from './announce.js'
import type { MovementType, MovementView } from '../schemas/movements.js'
import type { MovementRow } from '../store/book.js'

/** What stock changes for. */
export interface Doc { type: string, id: string, lineNo: number | null }

/** One row of the ledger to be. Quantities in ten-thousandths, positive. */
export interface Posting {
  type: MovementType
  units: number
  /** Null: from outside. */
  from: BookItem | null
  /** Null: to outside. */
  to: BookItem | null
  doc: Doc | null
  reasonCode?: string | null
  note?: string | null
  reversalOf?: number | null
  /** The units are allocated for the document, and stay so where they go. */
  isReserved?: boolean
  /** Where the request asks for it; named when there is not enough. */
  pointers?: readonly string[]
}

/** With what was on hand afterwards. */
export interface Posted extends Posting { balanceFrom: number | null, balanceTo: number | null }

/** Of the key that it takes from, which is that of the key that it brings to. */
export const levelOf = ({ from, to }: Posting): Level => (from ?? to)!.level

/** Its number is known when its row is written. */
export function toMovement (posted: Posted, { groupId, now, call }: { groupId: string, now: Date, call: Call | null }): MovementView {
  const { type, units, from, to, doc, reasonCode = null, note = null, reversalOf = null, balanceFrom, balanceTo } = posted
  const { batch, level: { product, warehouse } } = (from ?? to)!
  const { id, sku, externalRef } = product
  const principal = call?.principal ?? null
  return {
    seq: 0,
    groupId,
    type,
    product: { id, sku, externalRef },
    batch: batch === null ? null : { id: batch.id, code: batch.code, expiryDate: batch.expiryDate },
    qty: toDecimal(units),
    warehouse: { id: warehouse.id, code: warehouse.code },
    from: side(from),
    to: side(to),
    balanceFromAfter: balanceFrom,
    balanceToAfter: balanceTo,
    reasonCode,
    note,
    doc,
    actor: { type: principal?.type ?? 'system', id: principal?.id ?? null },
    requestId: call?.requestId ?? null,
    reversalOf,
    postedAt: now.toISOString()
  }
}

function side (item: BookItem | null): MovementView['from'] {
  return item === null ? null : { locationId: item.location.id, location: item.location.code, status: item.status }
}

export function toRow (view: MovementView, ownerId: string): MovementRow {
  const { groupId, type, product, batch, qty, warehouse, from, to, balanceFromAfter, balanceToAfter, reasonCode, note, doc, actor, requestId, reversalOf } =
    view
  return {
    groupId,
    ownerId,
    type,
    productId: product.id,
    batchId: batch?.id ?? '',
    qty,
    warehouseId: warehouse.id,
    fromLocationId: from?.locationId ?? null,
    fromStatus: from?.status ?? null,
    toLocationId: to?.locationId ?? null,
    toStatus: to?.status ?? null,
    balanceFromAfter,
    balanceToAfter,
    reasonCode,
    note,
    docType: doc?.type ?? null,
    docId: doc?.id ?? null,
    docLineNo: doc?.lineNo ?? null,
    actorType: actor.type,
    actorId: actor.id,
    requestId,
    reversalOf
  }
}
