// Codes of the errors that this plugin throws; test/rules/errors.test.ts compares them with what its sources throw.
import type { ErrorManifest } from '#kernel'

export const errors: readonly ErrorManifest[] = [
  {
    code: 'csrf.refused',
    isCommon: true,
    status: 403,
    message: 'This change comes from a page of another site. Only pages of this service, whose address is … (PUBLIC_URL), may use the session cookie.'
  },
  { code: 'operator.email_taken', status: 409, message: 'There is an operator with this e-mail already.' },
  { code: 'operator.last_admin', status: 409, message: 'This is the last enabled admin. Make another operator an admin first.' },
  { code: 'operator.not_found', status: 404, message: 'There is no operator ….' },
  { code: 'operator.own_account', status: 409, message: 'An operator cannot delete the account that they are signed in with.' },
  { code: 'password.busy', status: 503, message: 'Too many passwords are being checked at the moment. Try again in a few seconds.' },
  { code: 'password.length', status: 422, message: 'must have … to … characters after Unicode normalisation (NFKC)' },
  { code: 'password.wrong', status: 422, message: 'is not the current password' },
  {
    code: 'session.ambiguous', isCommon: true, status: 400, message: 'The cookie and the Authorization header name different sessions: send only one of them.'
  },
  { code: 'session.expired', isCommon: true, status: 401, message: 'This session has ended. Sign in again.' },
  { code: 'session.invalid_credentials', status: 401, message: 'There is no enabled operator with this e-mail and this password.' },
  {
    code: 'session.required',
    isCommon: true,
    status: 401,
    message: 'This needs a signed-in operator: send the session cookie, or Authorization: Bearer with the token of POST /api/admin/v1/session.'
  },
  { code: 'session.too_many_attempts', status: 429, message: 'Too many wrong passwords for this e-mail from this address. Try again in … s.' }
]

/** Codes that an operation may answer, besides those that any call may get. Whatever tests are answered must be here. */
export const errorsOf: Readonly<Record<string, readonly string[]>> = {
  'operator.create': ['operator.email_taken', 'password.busy', 'password.length'],
  'operator.delete': ['operator.last_admin', 'operator.not_found', 'operator.own_account'],
  'operator.get': ['operator.not_found'],
  'operator.list': [],
  'operator.update': ['operator.last_admin', 'operator.not_found', 'password.busy', 'password.length'],
  'session.create': ['csrf.refused', 'password.busy', 'session.invalid_credentials', 'session.too_many_attempts'],
  'session.delete': [],
  'session.get': [],
  'session.password': ['password.busy', 'password.length', 'password.wrong', 'session.too_many_attempts']
}
