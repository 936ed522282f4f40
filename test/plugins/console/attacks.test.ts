// What outsiders may try through the page: markup in every text that they can store, calls from another site's page, the page in a frame.
// Rows 80 to 82 of the list of attacks.
import t from 'tap'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { OPERATOR, type Caller } from '../../../src/test-kit/service.js'
import { startReceiver } from '../../../src/test-kit/receiver.js'
import { API, openDesk, ORDERS, type Desk } from '../orders/setup.js'
import { launch, noBrowser, visit } from './browser.js'

t.setTimeout(240_000)

/** Each says where it was stored, so that a hit names it. */
const IMG = (where: string): string => `<img src=x onerror="window.hits=[...(window.hits||[]),'${where}']">`
const SVG = '"><svg/onload=window.hits=1>'
const TRACKING = '<img src=x onerror=window.hits=["tracking"]>'
const SHORT = '<b onclick=1>'
const LINK = 'javascript:window.hits=1'

interface Stored {
  warehouseId: string
  productId: string
  orderId: string
  sentId: string
  cancelledId: string
  auditIds: string[]
  deliveryId: string
  secretName: string
}

/** Names of the fields that markup was sent in. */
const poisoned = new Set<string>()

function noteFields (value: unknown, name = ''): void {
  if (typeof value === 'string') {
    if (/<|javascript:/.test(value)) poisoned.add(name)
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) noteFields(inner, Array.isArray(value) ? name : key)
  }
}

/** These take text of any kind and keep none: names of what must exist, secrets, and a URL, which is kept in its normalised form. */
const NOT_KEPT = new Set(['warehouse', 'location', 'password', 'currentPassword', 'newPassword', 'client_id', 'client_secret', 'clientId', 'clientSecret',
  'grant_type', 'scope', 'scopes', 'ownerId', 'uomCode', 'skus', 'by', 'shipments', 'id', 'events', 'excludeClientIds', 'url', 'timezone', 'csv',
  'warehouseIds', 'carrier', 'supplier'])

interface Json { [key: string]: any } // eslint-disable-line @typescript-eslint/no-explicit-any -- JSON Schema of every shape

/** Names of all fields in the bodies of an OpenAPI document that would take markup. */
function freeTexts (document: Json): Set<string> {
  const found = new Set<string>()
  const seen = new Set<Json>()
  const visit = (schema: Json, name: string): void => {
    if (typeof schema['$ref'] === 'string') return visit(document['components'].schemas[schema['$ref'].split('/').at(-1)!], name)
    if (seen.has(schema)) return
    seen.add(schema)
    for (const one of [...schema['anyOf'] ?? [], ...schema['oneOf'] ?? [], ...schema['allOf'] ?? []]) visit(one, name)
    for (const [key, inner] of Object.entries<Json>(schema['properties'] ?? {})) visit(inner, key)
    if (schema['items'] !== undefined) visit(schema['items'], name)
    const takes = [schema['type']].flat().includes('string') && schema['enum'] === undefined && schema['const'] === undefined &&
      schema['format'] === undefined &&
      (schema['maxLength'] ?? Infinity) >= SHORT.length && new RegExp(schema['pattern'] ?? '', 'u').test(SHORT)
    if (takes) found.add(name)
  }
  for (const path of Object.values<Json>(document['paths'])) {
    for (const { requestBody } of Object.values<Json>(path)) if (requestBody !== undefined) visit(requestBody.content['application/json'].schema, '')
  }
  return found
}

