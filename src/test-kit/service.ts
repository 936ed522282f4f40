// A booted service on a database of its own, with callers for every kind of access.
import { scryptSync } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance, InjectOptions } from 'fastify'
import { buildApp, type AppOptions } from '../app.js'
import { readConfigurations } from '../plugin-configuration.js'
import type { Config } from '../config.js'
import { newId } from '../kernel/contract/ids.js'
import type { Plugin } from '../kernel/contract/plugin.js'
import type { Host } from '../kernel/host/host.js'
import type { PlatformDatabase } from '../platform/database/database.js'
import { plugins as installed } from '../../plugins/index.js'
import { createDatabase, onServer } from './databases.js'
import { checkErrorsMet } from './errors-met.js'
import { waitFor } from './wait.js'

export interface Teardown {
  teardown: (work: () => unknown) => unknown
}

export interface Answer {
  status: number
  headers: Record<string, string | string[] | number | undefined>
  /** Parsed JSON, else the text. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into answers of every shape
  body: any
  text: string
}

type Send = (path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>

export interface Caller {
  get: (path: string, headers?: Record<string, string>) => Promise<Answer>
  post: Send
  put: Send
  patch: Send
  delete: Send
}

export interface TestClient extends Caller {
  id: string
  clientId: string
  clientSecret: string
  token: string
}

/** An operator with a session. */
export interface SignedIn extends Caller { token: string }

export interface TestApp {
  host: Host
  app: FastifyInstance
  db: PlatformDatabase
  databaseUrl: string
  clock: { now: () => Date }
  /** Moves the clock and wakes all workers. */
  advance: (ms: number) => Promise<void>
  listen: () => Promise<string>
  anonymous: Caller
  /** The first operator, role admin, signed in. Null when the plugin `operators` is not installed. */
  operator: Caller
  callerWith: (headers: Record<string, string>) => Caller
  /** Opens a session; the first operator's, if no one else is named. */
  signIn: (person?: { email: string, password: string }) => Promise<SignedIn>
  /** Creates an operator with this role and signs them in. */
  newOperator: (role: 'viewer' | 'operator' | 'admin', email?: string) => Promise<SignedIn & { id: string }>
  newClient: (options?: { name?: string, scopes?: string[], ownerId?: string, warehouseIds?: string[] }) => Promise<TestClient>
  /** Exchanges the client's secret once more. */
  newToken: (client: Pick<TestClient, 'clientId' | 'clientSecret'>) => Promise<Caller & { token: string }>
  seedOwner: () => Promise<string>
  use: <T>(pluginId: string) => T
  wakeAll: () => void
  waitFor: (condition: () => Promise<boolean> | boolean, what: string) => Promise<void>
  close: () => Promise<void>
}

export interface TestAppOptions {
  plugins?: readonly Plugin[]
  /** Switch external-api on. Default true, if it is installed. */
  activate?: boolean
  config?: Partial<Config>
  /** Share the database of another test app. */
  databaseUrl?: string
  clock?: { now: () => Date }
  systemTime?: () => number
  logTo?: { write: (line: string) => void }
  /** Default: longer than those of a service. */
  waits?: AppOptions['waits']
}

export const OPERATOR = { email: 'admin@localhost', password: 'correct horse battery staple' }
/** Four test files at once keep a small machine busier than any service. */
const PATIENT = { connectionMs: 30_000, recordMs: 20_000 }
export const KEY = Buffer.alloc(32, 7)

/** Boots the installed plugins (or those given) on a fresh, migrated database; everything ends with the test. */
export async function buildTestApp (t: Teardown, options: TestAppOptions = {}): Promise<TestApp> {
  const databaseUrl = options.databaseUrl ?? (await createDatabase(t, { prepare: bootOnce })).url
  const dataDir = await mkdtemp(join(tmpdir(), 'wms-test-'))
  let offsetMs = 0
  const clock = options.clock ?? { now: () => new Date(Date.now() + offsetMs) }
  const service = await buildApp({
    config: testConfig(databaseUrl, dataDir, options.plugins ?? installed, options.config),
    clock,
    announce: () => {},
    waits: options.waits ?? PATIENT,
    ...(options.systemTime === undefined ? {} : { systemTime: options.systemTime }),
    ...(options.logTo === undefined ? {} : { logTo: options.logTo }),
    ...(options.plugins === undefined ? {} : { plugins: options.plugins })
  })
  let closed: Promise<void> | null = null
  const close = async (): Promise<void> =>
    await (closed ??= (async () => {
      const undeclared = await checkErrorsMet(service.db, service.host.catalogue).then(() => null, (error: Error) => error)
      await service.close()
      await rm(dataDir, { recursive: true, force: true })
      if (undeclared !== null) throw undeclared
    })())
  t.teardown(close)
  const { host, db } = service
  const callerWith = (headers: Record<string, string>): Caller => createCaller(host.app, headers)
  const anonymous = callerWith({})
  const signIn = signingIn(anonymous, callerWith)
  const operator = host.catalogue.plugin('operators') === undefined ? anonymous : await signIn()
  if (options.activate !== false && host.catalogue.plugin('external-api') !== undefined && host.catalogue.plugin('operations') !== undefined) {
    await expectStatus(operator.patch('/api/admin/v1/plugins/external-api', { enabled: true }), 200)
  }
  return {
    host,
    app: host.app,
    db,
    databaseUrl,
    clock,
    async advance (ms) {
      offsetMs += ms
      host.wakeAll()
    },
    listen: service.listen,
    anonymous,
    operator,
    callerWith,
    signIn,
    newOperator: newOperators(operator, signIn),
    newClient: async (client = {}) => await newClient(operator, anonymous, callerWith, client),
    newToken: async client => await newToken(anonymous, callerWith, client),
    async seedOwner () {
      const id = newId('own')
      await db.query('INSERT INTO "Owner" ("id", "code", "name") VALUES ($1, $2, $3)', [id, id.slice(-10), 'Second owner'])
      return id
    },
    use: <T>(pluginId: string) => host.service(pluginId) as T,
    wakeAll: host.wakeAll,
    waitFor,
    close
  }
}

/** What only the first boot on a database does, which takes longer than all else of a boot: the keys and the first operator. */
async function bootOnce (databaseUrl: string): Promise<void> {
  const service = await buildApp({ config: testConfig(databaseUrl, tmpdir(), installed), announce: () => {} })
  await service.close()
  // A stored hash names its own costs, so this one makes signing in cheap.
  const key = scryptSync(OPERATOR.password, 'salt of tests', 32, { N: 16, r: 8, p: 1 })
  const hash = `$scrypt$ln=4,r=8,p=1$${unpadded(Buffer.from('salt of tests'))}$${unpadded(key)}`
  await onServer(databaseUrl, async client => await client.query('UPDATE "Operator" SET "passwordHash" = $1', [hash]))
}

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '')

