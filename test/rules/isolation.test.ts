// Data of another owner do not exist for an API client or a webhook: tried on every operation, list, filter, cursor and event.
import t from 'tap'
import type { Answer, Caller } from '../../src/test-kit/service.js'
import type { Operation } from '../../src/kernel/contract/catalogue.js'
import { startReceiver } from '../../src/test-kit/receiver.js'
import { openDesk } from '../plugins/orders/setup.js'

const API = '/api/external/v1'
const desk = await openDesk(t)
const operations = [...desk.host.catalogue.operations.values()].filter(({ access }) => access === 'client')
await desk.operator.patch('/api/admin/v1/operations', { changes: operations.map(({ id }) => ({ id, enabled: true })) })
const scopes = operations.map(({ id }) => id)
const ours = await desk.newClient({ name: 'Ours', scopes })
const theirOwner = await desk.seedOwner()
const theirs = await desk.newClient({ name: 'Theirs', scopes, ownerId: theirOwner })
/** Warehouses, locations and reference data are everybody's. */
const SHARED = /\/(?:warehouses|locations|reference)(?:\/|$)|\/meta$/

interface Goods extends Record<'inbound' | 'receipt' | 'product' | 'partner' | 'batch' | 'order' | 'number' | 'shipment', string> { all: string[] }

/** The same SKU, batch code and reference for each owner. */
async function trade (caller: Caller): Promise<Goods> {
  const ok = async (answer: Promise<Answer>): Promise<Answer['body']> => {
    const { status, body, text } = await answer
    if (status >= 300) throw new Error(text)
    return body
  }
  const { product } = await ok(caller.post(`${API}/products`, { sku: 'SAME', name: 'Same', trackBatch: true, externalRef: 'REF-SAME' }))
  const partner = await ok(caller.post(`${API}/partners`, { code: 'P-SAME', name: 'Same', roles: ['supplier'], externalRef: 'REF-SAME' }))
  const batch = await ok(caller.post(`${API}/batches`, { sku: 'SAME', code: 'B-SAME' }))
  await ok(caller.post(`${API}/stock/adjustments`, { reason: 'found', lines: [{ sku: 'SAME', batch: 'B-SAME', delta: 10 }] }))
  const inbound = await ok(caller.post(`${API}/inbound-orders`, { externalRef: 'PO-SAME', lines: [{ sku: 'SAME', qty: 5, batch: 'B-SAME' }] }))
  const { receipt } = await ok(caller.post(`${API}/inbound-orders/ref:PO-SAME/receive`, {
    reference: 'DN-SAME', lines: [{ lineNo: 1, qty: 1, qtyDamaged: 1 }]
  }))
  const order = await ok(caller.post(`${API}/orders`, { externalRef: 'WEB-SAME', lines: [{ sku: 'SAME', qty: 2 }] }))
  for (const step of ['release', 'pick', 'pack', 'ship']) await ok(caller.post(`${API}/orders/${order.id as string}/${step}`, {}))
  const [shipment] = (await ok(caller.get(`${API}/shipments?order=${order.id as string}`))).data
  return {
    inbound: inbound.id,
    receipt: receipt.id,
    product: product.id,
    partner: partner.id,
    batch: batch.id,
    order: order.id,
    number: order.number,
    shipment: shipment.id,
    all: [inbound.id, receipt.id, product.id, partner.id, batch.id, order.id, shipment.id]
  }
}

const receiver = await startReceiver(t)
const webhook = await desk.operator.post('/api/admin/v1/webhooks', {
  name: 'Theirs',
  url: receiver.url,
  events: ['product.created', 'partner.created', 'batch.created', 'stock.updated', 'inbound.created', 'receipt.created', 'order.created', 'shipment.shipped'],
  ownerId: theirOwner,
  auth: { type: 'basic', username: 'u', password: 'p' }
})
if (webhook.status !== 201) throw new Error(webhook.text)
const own = await trade(ours)
const foreign = await trade(theirs)

/** Filters of a list, from the document that clients read. */
const { paths } = (await desk.anonymous.get('/docs/json')).body as {
  paths: Record<string, Record<string, { operationId?: string, parameters?: Array<{ in: string, name: string }> }>>
}
function filtersOf (id: string): string[] {
  const operation = Object.values(paths).flatMap(item => Object.values(item)).find(({ operationId }) => operationId === id)
  const names = (operation?.parameters ?? []).filter(parameter => parameter.in === 'query').map(({ name }) => name)
  return names.filter(name => name !== 'limit' && name !== 'cursor')
}

