// Data of warehouses outside its scope do not exist for an API client or a webhook: tried on every operation, list, filter, cursor and event.
import t from 'tap'
import type { Answer, Caller } from '../../src/test-kit/service.js'
import { startReceiver } from '../../src/test-kit/receiver.js'
import { openDesk } from '../plugins/orders/setup.js'

const API = '/api/external/v1'
const ADMIN = '/api/admin/v1'
const desk = await openDesk(t)
const operations = [...desk.host.catalogue.operations.values()].filter(({ access }) => access === 'client')
await desk.operator.patch(`${ADMIN}/operations`, { changes: operations.map(({ id }) => ({ id, enabled: true })) })
const scopes = operations.map(({ id }) => id)

async function ok (answer: Promise<Answer>): Promise<Answer['body']> {
  const { status, body, text } = await answer
  if (status >= 300) throw new Error(text)
  return body
}

const main = await ok(desk.operator.get(`${ADMIN}/warehouses/code:MAIN`))
const north = await ok(desk.operator.post(`${ADMIN}/warehouses`, { code: 'NORTH', name: 'North' }))
const shelf = await ok(desk.operator.post(`${ADMIN}/warehouses/${north.id as string}/locations`, { code: 'N-1' }))
await ok(desk.operator.patch(`${ADMIN}/operations/stock.transfer`, { settings: { allowCrossWarehouse: true } }))
const everywhere = await desk.newClient({ name: 'Everywhere', scopes })
const inNorth = await desk.newClient({ name: 'North only', scopes, warehouseIds: [north.id] })
const [location] = (await ok(desk.operator.get(`${ADMIN}/warehouses/code:MAIN/locations`))).data

interface Traded { order: string, number: string, shipment: string, inbound: string, inboundNumber: string, receipt: string }

async function trade (caller: Caller, warehouse: string): Promise<Traded> {
  await ok(caller.post(`${API}/stock/adjustments`, { reason: 'found', warehouse, lines: [{ sku: 'SAME', batch: 'B-SAME', delta: 10 }] }))
  const inbound = await ok(caller.post(`${API}/inbound-orders`, {
    externalRef: `PO-${warehouse}`, warehouse, lines: [{ sku: 'SAME', qty: 5, batch: 'B-SAME' }]
  }))
  const { receipt } = await ok(caller.post(`${API}/inbound-orders/${inbound.id as string}/receive`, {
    reference: `DN-${warehouse}`, lines: [{ lineNo: 1, qty: 1, qtyDamaged: 1 }]
  }))
  const order = await ok(caller.post(`${API}/orders`, { externalRef: `WEB-${warehouse}`, warehouse, lines: [{ sku: 'SAME', qty: 2 }] }))
  for (const step of ['release', 'pick', 'pack', 'ship']) await ok(caller.post(`${API}/orders/${order.id as string}/${step}`, {}))
  const [shipment] = (await ok(caller.get(`${API}/shipments?order=${order.id as string}`))).data
  await ok(caller.post(`${API}/orders`, { externalRef: `LATER-${warehouse}`, warehouse, lines: [{ sku: 'SAME', qty: 100 }] }))
  return { order: order.id, number: order.number, shipment: shipment.id, inbound: inbound.id, inboundNumber: inbound.number, receipt: receipt.id }
}

const receiver = await startReceiver(t)
const hook = await ok(desk.operator.post(`${ADMIN}/webhooks`, {
  name: 'North',
  url: receiver.url,
  events: ['product.created', 'batch.status_changed', 'stock.updated', 'stock.movement_created', 'order.created', 'shipment.shipped'],
  ownerId: null,
  warehouseIds: [north.id],
  auth: { type: 'basic', username: 'u', password: 'p' }
}))
const { product } = await ok(everywhere.post(`${API}/products`, { sku: 'SAME', name: 'Same', trackBatch: true }))
const batch = await ok(everywhere.post(`${API}/batches`, { sku: 'SAME', code: 'B-SAME' }))
const there = await trade(everywhere, 'MAIN')
const here = await trade(inNorth, 'NORTH')
const foreign = [
  there.order, there.number, there.shipment, there.inbound, there.inboundNumber, there.receipt, main.id, location.id
] as string[]

