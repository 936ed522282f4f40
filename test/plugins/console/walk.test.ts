// From a fresh database to a delivered webhook in the audit, as an operator goes: by mouse at a desk, by keyboard on a phone.
import t, { type Test } from 'tap'
import { OPERATOR, buildTestApp, type TestApp } from '../../support/app.js'
import { startReceiver, type Receiver } from '../../support/receiver.js'
import { launch, noBrowser, visit, type Variant, type Visit } from './browser.js'

t.setTimeout(240_000)
const VARIANTS: Variant[] = [{ name: 'desk', width: 1280, height: 900, scheme: 'light' }, { name: 'phone', width: 390, height: 844, scheme: 'dark' }]

for (const variant of VARIANTS) {
  t.test(`${variant.name}: ${variant.width} × ${variant.height}, ${variant.scheme}`, { skip: noBrowser }, async t => {
    const wms = await buildTestApp(t, { activate: false })
    const base = await wms.listen()
    const receiver = await startReceiver(t)
    const visitor = await visit(t, await launch(t), base, variant)
    const isPhone = variant.width < 600
    await signIn(t, visitor, isPhone)
    await activate(t, visitor, isPhone)
    await settings(t, visitor)
    const credentials = await client(t, visitor)
    await webhook(t, visitor, receiver)
    await callAsErp(t, base, credentials)
    await seeDelivery(t, visitor)
    await audit(t, visitor, wms)
    await guide(t, visitor)
    await signOut(t, visitor)
    t.same(visitor.problems, [], 'nothing in the console of the browser, nothing asked of another host')
  })
}

async function signIn (t: Test, { page, look }: Visit, byKeyboard: boolean): Promise<void> {
  await page.goto('/console')
  await page.waitForURL(/\/console\/login/)
  await look(t, 'sign-in')
  await page.locator('input[autocomplete=username]').fill(OPERATOR.email)
  await page.locator('input[type=password]').fill(OPERATOR.password)
  if (byKeyboard) await page.keyboard.press('Enter')
  else await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Plugins', level: 1 }).waitFor()
}

async function activate (t: Test, { page, look }: Visit, byKeyboard: boolean): Promise<void> {
  const card = page.getByRole('article', { name: 'LogisticsWMS API & Webhooks' })
  await card.waitFor()
  await look(t, 'plugins')
  const control = card.getByRole('switch')
  if (byKeyboard) {
    await control.focus()
    await page.keyboard.press('Space')
    // The input lies under its picture: clicked where it is, as a mouse does.
  } else await control.click({ force: true })
  await card.getByText('on', { exact: true }).waitFor()
  t.ok(await control.isChecked(), 'the integration is active')
  const link = card.getByRole('link', { name: 'Open' })
  if (byKeyboard) {
    await link.focus()
    await page.keyboard.press('Enter')
  } else await link.click()
  await page.getByRole('tab', { name: 'General Settings' }).waitFor()
}

async function settings (t: Test, { page, look }: Visit): Promise<void> {
  await page.getByRole('switch', { name: 'Create a product' }).waitFor()
  await look(t, 'settings')
  await page.getByRole('button', { name: 'Defaults of Create a product' }).click()
  const drawer = page.getByRole('dialog')
  await drawer.getByRole('combobox', { name: /batch policy/i }).click()
  await page.getByRole('option', { name: 'always' }).click()
  await drawer.getByText('Not saved yet: batchPolicy').waitFor()
  await look(t, 'defaults')
  await drawer.getByRole('button', { name: 'Save' }).click()
  await drawer.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Presets' }).click()
  await page.getByRole('menuitem', { name: /Read-only/ }).click()
  await page.getByRole('dialog').getByText('Then').waitFor()
  await look(t, 'preset')
  await page.keyboard.press('Escape')
}

async function client (t: Test, { page, look }: Visit): Promise<{ id: string, secret: string }> {
  await page.getByRole('tab', { name: 'API Clients' }).click()
  await page.getByRole('button', { name: 'Create the first client' }).click()
  const form = page.getByRole('dialog')
  await form.getByRole('textbox', { name: 'Name' }).fill('My ERP <b>')
  await form.getByText('Create a product').waitFor()
  await look(t, 'new-client')
  await form.getByRole('button', { name: 'Create', exact: true }).click()
  const once = page.getByRole('dialog', { name: /Credentials of/ })
  await once.waitFor()
  const [id = '', secret = ''] = await once.locator('code').allTextContents()
  t.match([id, secret], [/^wmsc_/, /^wmss_/])
  await look(t, 'secret')
  await page.keyboard.press('Escape')
  t.ok(await once.isVisible(), 'the secret can not be closed by accident')
  await once.getByRole('checkbox').check()
  await once.getByRole('button', { name: 'Done' }).click()
  await once.waitFor({ state: 'detached' })
  t.notOk((await page.content()).includes(secret), 'the secret is gone from the page')
  await page.getByRole('button', { name: 'My ERP <b>', exact: true }).locator('visible=true').waitFor()
  await look(t, 'clients')
  return { id, secret }
}

