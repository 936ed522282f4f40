// Signing and verifying tokens with @fastify/jwt: RFC 9068 access tokens, RS256 only, one hour.
import fastifyJwt from '@fastify/jwt'
import { newId, type App, type Kernel } from '#kernel'
import { EXTERNAL_PREFIX } from '../external-api/public.js'
import type { LiveClient } from '../clients/public.js'
import { tokenExpired, tokenInvalid } from './errors.js'
import type { KeyRing } from './signing-keys.js'

export const TOKEN_SECONDS = 3600
const CACHED_TOKENS = 10_000

export interface Claims {
  iss: string
  aud: string
  /** Public client id. */
  sub: string
  client_id: string
  iat: number
  nbf: number
  exp: number
  jti: string
  /** Operations, separated by spaces. */
  scope: string
  /** Id of the secret that minted it. */
  sid: string
  /** The client's token version. */
  ver: number
  /** Our id of the client. */
  cid: string
}

export interface Tokens {
  mint: (client: LiveClient, secretId: string, scopes: readonly string[]) => Promise<string>
  /** @throws AppError 401 */
  verify: (token: string) => Promise<Verified>
}

interface Verified { claims: Claims, scopes: ReadonlySet<string> }

export async function createTokens (app: App, kernel: Kernel, keys: KeyRing): Promise<Tokens> {
  await app.register(fastifyJwt, {
    secret: { private: keys.current.privatePem, public: async (token: { header: { kid?: unknown } }) => keyOf(keys, token.header.kid) },
    sign: { algorithm: 'RS256', kid: keys.current.kid, header: { alg: 'RS256', typ: 'at+jwt' } },
    // Expiry is judged by the service's clock at each use, not once when the signature is checked.
    verify: {
      algorithms: ['RS256'], checkTyp: 'at+jwt', ignoreExpiration: true, ignoreNotBefore: true, requiredClaims: ['iss', 'aud', 'sub', 'iat', 'exp', 'jti']
    }
  } as never)
  const known = new Map<string, Verified>()
  return {
    mint: async (client, secretId, scopes) => {
      const now = Math.floor(kernel.clock.now().getTime() / 1000)
      const issuer = kernel.publicUrl
      const claims: Claims = {
        iss: issuer,
        aud: `${issuer}${EXTERNAL_PREFIX}`,
        sub: client.clientId,
        client_id: client.clientId,
        iat: now,
        nbf: now,
        exp: now + TOKEN_SECONDS,
        jti: newId('tok'),
        scope: scopes.join(' '),
        sid: secretId,
        ver: client.tokenVersion,
        cid: client.id
      }
      return app.jwt.sign(claims)
    },
    async verify (token) {
      const verified = known.get(token) ?? await remember(known, token, await check(app, kernel, token))
      const now = kernel.clock.now().getTime() / 1000
      if (verified.claims.exp <= now) throw tokenExpired()
      if (verified.claims.nbf > Math.ceil(now)) throw tokenInvalid()
      return verified
    }
  }
}

/** Only a key id that we know; nothing is fetched, whatever the header names. */
function keyOf (keys: KeyRing, kid: unknown): string {
  const pem = typeof kid === 'string' ? keys.publicPem(kid) : undefined
  if (pem === undefined) throw tokenInvalid()
  return pem
}

const JWS = /^[\w-]+\.[\w-]+\.[\w-]+$/

/** Signature, type, issuer and audience: done once per token. */
async function check (app: App, kernel: Kernel, token: string): Promise<Verified> {
  if (!JWS.test(token) || token.length > 8192 || !isCanonical(token) || !hasOwnHeader(token)) throw tokenInvalid()
  const claims = await Promise.resolve().then(async () => await app.jwt.verify<Claims>(token)).catch(() => { throw tokenInvalid() })
  const issuer = kernel.publicUrl
  const fits = claims.iss === issuer && claims.aud === `${issuer}${EXTERNAL_PREFIX}` && Number.isInteger(claims.iat) &&
    claims.exp - claims.iat === TOKEN_SECONDS && Number.isSafeInteger(claims.exp) && Number.isInteger(claims.nbf) && Number.isInteger(claims.ver) &&
    [claims.cid, claims.sid, claims.scope].every(claim => typeof claim === 'string')
  if (!fits) throw tokenInvalid()
  return { claims, scopes: new Set(claims.scope.split(' ')) }
}

/** Of the type and algorithm that are issued here, and without extensions that have to be understood (RFC 7515, section 4.1.11). */
function hasOwnHeader (token: string): boolean {
  try {
    const header = JSON.parse(Buffer.from(token.slice(0, token.indexOf('.')), 'base64url').toString()) as Record<string, unknown>
    return header['typ'] === 'at+jwt' && header['alg'] === 'RS256' && !('crit' in header) && !('b64' in header)
  } catch {
    return false
  }
}

/** base64url has spare bits at the end; a signature with other spare bits is another text for the same bytes. */
function isCanonical (token: string): boolean {
  return token.split('.').every(part => Buffer.from(part, 'base64url').toString('base64url') === part)
}

/** Signature work once per token; the state of its client is checked on every call. */
async function remember (known: Map<string, Verified>, token: string, verified: Verified): Promise<Verified> {
  if (known.size >= CACHED_TOKENS) known.delete(known.keys().next().value!)
  known.set(token, verified)
  return verified
}