t.test('each operation on what is in a warehouse: 404 outside, and nothing changes', async t => {
  const before = await desk.stored()
  const names: Array<[RegExp, string[]]> = [
    [/\/orders\/:id/, [there.order, 'ref:WEB-MAIN', `number:${there.number}`]], [/\/shipments\/:id/, [there.shipment]],
    [/\/inbound-orders\/:id/, [there.inbound, `number:${there.inboundNumber}`]], [/\/receipts\/:id/, [there.receipt, 'ref:DN-MAIN']],
    [/\/warehouses\/:id/, [main.id, 'code:MAIN']], [/\/locations\/:id/, [location.id, `code:MAIN:${location.code as string}`]]
  ]
  let tried = 0
  for (const [pattern, ids] of names) {
    // An upsert names a reference, and makes what one's own warehouse has not.
    for (const { id, method, url, examples: { body } } of operations.filter(({ id, url }) => pattern.test(url) && id !== 'inbound.upsert')) {
      for (const name of ids) {
        const path = url.replace(':id', encodeURIComponent(name))
        const answer = method === 'GET'
          ? await inNorth.get(path)
          : await { POST: inNorth.post, PUT: inNorth.put, PATCH: inNorth.patch }[method as 'POST'](path, body)
        t.equal(answer.status, 404, `${id} ${name}: ${answer.text}`)
        tried++
      }
    }
  }
  t.ok(tried > 50)
  for (const [path, body, status] of [
    ['/stock/adjustments', { reason: 'found', warehouse: 'MAIN', lines: [{ sku: 'SAME', batch: 'B-SAME', delta: 1 }] }, 422],
    ['/stock/set', { warehouse: main.id, lines: [{ sku: 'SAME', batch: 'B-SAME', onHand: 1, expectedOnHand: 8 }] }, 422],
    ['/stock/transfers', { warehouse: 'NORTH', lines: [{ sku: 'SAME', batch: 'B-SAME', qty: 1, from: {}, to: { warehouse: 'MAIN' } }] }, 422],
    ['/stock/query', { skus: ['SAME'], warehouse: 'MAIN' }, 422],
    ['/orders', { externalRef: 'NEW', warehouse: 'MAIN', lines: [{ sku: 'SAME', qty: 1 }] }, 422],
    ['/orders', { externalRef: 'WEB-MAIN', lines: [{ sku: 'SAME', qty: 1 }] }, 409],
    ['/inbound-orders', { externalRef: 'NEW', warehouse: 'MAIN', lines: [{ sku: 'SAME', qty: 1 }] }, 422],
    ['/receipts', { warehouse: 'MAIN', lines: [{ sku: 'SAME', batch: 'B-SAME', qty: 1 }] }, 422],
    ['/receipts', { reference: 'DN-MAIN', lines: [{ sku: 'SAME', batch: 'B-SAME', qty: 1 }] }, 409],
    ['/warehouses', { code: 'MINE', name: 'Mine' }, 403],
    [`/batches/${batch.id as string}/status`, { status: 'blocked' }, 403]
  ] as const) {
    const answer = await inNorth.post(`${API}${path}`, body)
    t.equal(answer.status, status, `${path}: ${answer.text}`)
    for (const id of foreign) t.notOk(answer.text.includes(id), `${path} without ${id}`)
  }
  t.same(await desk.stored(), before)
})

t.test('each list: nothing from outside, however it is filtered; a cursor of someone who sees all is refused', async t => {
  const { paths } = (await desk.anonymous.get('/docs/json')).body as {
    paths: Record<string, Record<string, { operationId?: string, parameters?: Array<{ in: string, name: string }> }>>
  }
  const described = Object.values(paths).flatMap(item => Object.values(item))
  for (const { id, url } of operations.filter(({ id, url }) => id.endsWith('.list') && !url.includes(':'))) {
    const visible = await inNorth.get(url)
    t.equal(visible.status, 200, id)
    for (const ourId of foreign) t.notOk(visible.text.includes(ourId), `${id} without ${ourId}`)
    const filters = (described.find(({ operationId }) => operationId === id)?.parameters ?? []).filter(parameter => parameter.in === 'query')
    for (const { name } of filters.filter(({ name }) => name !== 'limit' && name !== 'cursor')) {
      for (const value of [...foreign, 'MAIN', 'ref:WEB-MAIN', product.id, batch.id]) {
        const filtered = await inNorth.get(`${url}?${name}=${encodeURIComponent(value as string)}`)
        t.ok(filtered.status < 500, `${id} ${name}`)
        if (filtered.status === 200) for (const ourId of foreign) t.notOk(filtered.text.includes(ourId), `${id} ${name}=${value as string}`)
      }
    }
    const { nextCursor } = (await everywhere.get(`${url}?limit=1`)).body as { nextCursor: string | null }
    const isScoped = !['product.list', 'batch.list', 'partner.list'].includes(id)
    if (nextCursor !== null && isScoped) t.equal((await inNorth.get(`${url}?limit=1&cursor=${nextCursor}`)).status, 400, `${id}: a cursor of everywhere`)
  }
})

