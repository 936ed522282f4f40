// How a path names a product: by id, SKU, GTIN or the caller's own reference.
import { AppError } from '#kernel'
import { toGtin14 } from './gtin.js'

export type Alias = { by: 'id' | 'sku' | 'gtin' | 'ref', key: string }

/** As SKUs and references are stored: Unicode NFC, no white space around. */
export function canonical (text: string): string {
  return text.normalize('NFC').trim()
}

/** As SKUs are compared. */
export function skuKey (sku: string): string {
  return canonical(sku).toLowerCase()
}

/**
 * @param refuse what refuses an invalid GTIN, where it is not `id` of a path
 * @throws AppError 400, or the refusal
 */
export function parseAlias (id: string, refuse: (message: string) => never = badId): Alias {
  const colon = id.indexOf(':')
  const rest = id.slice(colon + 1)
  switch (id.slice(0, Math.max(colon, 0))) {
    case 'sku': return { by: 'sku', key: skuKey(rest) }
    case 'ref': return { by: 'ref', key: canonical(rest) }
    case 'gtin': return { by: 'gtin', key: toGtin14(rest) ?? refuse('must be gtin: with 8, 12, 13 or 14 digits and a right check digit') }
    default: return { by: 'id', key: id }
  }
}

/** @throws AppError 400 */
export function badId (message: string): never {
  throw new AppError(400, 'request.invalid', `path /id ${message}`, { errors: [{ in: 'path', pointer: '/id', code: 'invalid', message }] })
}
