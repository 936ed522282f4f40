// Codes of the errors that this plugin throws; test/rules/errors.test.ts compares them with what its sources throw.
import type { ErrorManifest } from '#kernel'

export const errors: readonly ErrorManifest[] = [
  { code: 'gln.check_digit', status: 422, message: 'has a wrong check digit' },
  { code: 'partner.attributes_too_large', status: 422, message: 'must have at most … bytes as JSON' },
  { code: 'partner.code_taken', status: 409, message: 'body … …' },
  { code: 'partner.external_ref_taken', status: 409, message: 'body … …' },
  { code: 'partner.not_found', status: 404, message: 'There is no such partner.' },
  { code: 'partner.role_not_allowed', status: 422, message: 'must be one of …: the operator of this service allows no other' },
  { code: 'partner.shelf_life', status: 422, message: 'must be null without the role customer' },
  { code: 'precondition.failed', status: 412, message: 'There is no such partner yet: leave If-Match out to create it.' },
  { code: 'request.invalid', status: 400, message: 'path /id …' }
]

const WRITTEN = ['gln.check_digit', 'partner.attributes_too_large', 'partner.code_taken', 'partner.external_ref_taken', 'partner.shelf_life']

/** Codes that an operation may answer, besides those that any call may get. Whatever tests are answered must be here. */
export const errorsOf: Readonly<Record<string, readonly string[]>> = {
  'partner.create': [...WRITTEN, 'partner.role_not_allowed'],
  'partner.get': ['partner.not_found'],
  'partner.list': [],
  'partner.update': [...WRITTEN, 'partner.not_found', 'partner.role_not_allowed'],
  'partner.upsert': [...WRITTEN, 'partner.role_not_allowed']
}
