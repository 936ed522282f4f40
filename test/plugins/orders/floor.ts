// What the tests of every step on the floor have in common.
import type { Test } from 'tap'
import type { StockEvent } from '../inventory/setup.js'
import { newRef, ORDERS, type Desk } from './setup.js'

const TABLES = ['Order', 'OrderLine', 'Allocation', 'Shipment', 'Parcel', 'ParcelItem', 'StockItem', 'StockLevel', 'StockMovement', 'EventOutbox', 'Event',
  'IdempotencyRecord']

/** All rows that a step could change, to be compared. */
export async function stored (desk: Desk): Promise<unknown> {
  await desk.allEvents()
  const tables = TABLES.map(async table => (await desk.db.query<{ row: string }>(`SELECT t::text AS "row" FROM "${table}" t ORDER BY 1`)).rows)
  return await Promise.all(tables)
}

/** Events about these subjects, in their order. */
export async function eventsOf (desk: Desk, ...ids: string[]): Promise<StockEvent[]> {
  return (await desk.allEvents()).filter(({ subject }) => ids.includes(subject.id))
}

export const types = (events: readonly StockEvent[]): string[] => events.map(({ type }) => type)

/** What the ledger says of an order: [type, qty, from, to], in its order. */
export async function ledgerOf (desk: Desk, orderId: string): Promise<unknown[]> {
  const { rows } = await desk.db.query<Record<string, unknown>>(`SELECT m."type", m."qty", f."code" AS "from", t."code" AS "to" FROM "StockMovement" m
    LEFT JOIN "Location" f ON f."id" = m."fromLocationId" LEFT JOIN "Location" t ON t."id" = m."toLocationId" WHERE m."docId" = $1 ORDER BY m."seq"`, [orderId])
  return rows.map(({ type, qty, from, to }) => [type, qty, from, to])
}

/** Picked goods wait at this location from now on. */
export async function shipFrom (desk: Desk, locationId: string | null): Promise<void> {
  await desk.db.query('UPDATE "Warehouse" SET "defaultShippingLocationId" = $1', [locationId])
}

/** The calendar day this many days from now, as UTC has it. */
export const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

/**
 * Who may not take a step, and what every write promises.
 * @param ready makes an order that can take it
 */
export function checkWrite (
  t: Test, desk: Desk, step: string, ready: () => Promise<{ id: string, version: number, externalRef: string, number: string }>
): void {
  const { erp, foreign } = desk
  const operation = `order.${step}`

  t.test('400 – an unknown field, a wrong type', async t => {
    const { id, version } = await ready()
    t.match(await desk.step(id, step, { force: true }), { status: 400, body: { code: 'request.invalid', errors: [{ in: 'body', pointer: '/force' }] } })
    t.match(await erp.post(`${ORDERS}/${id}/${step}`, []), { status: 400, body: { code: 'request.invalid' } })
    t.match(await erp.post(`${ORDERS}/${id}/${step}?force=true`, {}), { status: 400, body: { errors: [{ in: 'query', pointer: '/force' }] } })
    t.equal((await erp.get(`${ORDERS}/${id}`)).body.version, version)
  })

  t.test('401, 403 – not without a token, not without the operation', async t => {
    const { id, version } = await ready()
    t.equal((await desk.anonymous.post(`${ORDERS}/${id}/${step}`, {})).status, 401)
    t.match(await (await desk.clientFor('order.get')).post(`${ORDERS}/${id}/${step}`, {}), { status: 403, body: { code: 'insufficient_scope' } })
    t.equal((await erp.get(`${ORDERS}/${id}`)).body.version, version)
  })

  t.test('404 – unknown, another owner\'s by any of its names, and switched off', async t => {
    const { id, version, externalRef, number } = await ready()
    for (const alias of [id, `ref:${externalRef}`, `number:${number}`]) {
      t.match(await foreign.post(`${ORDERS}/${encodeURIComponent(alias)}/${step}`, {}), { status: 404, body: { code: 'order.not_found' } })
    }
    t.match(await desk.step('ord_unknown', step), { status: 404, body: { code: 'order.not_found' } })
    await desk.switchOperation(operation, false)
    t.match(await desk.step(id, step), { status: 403, body: { code: 'operation.switched_off' } })
    await desk.switchOperation(operation, true)
    t.equal((await erp.get(`${ORDERS}/${id}`)).body.version, version)
  })

  t.test('412 – If-Match of another version; the right one passes', async t => {
    const { externalRef, version } = await ready()
    const path = `${ORDERS}/${encodeURIComponent(`ref:${externalRef}`)}/${step}`
    t.equal((await erp.post(path, {}, { 'if-match': `"${version + 1}"` })).status, 412)
    t.match(await erp.post(path, {}, { 'if-match': `"${version}"` }), { status: 200, headers: { etag: `"${version + 1}"` }, body: { version: version + 1 } })
  })

  t.test('Idempotency-Key – the second call is answered like the first and does nothing', async t => {
    const { id } = await ready()
    const key = { 'idempotency-key': newRef() }
    const first = await erp.post(`${ORDERS}/${id}/${step}`, {}, key)
    t.equal(first.status, 200)
    const after = await stored(desk)
    const second = await erp.post(`${ORDERS}/${id}/${step}`, {}, key)
    t.match(second, { status: 200, headers: { 'idempotency-replayed': 'true' }, text: first.text })
    t.same(await stored(desk), after)
  })

  t.test('?dryRun=true – the answer and the events of the real call, and nothing changes', async t => {
    const { id, version } = await ready()
    const before = await stored(desk)
    const dryRun = await erp.post(`${ORDERS}/${id}/${step}?dryRun=true`, {}, { 'idempotency-key': newRef() })
    t.match(dryRun, { status: 200, body: { dryRun: true, status: 200, body: { id, version: version + 1 } } })
    t.same(await stored(desk), before)
    const seen = (await desk.allEvents()).length
    const real = await desk.step(id, step)
    t.equal(real.body.status, dryRun.body.body.status)
    t.same(types((await desk.allEvents()).slice(seen)).sort(), dryRun.body.events.map((event: { type: string }) => event.type).sort())
    await desk.checkOrders(t)
  })
}
