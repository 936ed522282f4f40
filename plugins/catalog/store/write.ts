// SQL that inserts and changes products with their barcodes and units.
import type { RowWriter, Statement, Tx } from '#kernel'
import { skuKey } from '../domain/alias.js'
import { timestamp, valuesOf, WRITTEN } from './columns.js'
import { barcodeTaken, conflictOf } from '../errors.js'
import type { Draft } from '../domain/rules.js'

/** What the database decides about a product. */
interface Stamp { version: number, createdAt: string, updatedAt: string }

interface Key { id: string, ownerId: string }

type Barcodes = Draft['barcodes']

const STAMP = `"version", ${timestamp('"createdAt"')} AS "createdAt", ${timestamp('"updatedAt"')} AS "updatedAt"`

const BARCODES = '"ownerId", "value", "productId", "position", "kind", "uomCode"'
/** Sorted by value: two calls that want the same barcodes wait for each other instead of blocking each other. */
const selectBarcodes = (ownerId: string, productId: string, json: string, from = ''): string =>
  `SELECT ${ownerId}, b."value", ${productId}, b."position", b."kind", b."uomCode"
  FROM ${from} jsonb_to_recordset(${json}::jsonb) AS b("value" text, "position" int, "kind" text, "uomCode" text) ORDER BY b."value" COLLATE "C"`

const UOM_FIELDS = '"code", "position", "qtyInBase", "weightG", "lengthMm", "widthMm", "heightMm", "isDefaultInbound", "isDefaultOutbound"'
const selectUoms = (productId: string, json: string, from = ''): string => `SELECT ${productId}, ${UOM_FIELDS} FROM ${from} jsonb_to_recordset(${json}::jsonb)
  AS u("code" text, "position" int, "qtyInBase" numeric, "weightG" int, "lengthMm" int, "widthMm" int, "heightMm" int, "isDefaultInbound" boolean,
    "isDefaultOutbound" boolean)`

const numbered = (items: readonly object[]): string => JSON.stringify(items.map((item, position) => ({ ...item, position })))

/** One statement for a product with its barcodes and units; those that it does not have cost nothing. */
function insertStatement (hasBarcodes: boolean, hasUoms: boolean, ifAbsent: boolean): Statement {
  const values = ['$1', '$2', ...WRITTEN.map((_, index) => `$${index + 3}`)]
  const parts = [`p AS (INSERT INTO "Product" ("id", "ownerId", ${WRITTEN.map(name => `"${name}"`).join(', ')}) VALUES (${values.join(', ')})
    ${ifAbsent ? 'ON CONFLICT DO NOTHING' : ''} RETURNING "id", "ownerId", ${STAMP})`]
  if (hasBarcodes) {
    parts.push(`inserted AS (INSERT INTO "ProductBarcode" (${BARCODES}) ${selectBarcodes('p."ownerId"', 'p."id"', `$${values.length + 1}`, 'p,')}
      ON CONFLICT DO NOTHING RETURNING "value")`)
  }
  if (hasUoms) {
    parts.push(`uoms AS (INSERT INTO "ProductUom" ("productId", ${UOM_FIELDS}) ${selectUoms('p."id"', `$${values.length + (hasBarcodes ? 2 : 1)}`, 'p,')})`)
  }
  return {
    name: ['catalog-product-insert', ...hasBarcodes ? ['barcodes'] : [], ...hasUoms ? ['uoms'] : [], ...ifAbsent ? ['if-absent'] : []].join('-'),
    text: `WITH ${parts.join(',\n')}\nSELECT "version", "createdAt", "updatedAt", ${
      hasBarcodes ? 'ARRAY(SELECT "value" FROM inserted)' : '\'{}\'::text[]'
    } AS "barcodes" FROM p`
  }
}

const shapes = (ifAbsent: boolean): Statement[] => [0, 1, 2, 3].map(shape => insertStatement((shape & 1) !== 0, (shape & 2) !== 0, ifAbsent))
const INSERT = { plain: shapes(false), ifAbsent: shapes(true) }

/**
 * Inserts a product with its barcodes and units in one statement.
 * @param ifAbsent do nothing where the owner has the SKU or the externalRef already: of two that make the same product at once, the later
 *   may meet either first
 * @returns undefined when `ifAbsent` and it was there
 * @throws AppError 409 when the SKU, the externalRef or a barcode is taken
 */
export async function insertProduct (tx: Tx, { id, ownerId }: Key, draft: Draft, { ifAbsent }: { ifAbsent: boolean }): Promise<Stamp | undefined> {
  const { barcodes, uoms } = draft
  const shape = (barcodes.length > 0 ? 1 : 0) + (uoms.length > 0 ? 2 : 0)
  const children = [barcodes, uoms].filter(list => list.length > 0).map(numbered)
  const statement = (ifAbsent ? INSERT.ifAbsent : INSERT.plain)[shape]!
  try {
    const { rows: [row] } = await tx.query<Stamp & { barcodes: string[] }>(statement, [id, ownerId, ...valuesOf(draft, skuKey(draft.sku)), ...children])
    if (row === undefined) return undefined
    const { barcodes: inserted, ...stamp } = row
    refuseTaken(barcodes, inserted)
    return stamp
  } catch (error) {
    throw conflictOf(error)
  }
}

