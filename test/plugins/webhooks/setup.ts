// A service with webhooks, a plugin of toys that makes events, and what the tests ask of them.
import { Type, definePlugin, ref, strictObject, type Plugin } from '#kernel'
import audit from '../../../plugins/audit/plugin.js'
import operators from '../../../plugins/operators/plugin.js'
import webhooks from '../../../plugins/webhooks/plugin.js'
import { buildTestApp, type Answer, type Caller, type TestApp, type TestAppOptions, type Teardown } from '../../../src/test-kit/service.js'
import { waitFor } from '../../../src/test-kit/wait.js'

export const OWNER = 'own_00000000000000000000000000'
export const PASSWORD = 'p\u00e4ssword:with colon'

const Toy = Type.Object({ id: Type.String(), name: Type.String() }, { $id: 'Toy' })

/** Toys: `POST /toys` makes `toy.created` for each id, for whom it is published. */
export const toys: Plugin = definePlugin({
  id: 'toys',
  title: 'Toys',
  summary: 'Makes events.',
  category: 'Test',
  requires: [],
  prefix: '/toys',
  operations: { 'toy.create': { title: 'Make toys', access: 'public' } },
  events: {
    'toy.created': { title: 'A toy was made', data: Toy, kind: 'fact' },
    'toy.broken': { title: 'A toy was broken', data: Toy, kind: 'fact' }
  },
  schemas: [Toy],
  register (app, kernel) {
    app.post('', {
      config: { operation: 'toy.create' },
      schema: {
        body: strictObject({
          ids: Type.Array(Type.String()), type: Type.Optional(Type.String()), clientId: Type.Optional(Type.String()), ownerId: Type.Optional(Type.String())
        }),
        response: { 201: Type.Array(ref(Toy)) }
      }
    }, async (request, reply) => await kernel.write(request, reply, async tx => {
      const { ids, type = 'toy.created', clientId, ownerId = OWNER } = request.body
      if (clientId !== undefined) {
        request.call.principal = {
          type: 'client', id: clientId, name: 'A client', ownerId, warehouseIds: null, grants: null, role: null, sessionId: null, secretLast4: null
        }
      }
      const made = ids.map(id => ({ id, name: `Toy ${id}` }))
      for (const toy of made) {
        kernel.events.emit(tx, type, { subject: { type: 'toy', id: toy.id, version: 1, externalRef: null }, ownerId, data: toy })
      }
      return { status: 201, body: made }
    }))
  }
})

/** Stands for the integration that holds deliveries while it is off. */
export const externalApi: Plugin = definePlugin({
  id: 'external-api', title: 'API', summary: 'Holds deliveries while it is off.', category: 'Test', requires: [], operations: {}, on: true, register () {}
})

export const PLUGINS: readonly Plugin[] = [audit, operators, webhooks, toys]

export interface StoredDelivery { id: string, status: string, lane: string, attemptCount: number, notBefore: Date, fence: number, lastError: string | null }

export interface WebhookApp extends TestApp {
  /** Creates a webhook; fails unless the answer is 201. */
  hook: (changes: Record<string, unknown>) => Promise<Answer['body']>
  /** Makes one event per id. */
  emit: (ids: readonly string[], changes?: { type?: string, clientId?: string, ownerId?: string }) => Promise<void>
  /** Signs in an operator with the role of a viewer. */
  viewer: () => Promise<Caller>
  deliveries: (query?: string) => Promise<Array<Answer['body']>>
  delivery: (id: string) => Promise<Answer['body']>
  /** Waits until all deliveries have this status, and there are so many. */
  settled: (count: number, status?: string) => Promise<Array<Answer['body']>>
  /** The only delivery as it is stored, once it has had so many attempts. For tests that move the clock past the end of a session. */
  tried: (count: number) => Promise<StoredDelivery>
}

export async function buildWebhookApp (t: Teardown, options: TestAppOptions = {}): Promise<WebhookApp> {
  const wms = await buildTestApp(t, { plugins: PLUGINS, ...options })
  const deliveries = async (query = ''): Promise<Array<Answer['body']>> =>
    (await expected(wms.operator.get(`/api/admin/v1/deliveries?limit=200&${query}`), 200)).body.data
  return {
    ...wms,
    hook: async changes => (await expected(wms.operator.post('/api/admin/v1/webhooks', {
      ownerId: null,
      name: 'Receiver',
      events: ['toy.created'],
      auth: { type: 'basic', username: 'wms', password: PASSWORD },
      ...changes
    }), 201)).body,
    async emit (ids, changes = {}) { await expected(wms.anonymous.post('/toys', { ids, ...changes }), 201) },
    viewer: async () => await wms.newOperator('viewer'),
    deliveries,
    delivery: async id => (await expected(wms.operator.get(`/api/admin/v1/deliveries/${id}`), 200)).body,
    async settled (count, status = 'succeeded') {
      let all: Array<Answer['body']> = []
      await waitFor(async () => {
        all = await deliveries()
        return all.length === count && all.every(delivery => delivery.status === status)
      }, `${count} deliveries that are ${status}`)
      return all
    },
    async tried (count) {
      let rows: StoredDelivery[] = []
      await waitFor(async () => {
        rows = (await wms.db.query<StoredDelivery>(`SELECT "id", "status", "lane", "attemptCount", "notBefore", "fence", "lastError" FROM "Delivery"
          WHERE "status" <> 'sending'`)).rows
        return rows[0]?.attemptCount === count
      }, `try ${count}`)
      return rows[0]!
    }
  }
}

export async function expected (answer: Promise<Answer>, status: number): Promise<Answer> {
  const got = await answer
  if (got.status !== status) throw new Error(`expected ${status}, got ${got.status}: ${got.text}`)
  return got
}

/** Statuses and texts of every row of every table: where a secret could hide. */
export async function everything (wms: TestApp): Promise<string> {
  const { rows } = await wms.db.query<
    { name: string }
  >('SELECT relname::text AS "name" FROM pg_class WHERE relkind IN (\'r\', \'p\') AND NOT relispartition AND relnamespace = \'public\'::regnamespace')
  const dumps = await Promise
    .all(rows.map(async ({ name }) => (await wms.db.query<{ row: string }>(`SELECT t::text AS "row" FROM "${name}" t`)).rows.map(({ row }) => row)))
  return dumps.flat().join('\n')
}
