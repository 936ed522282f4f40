// Codes of the errors that this plugin throws; test/rules/errors.test.ts compares them with what its sources throw.
import type { ErrorManifest } from '#kernel'

export const errors: readonly ErrorManifest[] = [
  { code: 'client.bad_name', status: 422, message: 'must have 1 to 100 characters besides leading and trailing spaces, and no control characters' },
  { code: 'client.last_secret', status: 409, message: 'This is the client\'s only live secret. Regenerate it, or disable or delete the client.' },
  { code: 'client.not_found', status: 404, message: 'There is no such API client.' },
  { code: 'client.secret_not_found', status: 404, message: 'This client has no such secret.' },
  {
    code: 'client.two_secrets_live',
    status: 409,
    message: 'Two secrets are live already. Revoke one, wait until the older one has expired, or send "force": true, which ends the older one now.'
  },
  { code: 'client.unknown_owner', status: 422, message: 'must be the id of an existing owner' },
  { code: 'client.unknown_scope', status: 422, message: 'is neither an operation for API clients nor a group; accepted: …' },
  { code: 'warehouse.unknown', status: 422, message: 'is not the id of a warehouse' }
]

/** Codes that an operation may answer, besides those that any call may get. Whatever tests are answered must be here. */
export const errorsOf: Readonly<Record<string, readonly string[]>> = {
  'client.create': ['client.bad_name', 'client.unknown_owner', 'client.unknown_scope', 'warehouse.unknown'],
  'client.delete': ['client.not_found'],
  'client.get': ['client.not_found'],
  'client.list': [],
  'client.regenerateSecret': ['client.not_found', 'client.two_secrets_live'],
  'client.revokeSecret': ['client.last_secret', 'client.not_found', 'client.secret_not_found'],
  'client.update': ['client.bad_name', 'client.not_found', 'client.unknown_scope', 'warehouse.unknown']
}
