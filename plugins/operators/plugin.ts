// Operators: the people who run the service, their sessions, and the access port that recognises them.
import cookie from '@fastify/cookie'
import { definePlugin, operatorPrefix, withErrors, type OperationManifest, type Role } from '#kernel'
import { errors, errorsOf } from './error-codes.js'
import { createAccess } from './access.js'
import { configuration, type OperatorsConfig } from './configuration.js'
import { createFirstOperator } from './first-operator.js'
import { setPasswordCost } from './password.js'
import { resetCommand } from './reset.js'
import { operatorRoutes } from './routes/operators.js'
import { sessionRoutes } from './routes/session.js'
import { CurrentSession, NewSession, Operator, OperatorPage } from './schemas.js'
import { deleteExpiredSessions } from './store.js'
import { createSessions } from './sessions.js'
import { createSignInThrottle } from './throttle.js'

const CLEAN_EVERY_MS = 3_600_000

// Locked: with sign-in switched off no one could switch it on again.
const operation = (role: Role, title: string, description: string): OperationManifest => ({ title, description, access: 'operator', role, locked: true })

export default definePlugin({
  id: 'operators',
  title: 'Operators',
  summary: 'The people who run this service: who they are, what they may do, and how they sign in.',
  category: 'System',
  requires: [],
  locked: true,
  prefix: operatorPrefix,
  operations: withErrors(errorsOf, {
    'session.create': {
      limited: true,
      title: 'Sign in',
      description:
        'Opens a session by e-mail and password. It ends after 30 minutes without a call, and 12 hours after the sign-in. The answer sets the session ' +
          'cookie; scripts send `token` as Bearer.',
      access: 'public',
      locked: true
    },
    'session.get': {
      title: 'Who am I',
      description: 'The session of this call and its operator; `operator` is null for an unauthenticated caller and after the session has ended.',
      access: 'public',
      locked: true
    },
    'session.password': {
      ...operation('viewer', 'Change one\'s own password', 'Needs the current password. All other sessions of the operator end.'), limited: true
    },
    'session.delete': operation('viewer', 'Sign out', 'Ends the session of this call and clears the cookie.'),
    'operator.list': operation('admin', 'List operators', 'In order of creation.'),
    'operator.create': operation('admin', 'Create an operator', 'The e-mail is unique without regard to case.'),
    'operator.get': operation('admin', 'Read an operator', 'One operator with its ETag.'),
    'operator.update': operation(
      'admin',
      'Change an operator',
      'Name, role, enabled, password. A new role or password, or disabling, ends all sessions of the operator. An enabled admin always remains.'
    ),
    'operator.delete': operation('admin', 'Delete an operator', 'Ends all its sessions. No one can delete themselves or the last enabled admin.')
  }),
  errors,
  schemas: [Operator, CurrentSession, NewSession, OperatorPage],
  configuration,
  commands: { 'operator:reset': resetCommand },
  console: { label: 'Operators', order: 90 },
  async register (app, kernel) {
    // Its hooks and decorators stay in this plugin's scope; of the routes of other plugins only the access port reads cookies.
    await app.register(cookie, { hook: false })
    setPasswordCost(kernel.plugin.config<OperatorsConfig>().passwordCost)
    const now = (): Date => kernel.clock.now()
    const sessions = createSessions(kernel.db, now, createSignInThrottle(now))
    const access = createAccess(() => kernel.publicUrl, app, sessions.resume, sessions.isLive)
    kernel.ports.access.provide('operator', access.provider)
    sessionRoutes(app, kernel, access, sessions)
    operatorRoutes(app, kernel)
    kernel.background.retention({ name: 'expired-sessions', everyMs: CLEAN_EVERY_MS, remove: async () => await deleteExpiredSessions(kernel.db) })
    await createFirstOperator(kernel.db, kernel.plugin.config<OperatorsConfig>(), kernel.log.announce)
  }
})
