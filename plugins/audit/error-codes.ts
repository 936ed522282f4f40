// Codes of the errors that this plugin throws; test/rules/errors.test.ts compares them with what its sources throw.
import type { ErrorManifest } from '#kernel'

export const errors: readonly ErrorManifest[] = [
  { code: 'audit.not_found', status: 404, message: 'There is no such call in the audit, or it is older than what is kept.' },
  { code: 'audit.too_many_streams', status: 429, message: 'Too many tails and exports are open, in this session or in all: close one.' },
  { code: 'request.invalid', status: 400, message: 'header /last-event-id …' }
]

/** Codes that an operation may answer, besides those that any call may get. Whatever tests are answered must be here. */
export const errorsOf: Readonly<Record<string, readonly string[]>> = {
  'audit.clients': [],
  'audit.export': [],
  'audit.get': ['audit.not_found'],
  'audit.list': [],
  'audit.statistics': [],
  'audit.tail': ['audit.too_many_streams']
}
