// Toy plugins and a host around them: the kernel is tested without any feature.
import { Type } from '@sinclair/typebox'
import { randomBytes, createHmac } from 'node:crypto'
import { createFoundation } from '../../src/foundation.js'
import { createHost, type Host } from '../../src/kernel/host/host.js'
import {
  AppError, definePlugin, strictObject, ref, type CallRecord, type Kernel, type Plugin, type Principal, type Secrets,
  type Tx
} from '../../src/kernel/contract/index.js'
import { openDatabaseClock } from '../../src/platform/database/clock.js'
import { openDatabase, type PlatformDatabase } from '../../src/platform/database/database.js'
import { createDatabase } from '../../src/test-kit/databases.js'
import type { Teardown } from '../../src/test-kit/service.js'

export const Thing = strictObject({ id: Type.String(), name: Type.String(), version: Type.Integer() }, {
  $id: 'Thing', examples: [{ id: 'thg_1', name: 'A thing', version: 1 }]
})
const ThingBody = strictObject({ name: Type.String({ minLength: 1, maxLength: 50 }), note: Type.Optional(Type.Union([Type.String(), Type.Null()])) }, {
  $id: 'ThingBody'
})

export const principal = (changes: Partial<Principal> = {}): Principal => ({
  type: 'client',
  id: 'cli_1',
  name: 'Toy client',
  ownerId: 'own_1',
  warehouseIds: null,
  grants: new Set(['thing.create', 'thing.get', 'thing.fail']),
  role: null,
  sessionId: null,
  secretLast4: null,
  ...changes
})

/** Recognises `Authorization: Toy <name>`. */
export const access = definePlugin({
  id: 'toy-access',
  title: 'Toy access',
  summary: 'Recognises toys.',
  category: 'Test',
  requires: [],
  operations: {},
  register (_, kernel) {
    kernel.ports.access.provide('client', {
      securitySchemes: { toy: { type: 'http', scheme: 'bearer' } },
      authenticate (request) {
        const [scheme, name] = (request.headers.authorization ?? '').split(' ')
        if (scheme !== 'Toy') throw new AppError(401, 'token.missing', 'Send a toy.', { headers: { 'www-authenticate': 'Toy' } })
        return principal({ id: `cli_${name}`, ...(name === 'poor' ? { grants: new Set<string>() } : {}) })
      }
    })
  }
})

export interface ThingSettings { shout: boolean }

/** Creates and reads things; `work` lets a test step into the transaction. */
export function things (hooks: { work?: (tx: Tx, kernel: Kernel) => Promise<void> } = {}): Plugin {
  return definePlugin({
    id: 'things',
    title: 'Things',
    summary: 'Creates things.',
    category: 'Test',
    requires: ['toy-access'],
    prefix: '/api/toy/v1',
    operations: {
      'thing.create': {
        title: 'Create a thing', access: 'client', settings: strictObject({ shout: Type.Boolean({ default: false }) }), emits: ['thing.created']
      },
      'thing.get': { title: 'Read a thing', access: 'client' },
      'thing.fail': { title: 'Fail in every way', access: 'client' }
    },
    events: { 'thing.created': { title: 'A thing was created', data: Thing, kind: 'fact' } },
    schemas: [Thing, ThingBody],
    async register (app, kernel) {
      app.post('/things', {
        config: { operation: 'thing.create', examples: { body: { name: 'A thing' } } }, schema: { body: ref(ThingBody), response: { 201: ref(Thing) } }
      }, async (request, reply) =>
        await kernel.write(request, reply, async tx => {
          const { name } = request.body
          const { shout } = kernel.settings<ThingSettings>('thing.create')
          const thing = { id: 'thg_1', name: shout ? name.toUpperCase() : name, version: 1 }
          await tx.query('INSERT INTO "Toy" ("name") VALUES ($1)', [thing.name])
          kernel.events.emit(tx, 'thing.created', { subject: { type: 'thing', id: thing.id, version: 1, externalRef: null }, ownerId: 'own_1', data: thing })
          await hooks.work?.(tx, kernel)
          return { status: 201, body: thing, headers: { etag: '"1"' } }
        }))
      app.get('/things/:id', {
        config: { operation: 'thing.get' }, schema: { params: strictObject({ id: Type.String({ maxLength: 2000 }) }), response: { 200: ref(Thing) } }
      }, async request => ({ id: request.params.id, name: 'A thing', version: 1 }))
      app.post(
        '/fail',
        { config: { operation: 'thing.fail' }, schema: { body: Type.Any(), response: { 200: ref(Thing) } } },
        async (request, reply) =>
          await kernel.write(request, reply, async tx => {
            await tx.query('INSERT INTO "Toy" ("name") VALUES ($1)', ['never'])
            const { how } = request.body as { how: string }
            if (how === 'throw') throw new Error('a secret detail of the inside')
            if (how === 'serialise') return { body: { id: 'thg_1' } }
            throw new AppError(409, 'thing.conflict', 'It is taken.')
          })
      )
    }
  })
}