const NAMES = `"id", "ownerId", "version", "createdAt", "updatedAt", ${WRITTEN.map(name => `"${name}"`).join(', ')}`
const APPEND_ONE: Statement = {
  name: 'catalog-product-append',
  text: `INSERT INTO "Product" (${NAMES}) VALUES ($1, $2, 1, $3::timestamptz, $3::timestamptz, ${WRITTEN.map((_, index) => `$${index + 4}`).join(', ')})`
}
const APPEND_ALL: Statement = {
  name: 'catalog-products-append', text: `INSERT INTO "Product" (${NAMES}) SELECT ${NAMES} FROM jsonb_populate_recordset(NULL::"Product", $1::jsonb)`
}

interface NewProduct extends Key { draft: Draft, at: string }

const plainProducts: RowWriter<NewProduct> = {
  statementOf (rows) {
    const [{ id, ownerId, draft, at }] = rows as [NewProduct]
    if (rows.length === 1) return [APPEND_ONE, [id, ownerId, at, ...valuesOf(draft, skuKey(draft.sku))]]
    return [APPEND_ALL, [
      JSON.stringify(rows.map(({ draft, at, ...key }) => ({ ...draft, ...key, skuKey: skuKey(draft.sku), version: 1, createdAt: at, updatedAt: at })))
    ]]
  },
  refuse: conflictOf
}

/**
 * Inserts a product that has neither barcodes nor units without waiting for the database: it travels with the commit, and a key
 * that is taken makes that fail with the 409 of `insertProduct`.
 */
export function appendProduct (tx: Tx, key: Key, draft: Draft, now: Date): Stamp {
  const at = now.toISOString()
  tx.append(plainProducts, { ...key, draft, at })
  return { version: 1, createdAt: at, updatedAt: at }
}

const UPDATE = {
  name: 'catalog-product-update',
  // An earlier transaction may have begun later: the timestamp of a product's last change never goes back.
  text: `UPDATE "Product" SET ${
    WRITTEN.map((name, index) => `"${name}" = $${index + 2}`).join(', ')
  }, "version" = "version" + 1, "updatedAt" = greatest(now(), "updatedAt")
    WHERE "id" = $1 RETURNING ${STAMP}`
}
const REMOVE_BARCODES = { name: 'catalog-barcodes-remove', text: 'DELETE FROM "ProductBarcode" WHERE "productId" = $1 AND "value" <> ALL ($2::text[])' }
const PUT_BARCODES = {
  name: 'catalog-barcodes-put',
  text: `INSERT INTO "ProductBarcode" AS own (${BARCODES}) ${selectBarcodes('$1', '$2', '$3')}
    ON CONFLICT ("ownerId", "value") DO UPDATE SET "position" = excluded."position", "kind" = excluded."kind", "uomCode" = excluded."uomCode"
    WHERE own."productId" = excluded."productId" RETURNING "value"`
}
const REMOVE_UOMS = { name: 'catalog-uoms-remove', text: 'DELETE FROM "ProductUom" WHERE "productId" = $1' }
const PUT_UOMS = { name: 'catalog-uoms-put', text: `INSERT INTO "ProductUom" ("productId", ${UOM_FIELDS}) ${selectUoms('$1', '$2')}` }

/**
 * Writes a product whose row this transaction has locked.
 * @param changed the names of the fields that differ
 * @throws AppError 409 when the SKU, the externalRef or a barcode is taken
 */
export async function updateProduct (tx: Tx, { id, ownerId }: Key, draft: Draft, changed: ReadonlySet<string>): Promise<Stamp> {
  try {
    const { rows: [stamp] } = await tx.query<Stamp>(UPDATE, [id, ...valuesOf(draft, skuKey(draft.sku))])
    if (changed.has('barcodes')) {
      await tx.query(REMOVE_BARCODES, [id, draft.barcodes.map(barcode => barcode.value)])
      const { rows } = await tx.query<{ value: string }>(PUT_BARCODES, [ownerId, id, numbered(draft.barcodes)])
      refuseTaken(draft.barcodes, rows.map(row => row.value))
    }
    if (changed.has('uoms')) {
      await tx.query(REMOVE_UOMS, [id])
      await tx.query(PUT_UOMS, [id, numbered(draft.uoms)])
    }
    return stamp!
  } catch (error) {
    throw conflictOf(error)
  }
}

function refuseTaken (wanted: Barcodes, got: readonly string[]): void {
  if (got.length === wanted.length) return
  const own = new Set(got)
  throw barcodeTaken(wanted.flatMap(({ value }, position) => own.has(value) ? [] : [position]))
}
