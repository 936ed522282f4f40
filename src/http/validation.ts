// How requests are checked: strict bodies that are never coerced, coerced query and path, one clear error.
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import type { TSchema } from '@sinclair/typebox'
import { AppError, type ErrorDetail } from '../kernel/contract/errors.js'

/** `decimals: n` accepts numbers with at most n decimal places. Ajv's own multipleOf refuses valid ones for lack of exact division. */
const decimals = {
  keyword: 'decimals',
  type: 'number' as const,
  schemaType: 'number' as const,
  validate: (places: number, value: number): boolean => {
    const text = String(value)
    return text.includes('e-') ? false : (text.split('.')[1]?.length ?? 0) <= places
  },
  error: { message: 'must have fewer decimal places' }
}

/**
 * RFC 3339, section 5.6, as far as a clock shows it and the database can hold it: no leap second, and in UTC a year from 0 (lists take it for the
 * start of time) to 9999.
 */
function isTimestamp (text: string): boolean {
  const at = /^\d{4}-\d\d-\d\d[Tt\s]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:?\d\d)$/.test(text)
    ? Date.parse(text.replace(/\s/, 'T').toUpperCase())
    : Number.NaN
  return at <= LAST_INSTANT && isDay(text.slice(0, 10).replace(/^0000/, '0004'))
}
const FIRST_DAY = Date.parse('0001-01-01T00:00:00Z')
const LAST_INSTANT = Date.parse('9999-12-31T23:59:59.999Z')