/** Keeps records in memory, and can be made to fail. */
export interface ToyRecorder { calls: CallRecord[], failing: boolean, plugin: Plugin, delay: () => Promise<void>, batches: number[] }

export function toyRecorder (): ToyRecorder {
  const recorder: ToyRecorder = {
    calls: [],
    failing: false,
    batches: [],
    delay: async () => {},
    plugin: definePlugin({
      id: 'toy-recorder',
      title: 'Toy recorder',
      summary: 'Remembers calls.',
      category: 'Test',
      requires: [],
      locked: true,
      operations: {},
      register (_, kernel) {
        kernel.ports.calls.provide({
          inTransaction (tx, calls) {
            if (recorder.failing) throw new Error('the recorder is full')
            tx.afterCommit(() => { recorder.calls.push(...calls) })
          },
          async batch (calls) {
            await recorder.delay()
            if (recorder.failing) throw new Error('the recorder is full')
            recorder.batches.push(calls.length)
            recorder.calls.push(...calls)
          }
        })
      }
    })
  }
  return recorder
}

export interface ToyHost { host: Host, db: PlatformDatabase, databaseUrl: string, close: () => Promise<void> }

export async function toyHost (
  t: Teardown, plugins: readonly Plugin[], { databaseUrl, handlerMs }: { databaseUrl?: string, handlerMs?: number } = {}
): Promise<ToyHost> {
  const url = databaseUrl ?? (await createDatabase(t, { migrated: true })).url
  const db = await openDatabase({ connection: url, poolSize: 8, applicationName: 'logistics-wms' })
  await db.query('CREATE TABLE IF NOT EXISTS "Toy" ("id" bigserial PRIMARY KEY, "name" text NOT NULL)')
  const key = randomBytes(32)
  const inert = { inc () {}, observe () {} }
  const metrics = { forPart: () => ({ counter: () => inert, gauge: () => {}, histogram: () => inert }) }
  const secrets: Secrets = { derive: purpose => createHmac('sha256', key).update(purpose).digest(), encrypt: (_, text) => text, decrypt: (_, text) => text }
  const common = { db, secrets, clock: { now: () => new Date() }, publicUrl: () => 'http://wms.test' }
  const host = await createHost({
    ...common,
    plugins,
    foundation: createFoundation({
      ...common,
      databaseClock: await openDatabaseClock(db),
      disk: { isLow: false },
      metrics,
      log: { logger: { level: 'silent' } },
      trustedProxies: [],
      worker: true,
      ...(handlerMs === undefined ? {} : { handlerMs })
    }),
    http: {
      post: async () => {
        throw new Error('no target in kernel tests')
      },
      checkTarget: async () => ({ ok: true })
    },
    announce: () => {},
    metrics,
    config: {}
  }).catch(async (error: unknown) => { await db.close(); throw error })
  let closed: Promise<void> | null = null
  const close = async (): Promise<void> => await (closed ??= host.close().then(async () => await db.close()))
  t.teardown(close)
  return { host, db, databaseUrl: url, close }
}
