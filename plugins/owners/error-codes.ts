// Codes of the errors that this plugin throws; test/rules/errors.test.ts compares them with what its sources throw.
import type { ErrorManifest } from '#kernel'

export const errors: readonly ErrorManifest[] = [
  { code: 'owner.code_taken', status: 409, message: 'body /code …' },
  { code: 'owner.default', status: 409, message: 'body … …' },
  { code: 'owner.not_found', status: 404, message: 'There is no such owner.' }
]

/** Codes that an operation may answer, besides those that any call may get. Whatever tests are answered must be here. */
export const errorsOf: Readonly<Record<string, readonly string[]>> = {
  'owner.create': ['owner.code_taken'],
  'owner.get': ['owner.not_found'],
  'owner.list': [],
  'owner.update': ['owner.code_taken', 'owner.default', 'owner.not_found']
}
