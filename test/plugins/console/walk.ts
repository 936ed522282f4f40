// From a fresh database to a delivered webhook in the audit, as an operator goes: by mouse and by keyboard, at a desk and on a phone.
import type { Test } from 'tap'
import { OPERATOR, buildTestApp, type TestApp } from '../../../src/test-kit/service.js'
import { startReceiver, type Receiver } from '../../../src/test-kit/receiver.js'
import { launch, visit, type Variant, type Visit } from './browser.js'
import type { byMouse, Hand } from './hand.js'

interface Walker extends Visit { hand: Hand }

/** From sign-in to sign-out. By mouse every page is looked at on the way; by keyboard they are the same. */
export async function walk (t: Test, variant: Variant, handOf: typeof byMouse): Promise<void> {
  const wms = await buildTestApp(t, { activate: false })
  const base = await wms.listen()
  const receiver = await startReceiver(t)
  const visitor = await visit(t, await launch(t), base, variant)
  const hand = handOf(visitor.page)
  const walker: Walker = { ...visitor, hand, look: hand.name === 'mouse' ? visitor.look : async () => {} }
  await signIn(t, walker)
  await activate(t, walker)
  await settings(t, walker)
  const credentials = await client(t, walker)
  await webhook(t, walker, receiver)
  await callAsErp(t, base, credentials)
  await seeDelivery(t, walker)
  await audit(t, walker, wms)
  await warehouse(t, walker, wms)
  await overview(t, walker)
  await guide(t, walker)
  await operators(t, walker)
  await signOut(t, walker)
  t.same(visitor.problems, [], 'nothing in the console of the browser, nothing asked of another host')
}

async function signIn (t: Test, { page, look, hand }: Walker): Promise<void> {
  await page.goto('/console')
  await page.waitForURL(/\/console\/login/)
  await look(t, 'sign-in')
  await hand.write(page.locator('input[autocomplete=username]'), OPERATOR.email)
  await hand.write(page.locator('input[type=password]'), OPERATOR.password)
  await hand.press(page.getByRole('button', { name: 'Sign in' }))
  await page.getByRole('heading', { name: 'Plugins', level: 1 }).waitFor()
}

async function activate (t: Test, { page, look, hand }: Walker): Promise<void> {
  const card = page.getByRole('article', { name: 'LogisticsWMS API & Webhooks' })
  await card.waitFor()
  await look(t, 'plugins')
  const control = card.getByRole('switch')
  await hand.toggle(control)
  await card.getByText('on', { exact: true }).waitFor()
  t.ok(await control.isChecked(), 'the integration is active')
  await hand.press(card.getByRole('link', { name: 'Open' }))
  await page.getByRole('tab', { name: 'General Settings' }).waitFor()
}

async function settings (t: Test, { page, look, hand }: Walker): Promise<void> {
  await page.getByRole('switch', { name: 'Create a product' }).waitFor()
  await look(t, 'settings')
  await hand.press(page.getByRole('button', { name: 'Defaults of Create a product' }))
  const drawer = page.getByRole('dialog')
  await hand.choose(drawer.getByRole('combobox', { name: /batch policy/i }), 'always')
  await drawer.getByText('Not saved yet: batchPolicy').waitFor()
  await look(t, 'defaults')
  await hand.press(drawer.getByRole('button', { name: 'Save' }))
  await drawer.waitFor({ state: 'detached' })
  await hand.menu(page.getByRole('button', { name: 'Presets' }), /Read-only/)
  await page.getByRole('dialog').getByText('Then').waitFor()
  await look(t, 'preset')
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
}

async function client (t: Test, { page, look, hand }: Walker): Promise<{ id: string, secret: string }> {
  await hand.tab('API Clients')
  await hand.press(page.getByRole('button', { name: 'Create the first client' }))
  const form = page.getByRole('dialog')
  await hand.write(form.getByRole('textbox', { name: 'Name' }), 'My ERP <b>')
  await form.getByText('Create a product').waitFor()
  await look(t, 'new-client')
  await hand.press(form.getByRole('button', { name: 'Create', exact: true }))
  const once = page.getByRole('dialog', { name: /Credentials of/ })
  await once.waitFor()
  const [id = '', secret = ''] = await once.locator('code').allTextContents()
  t.match([id, secret], [/^wmsc_/, /^wmss_/])
  await look(t, 'secret')
  await page.keyboard.press('Escape')
  t.ok(await once.isVisible(), 'the secret can not be closed by accident')
  await hand.press(once.getByRole('checkbox'))
  await hand.press(once.getByRole('button', { name: 'Done' }))
  await once.waitFor({ state: 'detached' })
  t.notOk((await page.content()).includes(secret), 'the secret is gone from the page')
  await page.getByRole('button', { name: 'My ERP <b>', exact: true }).locator('visible=true').waitFor()
  await look(t, 'clients')
  return { id, secret }
}

