// Errors of the token endpoint (RFC 6749, section 5.2) and of calls with a token (RFC 6750, section 3).
import { AppError } from '#kernel'

type OAuthCode = 'invalid_request' | 'invalid_client' | 'invalid_grant' | 'unsupported_grant_type' | 'invalid_scope' | 'slow_down'

const PREFIX = 'oauth.'

export function oauthError (status: number, code: OAuthCode, description: string, headers: Record<string, string> = {}): AppError {
  return new AppError(status, `${PREFIX}${code}`, description, { headers })
}

/** Any error as the token endpoint's clients expect it: `application/json`, never problem+json. */
export function oauthBody (error: { code: string, detail: string }): { error: string, error_description: string } {
  const code = error.code.startsWith(PREFIX) ? error.code.slice(PREFIX.length) : 'invalid_request'
  // RFC 6749 allows printable ASCII without " and \ here.
  return { error: code, error_description: error.detail.replaceAll(/["\\]/g, '\'').replaceAll(/[^\x20-\x7e]/g, '?') }
}

/** 401 without an error code when no credentials came (RFC 6750, section 3.1). */
export const tokenMissing = (): AppError =>
  new AppError(401, 'token.missing', 'Send a token as "Authorization: Bearer …".', { headers: { 'www-authenticate': 'Bearer' } })
export const tokenInvalid = (): AppError => new AppError(401, 'token.invalid', INVALID, bearer(INVALID))
export const tokenExpired = (): AppError => new AppError(401, 'token.expired', EXPIRED, bearer(EXPIRED))

const INVALID = 'The token is not valid, or was ended by an operator: get a new one.'
const EXPIRED = 'The token has expired: get a new one.'

const bearer = (detail: string): { headers: Record<string, string> } => ({
  headers: { 'www-authenticate': `Bearer error="invalid_token", error_description="${detail}"` }
})

export const tooManyFailures = (waitS: number): AppError =>
  oauthError(429, 'slow_down', `Too many wrong credentials came from this address. Try again in ${waitS} s.`, { 'retry-after': String(waitS) })
export const tooManyTokens = (waitS: number): AppError =>
  oauthError(429, 'slow_down', `This client has had too many tokens: one is good for an hour. Try again in ${waitS} s.`, { 'retry-after': String(waitS) })

/** The fields of draft-ietf-httpapi-ratelimit-headers beside RFC 9110's Retry-After. */
export const tooManyCalls = (waitS: number, perMinute: number): AppError =>
  new AppError(429, 'client.rate_limited', `This client may make ${perMinute} calls a minute. Go on in ${waitS} s.`, {
    headers: { 'retry-after': String(waitS), 'ratelimit-policy': `"client";q=${perMinute};w=60`, ratelimit: `"client";r=0;t=${waitS}` }
  })
