// SQL that finds who has set a batch aside.
import type { Tx } from '#kernel'

const FIND = {
  name: 'orders-with-batch',
  text: `SELECT DISTINCT a."orderId" AS "id" FROM "Allocation" a JOIN "Order" o ON o."id" = a."orderId"
    WHERE a."batchId" = $2 AND a."batchId" <> '' AND a."stage" = 'allocated' AND a."stage" <> 'shipped' AND o."ownerId" = $1 ORDER BY 1`
}

/** Ids of orders that have set aside of the batch what nobody has picked: in the order in which they are to be locked. */
export async function ordersWithBatch (tx: Tx, ownerId: string, batchId: string): Promise<string[]> {
  return (await tx.query<{ id: string }>(FIND, [ownerId, batchId])).rows.map(row => row.id)
}