async function webhook (t: Test, { page, look, hand }: Walker, receiver: Receiver): Promise<void> {
  await hand.tab('Webhooks')
  await hand.press(page.getByRole('button', { name: 'Create the first webhook' }))
  const form = page.getByRole('dialog')
  await hand.write(form.getByRole('textbox', { name: 'Name', exact: true }), 'ERP products')
  await hand.choose(form.getByRole('combobox', { name: 'Events' }), 'product.created', 'product.created')
  await hand.write(form.getByRole('textbox', { name: 'URL' }), `${receiver.url}/wms`)
  await hand.write(form.getByRole('textbox', { name: 'User name' }), 'wms')
  await hand.write(form.locator('input[type=password]'), 'a password for the receiver')
  await look(t, 'new-webhook')
  await hand.press(form.getByRole('button', { name: 'Create', exact: true }))
  const card = page.getByRole('article', { name: 'ERP products' })
  await hand.press(card.getByRole('button', { name: 'Send a test' }))
  const exchange = page.getByRole('dialog')
  await exchange.getByText('The receiver took it').waitFor()
  t.match(receiver.ledger[0], { headers: { authorization: `Basic ${Buffer.from('wms:a password for the receiver').toString('base64')}` } })
  await look(t, 'test')
  await hand.press(exchange.getByRole('button', { name: 'Close', exact: true }).last())
  await exchange.waitFor({ state: 'detached' })
  await look(t, 'webhooks')
}

