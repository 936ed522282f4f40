// What tests of single operations on orders ask again and again.
import type { Test } from 'tap'
import type { Answer, Caller } from '../../../src/test-kit/service.js'
import type { StockEvent } from '../inventory/setup.js'
import { ORDERS, type Desk } from './setup.js'

export { problem } from '../catalog/setup.js'

export const urlOf = (id: string): string => `${ORDERS}/${encodeURIComponent(id)}`

/** Events of one order, in their order. */
export const eventsOf = async (desk: Desk, orderId: string): Promise<StockEvent[]> => (await desk.allEvents()).filter(event => event.subject.id === orderId)
export const typesOf = async (desk: Desk, orderId: string): Promise<string[]> => (await eventsOf(desk, orderId)).map(event => event.type)

/** Everything that a call could have changed. */
export async function stored (desk: Desk): Promise<unknown> {
  const rows = async (sql: string): Promise<unknown> => (await desk.db.query(sql)).rows
  const tables = ['Order', 'OrderLine', 'Allocation', 'Shipment', 'StockItem', 'StockLevel', 'StockMovement', 'IdempotencyRecord']
  return [(await desk.allEvents()).length, ...await Promise.all(tables.map(async name => await rows(`SELECT t::text FROM "${name}" t ORDER BY 1`)))]
}

export type Send = (caller: Caller, id: string, query?: string, headers?: Record<string, string>) => Promise<Answer>

/** 401, 403, and 404 for an unknown order, another owner's, and while the operation is off. Nothing is changed by any of them. */
export async function checkAccess (
  t: Test, desk: Desk, operation: string, order: { id: string, externalRef: string, number: string }, send: Send
): Promise<void> {
  const before = await stored(desk)
  const anonymous = await send(desk.anonymous, order.id)
  t.match([anonymous.status, typeof anonymous.headers['www-authenticate']], [401, 'string'], 'no one')
  const everythingElse = [...desk.host.catalogue.operations.values()].filter(({ id, access }) => access === 'client' && id !== operation).map(({ id }) => id)
  t.match(await send(await desk.newClient({ scopes: everythingElse }), order.id), { status: 403, body: { code: 'insufficient_scope' } })
  const unknown = await send(desk.foreign, 'ord_00000000000000000000000000')
  for (const id of [order.id, `ref:${order.externalRef}`, `number:${order.number}`]) {
    const foreign = await send(desk.foreign, id)
    t.match(foreign, { status: 404, body: { code: 'order.not_found' } }, id)
    t.same({ ...foreign.body, requestId: '' }, { ...unknown.body, requestId: '' }, 'another owner\'s is as absent as none')
  }
  for (const id of ['ord_none', 'ref:', 'ref:none', 'number:', 'number:SO-1', order.externalRef]) {
    t.match(await send(desk.erp, id), { status: 404, body: { code: 'order.not_found' } }, id)
  }
  await desk.switchOperation(operation, false)
  t.match(await send(desk.erp, order.id), { status: 403, body: { code: 'operation.switched_off' } }, 'off')
  await desk.switchOperation(operation, true)
  t.same(await stored(desk), before)
}

/** A dry run answers with these events and changes nothing; a stale If-Match is 412; a repeated call is made once. */
export async function checkWrite (t: Test, desk: Desk, order: { id: string }, events: string[], send: Send): Promise<void> {
  const { erp } = desk
  const version = (await erp.get(urlOf(order.id))).body.version as number
  const before = await stored(desk)
  const dryRun = await send(erp, order.id, '?dryRun=true', { 'idempotency-key': `dry-run-${order.id}` })
  t.match(
    dryRun,
    { status: 200, body: { dryRun: true, status: 200, headers: { etag: `"${version + 1}"` }, body: { id: order.id, version: version + 1 } } },
    dryRun.text
  )
  t.same(dryRun.body.events.map((event: { type: string }) => event.type), events, 'the events that it would cause')
  const stale = await send(erp, order.id, '', { 'if-match': `"${version + 7}"` })
  t.match(stale, { status: 412, body: { code: 'precondition.failed' }, headers: { etag: `"${version}"` } })
  t.equal((await send(erp, order.id, '', { 'if-match': '7' })).status, 400, 'no ETag')
  t.same(await stored(desk), before, 'nothing has changed')
  const headers = { 'if-match': `"${version}"`, 'idempotency-key': `made-${order.id}` }
  const first = await send(erp, order.id, '', headers)
  t.match(first, { status: 200, headers: { etag: `"${version + 1}"` }, body: { version: version + 1 } }, first.text)
  const after = await stored(desk)
  t.match(await send(erp, order.id, '', headers), { status: 200, text: first.text, headers: { etag: `"${version + 1}"`, 'idempotency-replayed': 'true' } })
  t.same(await stored(desk), after, 'a repeated call is made once')
  t.same(
    (await eventsOf(desk, order.id)).slice(-events.filter(type => type.startsWith('order.')).length).map(event => event.type),
    events.filter(type => type.startsWith('order.')),
    'as simulated'
  )
}

/** Events of one order never go back, and each change has one version more than the last. */
export function checkVersions (t: Test, events: readonly StockEvent[], version: number): void {
  const versions = events.map(event => event.subject.version)
  t.same(versions, [...versions].sort((a, b) => a - b), 'versions in their order')
  t.same([...new Set(versions)], Array.from({ length: version }, (_, index) => index + 1), 'none is missing')
  for (const event of events) t.equal(event.data['version'], event.subject.version)
}

/** Sets an operator's settings for one test and takes them back. */
export async function withSettings (desk: Desk, operation: string, settings: object, work: () => Promise<void>): Promise<void> {
  await desk.setting(operation, settings)
  await work().finally(async () => { await desk.setting(operation, Object.fromEntries(Object.keys(settings).map(name => [name, null]))) })
}
