// How a path names an inbound order or a receipt: by id, by the caller's own reference, or by our number.
import { canonical } from '../../catalog/public.js'

export interface DocName { by: 'id' | 'ref' | 'number', key: string }

export function docName (id: string): DocName {
  if (id.startsWith('ref:')) return { by: 'ref', key: canonical(id.slice('ref:'.length)) }
  if (id.startsWith('number:')) return { by: 'number', key: id.slice('number:'.length).trim().toUpperCase() }
  return { by: 'id', key: id }
}