t.test('sums are of what it sees, and what it leaves out means its own warehouse', async t => {
  const own = (await ok(inNorth.get(`${API}/stock/sku:SAME`)))
  t.match([own.warehouses.length, own.onHand, own.incoming, own.warehouses[0].warehouse.code], [1, 9, 4, 'NORTH'])
  t.match((await ok(inNorth.post(`${API}/stock/query`, { skus: ['SAME'] }))).data, [{ onHand: 9 }])
  t.match((await ok(everywhere.post(`${API}/stock/query`, { skus: ['SAME'] }))).data, [{ onHand: 18, incoming: 8 }])
  const order = await ok(inNorth.post(`${API}/orders`, { externalRef: 'DEFAULT', lines: [{ sku: 'SAME', qty: 1 }] }))
  t.equal(order.warehouse.code, 'NORTH')
  await ok(desk.operator.patch(`${ADMIN}/operations/order.create`, { settings: { defaultWarehouse: 'MAIN' } }))
  t.equal((await ok(inNorth.post(`${API}/orders`, { externalRef: 'DEFAULT-2', lines: [{ sku: 'SAME', qty: 1 }] }))).warehouse.code, 'NORTH')
  t.match((await ok(inNorth.get(`${API}/meta`))).client, { warehouseIds: [north.id] })
  t.match(await ok(inNorth.get(`${API}/locations/code:NORTH:N-1`)), { id: shelf.id })
})

t.test('events: a webhook of a warehouse hears of that, and of what is in none', async t => {
  const bodies = (): Array<{ type: string, warehouseId: string | null }> =>
    receiver.ledger.map(({ body }) => JSON.parse(body) as { type: string, warehouseId: string | null })
  await ok(everywhere.post(`${API}/batches/${batch.id as string}/status`, { status: 'blocked' }))
  const isBlocked = (): boolean => receiver.ledger.some(({ body }) => body.includes('"docType":"batch"'))
  await desk.waitFor(() => bodies().some(({ type }) => type === 'shipment.shipped') && isBlocked(), 'its shipment, and the blocked batch of its stock')
  t.same([...new Set(bodies().map(({ warehouseId }) => warehouseId))].sort(), [north.id, null].sort())
  t.ok(bodies().some(({ type }) => type === 'product.created'))
  t.notOk(bodies().some(({ type }) => type === 'batch.status_changed'), 'it tells of all warehouses at once')
  for (const id of foreign) t.notOk(receiver.ledger.some(({ body }) => body.includes(id)), id)
})

t.test('operators give and take it: at once, and only warehouses that there are', async t => {
  const { id } = (await ok(desk.operator.get(`${ADMIN}/clients?q=Everywhere`))).data[0]
  t.match(await desk.operator.patch(`${ADMIN}/clients/${id as string}`, { warehouseIds: ['whs_none'] }), {
    status: 422, body: { code: 'warehouse.unknown', errors: [{ pointer: '/warehouseIds/0' }] }
  })
  t.equal((await everywhere.get(`${API}/orders/${there.order}`)).status, 200)
  t.match(await desk.operator.patch(`${ADMIN}/clients/${id as string}`, { warehouseIds: [north.id] }), { status: 200, body: { warehouseIds: [north.id] } })
  t.equal((await everywhere.get(`${API}/orders/${there.order}`)).status, 404, 'the same token')
  t.equal((await everywhere.get(`${API}/orders/${here.order}`)).status, 200)
  t.match(await desk.operator.patch(`${ADMIN}/webhooks/${hook.id as string}`, { warehouseIds: ['whs_none'] }), {
    status: 422, body: { code: 'warehouse.unknown', errors: [{ pointer: '/warehouseIds/0' }] }
  })
})
