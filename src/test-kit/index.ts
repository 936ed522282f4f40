// For tests of plugins (`logistics-wms-api-webhooks/test-kit`): a whole service on a database of its own, with callers for every kind of access.
import type { Plugin } from '../kernel/contract/plugin.js'
import { plugins as installed } from '../../plugins/index.js'
import { buildTestApp, type Teardown, type TestApp, type TestAppOptions } from './service.js'

export { closeServer } from './databases.js'
export { startReceiver, type ReceivedCall, type Receiver, type Script, type ScriptedAnswer } from './receiver.js'
export type { Answer, Caller, SignedIn, Teardown, TestApp, TestAppOptions, TestClient } from './service.js'
export { waitFor } from './wait.js'

/**
 * Boots the service with these plugins beside its own, in about a second: the database is a copy of one that was prepared before.
 * @param t ends it, as `t.teardown` of tap does; others pass `{ teardown: work => … }`
 * @param plugins loaded after the installed ones, as PLUGINS does
 */
export async function startService (t: Teardown, plugins: readonly Plugin[], options: Omit<TestAppOptions, 'plugins'> = {}): Promise<TestApp> {
  return await buildTestApp(t, { ...options, plugins: [...installed, ...plugins] })
}
