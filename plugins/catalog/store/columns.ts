// How a product maps to its row: one list for reading, inserting and updating.
import { barcodeFields, plainFields, uomFields } from '../schemas/parts.js'
import type { Draft } from '../domain/rules.js'

type Column = Exclude<keyof Draft, 'barcodes' | 'uoms'>

const COLUMNS = ['sku', 'status', ...Object.keys(plainFields), 'dangerousGoods', 'attributes'] as Column[]
const JSON_COLUMNS: ReadonlySet<Column> = new Set(['dangerousGoods', 'attributes'] as const)
const MONEY_COLUMNS: ReadonlySet<Column> = new Set(['cost', 'price'] as const)

/** Columns that a change writes, in the order of `valuesOf`. */
export const WRITTEN: readonly string[] = ['skuKey', ...COLUMNS]

export function valuesOf (draft: Draft, skuKey: string): unknown[] {
  return [skuKey, ...COLUMNS.map(name => JSON_COLUMNS.has(name) && draft[name] !== null ? JSON.stringify(draft[name]) : draft[name])]
}

/** A timestamp as RFC 3339 text; sessions of this service run in UTC. */
export const timestamp = (column: string): string => `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

const read = (name: Column): string => MONEY_COLUMNS.has(name) ? `to_char(p."${name}", 'FM99999999999990.0099') AS "${name}"` : `p."${name}"`

/** An index has the order already, which spares each read two sorts. */
const list = (table: string, fields: readonly string[]): string =>
  `coalesce((SELECT json_agg(json_build_object(${fields.map(field => `'${field}', c."${field}"`).join(', ')}))
    FROM (SELECT * FROM "${table}" WHERE "productId" = p."id" ORDER BY "position") c), '[]')`

/** The select list that makes a row of "Product" p, with its barcodes and units, a product as callers see it. */
export const VIEW = `p."id", p."ownerId", ${COLUMNS.map(read).join(', ')},
  ${list('ProductBarcode', Object.keys(barcodeFields))} AS "barcodes",
  ${list('ProductUom', Object.keys(uomFields))} AS "uoms",
  p."version", ${timestamp('p."createdAt"')} AS "createdAt", ${timestamp('p."updatedAt"')} AS "updatedAt"`
