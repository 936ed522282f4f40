// Locations in a CSV file: a row each, columns named as the fields.
import { parse } from 'csv-parse/sync'
import { Type, type ErrorDetail, type Kernel, type TSchema } from '#kernel'
import { importInvalid } from '../errors.js'
import { UpdateLocation, type LocationPatch } from '../schemas/locations.js'

export interface CsvRow { line: number, code: string, fields: LocationPatch }

const SCHEMAS = UpdateLocation.properties as Record<string, TSchema>
export const MAX_ROWS = 1_000
const MAX_TOLD = 50
const YES = new Set(['true', 'yes', '1'])
const NO = new Set(['false', 'no', '0'])

const typesOf = (schema: TSchema): string[] => [schema['type'] as string | string[]].flat()

/**
 * @param csv with a header; separated by commas, semicolons or tabs
 * @returns what each row says: an empty cell empties the field, or says nothing where it can't be empty
 * @throws AppError 422 `location.import_invalid` naming each line that is wrong
 */
export function readCsv (csv: string, check: Kernel['check']): CsvRow[] {
  const [header = [], ...records] = recordsOf(csv)
  const names = header.map(name => name.trim())
  const unknown = names.find(name => SCHEMAS[name] === undefined)
  if (unknown !== undefined) throw importInvalid([wrong(1, unknown.slice(0, 50), `is unknown; accepted: ${Object.keys(SCHEMAS).join(', ')}`)])
  if (!names.includes('code')) throw importInvalid([wrong(1, 'code', 'is a column that must be there')])
  if (new Set(names).size < names.length) throw importInvalid([wrong(1, 'header', 'has a column twice')])
  if (records.length > MAX_ROWS) throw importInvalid([wrong(MAX_ROWS + 2, 'rows', `are more than ${MAX_ROWS}: import them in parts`)])
  const errors: ErrorDetail[] = []
  const seen = new Set<string>()
  const rows = records.map((cells, index): CsvRow => {
    const line = index + 2
    const fields: Record<string, unknown> = {}
    names.forEach((name, at) => {
      const value = valueOf(SCHEMAS[name]!, (cells[at] ?? '').trim())
      if (value === undefined) return
      const mistake = check(SCHEMAS[name]!, value)
      if (mistake !== null) errors.push(wrong(line, name, mistake.message))
      fields[name] = value
    })
    const code = String(fields['code'] ?? '')
    if (code === '') errors.push(wrong(line, 'code', 'is required'))
    else if (seen.has(code)) errors.push(wrong(line, 'code', 'is that of a row before it'))
    seen.add(code)
    return { line, code, fields }
  })
  if (errors.length > 0) throw importInvalid(errors.slice(0, MAX_TOLD))
  return rows
}

export const wrong = (line: number, column: string, message: string): ErrorDetail =>
  ({ in: 'body', pointer: `/csv/${line}/${column}`, code: 'location.import_invalid', message })

function recordsOf (csv: string): string[][] {
  try {
    return parse(csv, { bom: true, delimiter: [',', ';', '\t'], skip_empty_lines: true, relax_column_count: true })
  } catch (error) {
    throw importInvalid([wrong((error as { lines?: number }).lines ?? 1, 'line', `can't be read: ${(error as Error).message}`)])
  }
}

/** Undefined: the cell says nothing. What is no number stays a text, which its schema refuses. */
function valueOf (schema: TSchema, cell: string): unknown {
  const types = typesOf(schema)
  if (cell === '') return types.includes('null') ? null : undefined
  if (types.includes('boolean')) return YES.has(cell.toLowerCase()) ? true : NO.has(cell.toLowerCase()) ? false : cell
  if (types.includes('integer')) return /^-?\d{1,15}$/.test(cell) ? Number(cell) : cell
  return cell
}

export const CsvText = Type.String({
  minLength: 1,
  maxLength: 500_000,
  description: `A header and at most ${MAX_ROWS} rows. Columns: ${Object.keys(SCHEMAS).join(', ')}; \`code\` must be there.`,
  examples: ['code,zone,type,pickPriority\nA-01-1,A,picking,1\nA-01-2,A,picking,2\n']
})
