// SQL of shipments with their parcels. The order's row is locked where one changes.
import type { Queryable, Tx } from '#kernel'
import { timestamp } from './columns.js'
import type { ShipmentView } from '../schemas/shipments.js'

const PARCEL = ['sscc', 'trackingNumber', 'trackingUrl', 'weightG', 'lengthMm', 'widthMm', 'heightMm', 'status', 'carrierStatus'] as const
const ITEMS =
  `(SELECT json_agg(json_build_object('lineNo', i."lineNo", 'externalLineRef', l."externalLineRef", 'productId', l."productId", 'sku', l."sku", 'qty', i."qty",
    'batchId', b."id", 'batch', b."code", 'expiryDate', b."expiryDate") ORDER BY i."lineNo", b."code")
  FROM "ParcelItem" i LEFT JOIN "OrderLine" l ON l."orderId" = s."orderId" AND l."lineNo" = i."lineNo" LEFT JOIN "Batch" b ON b."id" = i."batchId"
  WHERE i."shipmentId" = p."shipmentId" AND i."parcelNo" = p."no")`
const PARCELS = `coalesce((SELECT json_agg(json_build_object('no', p."no", ${PARCEL.map(name => `'${name}', p."${name}"`).join(', ')}, 'statusAt', ${
  timestamp('p."statusAt"')
},
    'items', coalesce(${ITEMS}, '[]')) ORDER BY p."no") FROM "Parcel" p WHERE p."shipmentId" = s."id"), '[]')`
const VIEW =
  `s."id", s."ownerId", s."orderId", o."number" AS "orderNumber", o."externalRef", json_build_object('id', w."id", 'code', w."code") AS "warehouse",
    s."status", s."isFinal",
  s."carrierCode", s."serviceCode", ${timestamp('s."shippedAt"')} AS "shippedAt", ${timestamp('s."deliveredAt"')} AS "deliveredAt", ${PARCELS} AS "parcels",
  s."version", ${timestamp('s."createdAt"')} AS "createdAt", ${timestamp('s."updatedAt"')} AS "updatedAt"`
const FROM = 'JOIN "Order" o ON o."id" = s."orderId" JOIN "Warehouse" w ON w."id" = s."warehouseId"'

const READ = { name: 'orders-shipment', text: `SELECT ${VIEW} FROM "Shipment" s ${FROM} WHERE s."ownerId" = $1 AND s."id" = $2` }
const OF_ORDER = { name: 'orders-shipments-of', text: `SELECT ${VIEW} FROM "Shipment" s ${FROM} WHERE s."orderId" = $1 ORDER BY s."id"` }

export async function readShipment (db: Queryable, ownerId: string, id: string): Promise<ShipmentView | undefined> {
  return (await db.query<ShipmentView>(READ, [ownerId, id])).rows[0]
}

export async function shipmentsOf (db: Queryable, orderId: string): Promise<ShipmentView[]> {
  return (await db.query<ShipmentView>(OF_ORDER, [orderId])).rows
}

export interface ShipmentPageQuery {
  ownerId: string
  /** Ids of the only warehouses that may be shown; null: all. */
  within: readonly string[] | null
  updatedSince: string | null
  status: string | null
  orderId: string | null
  newestFirst: boolean
  /** [updatedAt, id] of the row before. */
  after: readonly string[] | null
  limit: number
}

