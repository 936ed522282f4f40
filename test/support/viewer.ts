// An operator who may only read.
import type { Caller, TestApp } from '../../src/test-kit/service.js'

/** Creates and signs in an operator with this role. */
export async function signInAs (wms: TestApp, role: 'viewer' | 'operator'): Promise<Caller> {
  const person = { email: `${role}@example.com`, password: 'a long enough password' }
  const created = await wms.operator.post('/api/admin/v1/operators', { ...person, name: role, role })
  if (created.status !== 201) throw new Error(created.text)
  const session = await wms.anonymous.post('/api/admin/v1/session', person)
  return wms.callerWith({ authorization: `Bearer ${session.body.token as string}` })
}
