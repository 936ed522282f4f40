// SQL that finds who has set a batch aside.
import type { Tx } from '#kernel'
import type { BatchHolders } from '../../inventory/public.js'

const FIND = {
  name: 'orders-with-batch',
  text: `SELECT DISTINCT a."orderId" AS "id" FROM "Allocation" a JOIN "Order" o ON o."id" = a."orderId"
    WHERE a."batchId" = $2 AND a."batchId" <> '' AND a."stage" = 'allocated' AND a."stage" <> 'shipped' AND o."ownerId" = $1 ORDER BY 1`
}

/** Ids of orders that have allocated of the batch what no one has picked: in the order in which they are to be locked. */
export async function ordersWithBatch (tx: Tx, ownerId: string, batchId: string): Promise<string[]> {
  return (await tx.query<{ id: string }>(FIND, [ownerId, batchId])).rows.map(row => row.id)
}

const HELD = 'o."id" AS "orderId", o."number" AS "orderNumber", a."lineNo"'
const OF_BATCH = 'FROM "Allocation" a JOIN "Order" o ON o."id" = a."orderId"'
const MINE = 'a."batchId" = $2 AND a."batchId" <> \'\' AND a."stage" <> \'shipped\' AND o."ownerId" = $1'
const PICKED = {
  name: 'orders-picked-of-batch',
  text: `SELECT ${HELD}, sum(a."qty") AS "qty" ${OF_BATCH} WHERE ${MINE} AND a."stage" = 'picked' GROUP BY 1, 2, 3 ORDER BY 1, 3`
}
const PACKED = {
  name: 'orders-packed-of-batch',
  text: `SELECT DISTINCT ${HELD}, i."qty", s."id" AS "shipmentId", i."parcelNo" ${OF_BATCH} JOIN "Shipment" s ON s."orderId" = o."id" AND s."status" = 'packed'
    JOIN "ParcelItem" i ON i."shipmentId" = s."id" AND i."lineNo" = a."lineNo" AND i."batchId" = a."batchId" WHERE ${MINE} AND a."stage" = 'packed'
      ORDER BY 1, 5, 6, 3`
}

/** What orders have picked of a batch, and what lies of it in parcels that have not left. */
export async function onTheFloor (tx: Tx, ownerId: string, batchId: string): Promise<Pick<BatchHolders, 'picked' | 'packed'>> {
  const [picked, packed] = await Promise.all([
    tx.query<BatchHolders['picked'][number]>(PICKED, [ownerId, batchId]),
    tx.query<BatchHolders['packed'][number]>(PACKED, [ownerId, batchId])
  ])
  return { picked: picked.rows, packed: packed.rows }
}
