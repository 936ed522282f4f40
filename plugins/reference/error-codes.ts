// Codes of the errors that this plugin throws; test/rules/errors.test.ts compares them with what its sources throw.
import type { ErrorManifest } from '#kernel'

export const errors: readonly ErrorManifest[] = [
  { code: 'reference.built_in', status: 409, message: 'body … …' },
  { code: 'reference.carrier_unknown', status: 422, message: 'is the code of no carrier of the list carriers' },
  { code: 'reference.code_taken', status: 409, message: 'body … …' },
  { code: 'reference.field', status: 422, message: 'must be left out: entries of … have none' },
  { code: 'reference.not_found', status: 404, message: 'There is no such entry in this list.' }
]

/** Codes that an operation may answer, besides those that any call may get. Whatever tests are answered must be here. */
export const errorsOf: Readonly<Record<string, readonly string[]>> = {
  'reference.list': []
}