/** The other side, by HTTP only. */
async function callAsErp (t: Test, base: string, { id, secret }: { id: string, secret: string }): Promise<void> {
  const send = async (path: string, body: object, token?: string): Promise<Response> =>
    await fetch(`${base}/api/external/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body)
    })
  const { access_token: token } = await (await send('/auth/token', { client_id: id, client_secret: secret })).json() as { access_token: string }
  const created = await send('/products', { sku: 'LANTERN-01', name: '<img src=x onerror=alert(1)>' }, token)
  t.match(
    [created.status, await created.json()], [201, { product: { trackBatch: true }, applied: [{ field: 'trackBatch' }] }], 'the default of the settings counts'
  )
}

async function seeDelivery (t: Test, { page, look, hand }: Walker): Promise<void> {
  await page.reload()
  const deliveries = page.getByRole('region', { name: 'Deliveries' })
  await deliveries.getByText('delivered', { exact: true }).first().waitFor()
  await hand.press(deliveries.getByRole('button', { name: 'product.created' }))
  const drawer = page.getByRole('dialog')
  await drawer.getByText('Try 1').waitFor()
  await look(t, 'delivery')
  await hand.press(drawer.getByRole('button', { name: 'Close', exact: true }))
  await drawer.waitFor({ state: 'detached' })
}

async function audit (t: Test, { page, look, hand }: Walker, wms: TestApp): Promise<void> {
  await hand.tab('Audit')
  const call = page.getByRole('button', { name: /^201 POST \/api\/external\/v1\/products / })
  await call.waitFor()
  await look(t, 'audit')
  await hand.press(call)
  const drawer = page.getByRole('dialog')
  await drawer.getByText('product.created').first().waitFor()
  await drawer.getByText('delivered').waitFor()
  await look(t, 'call')
  await hand.press(drawer.getByRole('button', { name: 'Close', exact: true }))
  await drawer.waitFor({ state: 'detached' })
  const live = page.getByRole('switch', { name: 'Live' })
  await hand.toggle(live)
  await page.getByText('Live', { exact: true }).waitFor()
  await wms.anonymous.get('/api/external/v1/products/sku:LIVE')
  await page.getByRole('button', { name: /^401 GET \/api\/external\/v1\/products\/sku:LIVE / }).waitFor()
  await hand.toggle(live)
}

/** What the caller made of the warehouse, and from there back to its calls. */
async function warehouse (t: Test, { page, look, hand }: Walker, wms: TestApp): Promise<void> {
  await wms.operator.patch('/api/admin/v1/operations/stock.adjust', { enabled: true })
  const shop = await wms.newClient({ name: 'Shop' })
  for (const [path, body] of [
    ['products', { sku: 'CANDLE-01', name: 'Candle' }],
    ['stock/adjustments', { reason: 'found', lines: [{ sku: 'CANDLE-01', batch: 'L1', delta: 12 }] }],
    ['orders', { externalRef: 'WEB-1', customer: { name: 'Ada Lovelace' }, lines: [{ sku: 'CANDLE-01', qty: 5 }] }]
  ] as const) t.equal((await shop.post(`/api/external/v1/${path}`, body)).status, 201, path)
  await openMenu({ page, hand })
  await hand.press(page.getByRole('link', { name: 'Warehouse' }))
  await page.getByRole('heading', { name: 'Warehouse', level: 1 }).waitFor()
  await hand.press(page.getByRole('button', { name: /^CANDLE-01/ }))
  const drawer = page.getByRole('dialog')
  await drawer.getByRole('table', { name: 'By batch' }).getByRole('link', { name: 'Movements of batch L1' }).waitFor()
  await drawer.getByText('product.created').waitFor()
  await drawer.getByText('stock.updated').first().waitFor()
  await look(t, 'product')
  await hand.press(drawer.getByRole('button', { name: 'Close', exact: true }))
  await drawer.waitFor({ state: 'detached' })
  await look(t, 'products')
  await hand.tab('Stock')
  await page.getByRole('button', { name: /^CANDLE-01.*7 available of 12 · 5 reserved/ }).waitFor()
  await look(t, 'stock')
  await hand.tab('Movements')
  await page.getByRole('listitem').filter({ hasText: '12 × CANDLE-01, batch L1' }).waitFor()
  await look(t, 'movements')
  await hand.press(page.getByRole('link', { name: /^Call that made movement/ }))
  await page.getByRole('button', { name: /^201 POST .*\/stock\/adjustments / }).waitFor()
  t.pass('a movement leads to the call that made it')
  await openMenu({ page, hand })
  await hand.press(page.getByRole('link', { name: 'Warehouse' }))
  await hand.tab('Orders')
  await hand.press(page.getByRole('button', { name: /WEB-1.*allocated/ }))
  await drawer.getByText('order.created').waitFor()
  await drawer.getByText('5 allocated at DEFAULT, batch L1').waitFor()
  await look(t, 'order')
  await hand.press(drawer.getByRole('link', { name: /^Call that caused order.created/ }))
  await page.getByRole('button', { name: /^201 POST .*\/orders / }).waitFor()
  t.pass('an order leads to the call that made it')
}

async function overview (t: Test, { page, look, hand }: Walker): Promise<void> {
  await hand.tab('Overview')
  await page.getByRole('figure', { name: /^Calls: / }).locator('svg').first().waitFor()
  await page.getByRole('region', { name: 'Busiest clients' }).getByRole('link', { name: 'My ERP <b>' }).waitFor()
  await look(t, 'overview')
  await hand.press(page.getByRole('region', { name: 'Busiest clients' }).getByRole('link', { name: 'My ERP <b>' }))
  await page.waitForURL(/\/integration\/audit\?clientId=/)
  await page.getByRole('button', { name: /^201 POST \/api\/external\/v1\/products / }).waitFor()
  t.pass('a name leads to its calls')
}

async function guide (t: Test, { page, look, hand }: Walker): Promise<void> {
  await hand.press(page.getByRole('button', { name: 'Integration Guide' }))
  const drawer = page.getByRole('dialog', { name: 'Integration Guide' })
  await drawer.getByText('9. What can happen here').waitFor()
  if (hand.name === 'mouse') await drawer.getByText('JavaScript').click()
  else {
    const chosen = drawer.getByRole('radio', { checked: true })
    await hand.toggle(chosen)
    await page.keyboard.press('ArrowRight')
  }
  await drawer.getByText('await fetch(').first().waitFor()
  await look(t, 'guide')
  await hand.press(drawer.getByRole('button', { name: 'Close', exact: true }))
  await drawer.waitFor({ state: 'detached' })
}

async function operators (t: Test, { page, look, hand }: Walker): Promise<void> {
  await openMenu({ page, hand })
  await hand.press(page.getByRole('link', { name: 'Operators' }))
  await page.getByRole('heading', { name: 'Operators', level: 1 }).waitFor()
  await hand.press(page.getByRole('button', { name: 'New operator' }))
  const drawer = page.getByRole('dialog')
  await hand.write(drawer.getByRole('textbox', { name: 'E-mail' }), 'ada@example.com')
  await hand.write(drawer.getByRole('textbox', { name: 'Name' }), 'Ada Lovelace')
  await hand.choose(drawer.getByRole('combobox', { name: 'Role' }), 'Viewer: reads everything, changes nothing')
  await hand.write(drawer.locator('input[type=password]'), 'an engine of analysis')
  await look(t, 'new-operator')
  await hand.press(drawer.getByRole('button', { name: 'Add' }))
  await drawer.waitFor({ state: 'detached' })
  const control = page.getByRole('switch', { name: 'Ada Lovelace may sign in' })
  await control.waitFor()
  await look(t, 'operators')
  await hand.toggle(control)
  await page.getByText('Ada Lovelace is signed out everywhere.').waitFor()
  t.notOk(await control.isChecked())
}

/** On a phone the places are behind a button. */
async function openMenu ({ page, hand }: Pick<Walker, 'page' | 'hand'>): Promise<void> {
  const burger = page.getByRole('button', { name: 'Open the menu' })
  if (await burger.isVisible()) await hand.press(burger)
}

async function signOut (t: Test, { page, hand }: Walker): Promise<void> {
  await hand.menu(page.getByRole('button', { name: /^Account of/ }), 'Sign out')
  await page.waitForURL(/\/console\/login/)
  await page.goto('/console/integration/audit')
  await page.waitForURL(/\/console\/login\?back/)
  t.pass('an outsider is led to the sign-in, and back afterwards')
}
