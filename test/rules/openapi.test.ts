// Both OpenAPI documents: valid, complete, true to what is switched on, and every example works.
import { spawnSync } from 'node:child_process'
import t from 'tap'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { buildTestApp, type Answer, type Caller } from '../../src/test-kit/service.js'

type Json = Record<string, any> // eslint-disable-line @typescript-eslint/no-explicit-any -- a document of any shape

const wms = await buildTestApp(t)
const ofClients = [...wms.host.catalogue.operations.values()].filter(({ access }) => access === 'client')
// Some are off on a fresh install; here each is described and tried.
await wms.operator.patch('/api/admin/v1/operations', { changes: ofClients.map(({ id }) => ({ id, enabled: true })) })
const documents: Record<string, Json> = {
  external: (await wms.anonymous.get('/docs/json')).body,
  operator: (await wms.operator.get('/docs/operator/json')).body
}

interface Found { path: string, method: string, item: Json, audience: string }

const operations: Found[] = Object.entries(documents).flatMap(([audience, document]) =>
  Object.entries(document['paths'] as Json).flatMap(([path, methods]) =>
    Object.entries(methods as Json).map(([method, item]) => ({ path, method, item: item as Json, audience }))))

t.test('valid for two independent validators', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'wms-openapi-'))
  t.teardown(async () => { await rm(folder, { recursive: true }) })
  for (const [name, document] of Object.entries(documents)) {
    const file = join(folder, `${name}.json`)
    await writeFile(file, JSON.stringify(document))
    const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', CI: 'true' }
    const { stdout, stderr, failed } = await promisify(execFile)(process.execPath, ['node_modules/@redocly/cli/bin/cli.js', 'lint', file, '--config',
      'test/rules/redocly.yaml', '--format', 'stylish'], { env })
      .then(
        result => ({ ...result, failed: false }),
        (error: Error & { stdout: string, stderr: string }) => ({ stdout: error.stdout, stderr: error.stderr, failed: true })
      )
    t.notOk(failed, `${name}: ${stdout}${stderr}`)
    const result = await new Validator().validate(structuredClone(document))
    t.ok(result.valid, `${name}: ${JSON.stringify(result.errors)?.slice(0, 2000)}`)
  }
})

t.test('every operation says what it is, who may call it and how it fails', async t => {
  for (const { path, method, item, audience } of operations) {
    const operation = wms.host.catalogue.operations.get(item['operationId'])
    t.ok(operation !== undefined, `${method} ${path}: ${String(item['operationId'])}`)
    t.ok(item['summary'] && item['tags']?.length === 1 && Array.isArray(item['security']), item['operationId'])
    t.equal(item['security'].length === 0, operation?.access === 'public', `${String(item['operationId'])}: security`)
    const errors = Object.keys(item['responses']).filter(status => status.startsWith('4'))
    t.ok(errors.length >= 2, item['operationId'])
    if (item['requestBody'] !== undefined) {
      t.ok(item['requestBody'].content['application/json'].example !== undefined, `${String(item['operationId'])}: request example`)
    }
    for (const [status, response] of Object.entries(item['responses'] as Json)) {
      for (const media of Object.values((response as Json)['content'] ?? {})) {
        t.ok((media as Json)['example'] !== undefined, `${String(item['operationId'])}: ${status} example`)
      }
    }
    t.equal(path.startsWith('/api/admin/') || path === '/docs/operator/json', audience === 'operator', path)
  }
  t.ok(operations.length > 40, `${operations.length} operations`)
})

t.test('every example fits its schema', async t => {
  for (const [name, document] of Object.entries(documents)) {
    const ajv = new Ajv2020({ strict: false, allErrors: true })
    addFormats.default(ajv)
    ajv.addSchema({ $id: 'doc', components: document['components'] })
    const fits = (schema: Json, example: unknown, where: string): void => {
      const text = JSON.stringify(schema).replaceAll('"#/components/', '"doc#/components/')
      const validate = ajv.compile(JSON.parse(text) as object)
      if (!validate(example)) t.fail(`${name} ${where}: ${ajv.errorsText(validate.errors)}: ${JSON.stringify(example)}`)
    }
    const visit = (value: unknown, where: string): void => {
      if (typeof value !== 'object' || value === null) return
      const node = value as Json
      if (node['schema'] !== undefined && node['example'] !== undefined) fits(node['schema'], node['example'], where)
      if (Array.isArray(node['examples']) && (node['type'] !== undefined || node['properties'] !== undefined)) {
        for (const example of node['examples']) fits(node, example, where)
      }
      for (const [key, inner] of Object.entries(node)) if (key !== 'example' && key !== 'examples') visit(inner, `${where}/${key}`)
    }
    visit(document, '')
    t.pass(name)
  }
})

