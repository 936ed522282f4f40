// How a path names an order: by id, by the caller's own reference, or by our number.
import { canonical } from '../catalog/public.js'
import type { OrderAlias } from './store-orders.js'

export function orderAlias (id: string): OrderAlias {
  if (id.startsWith('ref:')) return { by: 'ref', key: canonical(id.slice(4)) }
  if (id.startsWith('number:')) return { by: 'number', key: id.slice(7).trim().toUpperCase() }
  return { by: 'id', key: id }
}
