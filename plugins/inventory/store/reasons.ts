// SQL of the reasons why stock is adjusted.
import type { Queryable } from '#kernel'

export interface Reason { code: string, direction: 'in' | 'out' | 'both', requiresNote: boolean }

const READ = { name: 'inventory-reasons', text: 'SELECT "code", "direction", "requiresNote" FROM "ReasonCode" ORDER BY "code"' }

export async function readReasons (db: Queryable): Promise<Reason[]> {
  return (await db.query<Reason>(READ)).rows
}
