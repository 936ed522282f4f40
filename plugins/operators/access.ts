// How operators are recognised: a session token in the cookie or as Bearer, and changes by cookie only from our own pages.
import type { FastifyRequest } from 'fastify'
import { AppError, type AccessProvider, type Principal } from '#kernel'
import { crossSite, sessionAmbiguous, sessionRequired } from './errors.js'
import { ABSOLUTE_MS, isSessionToken } from './sessions.js'

/** Parser and serialiser of @fastify/cookie. */
interface CookieCodec {
  parseCookie: (header: string) => Record<string, string | undefined>
  serializeCookie: (name: string, value: string, options: { path: string, httpOnly: boolean, sameSite: 'strict', secure: boolean, maxAge: number }) => string
}

export interface OperatorAccess {
  provider: AccessProvider
  /** The operator of a request, null for an unauthenticated caller and for a session that has ended. @throws AppError 400 when it names two sessions */
  recognise: (request: FastifyRequest) => Promise<Principal | null>
  /** `Set-Cookie` for a new session. */
  cookieOf: (token: string) => string
  /** `Set-Cookie` that removes the cookie. */
  readonly clearedCookie: string
  /** @throws AppError 403 when a browser says that another site's page sent the request */
  refuseCrossSite: (request: FastifyRequest) => void
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/** @param publicUrl asked again for each origin check: a port picked by the system is known only after the boot */
export function createAccess (
  publicUrl: () => string, codec: CookieCodec, resume: (token: string) => Promise<Principal>, isLive: (principal: Principal) => Promise<boolean>
): OperatorAccess {
  const secure = new URL(publicUrl()).protocol === 'https:'
  // Browsers accept the prefix only with Secure, Path=/ and no Domain (RFC 6265bis, section 4.1.3.2).
  const name = secure ? '__Host-session' : 'session'
  const cookie = (value: string, maxAge: number): string =>
    codec.serializeCookie(name, value, { path: '/', httpOnly: true, sameSite: 'strict', secure, maxAge })

  const refuseCrossSite = (request: FastifyRequest): void => {
    const site = request.headers['sec-fetch-site']
    const from = request.headers.origin
    // Browsers that send Sec-Fetch-Site can't be made to send a wrong one; Origin is for those that don't.
    if (site === undefined ? from === undefined || from === new URL(publicUrl()).origin : site === 'same-origin' || site === 'none') return
    throw crossSite(publicUrl())
  }

  const authenticate = async (request: FastifyRequest): Promise<Principal> => {
    const bearer = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1]
    const inCookie = codec.parseCookie(request.headers.cookie ?? '')[name] ?? ''
    // On plain http other services of the same host may set a cookie of this name; theirs does not count.
    const given = isSessionToken(inCookie) ? inCookie : undefined
    if (given !== undefined && bearer !== undefined && bearer !== given) throw sessionAmbiguous()
    if (given !== undefined && bearer === undefined && !SAFE_METHODS.has(request.method)) refuseCrossSite(request)
    const token = bearer ?? given
    if (token === undefined || !isSessionToken(token)) throw sessionRequired()
    return await resume(token)
  }

  return {
    recognise: async request => await authenticate(request).catch((error: unknown) => {
      if (error instanceof AppError && error.status === 401) return null
      throw error
    }),
    provider: {
      authenticate,
      isLive,
      securitySchemes: {
        operatorSession: { type: 'apiKey', in: 'cookie', name, description: 'Set by POST /api/admin/v1/session.' },
        operatorToken: { type: 'http', scheme: 'bearer', bearerFormat: 'wmso_…', description: 'The token of POST /api/admin/v1/session, for scripts.' }
      }
    },
    cookieOf: token => cookie(token, ABSOLUTE_MS / 1000),
    clearedCookie: cookie('', 0),
    refuseCrossSite
  }
}
