// How a path names an order: by id, by the caller's own reference, or by our number.
import { canonical } from '../../catalog/public.js'

/** How a path names an order. */
export interface OrderAlias { by: 'id' | 'ref' | 'number', key: string }

export function orderAlias (id: string): OrderAlias {
  if (id.startsWith('ref:')) return { by: 'ref', key: canonical(id.slice(4)) }
  if (id.startsWith('number:')) return { by: 'number', key: id.slice(7).trim().toUpperCase() }
  return { by: 'id', key: id }
}
