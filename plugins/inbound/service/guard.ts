// What a product may not become while it is announced: the numbers of its inbound orders would mean something else.
import { brokenRule, type Tx } from '#kernel'
import type { CatalogService, GuardedFacts } from '../../catalog/public.js'

const OPEN = {
  name: 'inbound-guard-open',
  text: `SELECT i."number", l->>'uomCode' AS "uomCode" FROM "InboundOrder" i, jsonb_array_elements(i."lines") l
    WHERE i."status" NOT IN ('closed', 'cancelled') AND i."lines" @> jsonb_build_array(jsonb_build_object('productId', $1::text)) AND l->>'productId' = $1
    ORDER BY i."id"`
}

interface OpenLine { number: string, uomCode: string | null }

/** The base unit, the kind, the decimals, archiving, and the size of a unit in which something is announced. */
export function guardAnnounced (catalog: CatalogService): void {
  catalog.guard(async (tx, before, after) => {
    const field = changedField(before, after)
    const resized = new Set(before.uoms.filter(({ code, qtyInBase }) => after.uoms.find(unit => unit.code === code)?.qtyInBase !== qtyInBase)
      .map(({ code }) => code))
    if (field === undefined && resized.size === 0) return
    const lines = await openLines(tx, before.id)
    const line = field === undefined ? lines.find(({ uomCode }) => uomCode !== null && resized.has(uomCode)) : lines[0]
    if (line === undefined) return
    throw brokenRule('product.has_inbound', `/${field ?? 'uoms'}`, `can't change while it is announced: inbound order ${line.number} has a line of it`)
  })
}

function changedField (before: GuardedFacts, after: GuardedFacts): 'baseUom' | 'kind' | 'qtyScale' | 'status' | undefined {
  if (after.status === 'archived' && before.status !== 'archived') return 'status'
  if (after.qtyScale < before.qtyScale) return 'qtyScale'
  return (['baseUom', 'kind'] as const).find(name => before[name] !== after[name])
}

async function openLines (tx: Tx, productId: string): Promise<OpenLine[]> {
  return (await tx.query<OpenLine>(OPEN, [productId])).rows
}
