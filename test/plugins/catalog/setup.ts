// A service with clients of two owners, and what tests of products do again and again.
import { envelopeOf } from '#kernel'
import { buildTestApp, type Answer, type TestApp, type TestClient, type Teardown } from '../../../src/test-kit/service.js'

export const PRODUCTS = '/api/external/v1/products'
export const DEFAULT_OWNER = 'own_00000000000000000000000000'
const OPERATIONS = ['product.list', 'product.get', 'product.create', 'product.update', 'product.upsert', 'product.archive']

export interface ProductEvent {
  type: string
  sequence: number
  subject: { version: number }
  data: Record<string, unknown>
  previous: Record<string, unknown> | null
}

export interface Shop extends TestApp {
  /** May do everything with the products of the default owner. */
  client: TestClient
  /** The same for another owner. */
  outsider: TestClient
  /** A client that may do nothing but this. */
  clientFor: (...operations: string[]) => Promise<TestClient>
  /** A new product of `client`; its sku is made up. */
  newProduct: (fields?: object) => Promise<{ id: string, sku: string }>
  /** Operators' settings of product.create; null brings the default back. */
  settings: (settings: object) => Promise<void>
  switchOperation: (id: string, enabled: boolean) => Promise<void>
  /** Events of a product in the order of their numbers, when there are as many. */
  events: (productId: string, count: number) => Promise<ProductEvent[]>
  /** Numbers all that is waiting, and counts the events of a product. */
  countEvents: (productId: string) => Promise<number>
  /** Begins a transaction, does `sql` in it and leaves it open until `end`. */
  hold: (sql: string, values?: unknown[]) => Promise<{ end: (how: 'commit' | 'rollback') => Promise<void> }>
}

let made = 0

export const newSku = (): string => `SKU-${++made}`

export async function openShop (t: Teardown): Promise<Shop> {
  const wms = await buildTestApp(t)
  const client = await wms.newClient({ name: 'ERP', scopes: OPERATIONS })
  const outsider = await wms.newClient({ name: 'Outsider', scopes: OPERATIONS, ownerId: await wms.seedOwner() })
  const change = async (id: string, body: object): Promise<void> => {
    const answer = await wms.operator.patch(`/api/admin/v1/operations/${id}`, body)
    if (answer.status !== 200) throw new Error(answer.text)
  }
  const countEvents = async (productId: string): Promise<number> => {
    await wms.waitFor(
      async () => (await wms.db.query<{ count: number }>('SELECT count(*)::int AS "count" FROM "EventOutbox"')).rows[0]!.count === 0, 'the sequencer'
    )
    return (await wms.db.query('SELECT 1 FROM "Event" WHERE "subjectId" = $1', [productId])).rowCount
  }
  return {
    ...wms,
    client,
    outsider,
    clientFor: async (...scopes) => await wms.newClient({ scopes }),
    async newProduct (fields = {}) {
      const answer = await client.post(PRODUCTS, { sku: newSku(), name: 'A product', ...fields })
      if (answer.status !== 201) throw new Error(answer.text)
      return answer.body.product as { id: string, sku: string }
    },
    settings: async settings => { await change('product.create', { settings }) },
    switchOperation: async (id, enabled) => { await change(id, { enabled }) },
    async events (productId, count) {
      await wms.waitFor(async () => await countEvents(productId) >= count, `${count} events`)
      const { rows } = await wms.db.query<{ envelope: string }>(
        `SELECT ${envelopeOf('e')} AS "envelope" FROM "Event" e WHERE "subjectId" = $1 ORDER BY "sequence"`, [productId]
      )
      return rows.map(row => JSON.parse(row.envelope) as ProductEvent)
    },
    countEvents,
    hold: async (sql, values) => await hold(wms, sql, values)
  }
}

async function hold (wms: TestApp, sql: string, values: unknown[] = []): Promise<{ end: (how: 'commit' | 'rollback') => Promise<void> }> {
  let decide = (_how: 'commit' | 'rollback'): void => {}
  const decision = new Promise<'commit' | 'rollback'>(resolve => { decide = resolve })
  let done: Promise<void> = Promise.resolve()
  await new Promise<void>((resolve, reject) => {
    done = wms.db.transaction(async tx => {
      await tx.query(sql, values)
      resolve()
      if (await decision === 'rollback') throw new Error('rolled back')
    }).catch((error: Error) => { if (error.message !== 'rolled back') reject(error) })
  })
  return { end: async how => { decide(how); await done } }
}

/** The first wrong part of a request, as the answer names it. */
export const problem = ({ status, body }: Answer): [number, string, string | undefined] => [status, body.code, body.errors?.[0].pointer]

/** True while a statement in this test's database waits for a lock that another holds. */
export const waitsForLock = async (wms: TestApp): Promise<boolean> =>
  (await wms.db.query('SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = \'Lock\'')).rowCount > 0

/** The columns that a row can't be without, for tests that write one past the service. */
export const INSERT_RAW =
  `INSERT INTO "Product" ("id", "ownerId", "sku", "skuKey", "name", "kind", "status", "baseUom", "qtyScale", "trackBatch", "trackExpiry", "trackSerial",
  "allocationStrategy", "safetyStock", "categories", "attributes")
  VALUES ($1, $2, $3, lower($3), 'Held', 'stock', 'active', 'EA', 0, false, false, false, 'inherit', 0, '{}', '{}')`
