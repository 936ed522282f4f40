// Which errors operations have answered, by the audit: each must be declared, as the Swagger and the error page show it.
import { appendFileSync } from 'node:fs'
import type { Catalogue } from '../kernel/contract/catalogue.js'
import type { Queryable } from '../kernel/contract/database.js'
import { codesFor } from '../http/error-codes.js'

interface Met { operation: string, code: string, status: number }

/** The token endpoint's errors have their names of RFC 6749, without the prefix under which the audit has them. */
const MET =
  'SELECT DISTINCT "operation", regexp_replace("errorCode", \'^oauth[.]\', \'\') AS "code", "status" FROM "Audit" WHERE "operation" IS NOT NULL AND ' +
    '"errorCode" IS NOT NULL AND "status" >= 400 AND "direction" <> \'out\''

/** `ERRORS_MET=<file> npm test` writes them down: what `errors` of an operation has to name. */
const FILE = process.env['ERRORS_MET']

/** @throws Error naming what was answered and is not declared */
export async function checkErrorsMet (db: Queryable, catalogue: Catalogue): Promise<void> {
  const met = await db.query<Met>(MET).then(({ rows }) => rows, () => [])
  if (FILE !== undefined) appendFileSync(FILE, met.map(({ operation, code, status }) => `${operation} ${status} ${code}\n`).join(''))
  const undeclared = met.filter(({ operation, code, status }) => {
    const declared = catalogue.operations.get(operation)
    const common = catalogue.plugins.some(({ errors = [] }) => errors.some(error => error.code === code && error.isCommon === true))
    return declared?.errors !== undefined && !common && !codesFor(declared, status, catalogue.plugins, undefined).includes(code)
  })
  if (undeclared.length > 0) {
    throw new Error(`answered, and not among the errors of the operation: ${
      undeclared.map(({ operation, code, status }) => `${operation} ${status} ${code}`).join(', ')
    }`)
  }
}
