// A toy feature whose calls the audit records, and ready-made call records.
import { setTimeout as pause } from 'node:timers/promises'
import { insertionOf } from '../../../plugins/audit/service/record.js'
import { AppError, definePlugin, newId, operatorPrefix, Type, type CallRecord, type Plugin, type Queryable } from '../../../src/kernel/contract/index.js'

const Anything = Type.Object({}, { additionalProperties: true })
const Answer = Type.Object({}, { additionalProperties: true })

/** Public and operator routes that read, write, fail and dawdle. A write makes a row of "Owner". */
export const toy: Plugin = definePlugin({
  id: 'audit-toy',
  title: 'Toy',
  summary: 'Has calls.',
  category: 'Test',
  requires: [],
  operations: {
    'toy.read': { title: 'Read', access: 'public' },
    'toy.write': { title: 'Write', access: 'public' },
    'toy.fail': { title: 'Fail', access: 'public' },
    'toy.slow': { title: 'Dawdle', access: 'public' },
    'toy.off': { title: 'Switched off', access: 'public', on: false },
    'toy.change': { title: 'Change', access: 'operator', role: 'operator' }
  },
  register (app, kernel) {
    const write = { body: Anything, response: { 201: Answer } }
    app.get('/api/toy/things/:id', {
      config: { operation: 'toy.read' }, schema: { params: Type.Object({ id: Type.String() }), querystring: Anything, response: { 200: Answer } }
    }, async request => ({ id: request.params.id }))
    app.get('/api/toy/slow', { config: { operation: 'toy.slow' }, schema: { response: { 200: Answer } } }, async () => {
      await pause(300)
      return {}
    })
    app.get('/api/toy/off', { config: { operation: 'toy.off' }, schema: { response: { 200: Answer } } }, async () => ({}))
    app.post(
      '/api/toy/things',
      { config: { operation: 'toy.write', examples: { body: {} } }, schema: write },
      async (request, reply) =>
        await kernel.write(request, reply, async tx => {
          const id = newId('own')
          await tx.query('INSERT INTO "Owner" ("id", "code", "name") VALUES ($1, $1, $2)', [id, 'Toy'])
          request.call.entities.push({ type: 'owner', id })
          return { status: 201, body: { id, ...request.body } }
        })
    )
    app.post(
      '/api/toy/fail',
      { config: { operation: 'toy.fail', examples: { body: {} } }, schema: write },
      async (request, reply) =>
        await kernel.write(request, reply, async tx => {
          await tx.query('INSERT INTO "Owner" ("id", "code", "name") VALUES ($1, $1, $2)', [newId('own'), 'Never'])
          throw new AppError(409, 'toy.conflict', 'It is taken.')
        })
    )
    app.patch(
      `${operatorPrefix}/toy`,
      { config: { operation: 'toy.change', examples: { body: {} } }, schema: { body: Anything, response: { 200: Answer } } },
      async (request, reply) =>
        await kernel.writeOrm(request, reply, async tx => {
          await tx.query('SELECT 1')
          request.call.changes = { before: { name: 'old', password: 'before-canary' }, after: request.body }
          return { body: {} }
        })
    )
  }
})

/** A successful read by a client, with what a test changes. */
export function callRecord (changes: Partial<CallRecord> = {}): CallRecord {
  const requestId = newId('req')
  return {
    requestId,
    correlationId: requestId,
    direction: 'in',
    startedAt: new Date(),
    durationMs: 1.239,
    method: 'GET',
    route: '/api/external/v1/products/:id',
    url: '/api/external/v1/products/prd_1?limit=2',
    operation: 'product.get',
    status: 200,
    errorCode: null,
    principal: {
      type: 'client', id: 'cli_1', name: 'ERP', ownerId: 'own_1', warehouseIds: null, grants: null, role: null, sessionId: 'sec_1', secretLast4: 'x9Zq'
    },
    claimedId: null,
    ip: '203.0.113.7',
    requestHeaders: { host: 'wms.test' },
    responseHeaders: { etag: '"1"' },
    requestBody: undefined,
    requestBytes: 0,
    requestSha256: null,
    responseBody: '{"id":"prd_1"}',
    responseBytes: 14,
    responseSha256: 'ab'.repeat(32),
    entities: [],
    changes: null,
    outbound: null,
    ...changes
  }
}

/** An attempt to deliver a webhook. */
export function attemptRecord (changes: Partial<CallRecord> = {}, outbound: Partial<NonNullable<CallRecord['outbound']>> = {}): CallRecord {
  return callRecord({
    direction: 'out',
    method: 'POST',
    route: null,
    url: 'https://shop.example/hook',
    operation: null,
    principal: null,
    ip: null,
    requestBody: '{"id":"evt_1"}',
    responseBody: 'ok',
    outbound: {
      webhookId: 'whk_1',
      webhookName: 'Shop',
      eventId: 'evt_1',
      eventType: 'product.created',
      deliveryId: 'dlv_1',
      attempt: 2,
      maxAttempts: 8,
      trigger: 'schedule',
      nextAttemptAt: new Date('2026-01-01T00:00:00.000Z'),
      remoteAddress: '203.0.113.9',
      tlsVersion: 'TLSv1.3',
      timings: { totalMs: 12.5 },
      errorClass: null,
      ...outbound
    },
    ...changes
  })
}

/** Writes records as the audit does outside a change. */
export async function insertCalls (db: Queryable, calls: readonly CallRecord[]): Promise<void> {
  await db.query(...insertionOf(calls))
}
