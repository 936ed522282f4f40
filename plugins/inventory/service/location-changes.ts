// What a change of a location does to the stock in it: what is available changes, and is published with it.
import type { LocationChanged } from '../../locations/public.js'
import { openBook } from './open-book.js'
import type { Services } from './services.js'
import { findWarehouse } from '../store/places.js'
import { productsIn } from '../store/place-contents.js'

/** So many products at a time, in the order in which everybody locks them. */
const AT_ONCE = 200

export function createLocationChanged (services: Services): LocationChanged {
  return async (tx, { id, pickable, sellable, locked, pickPriority }) => {
    const held = await productsIn(tx, id)
    for (const ownerId of new Set(held.map(row => row.ownerId))) {
      const own = held.filter(row => row.ownerId === ownerId)
      for (let at = 0; at < own.length; at += AT_ONCE) {
        const warehouse = await findWarehouse(tx, own[at]!.warehouseId)
        const book = await openBook(services, tx, ownerId, { wanted: own.slice(at, at + AT_ONCE).map(({ productId }) => ({ productId, warehouse })) })
        book.changeLocation(id, { pickable, sellable, locked, pickPriority })
        await book.close()
      }
    }
  }
}
