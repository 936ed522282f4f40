// Codes of the errors that this plugin throws; test/rules/errors.test.ts compares them with what its sources throw.
import type { ErrorManifest } from '#kernel'

export const errors: readonly ErrorManifest[] = [
  { code: 'gln.check_digit', status: 422, message: 'has a wrong check digit' },
  { code: 'location.archived', status: 422, message: 'is the code of an archived location' },
  { code: 'location.code_taken', status: 409, message: 'body … …' },
  { code: 'location.import_invalid', status: 422, message: 'body … …' },
  { code: 'location.in_use', status: 409, message: 'body … …' },
  { code: 'location.lock_reason', status: 422, message: 'must be null while the location is not locked' },
  { code: 'location.not_found', status: 404, message: 'There is no such location.' },
  { code: 'location.own_part', status: 422, message: 'must not be the location itself or a part of it' },
  { code: 'location.unknown', status: 422, message: 'is the code of no location of this warehouse' },
  { code: 'warehouse.code_taken', status: 409, message: 'body … …' },
  { code: 'warehouse.has_negative_stock', status: 409, message: 'body … …' },
  { code: 'warehouse.in_use', status: 409, message: 'body … …' },
  { code: 'warehouse.last', status: 409, message: 'body … …' },
  { code: 'warehouse.not_found', status: 404, message: 'There is no such warehouse.' },
  { code: 'warehouse.timezone', status: 422, message: 'must be a time zone of the IANA database, like Europe/London' }
]

/** Codes that an operation may answer, besides those that any call may get. Whatever tests are answered must be here. */
export const errorsOf: Readonly<Record<string, readonly string[]>> = {
  'location.create': ['location.archived', 'location.code_taken', 'location.lock_reason', 'location.unknown', 'warehouse.not_found'],
  'location.get': ['location.not_found'],
  'location.list': ['warehouse.not_found'],
  'location.update': [
    'location.archived', 'location.code_taken', 'location.in_use', 'location.lock_reason', 'location.not_found', 'location.own_part', 'location.unknown'
  ],
  'warehouse.create': ['gln.check_digit', 'warehouse.code_taken', 'warehouse.timezone'],
  'warehouse.get': ['warehouse.not_found'],
  'warehouse.list': [],
  'warehouse.update': [
    'gln.check_digit', 'location.archived', 'location.unknown', 'warehouse.code_taken', 'warehouse.has_negative_stock', 'warehouse.in_use',
    'warehouse.last', 'warehouse.not_found', 'warehouse.timezone'
  ]
}