t.test('names are ours, references lead somewhere, no secret is in it', async t => {
  for (const [name, document] of Object.entries(documents)) {
    const text = JSON.stringify(document)
    t.notMatch(text, /"\$id"|def-\d|schema-\d|x-operation/, name)
    for (const [, component] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) t.ok(component! in document['components'].schemas, component!)
    t.notMatch(text, /BEGIN [A-Z ]*PRIVATE KEY|wmss_(?!Shown)/, name)
  }
  t.notMatch(JSON.stringify(documents['external']), /api\/admin|ApiClientSecret|Operator"/, 'nothing of the operators outside')
})

t.test('events are OpenAPI webhooks with headers and an example', async t => {
  const webhooks = documents['external']!['webhooks'] as Json
  for (const event of ['product.created', 'product.updated', 'product.archived']) {
    const { post } = webhooks[event]
    t.same(post.security, [], 'nothing that callers of this API could authorise with')
    t.same(post.parameters.map((parameter: Json) => parameter['name']), ['webhook-id', 'webhook-timestamp', 'webhook-previous-sequence'])
    t.match(post.requestBody.content['application/json'].example, { type: event, sequence: 42, data: { sku: String } })
  }
})

t.test('what is switched off vanishes at once, with what only it referred to', async t => {
  const document = async (): Promise<Json> => (await wms.anonymous.get('/docs/json')).body
  await wms.operator.patch('/api/admin/v1/operations/product.create', { enabled: false })
  t.notOk('post' in (await document())['paths']['/api/external/v1/products'])
  await wms.operator.patch('/api/admin/v1/operations/product.create', { enabled: true })
  await wms.operator.patch('/api/admin/v1/plugins/catalog', { enabled: false })
  const without = await document()
  t.notOk(Object.keys(without['paths']).some(path => path.includes('/products')))
  t.notOk('Product' in without['components'].schemas)
  t.notOk('product.created' in (without['webhooks'] ?? {}))
  await wms.operator.patch('/api/admin/v1/plugins/catalog', { enabled: true })
  t.same(await document(), documents['external'])
})

/** No one listens at the example's URL; its first failed try is made its last. */
async function endedDelivery (): Promise<string> {
  let rows: Array<{ id: string }> = []
  await wms.waitFor(async () => {
    rows =
      (await wms.db.query<
        { id: string }
      >('UPDATE "Delivery" SET "status" = \'dead\', "finishedAt" = now() WHERE "status" = \'pending\' AND "attemptCount" = 1 RETURNING "id"')).rows
    return rows.length > 0
  }, 'a delivery that was tried')
  return rows[0]!.id
}

/** Objects that stand in for the ids of examples. */
async function prepare (): Promise<Record<string, string>> {
  const product = await owner.post('/api/external/v1/products', {
    sku: 'EXAMPLE', name: 'For examples', barcodes: [{ value: '4012345678901' }], uoms: [{ code: 'CASE', qtyInBase: 12 }]
  })
  await owner.post('/api/external/v1/products', { sku: 'EXAMPLE-BATCH', name: 'For examples', trackBatch: true })
  await owner.put('/api/external/v1/products/sku:LANTERN-02', { name: 'Black metal lantern' })
  await owner.post('/api/external/v1/products', { sku: 'EXAMPLE-ORDER', name: 'For the orders of the examples' })
  await owner.post('/api/external/v1/stock/adjustments', { reason: 'found', lines: [{ sku: 'EXAMPLE-ORDER', delta: 100 }] })
  await owner.post('/api/external/v1/stock/adjustments', {
    reason: 'found', lines: ['L2411-A', 'L2412-B'].map(batch => ({ sku: 'EXAMPLE-BATCH', batch, delta: 5 }))
  })
  const batch = await owner.post('/api/external/v1/batches', { sku: 'EXAMPLE-BATCH', code: 'EXAMPLE' })
  const client = (await wms.operator.post('/api/admin/v1/clients', { name: 'For examples' })).body.client
  const hook =
    (await wms.operator.post('/api/admin/v1/webhooks', {
      name: 'Example',
      url: 'http://127.0.0.1:4011/',
      events: ['product.created'],
      auth: { type: 'basic', username: 'a', password: 'b' }
    })).body
  await owner.post('/api/external/v1/products', { sku: 'EXAMPLE-DELIVERED', name: 'Reported to the webhook' })
  const delivery = await endedDelivery()
  const person =
    (await wms.operator.post('/api/admin/v1/operators', { email: 'example@example.com', name: 'E', password: 'a long enough password', role: 'viewer' })).body
  await wms.waitFor(async () => (await wms.operator.get('/api/admin/v1/events')).body.data.length > 0, 'an event')
  const [event] = (await wms.operator.get('/api/admin/v1/events')).body.data
  const [row] = (await wms.operator.get('/api/admin/v1/audit?limit=1')).body.data
  const whose = (await wms.operator.post('/api/admin/v1/owners', { code: 'example', name: 'For examples' })).body
  const warehouse = (await wms.operator.post('/api/admin/v1/warehouses', { code: 'EXAMPLE', name: 'For examples' })).body
  const location = (await wms.operator.post(`/api/admin/v1/warehouses/${warehouse.id as string}/locations`, { code: 'EXAMPLE' })).body
  const partner = (await owner.post('/api/external/v1/partners', { code: 'EXAMPLE', name: 'For examples', roles: ['supplier'] })).body
  return {
    products: product.body.product.id,
    owners: whose.id,
    warehouses: warehouse.id,
    locations: location.id,
    partners: partner.id,
    batches: batch.body.id,
    clients: client.id,
    webhooks: hook.id,
    deliveries: delivery,
    operators: person.id,
    events: event.id,
    audit: row.id
  }
}

const owner = await wms.newClient({ name: 'Examples' })

t.test('every request example works on the running service', async t => {
  const ids = await prepare()
  // These need what no example can know: a password, or the end of the session that runs the test.
  // The codes of the others are those of the places that the client's examples have made.
  const special = new Map([['session.create', 401], ['auth.token', 401], ['warehouse.add', 409], ['location.add', 409], ['partner.add', 409]])
  // The only delivery here is a test, which is not sent again: 409.
  // A name that is no one's, by design (RFC 2606), resolves nowhere.
  const example = (item: Json): unknown => {
    const body = item['requestBody']?.content['application/json'].example as Json | undefined
    return typeof body?.['url'] === 'string' ? { ...body, url: 'http://127.0.0.1:4011/' } : body
  }
  const isLast = ({ item, method }: Found): boolean => method === 'delete' || item['operationId'] === 'session.password'
  const ordered = [...operations.filter(found => !isLast(found)), ...operations.filter(isLast)]
    .sort((a, b) => isLast(a) && isLast(b) ? b.path.length - a.path.length : 0)
    .sort((a, b) => Number(a.item['operationId'] === 'session.delete') - Number(b.item['operationId'] === 'session.delete'))
  for (const { path, method, item } of ordered) {
    const operation = wms.host.catalogue.operations.get(item['operationId'])!
    const collection = /\/v1\/(?:warehouse\/)?([a-z-]+)\/\{id\}/.exec(path)?.[1] ?? ''
    const given = operation.examples.params?.['id'] ?? ids[collection]
    const url = path
      .replace('{id}', encodeURIComponent(given ?? (path.includes('{id}') ? await newFor(collection, operation.id) : '')))
      .replace('{product}', ids['products']!)
      .replace('{value}', operation.examples.params?.['value'] ?? '')
      .replace('{code}', operation.examples.params?.['code'] ?? '')
      .replace('{list}', operation.examples.params?.['list'] ?? '')
      .replace('{secretId}', path.includes('{secretId}') ? await secondSecret(ids['clients']!) : '')
    const query = new URLSearchParams(operation.examples.query as Record<string, string> | undefined).toString()
    const caller = operation.access === 'client' ? owner : operation.access === 'operator' ? wms.operator : wms.anonymous
    const body = example(item)
    const answer = await send(caller, method, query === '' ? url : `${url}?${query}`, body)
    const expected = special.get(operation.id)
    if (expected !== undefined) t.equal(answer.status, expected, `${operation.id}: ${answer.text.slice(0, 300)}`)
    else {
      t.ok(
        answer.status < 300 || (answer.status === 409 && operation.id === 'delivery.redeliver'),
        `${operation.id} ${method} ${url}: ${answer.status} ${answer.text.slice(0, 400)}`
      )
    }
  }
})

/** What a step is to be taken on. */
const newFor = async (collection: string, operation: string): Promise<string> =>
  collection === 'inbound-orders' || collection === 'receipts' ? await inboundFor(collection, operation) : await orderFor(operation)

let announced = 0
async function inboundFor (collection: string, operation: string): Promise<string> {
  const { body } = await owner.post('/api/external/v1/inbound-orders', { externalRef: `EXAMPLE-${++announced}`, lines: [{ sku: 'EXAMPLE-ORDER', qty: 48 }] })
  if (collection === 'inbound-orders' && operation !== 'inbound.close') return body.id as string
  const came = await owner.post(`/api/external/v1/inbound-orders/${body.id as string}/receive`, { lines: [{ lineNo: 1, qty: 1 }] })
  return (collection === 'receipts' ? came.body.receipt.id : body.id) as string
}

const STEPS = ['release', 'pick', 'pack', 'ship']
/** How many of these steps an order has behind it before an operation's example is sent; the others take one that is new. */
const BEHIND: Readonly<Record<string, number>> = {
  'order.pick': 1, 'order.pack': 2, 'order.ship': 3, 'order.unpick': 2, 'order.unpack': 3, 'shipment.get': 4, 'shipment.updateTracking': 4
}
let orders = 0

/** The id of a new order, or of its shipment, as far on as the operation wants it. */
async function orderFor (operation: string): Promise<string> {
  const sku = operation === 'order.updateLines' ? 'LANTERN-02' : operation === 'order.substitute' ? 'EXAMPLE-BATCH' : 'EXAMPLE-ORDER'
  const { body: { id } } = await owner.post('/api/external/v1/orders', { externalRef: `EXAMPLE-${++orders}`, lines: [{ sku, qty: 1 }] })
  let last: Answer | null = null
  for (const step of STEPS.slice(0, BEHIND[operation] ?? 0)) last = await owner.post(`/api/external/v1/orders/${id as string}/${step}`, {})
  return operation.startsWith('shipment.') ? last!.body.shipments[0].id : id
}

/** A second secret, made just before it is ended. */
async function secondSecret (clientId: string): Promise<string> {
  const { body } = await wms.operator.post(`/api/admin/v1/clients/${clientId}/regenerate-secret`, { graceSeconds: 600 })
  return body.client.secrets[1].id as string
}

async function send (caller: Caller, method: string, url: string, body: unknown): Promise<Answer> {
  if (method === 'get') return await caller.get(url)
  return await caller[method as 'post' | 'put' | 'patch' | 'delete'](url, body)
}

t.test('patterns are those that other languages compile too; optional filters have nothing that Try it out would send', async t => {
  const patterns = new Set<string>()
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [key, inner] of Object.entries(value)) {
      if (key === 'pattern' && typeof inner === 'string') patterns.add(inner)
      else visit(inner)
    }
  }
  for (const document of Object.values(documents)) visit(document)
  t.ok(patterns.size > 5)
  // Neither Unicode classes nor looking around nor four-digit escapes: Go's regexp has none of them, Python's re not the first.
  for (const pattern of patterns) t.notMatch(pattern, /\\[pPu]|\(\?[=!<]/, pattern)
  const compiled = spawnSync('python3', ['-c', 'import json, re, sys\nfor pattern in json.load(sys.stdin): re.compile(pattern)'], {
    input: JSON.stringify([...patterns]), encoding: 'utf8'
  })
  if (compiled.error === undefined) t.equal(compiled.status, 0, compiled.stderr)
  else t.comment('no python3 here: patterns were not compiled by it')
  for (const { item } of operations) {
    for (const parameter of (item['parameters'] ?? []) as Json[]) {
      if (parameter['required'] === true) continue
      t.notOk(
        'example' in parameter || 'examples' in (parameter['schema'] as Json) || 'example' in (parameter['schema'] as Json),
        `${item['operationId'] as string} ${parameter['name'] as string}`
      )
    }
  }
})

