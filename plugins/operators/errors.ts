// What this plugin refuses, each with its stable code.
import { AppError, brokenRule } from '#kernel'

const CHALLENGE = { 'www-authenticate': 'Bearer' }

export const sessionRequired = (): AppError => new AppError(401, 'session.required',
  'This needs a signed-in operator: send the session cookie, or Authorization: Bearer with the token of POST /api/admin/v1/session.',
  { headers: CHALLENGE })

/** One answer for ended, expired, revoked and unknown: it does not reveal whether a token ever existed. */
export const sessionExpired = (): AppError => new AppError(401, 'session.expired', 'This session has ended. Sign in again.',
  { headers: { 'www-authenticate': 'Bearer error="invalid_token"' } })

export const sessionAmbiguous = (): AppError => new AppError(400, 'session.ambiguous',
  'The cookie and the Authorization header name different sessions: send only one of them.')

/** One answer for an unknown e-mail, a wrong password and a disabled operator. */
export const invalidCredentials = (): AppError => new AppError(401, 'session.invalid_credentials',
  'There is no enabled operator with this e-mail and this password.', { headers: CHALLENGE })

export const tooManyAttempts = (retryAfterS: number): AppError => new AppError(429, 'session.too_many_attempts',
  `Too many wrong passwords for this e-mail from this address. Try again in ${retryAfterS} s.`, { headers: { 'retry-after': String(retryAfterS) } })

export const crossSite = (publicUrl: string): AppError => new AppError(403, 'csrf.refused',
  `This change comes from a page of another site. Only pages of this service, whose address is ${publicUrl} (PUBLIC_URL), may use the session cookie.`)

/** Not 401: the session is valid, and a page must not take it for ended. */
export const wrongPassword = (): AppError => brokenRule('password.wrong', '/currentPassword', 'is not the current password')

export const operatorNotFound = (id: string): AppError => new AppError(404, 'operator.not_found', `There is no operator ${id}.`)

export const emailTaken = (): AppError => new AppError(409, 'operator.email_taken', 'There is an operator with this e-mail already.')

export const lastAdmin = (): AppError => new AppError(409, 'operator.last_admin',
  'This is the last enabled admin. Make another operator an admin first.')

export const ownAccount = (): AppError => new AppError(409, 'operator.own_account', 'An operator cannot delete the account that they are signed in with.')