/** One statement per shape of filters and order; the page is cut before anything is joined to it. */
export async function shipmentPage (
  db: Queryable, { ownerId, within, updatedSince, status, orderId, newestFirst, after, limit }: ShipmentPageQuery
): Promise<ShipmentView[]> {
  const values: unknown[] = [ownerId]
  const bind = (value: unknown): string => `$${values.push(value)}`
  const where = ['s."ownerId" = $1']
  const shape = [newestFirst ? 'desc' : 'asc']
  const add = (name: string, condition: string): void => { shape.push(name); where.push(condition) }
  if (updatedSince !== null) add('since', `s."updatedAt" >= ${bind(updatedSince)}::timestamptz`)
  if (status !== null) add('status', `s."status" = ${bind(status)}`)
  if (orderId !== null) add('order', `s."orderId" = ${bind(orderId)}`)
  if (within !== null) add('within', `s."warehouseId" = ANY (${bind(within)}::text[])`)
  if (after !== null) add('after', `(s."updatedAt", s."id") ${newestFirst ? '<' : '>'} (${bind(after[0])}::timestamptz, ${bind(after[1])})`)
  const order = newestFirst ? 's."updatedAt" DESC, s."id" DESC' : 's."updatedAt", s."id"'
  const text = `SELECT ${VIEW} FROM (SELECT * FROM "Shipment" s WHERE ${where.join(' AND ')} ORDER BY ${order} LIMIT ${
    bind(limit)
  }) s ${FROM} ORDER BY ${order}`
  return (await db.query<ShipmentView>({ name: `orders-shipment-page ${shape.join(' ')}`, text }, values)).rows
}

const PUT = {
  name: 'orders-shipment-put',
  text:
    `INSERT INTO "Shipment" ("id", "ownerId", "orderId", "warehouseId", "status", "isFinal", "carrierCode", "serviceCode", "shippedAt", "deliveredAt",
      "version", "createdAt", "updatedAt")
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::timestamptz, $10::timestamptz, $11, $12::timestamptz, $13::timestamptz)
    ON CONFLICT ("id") DO UPDATE SET "status" = excluded."status", "isFinal" = excluded."isFinal", "carrierCode" = excluded."carrierCode",
      "serviceCode" = excluded."serviceCode",
      "shippedAt" = excluded."shippedAt", "deliveredAt" = excluded."deliveredAt", "version" = excluded."version", "updatedAt" = excluded."updatedAt"`
}
const PARCEL_FIELDS = '"no", "sscc", "trackingNumber", "trackingUrl", "weightG", "lengthMm", "widthMm", "heightMm", "status", "carrierStatus", "statusAt"'
const PUT_PARCELS = {
  name: 'orders-parcels-put',
  text: `INSERT INTO "Parcel" ("shipmentId", ${PARCEL_FIELDS}) SELECT $1, ${PARCEL_FIELDS} FROM jsonb_to_recordset($2::jsonb)
      AS p("no" int, "sscc" text, "trackingNumber" text, "trackingUrl" text, "weightG" int, "lengthMm" int, "widthMm" int, "heightMm" int, "status" text,
        "carrierStatus" text, "statusAt" timestamptz)
    ON CONFLICT ("shipmentId", "no") DO UPDATE SET ${PARCEL_FIELDS.split(', ').slice(1).map(name => `${name} = excluded.${name}`).join(', ')}`
}
const INSERT_ITEMS = {
  name: 'orders-parcel-items-insert',
  text:
    `INSERT INTO "ParcelItem" ("shipmentId", "parcelNo", "lineNo", "batchId", "qty") SELECT $1, "parcelNo", "lineNo", "batchId", "qty"
      FROM jsonb_to_recordset($2::jsonb)
    AS i("parcelNo" int, "lineNo" int, "batchId" text, "qty" numeric)`
}

/** Writes a shipment and its parcels. @param isNew with what lies in them, which never changes */
export function putShipment (tx: Tx, shipment: ShipmentView, { isNew }: { isNew: boolean }): void {
  const { id, ownerId, orderId, warehouse, status, isFinal, carrierCode, serviceCode, shippedAt, deliveredAt, version, createdAt, updatedAt, parcels } =
    shipment
  tx.send(PUT, [id, ownerId, orderId, warehouse.id, status, isFinal, carrierCode, serviceCode, shippedAt, deliveredAt, version, createdAt, updatedAt])
  tx.send(PUT_PARCELS, [id, JSON.stringify(parcels.map(({ items, ...parcel }) => parcel))])
  if (!isNew) return
  const items = parcels.flatMap(({ no, items }) => items.map(({ lineNo, batchId, qty }) => ({ parcelNo: no, lineNo, batchId: batchId ?? '', qty })))
  tx.send(INSERT_ITEMS, [id, JSON.stringify(items)])
}