t.test('headers, scopes, merge patch and limits are in the document', async t => {
  const paths = documents['external']!['paths'] as Json
  const create = paths['/api/external/v1/products'].post
  const headersOf = (item: Json): string[] =>
    (item['parameters'] as Json[]).filter(parameter => parameter['in'] === 'header').map(parameter => parameter['name'] as string)
  t.same(headersOf(create), ['X-Correlation-Id', 'Idempotency-Key'])
  t.same(Object.keys(create.responses['201'].headers), ['X-Request-Id', 'ETag', 'Location', 'Idempotency-Replayed'])
  const patch = paths['/api/external/v1/products/{id}'].patch
  t.same(headersOf(patch), ['X-Correlation-Id', 'Idempotency-Key', 'If-Match', 'Prefer'])
  t.same(Object.keys(patch.requestBody.content), ['application/json', 'application/merge-patch+json'])
  t.same(patch.security, [{ clientCredentials: ['product.update'] }, { bearer: [] }])
  t.ok('product.update' in documents['external']!['components'].securitySchemes.clientCredentials.flows.clientCredentials.scopes)
  t.ok('Retry-After' in patch.responses['503'].headers)
  t.notOk('429' in patch.responses, 'no limit is set for calls')
  t.ok('429' in paths['/api/external/v1/auth/token'].post.responses)
  t.notOk('webhookBasic' in documents['external']!['components'].securitySchemes)
})
