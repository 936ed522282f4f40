// SQL that makes, locks, reads and writes one order with its lines and allocations.
import { arraysOf, insertMany, names, toUnits, unnest, type Queryable, type RowWriter, type Statement, type Tx } from '#kernel'
import type { OrderAlias } from '../domain/order-alias.js'
import { keyOf, linesView, type Allocation, type Line, type Order } from '../domain/order.js'
import type { LineView } from '../schemas/orders.js'
import { HEADER, IDENTITY, LINE, ORDER_ALLOCATION, ORDER_LINE, recordsOf, written, type OfOrder } from './columns.js'

const BEGIN = {
  name: 'orders-begin',
  text:
    `SELECT 'SO-' || nextval('"Order_number_seq"') AS "number", now() AS "now",
      (SELECT "id" FROM "Order" WHERE "ownerId" = $1 AND "externalRef" = r."ref") AS "taken"
    FROM unnest($2::text[]) WITH ORDINALITY AS r ("ref", "at") ORDER BY r."at"`
}

/** What a new order begins with: its number, the timestamp of the transaction, and the id of the order that has its reference already. */
export interface NewOrderNumber { number: string, now: Date, taken: string | null }

/** One for each of the references, in their order. */
export async function beginOrders (tx: Tx, ownerId: string, externalRefs: readonly string[]): Promise<NewOrderNumber[]> {
  return (await tx.query<NewOrderNumber>(BEGIN, [ownerId, externalRefs])).rows
}

const COLUMN = { id: 'id', ref: 'externalRef', number: 'number' } as const
const read = (by: OrderAlias['by'], lock: boolean): Statement => ({
  name: `orders-${lock ? 'lock' : 'read'}-by-${by}`,
  text: `SELECT o.*, w."code" AS "warehouse", now() AS "now" FROM "Order" o JOIN "Warehouse" w ON w."id" = o."warehouseId"
    WHERE o."ownerId" = $1 AND o."${COLUMN[by]}" = $2${lock ? ' FOR UPDATE OF o' : ''}`
})
const READ = { id: read('id', false), ref: read('ref', false), number: read('number', false) }
const LOCK = { id: read('id', true), ref: read('ref', true), number: read('number', true) }
const LINES = {
  name: 'orders-lines',
  text: `SELECT ${
    names(LINE.filter(([name]) => name !== 'unitPrice'))
  }, to_char("unitPrice", 'FM99999999999990.0099') AS "unitPrice" FROM "OrderLine" WHERE "orderId" = $1 ORDER BY "lineNo"`
}
const ALLOCATIONS = {
  name: 'orders-allocations',
  text:
    `SELECT a."lineNo", a."productId", a."batchId", b."code", b."expiryDate", a."locationId", l."code" AS "location", a."pickedFromId", a."stage", a."qty",
      a."strategy", a."pinned"
    FROM "Allocation" a JOIN "Location" l ON l."id" = a."locationId" LEFT JOIN "Batch" b ON b."id" = a."batchId"
    WHERE a."orderId" = $1 ORDER BY a."lineNo", b."expiryDate" NULLS LAST, b."code", l."code", a."stage"`
}

type HeaderRow = Omit<Order, 'warehouse' | 'lines' | 'allocations'> & {
  warehouseId: string, warehouse: string, now: Date, allocationStatus: unknown, onHold: unknown, lineCount: unknown
}
type LineRow =
  & Omit<Line, 'ordered' | 'allocated' | 'picked' | 'packed' | 'shipped' | 'cancelled' | 'backordered'>
  & Record<'qtyOrdered' | 'qtyAllocated' | 'qtyPicked' | 'qtyPacked' | 'qtyShipped' | 'qtyCancelled' | 'qtyBackordered', number>
type AllocationRow = Omit<Allocation, 'batch' | 'location' | 'units'> & {
  batchId: string, code: string, expiryDate: string | null, locationId: string, location: string, qty: number
}

async function complete (db: Queryable, { warehouseId, warehouse, now, allocationStatus, onHold, lineCount, ...header }: HeaderRow): Promise<Order> {
  const [lines, allocations] = await Promise.all([db.query<LineRow>(LINES, [header.id]), db.query<AllocationRow>(ALLOCATIONS, [header.id])])
  return { ...header, warehouse: { id: warehouseId, code: warehouse }, lines: lines.rows.map(toLine), allocations: allocations.rows.map(toAllocation) }
}

