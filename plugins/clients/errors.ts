import { AppError, brokenRule } from '#kernel'

export const clientNotFound = (): AppError => new AppError(404, 'client.not_found', 'There is no such API client.')
export const tooManySecrets = (): AppError =>
  new AppError(
    409,
    'client.two_secrets_live',
    'Two secrets are live already. Revoke one, wait until the older one has expired, or send "force": true, which ends the older one now.'
  )
export const secretNotFound = (): AppError => new AppError(404, 'client.secret_not_found', 'This client has no such secret.')
export const lastSecret = (): AppError =>
  new AppError(409, 'client.last_secret', 'This is the client\'s only live secret. Regenerate it, or disable or delete the client.')
export const unknownOwner = (): AppError => brokenRule('client.unknown_owner', '/ownerId', 'must be the id of an existing owner')
export const unknownWarehouse = (at: number): AppError => brokenRule('warehouse.unknown', `/warehouseIds/${at}`, 'is not the id of a warehouse')
export const badName = (): AppError =>
  brokenRule('client.bad_name', '/name', 'must have 1 to 100 characters besides leading and trailing spaces, and no control characters')
export const unknownScope = (index: number, accepted: readonly string[]): AppError =>
  brokenRule('client.unknown_scope', `/scopes/${index}`, `is neither an operation for API clients nor a group; accepted: ${accepted.join(', ')}`)