const PLUGINS_OF_TESTS = {
  operators: { email: OPERATOR.email, password: OPERATOR.password, passwordCost: 10 }, tokens: { mintsPerMinute: 10_000, callsPerMinute: 0 }
}

function testConfig (databaseUrl: string, dataDir: string, plugins: readonly Plugin[], { of, ...rest }: Partial<Config> = {}): Config {
  return {
    host: '127.0.0.1',
    port: 0,
    publicUrl: 'http://wms.test',
    dataDir,
    databaseUrl,
    databasePoolSize: 6,
    databaseWaitMs: 0,
    encryptionKey: KEY,
    diskReserve: 0,
    roles: ['api', 'worker'],
    outboundAllowCidrs: ['127.0.0.0/8'],
    trustedProxies: [],
    logLevel: 'silent',
    of: { ...readConfigurations(plugins, {}).values, ...PLUGINS_OF_TESTS, ...of },
    ...rest
  }
}

/** Calls over Fastify's inject: no socket, everything else real. */
function createCaller (app: FastifyInstance, always: Record<string, string>): Caller {
  const send =
    (method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE') => async (url: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> => {
      const request: InjectOptions = { method, url, headers: { ...always, ...headers } }
      if (body !== undefined) {
        request.payload = typeof body === 'string' ? body : JSON.stringify(body)
        request.headers = { 'content-type': 'application/json', ...request.headers }
      }
      const response = await app.inject(request)
      const text = response.payload
      const isJson = /[/+]json/.test(String(response.headers['content-type']))
      return { status: response.statusCode, headers: response.headers, text, body: isJson && text !== '' ? JSON.parse(text) : text }
    }
  const get = send('GET')
  return { get: async (url, headers) => await get(url, undefined, headers), post: send('POST'), put: send('PUT'), patch: send('PATCH'), delete: send('DELETE') }
}

function signingIn (anonymous: Caller, callerWith: TestApp['callerWith']): TestApp['signIn'] {
  return async (person = OPERATOR) => {
    const { body } = await expectStatus(anonymous.post('/api/admin/v1/session', person), 201)
    return { ...callerWith({ authorization: `Bearer ${body.token as string}` }), token: body.token as string }
  }
}

function newOperators (operator: Caller, signIn: TestApp['signIn']): TestApp['newOperator'] {
  return async (role, email = `${role}@example.com`) => {
    const { body } = await expectStatus(operator.post('/api/admin/v1/operators', { email, name: role, role, password: OPERATOR.password }), 201)
    return { ...await signIn({ email, password: OPERATOR.password }), id: body.id as string }
  }
}

async function newClient (
  operator: Caller, anonymous: Caller, callerWith: (headers: Record<string, string>) => Caller,
  options: { name?: string, scopes?: string[], ownerId?: string, warehouseIds?: string[] }
): Promise<TestClient> {
  const created = await expectStatus(operator.post('/api/admin/v1/clients', { name: 'Test client', ...options }), 201)
  const { client, clientSecret } = created.body as { client: { id: string, clientId: string }, clientSecret: string }
  const { id, clientId } = client
  return { ...await newToken(anonymous, callerWith, { clientId, clientSecret }), id, clientId, clientSecret }
}

async function newToken (
  anonymous: Caller, callerWith: (headers: Record<string, string>) => Caller, { clientId, clientSecret }: Pick<TestClient, 'clientId' | 'clientSecret'>
): Promise<Caller & { token: string }> {
  const { body } = await expectStatus(anonymous.post('/api/external/v1/auth/token', { client_id: clientId, client_secret: clientSecret }), 200)
  const token = body.access_token as string
  return { ...callerWith({ authorization: `Bearer ${token}` }), token }
}

async function expectStatus (answer: Promise<Answer>, status: number): Promise<Answer> {
  const got = await answer
  if (got.status !== status) throw new Error(`expected ${status}, got ${got.status}: ${got.text}`)
  return got
}
