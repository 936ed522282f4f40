// What happens on the page when something goes wrong: two operators at once, a refusal, the end of a session, a service that is away.
import t from 'tap'
import { OPERATOR, buildTestApp, type TestApp } from '../../../src/test-kit/service.js'
import { launch, noBrowser, visit, type Visit } from './browser.js'

t.setTimeout(240_000)
const DESK = { name: 'feel', width: 1280, height: 900, scheme: 'light' } as const

async function signIn ({ page }: Visit): Promise<void> {
  await page.locator('input[autocomplete=username]').fill(OPERATOR.email)
  await page.locator('input[type=password]').fill(OPERATOR.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

t.test('the console under stress', { skip: noBrowser }, async t => {
  const wms: TestApp = await buildTestApp(t)
  const visitor = await visit(t, await launch(t), await wms.listen(), DESK)
  const { page } = visitor

  t.test('a deep link leads through the sign-in to where it points', async t => {
    await page.goto('/console/integration/settings?edit=product.create')
    await page.waitForURL(/login/)
    await signIn(visitor)
    await page.waitForURL(/integration\/settings\?edit=product.create/)
    await page.getByRole('dialog', { name: /Create a product/ }).waitFor()
    t.pass()
  })

  t.test('two operators: the second sees that it was changed, and nothing is overwritten', async t => {
    const drawer = page.getByRole('dialog')
    await drawer.getByRole('combobox', { name: 'Batch policy' }).click()
    await page.getByRole('option', { name: 'never' }).click()
    await wms.operator.patch('/api/admin/v1/operations/product.create', { settings: { expiryPolicy: 'always' } })
    await drawer.getByRole('button', { name: 'Save' }).click()
    await drawer.getByText('Changed by First operator since you opened it').waitFor()
    t.match(
      (await wms.operator.get('/api/admin/v1/operations/product.create')).body.settings,
      { batchPolicy: 'caller', expiryPolicy: 'always' },
      'nothing of the second was saved'
    )
    await drawer.getByRole('button', { name: 'Keep editing mine' }).click()
    await drawer.getByText('since you opened it').waitFor({ state: 'detached' })
    await drawer.getByRole('button', { name: 'Save' }).click()
    await drawer.waitFor({ state: 'detached' })
    t.match(
      (await wms.operator.get('/api/admin/v1/operations/product.create')).body.settings, { batchPolicy: 'never', expiryPolicy: 'always' }, 'both changes count'
    )
  })

  t.test('a switch that is refused goes back, and says why with the request id', async t => {
    await page.route('**/api/admin/v1/operations', async route => {
      if (route.request().method() !== 'PATCH') return await route.continue()
      await route.fulfill({
        status: 503,
        contentType: 'application/problem+json',
        body: JSON.stringify({ status: 503, code: 'database.unavailable', detail: 'The database can\'t be reached at present.', requestId: 'req_TEST' })
      })
    })
    const control = page.getByRole('switch', { name: 'Read a product' })
    await control.click({ force: true })
    await page.getByText('The database can\'t be reached at present. (req_TEST)').waitFor()
    t.ok(await control.isChecked(), 'it is as it was')
    await page.unroute('**/api/admin/v1/operations')
  })

  t.test('a service that is away is said so, and is found again', async t => {
    await page.route('**/api/**', async route => { await route.abort() })
    await page.getByRole('tab', { name: 'API Clients' }).click()
    await page.getByText('No connection to the service').waitFor({ timeout: 90_000 })
    await page.unroute('**/api/**')
    await page.getByText('No connection to the service').waitFor({ state: 'detached' })
    await page.getByText('No client yet').waitFor()
    t.pass('without a click')
  })

  t.test('a session that has ended leads to the sign-in, and back to the same place', async t => {
    await page.goto('/console/integration/audit?direction=in')
    await page.getByRole('button', { name: 'Export' }).waitFor()
    await wms.db.query('DELETE FROM "OperatorSession"')
    await page.getByRole('tab', { name: 'Webhooks' }).click()
    await page.getByText('Your session has ended').waitFor()
    await signIn(visitor)
    await page.waitForURL(/integration\/webhooks/)
    t.pass()
  })

  t.test('a switch that another operator has just thrown goes back, and says who it was', async t => {
    const other = await wms.signIn()
    const { client } = (await other.post('/api/admin/v1/clients', { name: 'Contested' })).body as { client: { id: string } }
    await page.getByRole('tab', { name: 'API Clients' }).click()
    const control = page.getByRole('switch', { name: 'Contested is on' }).locator('visible=true')
    await control.waitFor()
    await other.patch(`/api/admin/v1/clients/${client.id}`, { description: 'Changed meanwhile' })
    await control.click({ force: true })
    await page.getByText('First operator has changed Contested since you opened it').waitFor()
    t.ok(await control.isChecked())
  })
})
