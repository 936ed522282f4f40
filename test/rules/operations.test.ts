// What holds for every operation of the catalogue, tried on each: a new operation is covered the moment it is declared.
import t from 'tap'
import { buildTestApp, type Answer, type Caller } from '../../src/test-kit/service.js'
import { plugins } from '../../plugins/index.js'
import type { Operation } from '../../src/kernel/contract/catalogue.js'
import { createCatalogue } from '../../src/kernel/host/catalogue.js'

const wms = await buildTestApp(t)
const operations = [...createCatalogue(plugins).operations.values()].map(({ id }) => routed(id))

/** With method and URL, which only the running service knows. */
function routed (id: string): Operation {
  const found = wms.host.catalogue.operations.get(id)
  if (found === undefined) throw new Error(`${id} is not in the running service`)
  return found
}

const clientOperations = operations.filter(({ access }) => access === 'client')
// Some are off on a fresh install; here each is tried.
await wms.operator.patch('/api/admin/v1/operations', { changes: clientOperations.map(({ id }) => ({ id, enabled: true })) })
const owner = await wms.newClient({ name: 'May do everything' })
const ownId = (await owner.post('/api/external/v1/products', { sku: 'RULES-1', name: 'For the rules', trackBatch: true })).body.product.id as string
const ownBatchId = (await owner.post('/api/external/v1/batches', { sku: 'RULES-1', code: 'RULES' })).body.id as string

const [ownOrderId, ownShipmentId] = await ship('RULES-1', 'RULES')

/** An order that has left, and its shipment. */
async function ship (sku: string, batch: string): Promise<[string, string]> {
  await owner.post('/api/external/v1/stock/adjustments', { reason: 'found', lines: [{ sku, batch, delta: 1 }] })
  let { body } = await owner.post('/api/external/v1/orders', { externalRef: 'RULES', lines: [{ sku, qty: 1 }] })
  for (const step of ['release', 'pick', 'pack', 'ship']) ({ body } = await owner.post(`/api/external/v1/orders/${body.id as string}/${step}`, {}))
  return [body.id, body.shipments[0].id]
}

/** The URL with its parameters filled in. */
const urlOf = (operation: Operation, id = 'unknown_00000000000000000000000000'): string =>
  operation.url.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(operation.examples.params?.[name] ?? id))

async function send (caller: Caller, operation: Operation, url = urlOf(operation), body: unknown = operation.examples.body): Promise<Answer> {
  switch (operation.method) {
    case 'GET': return await caller.get(url)
    case 'POST': return await caller.post(url, body)
    case 'PUT': return await caller.put(url, body)
    case 'PATCH': return await caller.patch(url, body)
    default: return await caller.delete(url, body)
  }
}

t.test('401 – without credentials, and with those of the other side', async t => {
  for (const operation of operations.filter(({ access }) => access !== 'public')) {
    const other = operation.access === 'client' ? wms.operator : owner
    for (const [who, caller] of [['no one', wms.anonymous], ['the other side', other]] as const) {
      const answer = await send(caller, operation)
      t.match([answer.status, typeof answer.headers['www-authenticate']], [401, 'string'], `${operation.id}: ${who}: ${answer.text}`)
    }
  }
})

t.test('403 – a client without the grant, an operator without the role', async t => {
  for (const operation of clientOperations) {
    const client = await wms.newClient({ name: `All but ${operation.id}`, scopes: clientOperations.map(({ id }) => id).filter(id => id !== operation.id) })
    const answer = await send(client, operation)
    t.match([answer.status, answer.body.code], [403, 'insufficient_scope'], `${operation.id}: ${answer.text}`)
  }
  const viewer = await wms.newOperator('viewer')
  const middle = await wms.newOperator('operator')
  for (const operation of operations.filter(({ access, role }) => access === 'operator' && role !== 'viewer')) {
    t.equal((await send(viewer, operation)).status, 403, `${operation.id}: viewer`)
    if (operation.role === 'admin') t.equal((await send(middle, operation)).status, 403, `${operation.id}: operator`)
  }
})

const TAKE_NOTHING = new Set(['order.release', 'inbound.arrive', 'inbound.close'])