/** Names that our objects have, by the path in which they stand. */
function namesIn (url: string): string[] {
  const collection = url.slice(API.length).split('/')[1]
  switch (collection) {
    case 'products': case 'stock': return [own.product]
    case 'inbound-orders': return [own.inbound]
    case 'receipts': return [own.receipt]
    case 'partners': return [own.partner]
    case 'batches': return [own.batch]
    case 'orders': return [own.order, `number:${own.number}`]
    case 'shipments': return [own.shipment]
    default: throw new Error(`${url}: say in this test how its objects are named`)
  }
}

async function send (caller: Caller, { method, examples: { body } }: Operation, url: string): Promise<Answer> {
  if (method === 'GET') return await caller.get(url)
  return await { POST: caller.post, PUT: caller.put, PATCH: caller.patch, DELETE: caller.delete }[method as 'POST'](url, body)
}

t.test('each operation on one object: 404 for ours, by every name, and nothing changes', async t => {
  const before = await desk.stored()
  for (const operation of operations.filter(({ url }) => url.includes(':') && !SHARED.test(url))) {
    for (const name of namesIn(operation.url)) {
      const url = operation.url.replace(/:(\w+)/g, (_, parameter: string) =>
        encodeURIComponent(parameter === 'id' || parameter === 'product' ? name : operation.examples.params?.[parameter] ?? 'x'))
      const answer = await send(theirs, operation, url)
      // A PUT by SKU or code makes something of one's own and takes no id.
      if (operation.method === 'PUT' && operation.id.endsWith('.upsert')) t.ok(answer.status >= 400 && answer.status < 500, operation.id)
      else t.equal(answer.status, 404, `${operation.id} ${name}: ${answer.text}`)
      for (const id of own.all) t.notOk(answer.text.includes(id) && answer.status < 300, `${operation.id} shows nothing of ours`)
    }
  }
  t.same(await desk.stored(), before)
})

t.test('each list: nothing of ours, however it is filtered; a cursor of ours is refused', async t => {
  for (const { id, url } of operations.filter(({ id, url }) => id.endsWith('.list') && !SHARED.test(url))) {
    const visible = await theirs.get(url)
    t.equal(visible.status, 200, id)
    for (const ourId of own.all) t.notOk(visible.text.includes(ourId), `${id} without ${ourId}`)
    const names = filtersOf(id)
    for (const name of names) {
      for (const value of [...own.all, own.number, 'ref:WEB-SAME']) {
        const filtered = await theirs.get(`${url}?${name}=${encodeURIComponent(value)}`)
        t.ok(filtered.status < 500, `${id} ${name}`)
        if (filtered.status === 200) for (const ourId of own.all) t.notOk(filtered.text.includes(ourId), `${id} ${name}=${value}`)
      }
    }
    const { nextCursor } = (await ours.get(`${url}?limit=1`)).body as { nextCursor: string | null }
    if (nextCursor !== null) t.equal((await theirs.get(`${url}?limit=1&cursor=${nextCursor}`)).status, 400, `${id}: a cursor of ours`)
  }
})

t.test('what both have under the same name is each one\'s own', async t => {
  for (
    const [path, key] of [['/products/sku:SAME', 'product'], ['/products/ref:REF-SAME', 'product'], ['/partners/code:P-SAME', 'partner'], [
      '/orders/ref:WEB-SAME', 'order'
    ]] as const
  ) {
    t.equal((await ours.get(`${API}${path}`)).body.id, own[key], path)
    t.equal((await theirs.get(`${API}${path}`)).body.id, foreign[key], path)
  }
  t.match((await theirs.get(`${API}/stock/sku:SAME`)).body, { onHand: 9, incoming: 4 })
  const movements = (await theirs.get(`${API}/stock/movements?batch=B-SAME`)).body.data as Array<{ batch: { id: string } }>
  t.same([...new Set(movements.map(({ batch }) => batch.id))], [foreign.batch])
})

t.test('events: a webhook of theirs hears of theirs only', async t => {
  const bodies = (): Array<{ type: string, ownerId: string }> => receiver.ledger.map(({ body }) => JSON.parse(body) as { type: string, ownerId: string })
  await desk.waitFor(() => bodies().some(({ type }) => type === 'shipment.shipped'), 'their last event')
  t.same([...new Set(bodies().map(({ ownerId }) => ownerId))], [theirOwner])
  for (const id of own.all) t.notOk(receiver.ledger.some(({ body }) => body.includes(id)))
})
