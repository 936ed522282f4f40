// Codes of the errors that this plugin throws; test/rules/errors.test.ts compares them with what its sources throw.
import type { ErrorManifest } from '#kernel'

export const errors: readonly ErrorManifest[] = [
  { code: 'operation.changed_twice', status: 422, message: 'The operation … is in the list of changes twice.' },
  { code: 'operation.locked', status: 409, message: 'The operation … can\'t be switched off.' },
  { code: 'operation.not_found', status: 404, message: 'There is no operation … for API clients.' },
  { code: 'plugin.locked', status: 409, message: 'The plugin … can\'t be switched off: the service can\'t be operated without it.' },
  { code: 'plugin.not_found', status: 404, message: 'No plugin … is installed.' },
  { code: 'settings.elsewhere', status: 409, message: '… obeys the settings of …: change them there.' },
  { code: 'settings.invalid', status: 422, message: 'does not fit the schema of this setting' }
]

/** Codes that an operation may answer, besides those that any call may get. Whatever tests are answered must be here. */
export const errorsOf: Readonly<Record<string, readonly string[]>> = {
  'operation.get': ['operation.not_found'],
  'operation.list': [],
  'operation.update': ['operation.locked', 'operation.not_found', 'settings.elsewhere', 'settings.invalid'],
  'operation.updateMany': ['operation.changed_twice', 'operation.locked', 'operation.not_found', 'settings.elsewhere', 'settings.invalid'],
  'plugin.get': ['plugin.not_found'],
  'plugin.list': [],
  'plugin.update': ['plugin.locked', 'plugin.not_found']
}
