// What a token is good for: minting against a client's row, and recognising a caller at each call.
import type { FastifyRequest } from 'fastify'
import type { Principal } from '#kernel'
import type { ClientsService, LiveClient } from '../clients/public.js'
import type { Credentials } from './credentials.js'
import { oauthError, tokenInvalid, tokenMissing } from './errors.js'
import type { Tokens } from './jwt.js'
import type { TokenLimits } from './limits.js'

interface Minting { clients: ClientsService, tokens: Tokens, limits: TokenLimits }
interface Minted { token: string, scopes: string[], principal: Principal }

/** @throws AppError `oauth.invalid_client`, `oauth.invalid_scope` */
export async function mint ({ clients, tokens, limits }: Minting, credentials: Credentials, ip: string): Promise<Minted> {
  const verified = await clients.verify(credentials.clientId, credentials.clientSecret)
  const challenge: Record<string, string> = credentials.byBasic ? { 'www-authenticate': 'Basic realm="token"' } : {}
  if (!verified.ok) {
    if (verified.reason === 'invalid') limits.failed(credentials.clientId, ip)
    throw oauthError(401, 'invalid_client', verified.reason === 'disabled' ? 'This client is disabled.' : 'Unknown client id or wrong secret.', challenge)
  }
  const { client, secretId, secretLast4 } = verified
  const scopes = chosenScopes(clients, client, credentials.scope)
  limits.minting(client.id)
  const token = await tokens.mint(client, secretId, scopes)
  // Disabled while the token was signed: better refused now than handed out dead.
  const now = await clients.live(client.id)
  if (now === null || !isGood(clients, now, secretId, client.tokenVersion)) throw oauthError(401, 'invalid_client', 'This client is disabled.', challenge)
  clients.noteUse(client.id, secretId, ip)
  return { token, scopes, principal: principalOf(client, new Set(scopes), secretId, secretLast4) }
}

function chosenScopes (clients: ClientsService, client: LiveClient, scope: string | null): string[] {
  if (scope === null) return [...client.scopes]
  const wanted = clients.expandScopes(scope.split(' ').filter(name => name !== ''))
  const beyond = wanted.find(name => !client.scopes.has(name))
  if (beyond !== undefined) throw oauthError(400, 'invalid_scope', `The client was not granted ${beyond.slice(0, 100)}.`)
  return wanted
}

/** Recognises the caller: signature and expiry, then the client as it is now. @throws AppError 401 */
export async function authenticate (clients: ClientsService, tokens: Tokens, request: FastifyRequest): Promise<Principal> {
  const { claims, scopes } = await tokens.verify(bearerOf(request))
  const client = await clients.live(claims.cid)
  if (client === null || !isGood(clients, client, claims.sid, claims.ver)) throw tokenInvalid()
  clients.noteUse(client.id, claims.sid, request.ip)
  return principalOf(client, new Set([...scopes].filter(scope => client.scopes.has(scope))), claims.sid, client.secrets.get(claims.sid)?.last4 ?? null)
}

function isGood (clients: ClientsService, client: LiveClient, secretId: string, tokenVersion: number): boolean {
  return client.enabled && client.tokenVersion === tokenVersion && clients.isSecretLive(client, secretId)
}

/** Only the header counts (RFC 6750, section 2.1); the scheme in any case. */
function bearerOf (request: FastifyRequest): string {
  const headers = request.raw.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'authorization').length
  const { authorization } = request.headers
  if (authorization === undefined) throw tokenMissing()
  const match = /^Bearer ([\w.~+/=-]+)$/i.exec(authorization)
  if (match === null || headers > 1) throw tokenInvalid()
  return match[1]!
}

function principalOf (client: LiveClient, grants: ReadonlySet<string>, sessionId: string, secretLast4: string | null): Principal {
  const { id, name, ownerId, warehouseIds } = client
  return { type: 'client', id, name, ownerId, warehouseIds, grants, role: null, sessionId, secretLast4 }
}