function toLine ({ qtyOrdered, qtyAllocated, qtyPicked, qtyPacked, qtyShipped, qtyCancelled, qtyBackordered, ...line }: LineRow): Line {
  return {
    ...line,
    ordered: toUnits(qtyOrdered),
    allocated: toUnits(qtyAllocated),
    picked: toUnits(qtyPicked),
    packed: toUnits(qtyPacked),
    shipped: toUnits(qtyShipped),
    cancelled: toUnits(qtyCancelled),
    backordered: toUnits(qtyBackordered)
  }
}

function toAllocation ({ batchId, code, expiryDate, locationId, location, qty, ...rest }: AllocationRow): Allocation {
  return { ...rest, batch: batchId === '' ? null : { id: batchId, code, expiryDate }, location: { id: locationId, code: location }, units: toUnits(qty) }
}

export async function readOrder (db: Queryable, ownerId: string, { by, key }: OrderAlias): Promise<Order | undefined> {
  const { rows: [header] } = await db.query<HeaderRow>(READ[by], [ownerId, key])
  return header === undefined ? undefined : await complete(db, header)
}

const LINES_OF = {
  name: 'orders-lines-of',
  text: LINES.text.replace('SELECT ', 'SELECT "orderId", ').replace('"orderId" = $1 ORDER BY', '"orderId" = ANY ($1::text[]) ORDER BY "orderId",')
}
const ALLOCATIONS_OF = {
  name: 'orders-allocations-of',
  text: ALLOCATIONS.text.replace('SELECT ', 'SELECT a."orderId", ').replace('a."orderId" = $1 ORDER BY', 'a."orderId" = ANY ($1::text[]) ORDER BY a."orderId",')
}

/** Lines of several orders as callers see them, by order. */
export async function linesOfOrders (db: Queryable, ids: readonly string[]): Promise<Map<string, LineView[]>> {
  const [lines, allocations] = await Promise.all([db.query<LineRow & { orderId: string }>(LINES_OF, [ids]),
    db.query<AllocationRow & { orderId: string }>(ALLOCATIONS_OF, [ids])])
  const ofOrder = <Row extends { orderId: string }>(rows: readonly Row[], id: string): Array<Omit<Row, 'orderId'>> =>
    rows.filter(({ orderId }) => orderId === id).map(({ orderId: _, ...row }) => row)
  return new Map(ids.map(id => [id, linesView({
    lines: ofOrder(lines.rows, id).map(row => toLine(row as LineRow)), allocations: ofOrder(allocations.rows, id).map(row => toAllocation(row as AllocationRow))
  })]))
}

/** An order whose row this transaction holds, and how it was. */
export interface LockedOrder { order: Order, now: Date, before: { lines: Map<number, string>, allocations: Map<string, number> } }

export async function lockOrder (tx: Tx, ownerId: string, { by, key }: OrderAlias): Promise<LockedOrder | undefined> {
  const { rows: [header] } = await tx.query<HeaderRow>(LOCK[by], [ownerId, key])
  if (header === undefined) return undefined
  const order = await complete(tx, header)
  return { order, now: header.now, before: snapshot(order) }
}

const snapshot = (order: Order): LockedOrder['before'] => ({
  lines: new Map(order.lines.map(line => [line.lineNo, written(order, line)])),
  allocations: new Map(order.allocations.map(allocation => [keyOf(allocation), allocation.units]))
})

const NEW = [...IDENTITY, ...HEADER]
const INSERT_ORDER = {
  name: 'orders-insert',
  text: `INSERT INTO "Order" (${names(NEW)}) VALUES (${NEW.map(([, type], index) => `$${index + 1}::${type}`).join(', ')})`
}
const INSERT_ORDERS = {
  name: 'orders-insert-many',
  text: `INSERT INTO "Order" (${names(NEW)}) SELECT ${names(NEW)} FROM jsonb_populate_recordset(NULL::"Order", $1::jsonb)`
}
const INSERT_LINES = { name: 'orders-lines-insert', text: insertMany('OrderLine', ORDER_LINE, { attributes: 'jsonb' }) }
const INSERT_ALLOCATIONS = { name: 'orders-allocations-insert', text: insertMany('Allocation', ORDER_ALLOCATION) }
const PUT_ALLOCATIONS = {
  name: 'orders-allocations-put',
  text: `${INSERT_ALLOCATIONS.text}
    ON CONFLICT ("orderId", "lineNo", "batchId", "locationId", "pickedFromId", "stage") DO UPDATE SET "qty" = excluded."qty"`
}

