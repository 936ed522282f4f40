// A service with this plugin, a route that wants an operator, and operators who are signed in.
import { definePlugin, Type } from '../../../src/kernel/contract/index.js'
import operators from '../../../plugins/operators/plugin.js'
import { buildTestApp, OPERATOR, type Answer, type Caller, type TestApp, type TestAppOptions, type Teardown } from '../../../src/test-kit/service.js'

export const FIRST = OPERATOR
export const PASSWORD = 'a password for testing'
export const API = '/api/admin/v1'
/** Wants an operator, whatever the role. */
export const ANY = `${API}/anybody`
export const MINUTE = 60_000
export const HOUR = 3_600_000

export interface Person extends Caller { id: string, email: string, token: string }

export interface OperatorsApp extends Omit<TestApp, 'signIn' | 'newOperator'> {
  signIn: (email: string, password: string, headers?: Record<string, string>) => Promise<Answer>
  /** A new operator, signed in. */
  newOperator: (role: 'viewer' | 'operator' | 'admin') => Promise<Person>
  countSessions: (operatorId: string) => Promise<number>
}

const anybody = definePlugin({
  id: 'anybody',
  title: 'Anybody',
  summary: 'Answers every operator.',
  category: 'Test',
  requires: [],
  operations: { 'anybody.get': { title: 'Anybody', access: 'operator', role: 'viewer' } },
  register (app) {
    app.get(ANY, { config: { operation: 'anybody.get' }, schema: { response: { 200: Type.Object({}) } } }, async () => ({}))
  }
})

let created = 0

/** `X-Forwarded-For` counts, so that tests call from addresses of their choice. */
export async function boot (t: Teardown, options: TestAppOptions = {}): Promise<OperatorsApp> {
  const wms = await buildTestApp(t, { plugins: [operators, anybody], ...options, config: { trustedProxies: ['127.0.0.1'], ...options.config } })
  const signIn: OperatorsApp['signIn'] = async (email, password, headers) => await wms.anonymous.post(`${API}/session`, { email, password }, headers)
  return {
    ...wms,
    signIn,
    async newOperator (role) {
      const email = `${role}${++created}@example.com`
      const made = await wms.operator.post(`${API}/operators`, { email, name: `Test ${role}`, role, password: PASSWORD })
      const { body } = await signIn(email, PASSWORD)
      return { ...wms.callerWith({ authorization: `Bearer ${body.token as string}` }), id: made.body.id as string, email, token: body.token as string }
    },
    async countSessions (operatorId) {
      const { rows } = await wms.db.query<{ count: number }>('SELECT count(*)::int AS "count" FROM "OperatorSession" WHERE "operatorId" = $1', [operatorId])
      return rows[0]!.count
    }
  }
}
