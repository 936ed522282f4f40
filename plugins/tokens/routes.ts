import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { AppError, ref, type App } from '#kernel'
import { EXTERNAL_PREFIX } from '../external-api/public.js'
import type { ClientsService } from '../clients/public.js'
import { readCredentials } from './credentials.js'
import { oauthBody, oauthError } from './errors.js'
import { TOKEN_SECONDS, type Tokens } from './jwt.js'
import type { KeyRing } from './signing-keys.js'
import type { TokenLimits } from './limits.js'
import { Jwks, TokenAnswer, TokenRequest } from './schemas.js'
import { mint } from './service.js'

const BODY_LIMIT = 16_384
const FORM = 'application/x-www-form-urlencoded'
const JWKS_MAX_AGE_SECONDS = 300

export function tokenRoutes (app: App, clients: ClientsService, { tokens, keys, limits }: { tokens: Tokens, keys: KeyRing, limits: TokenLimits }): void {
  app.addContentTypeParser(FORM, { parseAs: 'string', bodyLimit: BODY_LIMIT }, (_, text: string, done) => {
    try {
      done(null, parseForm(text))
    } catch (error) {
      done(error as Error)
    }
  })

  app.post(`${EXTERNAL_PREFIX}/auth/token`, {
    config: { operation: 'auth.token' },
    bodyLimit: BODY_LIMIT,
    schema: { body: ref(TokenRequest), response: { 200: ref(TokenAnswer) } },
    // With Basic everything may be in the header.
    preValidation: async request => { request.body ??= {} },
    errorHandler: sendTokenError
  }, async (request, reply) => {
    const credentials = readCredentials(request, request.body, String(request.headers['content-type']).startsWith(FORM))
    request.call.claimedId = credentials.clientId.slice(0, 200)
    limits.check(credentials.clientId, request.ip)
    const { token, scopes, principal } = await mint({ clients, tokens, limits }, credentials, request.ip)
    request.call.principal = principal
    reply.headers({ 'cache-control': 'no-store', pragma: 'no-cache' })
    return { access_token: token, token_type: 'Bearer' as const, expires_in: TOKEN_SECONDS, scope: scopes.join(' ') }
  })

  app.get('/.well-known/jwks.json', { config: { operation: 'auth.jwks' }, schema: { response: { 200: ref(Jwks) } } }, async (_, reply) => {
    reply.cacheControl('public').cacheControl('max-age', JWKS_MAX_AGE_SECONDS)
    return { keys: keys.jwks }
  })
}

/** A repeated parameter is an error (RFC 6749, section 3.2). */
function parseForm (text: string): Record<string, string> {
  const result: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(text)) {
    if (Object.hasOwn(result, name)) throw oauthError(400, 'invalid_request', `The parameter ${name.slice(0, 50)} is given more than once.`)
    if (/[\0]/.test(name + value) || !(name + value).isWellFormed()) {
      throw oauthError(400, 'invalid_request', 'A parameter has a NUL character or half a surrogate pair, which text can\'t hold.')
    }
    if (name === '__proto__') throw oauthError(400, 'invalid_request', 'Unknown parameter.')
    result[name] = value
  }
  return result
}

async function sendTokenError (error: FastifyError | AppError, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const status = error instanceof AppError ? error.status : error.statusCode ?? 500
  if (status >= 500) throw error
  const known = error instanceof AppError ? error : new AppError(status, 'oauth.invalid_request', error.message)
  kernelCode(request, known.code)
  return await reply.code(status).headers({ ...known.extra.headers, 'cache-control': 'no-store', pragma: 'no-cache' }).type('application/json; charset=utf-8')
    .send(JSON.stringify(oauthBody(known)))
}

/** For the audit: which refusal it was. */
function kernelCode (request: FastifyRequest, code: string): void {
  Object.assign(request.call, { errorCode: code })
}
