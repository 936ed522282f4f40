// Reads the credentials of a token request: JSON in two spellings, a form, or HTTP Basic; exactly one of them.
import type { FastifyRequest } from 'fastify'
import type { Static } from '#kernel'
import { oauthError } from './errors.js'
import type { TokenRequest } from './schemas.js'

export interface Credentials { clientId: string, clientSecret: string, scope: string | null, byBasic: boolean }

type Body = Static<typeof TokenRequest>

/** @throws AppError `oauth.*` as RFC 6749 wants it */
export function readCredentials (request: FastifyRequest, body: Body, isForm: boolean): Credentials {
  const grant = nonEmpty(body.grant_type)
  if (grant === null && isForm) throw oauthError(400, 'invalid_request', 'grant_type is missing: send grant_type=client_credentials.')
  if (grant !== null && grant !== 'client_credentials') throw oauthError(400, 'unsupported_grant_type', 'Only the grant type client_credentials is supported.')
  const clientId = one('client_id', body.client_id, body.clientId)
  const clientSecret = one('client_secret', body.client_secret, body.clientSecret)
  const basic = readBasic(request.headers.authorization)
  const scope = nonEmpty(body.scope)
  if (basic !== null) {
    // RFC 6749, section 2.3: not more than one method in a request.
    if (clientId !== null || clientSecret !== null) {
      throw oauthError(400, 'invalid_request', 'Send the credentials either by HTTP Basic or in the body, not both.')
    }
    return { ...basic, scope, byBasic: true }
  }
  if (clientId === null) throw oauthError(400, 'invalid_request', 'client_id is missing.')
  if (clientSecret === null) throw oauthError(400, 'invalid_request', 'client_secret is missing.')
  return { clientId, clientSecret, scope, byBasic: false }
}

/** An empty parameter counts as omitted (RFC 6749, section 3.2). */
const nonEmpty = (text: string | undefined): string | null => text === undefined || text === '' ? null : text

function one (name: string, first: string | undefined, second: string | undefined): string | null {
  if (first !== undefined && second !== undefined) throw oauthError(400, 'invalid_request', `${name} is given in two spellings.`)
  return nonEmpty(first ?? second)
}

function readBasic (header: string | undefined): { clientId: string, clientSecret: string } | null {
  if (header === undefined) return null
  const match = /^Basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(header)
  if (match === null) throw basicError('The Authorization header of a token request must be HTTP Basic with base64.')
  const text = Buffer.from(match[1]!, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon < 1) throw basicError('The Basic credentials have no client id and secret separated by a colon.')
  return { clientId: formDecoded(text.slice(0, colon)), clientSecret: formDecoded(text.slice(colon + 1)) }
}

/** RFC 6749, section 2.3.1 and appendix B: form-encoded before base64. Ours need no encoding, so raw ones work as well. */
function formDecoded (text: string): string {
  try {
    const decoded = decodeURIComponent(text.replaceAll('+', ' '))
    // RFC 6749, appendix A: visible ASCII. What text in the database can't hold must not get there.
    if (!decoded.includes('\0') && decoded.isWellFormed()) return decoded
  } catch {
    throw basicError('The Basic credentials are not form-encoded.')
  }
  throw basicError('The Basic credentials have a NUL character, which text can\'t hold.')
}

function basicError (description: string): Error {
  return oauthError(401, 'invalid_client', description, { 'www-authenticate': 'Basic realm="token"' })
}
