// Long lists in a real browser: a few rows in the page, the rest asked for as one scrolls.
import type { Test } from 'tap'
import type { Page } from 'playwright-core'
import { buildTestApp, OPERATOR } from '../../support/app.js'
import { launch, visit } from './browser.js'

const OWNER = 'own_00000000000000000000000000'
const WAREHOUSE = 'whs_00000000000000000000000000'
/** More than a screen holds, with what is kept ready above and below it. */
const MOST_ROWS = 60
const ROUNDS = 10

/** What one page of each list holds. */
const FILL: ReadonlyArray<[list: string, path: string, api: RegExp, pageSize: number, sql: (count: number) => string]> = [
  ['Products', '/console/warehouse/products', /\/warehouse\/products\?/, 100, count => `INSERT INTO "Product" ("id", "ownerId", "sku", "skuKey", "name", "kind", "status", "baseUom", "qtyScale", "trackBatch", "trackExpiry", "trackSerial",
      "allocationStrategy", "safetyStock", "categories", "attributes", "createdAt", "updatedAt")
    SELECT 'prd_' || lpad(n::text, 26, '0'), '${OWNER}', 'SKU-' || n, 'sku-' || n, 'Product number ' || n, 'stock', 'active', 'EA', 0, false, false, false, 'inherit', 0, '{}', '{}', at, at
      FROM (SELECT n, now() - make_interval(secs => n) AS at FROM generate_series(1, ${count}) n) AS many`],
  ['Orders', '/console/warehouse/orders', /\/warehouse\/orders\?/, 100, count => `INSERT INTO "Order" ("id", "ownerId", "warehouseId", "number", "externalRef", "type", "status", "allocationStatus", "onHold", "holds", "priority", "allowPartialShipment", "attributes",
      "lineCount", "version", "createdAt", "updatedAt")
    SELECT 'ord_' || lpad(n::text, 26, '0'), '${OWNER}', '${WAREHOUSE}', 'SO-' || (1000000 + n), 'WEB-' || n, 'b2c', 'open', 'none', false, '[]', 5, true, '{}', 0, 1, at, at
      FROM (SELECT n, now() - make_interval(secs => n) AS at FROM generate_series(1, ${count}) n) AS many`],
  ['Calls', '/console/integration/audit', /\/audit\?/, 50, count => `INSERT INTO "Audit" SELECT p.* FROM (SELECT "Audit" AS "row", "seq" FROM "Audit" WHERE "operation" = 'session.create' ORDER BY "seq" DESC LIMIT 1) a
      CROSS JOIN generate_series(1, ${count}) n
      CROSS JOIN LATERAL jsonb_populate_record(a."row", jsonb_build_object('seq', a."seq" + n)) p`]
]

/** A row that is opened and closed leaves the list where it was; coming back to the window asks for nothing. */
async function leavesItsPlace (t: Test, page: Page, name: string): Promise<void> {
  const place = async (): Promise<number> => Number(await page.evaluate('window.scrollY'))
  const before = await place()
  t.ok(before > 1_000, `${name}: far down (${before})`)
  let calls = 0
  const count = (): void => { calls++ }
  page.on('request', count)
  await page.evaluate('window.dispatchEvent(new Event("visibilitychange")); window.dispatchEvent(new Event("focus"))')
  await page.waitForTimeout(300)
  page.off('request', count)
  t.ok(calls <= 3, `${name}: ${calls} calls when the window is looked at again`)
  const row = page.getByRole('list', { name }).getByRole('button').nth(12)
  await row.focus()
  const focused = await place()
  await page.keyboard.press('Enter')
  const drawer = page.getByRole('dialog')
  await drawer.waitFor()
  await page.keyboard.press('Escape')
  await drawer.waitFor({ state: 'detached' })
  t.equal(await place(), focused, `${name}: a row that was opened leaves its place`)
}

/** Each list with so many rows scrolls on and on, and has asked for no more than what was looked at. */
export async function scrollLists (t: Test, count: number): Promise<void> {
  const wms = await buildTestApp(t)
  for (const [,,,, sql] of FILL) await wms.db.query(sql(count))
  await wms.db.query('ANALYZE')
  const { page, problems } = await visit(t, await launch(t), await wms.listen(), { name: 'lists', width: 1280, height: 900, scheme: 'light' })
  await page.goto('/console')
  await page.locator('input[autocomplete=username]').fill(OPERATOR.email)
  await page.locator('input[type=password]').fill(OPERATOR.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Plugins', level: 1 }).waitFor()
  for (const [name, path, api, pageSize] of FILL) {
    let pages = 0
    page.on('request', request => { if (api.test(request.url())) pages++ })
    await page.goto(path)
    const list = page.getByRole('list', { name })
    const rows = list.getByRole('listitem')
    await rows.first().waitFor()
    t.ok(pages <= 2, `${name}: ${pages} pages at first`)
    let reached = 0
    let most = 0
    for (let round = 0; round < ROUNDS; round++) {
      const before = reached
      await wms.waitFor(async () => {
        await page.keyboard.press('End')
        return (reached = Number(await rows.last().getAttribute('aria-posinset'))) > before
      }, `${name}: rows after ${before}`)
      most = Math.max(most, await rows.count())
    }
    // The last key may still be scrolling, and the page after it be on its way.
    await page.waitForTimeout(700)
    reached = Number(await rows.last().getAttribute('aria-posinset'))
    t.comment(`${name}: row ${reached} of ${count} after ${pages} pages, at most ${most} rows in the page`)
    t.ok(reached > 100, `${name}: it goes on (${reached})`)
    t.ok(pages * pageSize <= reached + 2 * pageSize, `${name}: it does not load them all (${pages} pages)`)
    await leavesItsPlace(t, page, name)
    t.ok(most <= MOST_ROWS, `${name}: few rows are in the page (${most})`)
    await wms.waitFor(async () => {
      await page.keyboard.press('Home')
      return await rows.first().getAttribute('aria-posinset') === '1'
    }, `${name}: the first row again`)
  }
  t.same(problems, [])
}
