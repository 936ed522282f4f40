// `/session`: sign in, who am I, change one's password, sign out.
import { Type, ref, type App, type Kernel } from '#kernel'
import type { OperatorAccess } from '../access.js'
import { ChangePassword, CurrentSession, NewSession, SignIn } from '../schemas.js'
import { changeOwnPassword, newPasswordHash, normaliseEmail, viewOf } from '../service.js'
import { principalOf, type Sessions } from '../sessions.js'
import type { OperatorRow, SessionRow } from '../store.js'

const NOT_STORED = { 'cache-control': 'no-store' }

export function sessionRoutes (app: App, kernel: Kernel, access: OperatorAccess, sessions: Sessions): void {
  app.post('/session', {
    config: { operation: 'session.create', examples: { body: { email: 'ada@example.com', password: 'correct horse battery staple' } } },
    schema: { body: SignIn, response: { 201: ref(NewSession) } }
  }, async (request, reply) => {
    const { email, password } = request.body
    request.call.claimedId = normaliseEmail(email)
    // A page of another site must not sign a browser in as someone else, nor try passwords through it.
    access.refuseCrossSite(request)
    const operator = await sessions.checkCredentials(email, password, request.ip)
    return await kernel.writeOrm(request, reply, async tx => {
      const opened = await sessions.open(tx, operator, { ip: request.ip, userAgent: request.headers['user-agent'] ?? null })
      request.call.principal = principalOf(opened.operator, opened.session.id)
      request.call.entities.push({ type: 'operator', id: operator.id }, { type: 'session', id: opened.session.id })
      const headers = { 'set-cookie': access.cookieOf(opened.token), ...NOT_STORED }
      return { status: 201, headers, body: { token: opened.token, ...sessionView(opened) } }
    })
  })

  app.get('/session', {
    config: { operation: 'session.get' },
    schema: { response: { 200: ref(CurrentSession) } }
  }, async (request, reply) => {
    const principal = await access.recognise(request)
    request.call.principal = principal
    const current = principal === null ? null : await sessions.read(principal)
    return reply.code(200).headers(NOT_STORED).send(current === null ? { expiresAt: null, idleExpiresAt: null, operator: null } : sessionView(current))
  })

  app.put('/session/password', {
    config: {
      operation: 'session.password', examples: { body: { currentPassword: 'correct horse battery staple', newPassword: 'a longer horse of another colour' } }
    },
    schema: { body: ChangePassword, response: { 204: Type.Null({ description: 'Changed; all other sessions of this operator have ended.' }) } }
  }, async (request, reply) => {
    const { currentPassword, newPassword } = request.body
    const principal = request.call.principal!
    const operator = await sessions.confirm(principal, currentPassword, request.ip)
    const passwordHash = await newPasswordHash(newPassword, '/newPassword')
    return await kernel.writeOrm(request, reply, async tx => {
      const after = await changeOwnPassword(tx, operator, passwordHash, principal.sessionId)
      request.call.entities.push({ type: 'operator', id: operator.id })
      request.call.changes = { before: viewOf(operator), after: viewOf(after) }
      return { status: 204 }
    })
  })

  app.delete('/session', {
    config: { operation: 'session.delete' },
    schema: { response: { 204: Type.Null({ description: 'Signed out: the token is worth nothing any more.' }) } }
  }, async (request, reply) => await kernel.writeOrm(request, reply, async tx => {
    const sessionId = request.call.principal!.sessionId!
    await sessions.end(tx, sessionId)
    request.call.entities.push({ type: 'session', id: sessionId })
    return { status: 204, headers: { 'set-cookie': access.clearedCookie } }
  }))
}

function sessionView (
  { session, operator }: { session: SessionRow, operator: OperatorRow }
): { expiresAt: string, idleExpiresAt: string, operator: ReturnType<typeof viewOf> } {
  return { expiresAt: session.expiresAt.toISOString(), idleExpiresAt: session.idleExpiresAt.toISOString(), operator: viewOf(operator) }
}