/** Puts markup into every free text that a client, a receiver or an operator can store. */
async function poison (desk: Desk, receiverUrl: string): Promise<Stored> {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers of every shape
  const ok = async (answer: ReturnType<Desk['erp']['get']>): Promise<any> => {
    const { status, body, text } = await answer
    if (status >= 300) throw new Error(text)
    return body
  }
  const secretName = IMG('client')
  const caller = await desk.newClient({ name: secretName })
  const noted = (send: Caller['post']): Caller['post'] => async (path, body, headers) => { noteFields(body); return await send(path, body, headers) }
  const evil = { post: noted(caller.post), patch: noted(caller.patch), put: noted(caller.put) }
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers of every shape
  const admin = (path: string, body: object): Promise<any> => ok(noted(desk.operator.post)(`/api/admin/v1${path}`, body))
  noteFields({ name: secretName })
  await admin('/webhooks', {
    ownerId: null,
    name: IMG('webhook'),
    url: `${receiverUrl}/${encodeURIComponent(SVG)}`,
    events: ['product.created', 'order.created'],
    auth: { type: 'basic', username: IMG('user'), password: 'a password of the test' }
  })
  await admin('/operators', { email: 'evil@example.com', name: IMG('operator'), password: OPERATOR.password, role: 'admin' })
  await admin('/owners', { code: 'evil', name: IMG('owner') })
  await admin('/reference/units', { code: 'EVIL', name: IMG('unit'), description: SVG })
  await admin('/partners', { code: 'EVIL', name: IMG('partner'), roles: ['supplier'], externalRef: SVG, taxId: SVG, phone: SHORT, addresses: [{ name: LINK }] })
  const warehouse = await admin('/warehouses', { code: 'A-EVIL', name: IMG('warehouse'), address: { street1: SVG, city: LINK } })
  await admin(`/warehouses/${warehouse.id as string}/locations`, {
    code: 'EVIL-1', barcode: SVG, zone: SHORT, locked: true, lockReason: IMG('lock')
  })
  const { product } = await ok(evil.post(`${API}/products`, {
    sku: '<img src=x onerror=window.hits=["sku"]>',
    name: IMG('name'),
    externalRef: SVG,
    trackBatch: true,
    attributes: { [IMG('key')]: LINK },
    description: IMG('description'),
    supplierSku: SVG,
    categories: [SVG, LINK],
    imageUrl: 'https://example.com/<img/src=x/onerror=window.hits=1>',
    barcodes: [{ value: SHORT, kind: 'internal' }]
  }))
  const sku = product.sku as string
  const batch = '<img src=x onerror=window.hits=["batch"]>'
  await ok(evil.post(`${API}/inbound-orders`, {
    externalRef: IMG('inbound'),
    carrierCode: SVG,
    trackingNumbers: [LINK],
    container: SVG,
    note: IMG('inbound note'),
    lines: [{ sku, qty: 1, externalLineRef: SVG, batch: SHORT }]
  }))
  await ok(evil.post(`${API}/stock/adjustments`, { reason: 'found', note: IMG('note'), reference: IMG('reference'), lines: [{ sku, batch, delta: 9 }] }))
  const { id: batchId } =
    await ok(evil.post(`${API}/batches`, { sku, code: '"><svg/onload=window.hits=1>', supplierBatch: SVG, attributes: { x: IMG('batch attribute') } }))
  await ok(evil.post(`${API}/batches/${batchId as string}/status`, { status: 'quarantined', reason: IMG('batch reason') }))
  const order = await ok(evil.post(ORDERS, {
    externalRef: IMG('ref'),
    channel: SHORT,
    shippingProcess: SVG,
    customer: { ref: LINK, name: IMG('customer'), company: SVG, email: LINK, phone: SVG },
    shipTo: { name: IMG('shipTo'), street1: SVG, street2: LINK, city: LINK, postcode: SHORT, state: SVG },
    billTo: { name: IMG('billTo') },
    carrierCode: SVG,
    serviceCode: LINK,
    giftMessage: IMG('gift'),
    packingNote: IMG('packing'),
    tags: [SVG, LINK],
    lines: [{ sku, qty: 2, externalLineRef: SVG, attributes: { x: IMG('line') } }]
  }))
  await ok(evil.post(`${ORDERS}/${order.id as string}/hold`, { code: SVG, note: IMG('hold') }))
  const cancelled = await desk.order([{ sku, qty: 1 }])
  await ok(evil.post(`${ORDERS}/${cancelled.id as string}/cancel`, { reason: IMG('cancel') }))
  const sent = await desk.order([{ sku, qty: 1 }])
  await desk.bring(sent.id, 'packed')
  const short = await desk.order([{ sku, qty: 1 }])
  await desk.step(short.id, 'release')
  await ok(evil.post(`${ORDERS}/${short.id as string}/pick`, { lines: [{ lineNo: 1, qty: 0, shortReason: IMG('short') }] }))
  const shipped = await ok(desk.erp.post(`${ORDERS}/${sent.id as string}/ship`, { carrierCode: SVG }))
  await ok(evil.patch(`${API}/shipments/${shipped.shipments[0].id as string}`, {
    parcels: [{ no: 1, carrierStatus: IMG('carrier'), trackingNumber: TRACKING, trackingUrl: 'https://example.com/<img/src=x/onerror=window.hits=1>' }]
  }))
  // Calls that no one may make, with markup wherever an outsider can put it.
  await desk.anonymous.get(`${API}/${encodeURIComponent(IMG('path'))}?q=${encodeURIComponent(SVG)}`, {
    'user-agent': IMG('agent'), 'x-evil': SVG, 'x-correlation-id': 'evil'
  })
  await evil.post(`${API}/products`, { sku: IMG('error'), [IMG('field')]: 1 }, { 'user-agent': IMG('agent') })
  await desk.waitFor(async () => (await desk.db.query('SELECT 1 FROM "Attempt"')).rowCount! > 0, 'an attempt')
  const auditIds: string[] = []
  for (
    const filter of ['statusClass=4xx', 'direction=out',
      ...['order.create', 'order.hold', 'stock.adjust', 'batch.setStatus', 'shipment.updateTracking', 'webhook.create'].map(id => `operation=${id}`)]
  ) {
    auditIds.push(...(await ok(desk.operator.get(`/api/admin/v1/audit?${filter}&limit=1`))).data.map(({ id }: { id: string }) => id))
  }
  const { rows: [delivery] } = await desk.db.query<{ id: string }>('SELECT "deliveryId" AS "id" FROM "Attempt" LIMIT 1')
  return {
    warehouseId: warehouse.id,
    productId: product.id,
    orderId: order.id,
    sentId: sent.id,
    cancelledId: cancelled.id,
    auditIds,
    deliveryId: delivery!.id,
    secretName
  }
}

