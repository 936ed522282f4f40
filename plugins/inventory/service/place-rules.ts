// What may be put into a location and taken from it.
import type { Tx } from '#kernel'
import { locked, mixedBatches, mixedProducts, notReceivable, tooHeavy } from '../errors.js'
import type { MovementType } from '../schemas/movements.js'
import { lockPlaces, restrictedPlaces } from '../store/place-contents.js'
import type { Posting } from './postings.js'

/**
 * Movements that bring goods to a location or take them away. What was counted is there, whatever the rules say; what was picked goes back to where it
 * came from; and what changes its status stays where it is.
 */
const BRINGS: ReadonlySet<MovementType> = new Set(['receipt', 'opening', 'adjustment', 'transfer', 'pick'] as const)

/** @throws AppError 409 `location.locked`, `location.not_receivable` */
export function checkMove ({ type, from, to, pointers = [] }: Posting): void {
  if (!BRINGS.has(type)) return
  for (const item of [from, to]) if (item?.location.locked === true) throw locked(item.location.code, pointers)
  if (from === null && to !== null && !to.location.receivable) throw notReceivable(to.location.code, pointers)
}

/**
 * What lies together in locations that limit it, behind the locks of their rows: two calls that put goods there do so one after the other.
 * The stock is written already.
 * @throws AppError 409 `location.mixed_products`, `location.mixed_batches`, `location.too_heavy`
 */
export async function checkPlaces (tx: Tx, postings: readonly Posting[]): Promise<void> {
  const brought = postings.filter(({ type, to, from }) => to?.location.isRestricted === true && BRINGS.has(type) && to.location.id !== from?.location.id)
  if (brought.length === 0) return
  const ids = [...new Set(brought.map(({ to }) => to!.location.id))].sort()
  lockPlaces(tx, ids)
  for (const place of await restrictedPlaces(tx, ids)) {
    const pointers = brought.filter(({ to }) => to!.location.id === place.id).flatMap(({ pointers = [] }) => pointers)
    if (!place.allowMixedProducts && place.products > 1) throw mixedProducts(place.code, pointers)
    if (!place.allowMixedBatches && place.batches > place.products) throw mixedBatches(place.code, pointers)
    if (place.maxWeightG !== null && place.weightG > place.maxWeightG) throw tooHeavy(place, pointers)
  }
}