t.test('400 – an unknown query parameter, an unknown field of the body, a body that is no JSON', async t => {
  for (const operation of operations) {
    const caller = operation.access === 'client' ? owner : operation.access === 'operator' ? wms.operator : wms.anonymous
    const query = await send(caller, operation, `${urlOf(operation)}?nonsense=1`)
    t.equal(query.status, 400, `${operation.id}: query: ${query.text}`)
    if (query.body.errors !== undefined) t.match(query.body.errors, [{ in: 'query', pointer: '/nonsense' }], operation.id)
    if (operation.method === 'GET' || operation.method === 'DELETE') continue
    const unknown = await send(caller, operation, urlOf(operation), { ...operation.examples.body as object, nonsense: 1 })
    t.equal(unknown.status, 400, `${operation.id}: body: ${unknown.text}`)
    if (operation.examples.body !== undefined && !TAKE_NOTHING.has(operation.id)) {
      t.notMatch(unknown.text, /accepted: nothing/, `${operation.id}: names what it accepts`)
    }
    const broken = await send(caller, operation, urlOf(operation), '{"broken":')
    t.equal(broken.status, 400, `${operation.id}: broken: ${broken.text}`)
  }
})

t.test('404 – another owner\'s data is as absent', async t => {
  const outsider = await wms.newClient({ name: 'Another owner', ownerId: await wms.seedOwner() })
  const strip = ({ status, text }: Answer): unknown => [status, text.replace(/req_\w{26}/, 'req')]
  for (const operation of clientOperations.filter(({ url }) => url.includes('/products/:id') || url.includes('/:product'))) {
    if (operation.id === 'product.upsert') continue
    const foreign = await send(outsider, operation, urlOf(operation, ownId))
    t.equal(foreign.status, 404, `${operation.id}: ${foreign.text}`)
    t.same(strip(foreign), strip(await send(outsider, operation, urlOf(operation, 'prd_00000000000000000000000000'))), operation.id)
  }
  for (const [collection, name, id] of [['batches', 'batch', ownBatchId], ['orders', 'order', ownOrderId], ['shipments', 'shipment', ownShipmentId]] as const) {
    const some = clientOperations.filter(({ url }) => url.includes(`/${collection}/:id`))
    t.ok(some.length > 1, collection)
    for (const operation of some) {
      const foreign = await send(outsider, operation, urlOf(operation, id))
      t.match([foreign.status, foreign.body.code], [404, `${name}.not_found`], `${operation.id}: ${foreign.text}`)
      t.same(strip(foreign), strip(await send(outsider, operation, urlOf(operation, `${id.slice(0, 4)}00000000000000000000000000`))), operation.id)
    }
  }
})

t.test('403, 404 – a switched-off operation is said to be so to whom it was granted, an unknown URL to others, and back when it is on again', async t => {
  const other = await wms.newClient({ name: 'May do something', scopes: ['meta.get', 'product.list'] })
  const strip = ({ status, text }: Answer): unknown => [status, text.replace(/req_\w{26}/, 'req')]
  const unknown = strip(await owner.get('/api/external/v1/nothing/at/all'))
  for (const operation of clientOperations.filter(({ locked }) => !locked)) {
    const path = `/api/admin/v1/operations/${operation.id}`
    t.equal((await wms.operator.patch(path, { enabled: false })).status, 200, operation.id)
    t.match(await send(owner, operation), { status: 403, body: { code: 'operation.switched_off' } }, operation.id)
    for (const caller of [wms.anonymous, ...['meta.get', 'product.list'].includes(operation.id) ? [] : [other]]) {
      t.same(strip(await send(caller, operation)), unknown, operation.id)
    }
    t.equal((await wms.operator.patch(path, { enabled: true })).status, 200, operation.id)
    t.notOk(['route.not_found', 'operation.switched_off'].includes((await send(owner, operation)).body.code as string), operation.id)
  }
})

t.test('every operation has a test file of its own', async t => {
  const { readdir } = await import('node:fs/promises')
  for (const operation of operations) {
    const files = await readdir(`test/plugins/${operation.pluginId}`).catch(() => [])
    const name = operation.id.replace('.', '-').replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
    t.ok(files.some(file => file === `${name}.test.ts`), `test/plugins/${operation.pluginId}/${name}.test.ts`)
  }
})
