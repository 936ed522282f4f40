// `npm run pictures`: makes the pictures of the README and of the page for operators, in a real browser on a service with a day's trade.
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Locator, type Page } from 'playwright-core'
import { createErp } from '../../demo/erp.js'
import { expect } from '../../demo/http.js'
import { runMonth } from '../../demo/month.js'
import { planMonth } from '../../demo/plan.js'
import { startReceiver } from '../../demo/receiver.js'
import { readRetail } from '../../demo/retail.js'
import { startService } from '../../demo/service.js'
import { OPERATOR, RECEIVER, settle, signIn } from '../../demo/setup.js'
import { CHROMIUM } from './browser.js'

const FOLDER = fileURLToPath(new URL('../../../../plugins/console/pictures', import.meta.url))
const TRADE = ['stock.adjust', 'order.release', 'order.pick', 'order.pack', 'order.ship']

async function main (): Promise<void> {
  if (CHROMIUM === undefined) throw new Error('There is no Chromium on this machine.')
  await mkdir(FOLDER, { recursive: true })
  const dataDir = await mkdtemp(join(tmpdir(), 'wms-pictures-'))
  const receiver = await startReceiver(RECEIVER.username, RECEIVER.password)
  const service = await startService({
    DATA_DIR: dataDir, PORT: '0', OPERATOR_EMAIL: OPERATOR.email, OPERATOR_PASSWORD: OPERATOR.password, WEBHOOK_ALLOW_CIDRS: '127.0.0.0/8', LOG_LEVEL: 'warn'
  })
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] })
  try {
    const context = await browser.newContext({
      baseURL: service.url, viewport: { width: 1200, height: 760 }, colorScheme: 'light', reducedMotion: 'reduce', locale: 'en-GB'
    })
    const page = await context.newPage()
    const { id, secret } = await setUp(page, receiver.url)
    const operator = await signIn(() => service.url)
    for (const operation of TRADE) await expect(200, operator('PATCH', `/api/admin/v1/operations/${operation}`, { enabled: true }))
    await runMonth(createErp(() => service.url, id, secret), planMonth(await readRetail('test/demo/online-retail-excerpt.csv')), () => {})
    await settle(operator, () => receiver.entries.size, 60_000)
    await look(page)
  } finally {
    await browser.close()
    await service.stop()
    await receiver.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}

async function shoot (page: Page, name: string): Promise<void> {
  // What was said about the step before is not the subject.
  for (const close of await page.locator('.mantine-Notification-root').getByRole('button', { name: 'Close', exact: true }).all()) await close.click()
  await page.locator('.mantine-Notification-root').first().waitFor({ state: 'detached' })
  await page.screenshot({ path: join(FOLDER, `${name}.png`), animations: 'disabled' })
  process.stdout.write(`${name}.png\n`)
}

/** The four steps of an operator: activate, a client, a webhook, its test. */
async function setUp (page: Page, receiverUrl: string): Promise<{ id: string, secret: string }> {
  await page.goto('/console')
  await page.locator('input[autocomplete=username]').fill(OPERATOR.email)
  await page.locator('input[type=password]').fill(OPERATOR.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  const card = page.getByRole('article', { name: 'LogisticsWMS API & Webhooks' })
  await card.getByRole('switch').click({ force: true })
  await card.getByText('on', { exact: true }).waitFor()
  await shoot(page, '1-activate')
  await card.getByRole('link', { name: 'Open' }).click()
  await page.getByRole('tab', { name: 'API Clients' }).click()
  await page.getByRole('button', { name: 'Create the first client' }).click()
  const form = page.getByRole('dialog')
  await form.getByRole('textbox', { name: 'Name' }).fill('ERP production')
  await form.getByRole('button', { name: 'Create', exact: true }).click()
  const once = page.getByRole('dialog', { name: /Credentials of/ })
  await once.waitFor()
  const [id = '', secret = ''] = await once.locator('code').allTextContents()
  await shoot(page, '2-client')
  await once.getByRole('checkbox').check()
  await once.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('tab', { name: 'Webhooks' }).click()
  await page.getByRole('button', { name: 'Create the first webhook' }).click()
  await fillWebhook(page, page.getByRole('dialog'), receiverUrl)
  await shoot(page, '3-webhook')
  await page.getByRole('dialog').getByRole('button', { name: 'Create', exact: true }).click()
  await page.getByRole('article', { name: 'ERP' }).getByRole('button', { name: 'Send a test' }).click()
  await page.getByRole('dialog').getByText('The receiver took it').waitFor()
  await shoot(page, '4-test')
  await page.getByRole('dialog').getByRole('button', { name: 'Close', exact: true }).last().click()
  return { id, secret }
}

async function fillWebhook (page: Page, form: Locator, url: string): Promise<void> {
  await form.getByRole('textbox', { name: 'Name', exact: true }).fill('ERP')
  for (const event of ['order.created', 'stock.updated', 'product.created', 'shipment.shipped']) {
    await form.getByRole('combobox', { name: 'Events' }).fill(event)
    await page.getByRole('option', { name: new RegExp(`^${event} `) }).click()
  }
  await page.keyboard.press('Tab')
  await form.getByRole('textbox', { name: 'URL' }).fill(url)
  await form.getByRole('textbox', { name: 'User name' }).fill(RECEIVER.username)
  await form.locator('input[type=password]').fill(RECEIVER.password)
}

/** What there is to see when it works. */
async function look (page: Page): Promise<void> {
  await page.goto('/console/integration/webhooks')
  await page.getByRole('region', { name: 'Deliveries' }).getByText('delivered', { exact: true }).first().waitFor()
  await shoot(page, '5-delivered')
  await page.goto('/console/integration/overview')
  await page.getByRole('figure', { name: /^Calls: / }).locator('svg').first().waitFor()
  await shoot(page, 'overview')
  await page.goto('/console/integration/audit')
  await page.getByRole('button', { name: /^20[01] POST/ }).first().click()
  await page.getByRole('dialog').getByText('delivered').first().waitFor()
  await shoot(page, 'audit')
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`)
  process.exitCode = 1
})
