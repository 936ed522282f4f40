// Codes of the errors that this plugin throws; test/rules/errors.test.ts compares them with what its sources throw.
import type { ErrorManifest } from '#kernel'

export const errors: readonly ErrorManifest[] = [
  { code: 'client.rate_limited', isCommon: true, status: 429, message: 'This client may make … calls a minute. Go on in … s.' },
  { code: 'invalid_client', status: 401, message: 'This client is disabled.' },
  { code: 'invalid_request', status: 400, message: 'grant_type is missing: send grant_type=client_credentials.' },
  { code: 'invalid_request', status: 413, message: 'The body is too large: at most … bytes are accepted, on some routes less.' },
  { code: 'invalid_request', status: 415, message: 'The Content-Type is not accepted here.' },
  { code: 'invalid_scope', status: 400, message: 'The client was not granted ….' },
  { code: 'slow_down', status: 429, message: 'Too many wrong credentials came from this address. Try again in … s.' },
  { code: 'token.expired', isCommon: true, status: 401, message: 'The token has expired: get a new one.' },
  { code: 'token.invalid', isCommon: true, status: 401, message: 'The token is not valid, or was ended by an operator: get a new one.' },
  { code: 'token.missing', isCommon: true, status: 401, message: 'Send a token as "Authorization: Bearer …".' },
  { code: 'unsupported_grant_type', status: 400, message: 'Only the grant type client_credentials is supported.' }
]

/** Codes that an operation may answer, besides those that any call may get. Whatever tests are answered must be here. */
export const errorsOf: Readonly<Record<string, readonly string[]>> = {
  'auth.jwks': [],
  'auth.token': ['invalid_client', 'invalid_request', 'invalid_scope', 'slow_down', 'unsupported_grant_type']
}