async function signIn (page: Page): Promise<void> {
  await page.goto('/console')
  await page.locator('input[autocomplete=username]').fill(OPERATOR.email)
  await page.locator('input[type=password]').fill(OPERATOR.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Plugins', level: 1 }).waitFor()
}

const FOUND =
  'JSON.stringify([window.hits ?? null, [...document.querySelectorAll(\'[onerror], [onload], [onclick], a[href^="javascript:" i], ' +
    'img[src="x"]\')].map(element => element.outerHTML)])'

t.test('hostile texts and pages', { skip: noBrowser }, async t => {
  const desk = await openDesk(t)
  const base = await desk.listen()
  const receiver = await startReceiver(t)
  receiver.answer({ status: 500, headers: { 'content-type': 'text/html', 'x-evil': SVG }, body: IMG('answer') })
  const visitor = await visit(t, await launch(t), base, { name: 'attacks', width: 1280, height: 900, scheme: 'light' })
  const { page, context, problems } = visitor
  const asked: string[] = []
  page.on('dialog', dialog => { asked.push(dialog.message()); dialog.dismiss().catch(() => {}) })

  t.test('80 – markup in every stored text is shown as text', async t => {
    const { warehouseId, productId, orderId, sentId, cancelledId, auditIds, deliveryId, secretName } = await poison(desk, receiver.url)
    for (const path of ['/docs/json', '/docs/operator/json']) {
      const missing = [...freeTexts((await desk.operator.get(path)).body)].filter(name => !poisoned.has(name) && !NOT_KEPT.has(name))
      t.same(missing, [], `${path}: markup was sent in every field that would take it`)
    }
    await signIn(page)
    const places: Array<[path: string, shows: string]> = [
      ['/integration/overview', secretName],
      ['/integration/clients', secretName],
      ['/integration/webhooks', IMG('webhook')],
      [`/integration/webhooks?delivery=${deliveryId}`, IMG('answer')],
      ['/operators', IMG('operator')],
      ['/warehouse/owners', IMG('owner')],
      [`/warehouse/locations?at=${warehouseId}`, `zone ${SHORT}`],
      [`/warehouse/locations?at=${warehouseId}&edit=warehouse`, IMG('warehouse')],
      ['/warehouse/products', IMG('name')],
      [`/warehouse/products?open=${productId}`, '<img src=x onerror=window.hits=["batch"]>'],
      ['/warehouse/stock', '<img src=x onerror=window.hits=["sku"]>'],
      ['/warehouse/movements', IMG('note')],
      ['/warehouse/orders', IMG('ref')],
      [`/warehouse/orders?open=${orderId}`, IMG('hold')],
      [`/warehouse/orders?open=${sentId}`, TRACKING],
      [`/warehouse/orders?open=${cancelledId}`, IMG('cancel')],
      [`/warehouse/movements?doc=${encodeURIComponent(IMG('doc'))}`, IMG('doc')],
      [`/integration/audit?eventType=${encodeURIComponent(IMG('badge'))}`, IMG('badge')],
      [`/warehouse/products?q=${encodeURIComponent(IMG('q'))}`, 'No product is like that'],
      ['/integration/settings?edit=stock.adjust', 'Adjust stock'],
      ['/integration/audit', '%3Cimg'], ...auditIds.map((id): [string, string] => [`/integration/audit?row=${id}`, 'Request id'])
    ]
    for (const [path, shows] of places) {
      await page.goto(`/console${path}`)
      await page.getByText(shows).locator('visible=true').first().waitFor()
      await page.waitForLoadState('networkidle')
      t.same(JSON.parse(await page.evaluate(FOUND) as string), [null, []], path)
    }
    t.same([asked, problems], [[], []], 'no dialog, nothing that the policy had to stop')
  })

  t.test('81 – every change by cookie from another site is refused', async t => {
    const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
    const changes = [...desk.host.catalogue.operations.values()].filter(({ access, method }) => access === 'operator' && method !== 'GET')
    t.ok(changes.length > 15)
    const own = desk.callerWith({ cookie, 'sec-fetch-site': 'same-origin' })
    t.equal((await own.get('/api/admin/v1/session')).body.operator.email, OPERATOR.email, 'the cookie counts')
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, { origin: 'https://evil.example' }, { origin: 'null' }]) {
      const forged = desk.callerWith({ cookie, ...headers })
      for (const { id, method, url, examples } of changes) {
        const path = url.replace(/:(\w+)/g, 'nothing')
        const send = { POST: forged.post, PUT: forged.put, PATCH: forged.patch, DELETE: forged.delete }[method as 'POST']
        t.match(await send(path, examples.body), { status: 403, body: { code: 'csrf.refused' } }, `${id} ${JSON.stringify(headers)}`)
      }
    }
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      t.equal((await own.post('/api/admin/v1/clients', '{"name":"By a form"}', { 'content-type': type })).status, 415, type)
    }
  })

  t.test('81 and 82 – a page of another site can neither act nor frame', async t => {
    const attack = createServer((_, response) => {
      response.setHeader('content-type', 'text/html')
      response
        .end(`<title>evil</title><iframe name=console src="${base}/console"></iframe><iframe name=docs src="${base}/docs/"></iframe><iframe name=sink></iframe>
        <form id=f method=post enctype=text/plain target=sink action="${base}/api/admin/v1/clients"><input name='{"name":"By a form' value='"}'></form>
        <script>document.getElementById('f').submit(); window.done = fetch('${base}/api/admin/v1/clients', { method: 'POST', mode: 'no-cors',
          credentials: 'include', body: '{"name":"By fetch"}' }).then(() => 'sent', () => 'failed')</script>`)
    }).listen(0, '127.0.0.1')
    t.teardown(() => attack.close())
    const before = (await desk.db.query('SELECT 1 FROM "ApiClient"')).rowCount
    const refused = async (): Promise<number> =>
      (await desk.db.query('SELECT 1 FROM "Audit" WHERE "path" = \'/api/admin/v1/clients\' AND "method" = \'POST\' AND "status" IN (401, 403, 415)')).rowCount!
    const refusedBefore = await refused()
    const other = await context.newPage()
    // By its name it is another site than 127.0.0.1.
    await other.goto(`http://localhost:${(attack.address() as AddressInfo).port}/`)
    t.equal(await other.evaluate('window.done'), 'sent')
    await other.waitForLoadState('networkidle')
    t.same(other.frames().filter(frame => ['console', 'docs'].includes(frame.name())).map(frame => frame.url()), ['chrome-error://chromewebdata/',
      'chrome-error://chromewebdata/'], 'neither page is shown in a frame')
    t.equal((await desk.db.query('SELECT 1 FROM "ApiClient"')).rowCount, before, 'no client was made')
    t.equal(await refused(), refusedBefore + 2, 'and both calls are in the audit')
  })
})
