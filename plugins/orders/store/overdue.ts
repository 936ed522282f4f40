// SQL that finds orders whose day has passed.
import type { Queryable } from '#kernel'

/** By the day where each warehouse is. The index has no others: see the migration. */
const FIND = {
  name: 'orders-overdue',
  text: `SELECT o."id", o."ownerId" FROM "Order" o JOIN "Warehouse" w ON w."id" = o."warehouseId"
    WHERE o."cancelAfterDate" IS NOT NULL AND o."status" IN ('draft', 'open', 'released', 'partially_shipped')
      AND o."cancelAfterDate" < ($1::timestamptz + interval '1 day')::date AND o."cancelAfterDate" < ($1::timestamptz AT TIME ZONE w."timezone")::date
      AND EXISTS (SELECT FROM "OrderLine" l WHERE l."orderId" = o."id" AND l."qtyOrdered" > l."qtyPicked" + l."qtyPacked" + l."qtyShipped" + l."qtyCancelled")
    ORDER BY o."cancelAfterDate", o."id" LIMIT $2`
}

export async function overdueOrders (db: Queryable, now: Date, limit: number): Promise<Array<{ id: string, ownerId: string }>> {
  return (await db.query<{ id: string, ownerId: string }>(FIND, [now.toISOString(), limit])).rows
}