const linesOf = (order: Order, lines: readonly Line[]): OfOrder<Line>[] => lines.map(row => ({ order, row }))
const allocationsOf = (order: Order, allocations: readonly Allocation[]): OfOrder<Allocation>[] => allocations.map(row => ({ order, row }))

// Rows of several orders travel with one statement of each kind, in this order.
const newOrders: RowWriter<Order> = {
  statementOf: orders => orders.length === 1 ? [INSERT_ORDER, NEW.map(([, , value]) => value(orders[0]!))] : [INSERT_ORDERS, [recordsOf(NEW, orders)]]
}
const newLines: RowWriter<OfOrder<Line>> = { statementOf: rows => [INSERT_LINES, arraysOf(ORDER_LINE, rows)] }
const newAllocations: RowWriter<OfOrder<Allocation>> = { statementOf: rows => [INSERT_ALLOCATIONS, arraysOf(ORDER_ALLOCATION, rows)] }

/** Its rows are written just before the COMMIT; a reference that is taken meanwhile is reported there. */
export function insertOrder (tx: Tx, order: Order): void {
  tx.append(newOrders, order)
  for (const line of linesOf(order, order.lines)) tx.append(newLines, line)
  for (const allocation of allocationsOf(order, order.allocations)) tx.append(newAllocations, allocation)
}

const UPDATE_ORDER = {
  name: 'orders-update',
  text: `UPDATE "Order" SET ${HEADER.map(([name, type], index) => `"${name}" = $${index + 2}::${type}`).join(', ')} WHERE "id" = $1`
}
const CHANGED_LINE = ORDER_LINE.filter(([name]) => name !== 'orderId' && name !== 'lineNo')
const UPDATE_LINES = {
  name: 'orders-lines-update',
  text: `UPDATE "OrderLine" l SET ${CHANGED_LINE.map(([name]) => `"${name}" = c."${name}"${name === 'attributes' ? '::jsonb' : ''}`).join(', ')}
    FROM ${unnest(ORDER_LINE, 1, 'c')} WHERE l."orderId" = c."orderId" AND l."lineNo" = c."lineNo"`
}
const DELETE_LINES = { name: 'orders-lines-delete', text: 'DELETE FROM "OrderLine" WHERE "orderId" = $1 AND "lineNo" = ANY ($2::int[])' }
const DELETE_ALLOCATIONS = {
  name: 'orders-allocations-delete',
  text:
    `DELETE FROM "Allocation" a USING unnest($2::int[], $3::text[], $4::text[], $5::text[], $6::text[]) AS gone ("lineNo", "batchId", "locationId",
      "pickedFromId", "stage")
    WHERE a."orderId" = $1 AND a."lineNo" = gone."lineNo" AND a."batchId" = gone."batchId" AND a."locationId" = gone."locationId"
      AND a."pickedFromId" = gone."pickedFromId" AND a."stage" = gone."stage"`
}

/** Writes what has changed of an order whose row is locked. */
export function updateOrder (tx: Tx, { order, before }: LockedOrder): void {
  tx.send(UPDATE_ORDER, [order.id, ...HEADER.map(([, , value]) => value(order))])
  const fresh = order.lines.filter(line => !before.lines.has(line.lineNo))
  const changed = order.lines.filter(line => before.lines.has(line.lineNo) && before.lines.get(line.lineNo) !== written(order, line))
  const gone = [...before.lines.keys()].filter(lineNo => !order.lines.some(line => line.lineNo === lineNo))
  if (gone.length > 0) tx.send(DELETE_LINES, [order.id, gone])
  if (changed.length > 0) tx.send(UPDATE_LINES, arraysOf(ORDER_LINE, linesOf(order, changed)))
  if (fresh.length > 0) tx.send(INSERT_LINES, arraysOf(ORDER_LINE, linesOf(order, fresh)))
  const kept = new Set(order.allocations.map(keyOf))
  const lost = [...before.allocations.keys()].filter(key => !kept.has(key)).map(key => key.split(' '))
  if (lost.length > 0) tx.send(DELETE_ALLOCATIONS, [order.id, lost.map(([lineNo]) => Number(lineNo)), ...[1, 2, 3, 4].map(part => lost.map(key => key[part]))])
  const put = order.allocations.filter(allocation => before.allocations.get(keyOf(allocation)) !== allocation.units)
  if (put.length > 0) tx.send(PUT_ALLOCATIONS, arraysOf(ORDER_ALLOCATION, allocationsOf(order, put)))
}
