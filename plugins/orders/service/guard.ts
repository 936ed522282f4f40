// What a product may not become while orders that are under way have lines of it: their numbers would mean something else.
import { brokenRule, type AppError, type Tx } from '#kernel'
import type { CatalogService, GuardedFacts } from '../../catalog/public.js'

const OPEN = {
  name: 'orders-guard-open',
  text: `SELECT l."uomCode", l."qtyOrdered", o."number" FROM "OrderLine" l JOIN "Order" o ON o."id" = l."orderId"
    WHERE l."productId" = $1 AND o."status" NOT IN ('shipped', 'delivered', 'closed', 'cancelled') AND l."qtyOrdered" > l."qtyShipped" + l."qtyCancelled"
      ORDER BY o."id"`
}

interface OpenLine { uomCode: string | null, qtyOrdered: number, number: string }

/** The base unit, the kind, the decimals, and the size of a unit in which something is ordered. */
export function guardProducts (catalog: CatalogService): void {
  catalog.guard(async (tx, before, after) => {
    const units = changedUnits(before, after)
    if (before.baseUom === after.baseUom && before.kind === after.kind && before.qtyScale <= after.qtyScale && units.size === 0) return
    const lines = await openLines(tx, before.id)
    const [first] = lines
    if (first === undefined) return
    const refuse = (pointer: string, number: string): AppError =>
      brokenRule('product.has_orders', pointer, `can't change while it is ordered: order ${number} has a line that has not left`)
    for (const field of ['baseUom', 'kind'] as const) if (before[field] !== after[field]) throw refuse(`/${field}`, first.number)
    const finer = lines.find(line => before.qtyScale > after.qtyScale && !fits(line.qtyOrdered, after.qtyScale))
    if (finer !== undefined) throw refuse('/qtyScale', finer.number)
    const counted = lines.find(line => line.uomCode !== null && units.has(line.uomCode))
    if (counted !== undefined) throw refuse(pointerOf(after, counted.uomCode!), counted.number)
  })
}

async function openLines (tx: Tx, productId: string): Promise<OpenLine[]> {
  return (await tx.query<OpenLine>(OPEN, [productId])).rows
}

/** Units that go, or become larger or smaller. */
function changedUnits (before: GuardedFacts, after: GuardedFacts): ReadonlySet<string> {
  return new Set(before.uoms.filter(({ code, qtyInBase }) => after.uoms.find(unit => unit.code === code)?.qtyInBase !== qtyInBase).map(({ code }) => code))
}

function pointerOf ({ uoms }: GuardedFacts, code: string): string {
  const index = uoms.findIndex(unit => unit.code === code)
  return index < 0 ? '/uoms' : `/uoms/${index}/qtyInBase`
}

const fits = (qty: number, scale: number): boolean => Number(qty.toFixed(scale)) === qty
