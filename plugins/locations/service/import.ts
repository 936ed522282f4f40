// Many locations at once: what a file would change, and the change, all or nothing.
import { isDeepStrictEqual } from 'node:util'
import { AppError, type ErrorDetail, type Kernel, type Tx } from '#kernel'
import { reachOfCall } from '../../external-api/public.js'
import { readCsv, wrong, type CsvRow } from '../domain/csv.js'
import { importInvalid } from '../errors.js'
import type { LocationInput, LocationView } from '../schemas/locations.js'
import type { ImportAnswer, ImportInput } from '../schemas/import.js'
import { locationsWithCodes } from '../store/locations.js'
import type { LocationsService } from './places.js'

type Places = Pick<LocationsService, 'warehouse' | 'createLocation' | 'updateLocation'>
type Change = ImportAnswer['changes'][number]

export function createImport (kernel: Kernel, places: Places): LocationsService['importLocations'] {
  return async (tx, warehouseName, { csv, apply }: ImportInput) => {
    const rows = readCsv(csv, kernel.check)
    const warehouse = await places.warehouse(reachOfCall(tx), warehouseName)
    const codes = [...new Set(rows.flatMap(({ code, fields }) => typeof fields.parent === 'string' ? [code, fields.parent] : [code]))]
    const known = new Map<string, LocationView>((await locationsWithCodes(tx, warehouse.id, codes)).map(location => [location.code, location]))
    checkParents(rows, known)
    const changes = rows.flatMap(row => changeOf(row, known.get(row.code)))
    if (apply) await write(tx, places, { warehouse: warehouse.id, rows, known })
    const created = changes.filter(({ change }) => change === 'create').length
    return { applied: apply, created, updated: changes.length - created, unchanged: rows.length - changes.length, changes }
  }
}

/** @throws AppError 422 naming the lines whose parent is nowhere */
function checkParents (rows: readonly CsvRow[], known: ReadonlyMap<string, LocationView>): void {
  const codes = new Set(rows.map(({ code }) => code))
  const errors = rows.flatMap(({ line, fields: { parent } }): ErrorDetail[] =>
    typeof parent !== 'string' || codes.has(parent) || known.has(parent) ? [] : [wrong(line, 'parent', 'is the code of no location, here or in the warehouse')])
  if (errors.length > 0) throw importInvalid(errors)
}

function changeOf ({ line, code, fields }: CsvRow, before: LocationView | undefined): Change[] {
  const differing = Object.entries(fields).filter(([name, value]) => name !== 'code' && !isDeepStrictEqual(before?.[name as 'code'] ?? null, value))
  if (before !== undefined && differing.length === 0) return []
  const change = before === undefined ? 'create' : 'update'
  return [{ line, code, change, fields: differing.map(([name, to]) => ({ name, from: before?.[name as 'code'] ?? null, to })) }]
}

interface Written { warehouse: string, rows: readonly CsvRow[], known: ReadonlyMap<string, LocationView> }

/** First all that is new, so that a parent may stand below its parts; then what they are parts of. @throws AppError naming the line */
async function write (tx: Tx, places: Places, { warehouse, rows, known }: Written): Promise<void> {
  const ids = new Map([...known].map(([code, { id }]) => [code, id]))
  for (const { line, code, fields: { parent: _, active: __, ...fields } } of rows.filter(({ code }) => !known.has(code))) {
    const { after } = await atLine(line, async () => await places.createLocation(tx, warehouse, { ...fields, code } as LocationInput))
    ids.set(code, after.id)
  }
  for (const { line, code, fields } of rows) {
    const patch = known.has(code) ? fields : { parent: fields.parent, active: fields.active }
    const said = Object.fromEntries(Object.entries(patch).filter(([name, value]) => value !== undefined && name !== 'code'))
    if (Object.keys(said).length === 0) continue
    await atLine(line, async () => await places.updateLocation(tx, { name: ids.get(code)!, checkVersion: () => {} }, said))
  }
}

async function atLine<T> (line: number, work: () => Promise<T>): Promise<T> {
  return await work().catch((error: unknown) => {
    if (!(error instanceof AppError)) throw error
    const [first] = error.extra.errors ?? []
    throw importInvalid([wrong(line, first?.pointer.slice(1) ?? 'line', first?.message ?? error.detail)])
  })
}