/** A day that the calendar has, from the year 1 on. */
function isDay (text: string): boolean {
  const day = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T00:00:00Z`) : new Date(Number.NaN)
  return !Number.isNaN(day.getTime()) && day.getTime() >= FIRST_DAY && day.toISOString().startsWith(text)
}

type Compiler = (route: { schema: unknown, httpPart?: string }) => ValidateFunction

/** Our schemas are not checked against the meta-schema at each start: the tests of the OpenAPI documents do that. */
function createAjv (coerceTypes: boolean | 'array', schemas: Readonly<Record<string, unknown>> = {}, allErrors = false): Ajv {
  const ajv = new Ajv({ coerceTypes, removeAdditional: false, useDefaults: true, allErrors, verbose: true, strict: false, validateSchema: false })
  addFormats.default(ajv)
  ajv.addFormat('date-time', isTimestamp).addFormat('date', isDay)
  ajv.addKeyword(decimals)
  for (const schema of Object.values(schemas)) ajv.addSchema(schema as object)
  return ajv
}

type Builder = (schemas: Readonly<Record<string, unknown>>) => Compiler

/** For one server. Fastify asks for a compiler in each plugin's scope; scopes with the same named schemas share one. */
export function validatorBuilder (): Builder {
  const compilers = new Map<string, Compiler>()
  return schemas => {
    const names = Object.keys(schemas).join()
    const compiler = compilers.get(names) ?? buildValidator(schemas)
    compilers.set(names, compiler)
    return compiler
  }
}

/**
 * Two Ajv instances over the same named schemas: one strict for bodies, one that coerces text for query, path and headers.
 * They are made, and a schema is compiled, when the first request needs it: all at once would be most of the start.
 */
function buildValidator (schemas: Readonly<Record<string, unknown>>): Compiler {
  const made = new Map<string, Ajv>()
  const ajv = (coerces: boolean, allErrors: boolean): Ajv => {
    const found = made.get(`${coerces} ${allErrors}`) ?? createAjv(coerces ? 'array' : false, schemas, allErrors)
    made.set(`${coerces} ${allErrors}`, found)
    return found
  }
  return ({ schema, httpPart }) => {
    const coerces = httpPart !== 'body'
    let compiled: ValidateFunction | undefined
    let thorough: ValidateFunction | undefined
    const validate = (value: unknown): boolean => {
      compiled ??= ajv(coerces, false).compile(schema as object)
      if (compiled(value) as boolean) return true
      // All that is wrong is found out only when something is, and not of what is large: that would be as expensive as its sender likes.
      if (sizeOf(value) > MAX_THOROUGH) {
        validate.errors = compiled.errors
        return false
      }
      thorough ??= ajv(coerces, true).compile(schema as object)
      thorough(value)
      validate.errors = thorough.errors ?? compiled.errors
      return false
    }
    validate.errors = null as ValidateFunction['errors']
    return validate as unknown as ValidateFunction
  }
}

/** So many values are looked at for all that is wrong with them. */
const MAX_THOROUGH = 5_000
const MAX_TOLD = 50

/** How many values there are in a value, counted up to where it is too many. */
function sizeOf (root: unknown): number {
  const stack = [root]
  let size = 0
  for (let value = stack.pop(); value !== undefined && size <= MAX_THOROUGH; value = stack.pop()) {
    size++
    if (typeof value === 'object' && value !== null) stack.push(...Object.values(value).slice(0, MAX_THOROUGH))
  }
  return size
}

/** What is wrong with a value for a schema without references; null when it fits. Never coerces. */
export function checkValue (schema: TSchema, value: unknown): { pointer: string, message: string } | null {
  const validate = createAjv(false).compile(schema)
  return validate(value) ? null : toDetail(validate.errors![0]!, 'body')
}

/** The 400 for a request that does not fit its schema: all that is wrong with it, each with what is accepted. */
export function invalidRequest (errors: readonly ErrorObject[], part: string): AppError {
  const where = ({ body: 'body', querystring: 'query', params: 'path', headers: 'header' } as const)[part] ?? 'body'
  const details = new Map<string, ErrorDetail>()
  for (const error of withoutBranches(errors)) {
    const detail = toDetail(error, where)
    if (!details.has(detail.pointer) && details.size < MAX_TOLD) details.set(detail.pointer, detail)
  }
  const [first, ...others] = [...details.values()] as [ErrorDetail, ...ErrorDetail[]]
  const more = others.length === 0 ? '' : ` (and ${others.length} more: see errors)`
  return new AppError(400, 'request.invalid', `${where} ${first.pointer === '' ? '' : `${first.pointer} `}${first.message}${more}`, {
    errors: [first, ...others]
  })
}

/**
 * Where a value must fit one of several schemas, what is wrong with it for each of them is noise beside what is wrong with it for the one that it
 * comes closest to.
 */
function withoutBranches (errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const branched = errors.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf')
  if (branched.length === 0) return errors
  const said = errors.filter(error => !branched.includes(error) && !(error.keyword === 'type' && error.params['type'] === 'null'))
  return said.length === 0 ? errors : said
}

function toDetail (error: ErrorObject, where: ErrorDetail['in']): ErrorDetail {
  const params = error.params as Record<string, unknown>
  // A parameter is named, whichever of its values is wrong.
  const at = (pointer: string, code: string, message: string): ErrorDetail => ({
    in: where, pointer: where === 'query' ? pointer.replace(/^(\/[^/]*)\/.*$/, '$1') : pointer, code, message
  })
  const inner = (name: string): string => `${error.instancePath}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
  switch (error.keyword) {
    case 'required':
      return at(inner(String(params['missingProperty'])), 'required', 'is required')
    case 'additionalProperties':
      return at(inner(String(params['additionalProperty'])), 'unknown', `is unknown; accepted: ${accepted(error)}`)
    case 'enum':
      return at(error.instancePath, 'enum', `must be one of ${(params['allowedValues'] as unknown[]).map(value => JSON.stringify(value)).join(', ')}`)
    case 'decimals':
      return at(error.instancePath, 'decimals', `must have at most ${String(error.schema)} decimal places`)
    case 'pattern':
      return at(error.instancePath, 'pattern', String((error.parentSchema?.['errorMessage'] as string | undefined) ?? error.message))
    case 'const':
      return at(error.instancePath, 'enum', `must be ${JSON.stringify(params['allowedValue'])}`)
    case 'format':
      return at(error.instancePath, 'format', FORMATS[String(params['format'])]?.(where) ?? error.message ?? 'is invalid')
    case 'type':
      return at(error.instancePath, 'type', `must be ${[params['type']].flat().join(' or ')}${likeWhat(error)}`)
    default:
      return at(error.instancePath, error.keyword, error.message ?? 'is invalid')
  }
}

const FORMATS: Readonly<Record<string, (where: string) => string>> = {
  'date-time': where => `must be a timestamp that exists, like 2026-01-31T08:15:30.123Z${where === 'query' ? '; a + in a URL is written %2B' : ''}`,
  date: () => 'must be a day that exists, like 2026-01-31'
}

/** What a value of the right type looks like: the rule that its text must follow, else an example. */
function likeWhat ({ parentSchema = {} }: ErrorObject): string {
  const rule = parentSchema['errorMessage'] as string | undefined
  if (rule !== undefined) return `: ${rule}`
  const [example] = (parentSchema['examples'] as unknown[] | undefined) ?? []
  return example === undefined || example === null ? '' : `, like ${JSON.stringify(example).slice(0, 200)}`
}

function accepted (error: ErrorObject): string {
  const names = Object.keys((error.parentSchema?.['properties'] as object | undefined) ?? {})
  return names.length === 0 ? 'nothing' : names.join(', ')
}
