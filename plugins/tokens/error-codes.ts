// Codes of the errors that this plugin throws; test/rules/errors.test.ts compares them with what its sources throw.
import type { ErrorManifest } from '#kernel'

export const errors: readonly ErrorManifest[] = [
  { code: 'client.rate_limited', status: 429, message: 'This client may make … calls a minute. Go on in … s.' },
  { code: 'invalid_client', status: 401, message: 'This client is disabled.' },
  { code: 'invalid_request', status: 400, message: 'grant_type is missing: send grant_type=client_credentials.' },
  { code: 'invalid_scope', status: 400, message: 'The client was not granted ….' },
  { code: 'slow_down', status: 429, message: 'Too many wrong credentials came from this address. Try again in … s.' },
  { code: 'token.missing', status: 401, message: 'Send a token as "Authorization: Bearer …".' },
  { code: 'unsupported_grant_type', status: 400, message: 'Only the grant type client_credentials is supported.' }
]
