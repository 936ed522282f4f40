// How an order maps to its rows: one list for reading, inserting and updating.
import { toDecimal, type Columns } from '#kernel'
import { allocationStatus, type Allocation, type Line, type Order } from '../domain/order.js'

const json = (value: unknown): string | null => value === null ? null : JSON.stringify(value)

/** What a change may write. */
export const HEADER: Columns<Order> = [
  ['channel', 'text', order => order.channel],
  ['type', 'text', order => order.type],
  ['status', 'text', order => order.status],
  ['allocationStatus', 'text', order => allocationStatus(order)],
  ['onHold', 'boolean', order => order.holds.length > 0],
  ['holds', 'jsonb', order => json(order.holds)],
  ['customer', 'jsonb', order => json(order.customer)],
  ['shipTo', 'jsonb', order => json(order.shipTo)],
  ['billTo', 'jsonb', order => json(order.billTo)],
  ['carrierCode', 'text', order => order.carrierCode],
  ['serviceCode', 'text', order => order.serviceCode],
  ['shippingProcess', 'text', order => order.shippingProcess],
  ['priority', 'int', order => order.priority],
  ['requestedShipDate', 'date', order => order.requestedShipDate],
  ['requestedDeliveryDate', 'date', order => order.requestedDeliveryDate],
  ['cancelAfterDate', 'date', order => order.cancelAfterDate],
  ['allowPartialShipment', 'boolean', order => order.allowPartialShipment],
  ['currency', 'text', order => order.currency],
  ['giftMessage', 'text', order => order.giftMessage],
  ['packingNote', 'text', order => order.packingNote],
  ['tags', 'text[]', order => order.tags],
  ['attributes', 'jsonb', order => json(order.attributes)],
  ['cancelReason', 'text', order => order.cancelReason],
  ['lineCount', 'int', order => order.lines.length],
  ['version', 'int', order => order.version],
  ['updatedAt', 'timestamptz', order => order.updatedAt.toISOString()]
]

export const IDENTITY: Columns<Order> = [
  ['id', 'text', order => order.id],
  ['ownerId', 'text', order => order.ownerId],
  ['number', 'text', order => order.number],
  ['externalRef', 'text', order => order.externalRef],
  ['warehouseId', 'text', order => order.warehouse.id],
  ['createdAt', 'timestamptz', order => order.createdAt.toISOString()]
]

/** Of a line; `attributes` travels as text because arrays of jsonb are read as one. */
export const LINE: Columns<Line> = [
  ['lineNo', 'int', line => line.lineNo],
  ['externalLineRef', 'text', line => line.externalLineRef],
  ['productId', 'text', line => line.productId],
  ['sku', 'text', line => line.sku],
  ['name', 'text', line => line.name],
  ['isStocked', 'boolean', line => line.isStocked],
  ['uomCode', 'text', line => line.uomCode],
  ['qtyUom', 'numeric', line => line.qtyUom],
  ['qtyOrdered', 'numeric', line => toDecimal(line.ordered)],
  ['qtyAllocated', 'numeric', line => toDecimal(line.allocated)],
  ['qtyPicked', 'numeric', line => toDecimal(line.picked)],
  ['qtyPacked', 'numeric', line => toDecimal(line.packed)],
  ['qtyShipped', 'numeric', line => toDecimal(line.shipped)],
  ['qtyCancelled', 'numeric', line => toDecimal(line.cancelled)],
  ['qtyBackordered', 'numeric', line => toDecimal(line.backordered)],
  ['pinnedBatch', 'text', line => line.pinnedBatch],
  ['minShelfLifeDays', 'int', line => line.minShelfLifeDays],
  ['unitPrice', 'numeric', line => line.unitPrice],
  ['attributes', 'text', line => json(line.attributes)]
]

const ALLOCATION: Columns<Allocation> = [
  ['lineNo', 'int', allocation => allocation.lineNo],
  ['batchId', 'text', allocation => allocation.batch?.id ?? ''],
  ['locationId', 'text', allocation => allocation.location.id],
  ['pickedFromId', 'text', allocation => allocation.pickedFromId],
  ['stage', 'text', allocation => allocation.stage],
  ['productId', 'text', allocation => allocation.productId],
  ['qty', 'numeric', allocation => toDecimal(allocation.units)],
  ['strategy', 'text', allocation => allocation.strategy],
  ['pinned', 'boolean', allocation => allocation.pinned]
]

/** A row with the order that it belongs to. */
export interface OfOrder<Row> { order: Order, row: Row }

const ofOrder = <Row>(columns: Columns<Row>): Columns<OfOrder<Row>> =>
  [['orderId', 'text', ({ order }) => order.id], ...columns.map(([name, type, value]) => [name, type, ({ row }: OfOrder<Row>) => value(row)] as const)]

/** Orders that take stock as soon as it is there. */
export const FILLABLE: ReadonlySet<string> = new Set(['open', 'released', 'picking', 'partially_shipped'])

/**
 * Where a line stands among those that wait for a product in a warehouse: by priority, requested ship date and age. Null: it does not wait, or must
 * not get anything now.
 */
function fillRank ({ holds, status, warehouse, priority, requestedShipDate, createdAt, id }: Order, { backordered, productId }: Line): string | null {
  if (backordered === 0 || productId === null || holds.length > 0 || !FILLABLE.has(status)) return null
  return `${warehouse.id} ${9 - priority} ${requestedShipDate ?? '9999-12-31'} ${createdAt.toISOString()} ${id}`
}

export const ORDER_LINE: Columns<OfOrder<Line>> = [...ofOrder(LINE), ['fillRank', 'text', ({ order, row }) => fillRank(order, row)]]

/** A line as it is written, to see whether it has changed. */
export const written = (order: Order, line: Line): string => JSON.stringify([line, fillRank(order, line)])
export const ORDER_ALLOCATION: Columns<OfOrder<Allocation>> = [...ofOrder(ALLOCATION), ['warehouseId', 'text', ({ order }) => order.warehouse.id]]

/** The rows as a JSON array, for `jsonb_populate_recordset`; what is JSON already goes in as it is. */
export function recordsOf<T> (columns: Columns<T>, rows: readonly T[]): string {
  const field = (row: T) => ([name, type, value]: Columns<T>[number]): string =>
    `"${name}":${type === 'jsonb' ? String(value(row)) : JSON.stringify(value(row))}`
  return `[${rows.map(row => `{${columns.map(field(row)).join(',')}}`).join(',')}]`
}

/** A timestamp as RFC 3339 text; sessions of this service run in UTC. */
export const timestamp = (column: string): string => `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