async function webhook (t: Test, { page, look }: Visit, receiver: Receiver): Promise<void> {
  await page.getByRole('tab', { name: 'Webhooks' }).click()
  await page.getByRole('button', { name: 'Create the first webhook' }).click()
  const form = page.getByRole('dialog')
  await form.getByRole('textbox', { name: 'Name', exact: true }).fill('ERP products')
  await form.getByRole('combobox', { name: 'Events' }).fill('product.created')
  await page.getByRole('option', { name: /product.created/ }).click()
  await page.keyboard.press('Tab')
  await form.getByRole('textbox', { name: 'URL' }).fill(`${receiver.url}/wms`)
  await form.getByRole('textbox', { name: 'User name' }).fill('wms')
  await form.locator('input[type=password]').fill('a password for the receiver')
  await look(t, 'new-webhook')
  await form.getByRole('button', { name: 'Create', exact: true }).click()
  const card = page.getByRole('article', { name: 'ERP products' })
  await card.getByRole('button', { name: 'Send a test' }).click()
  const exchange = page.getByRole('dialog')
  await exchange.getByText('The receiver took it').waitFor()
  t.match(receiver.ledger[0], { headers: { authorization: `Basic ${Buffer.from('wms:a password for the receiver').toString('base64')}` } })
  await look(t, 'test')
  await exchange.getByRole('button', { name: 'Close' }).last().click()
  await exchange.waitFor({ state: 'detached' })
  await look(t, 'webhooks')
}

/** The other side, by HTTP only. */
async function callAsErp (t: Test, base: string, { id, secret }: { id: string, secret: string }): Promise<void> {
  const send = async (path: string, body: object, token?: string): Promise<Response> => await fetch(`${base}/api/external/v1${path}`, {
    method: 'POST', headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) }, body: JSON.stringify(body)
  })
  const { access_token: token } = await (await send('/auth/token', { client_id: id, client_secret: secret })).json() as { access_token: string }
  const created = await send('/products', { sku: 'LANTERN-01', name: '<img src=x onerror=alert(1)>' }, token)
  t.match([created.status, await created.json()], [201, { product: { trackBatch: true }, applied: [{ field: 'trackBatch' }] }], 'the default of the settings counts')
}

async function seeDelivery (t: Test, { page, look }: Visit): Promise<void> {
  await page.reload()
  const deliveries = page.getByRole('region', { name: 'Deliveries' })
  await deliveries.getByText('delivered', { exact: true }).first().waitFor()
  await deliveries.getByRole('button', { name: 'product.created' }).click()
  const drawer = page.getByRole('dialog')
  await drawer.getByText('Try 1').waitFor()
  await look(t, 'delivery')
  await drawer.getByRole('button', { name: 'Close' }).click()
  await drawer.waitFor({ state: 'detached' })
}

async function audit (t: Test, { page, look }: Visit, wms: TestApp): Promise<void> {
  await page.getByRole('tab', { name: 'Audit' }).click()
  const call = page.getByRole('button', { name: /^201 POST \/api\/external\/v1\/products / })
  await call.waitFor()
  await look(t, 'audit')
  await call.click()
  const drawer = page.getByRole('dialog')
  await drawer.getByText('product.created').first().waitFor()
  await drawer.getByText('delivered').waitFor()
  await look(t, 'call')
  await drawer.getByRole('button', { name: 'Close' }).click()
  await drawer.waitFor({ state: 'detached' })
  await page.getByRole('switch', { name: 'Live' }).click()
  await page.getByText('Live', { exact: true }).waitFor()
  await wms.anonymous.get('/api/external/v1/products/sku:LIVE')
  await page.getByRole('button', { name: /^401 GET \/api\/external\/v1\/products\/sku:LIVE / }).waitFor()
  await page.getByRole('switch', { name: 'Live' }).click()
}

async function guide (t: Test, { page, look }: Visit): Promise<void> {
  await page.getByRole('button', { name: 'Integration Guide' }).click()
  const drawer = page.getByRole('dialog', { name: 'Integration Guide' })
  await drawer.getByText('9. What can happen here').waitFor()
  await drawer.getByText('JavaScript').click()
  await drawer.getByText('await fetch(').first().waitFor()
  await look(t, 'guide')
  await drawer.getByRole('button', { name: 'Close' }).click()
  await drawer.waitFor({ state: 'detached' })
}

async function signOut (t: Test, { page }: Visit): Promise<void> {
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.waitForURL(/\/console\/login/)
  await page.goto('/console/integration/audit')
  await page.waitForURL(/\/console\/login\?back/)
  t.pass('a stranger is led to the sign-in, and back afterwards')
}
