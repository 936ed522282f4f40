// Long lists in a real browser: a few rows in the page, the rest asked for as one scrolls.
import type { Test } from 'tap'
import type { Locator, Page } from 'playwright-core'
import { buildTestApp, OPERATOR, type TestApp } from '../../../src/test-kit/service.js'
import { launch, visit } from './browser.js'

const OWNER = 'own_00000000000000000000000000'
const WAREHOUSE = 'whs_00000000000000000000000000'
/** More than a screen holds, with what is kept ready above and below it. */
const MOST_ROWS = 60
const ROUNDS = 10

/** What one page of each list holds. */
const FILL: ReadonlyArray<[list: string, path: string, api: RegExp, pageSize: number, sql: (count: number) => string]> = [
  ['Products', '/console/warehouse/products', /\/warehouse\/products\?/, 100,
    count =>
      `INSERT INTO "Product" ("id", "ownerId", "sku", "skuKey", "name", "kind", "status", "baseUom", "qtyScale", "trackBatch", "trackExpiry", "trackSerial",
      "allocationStrategy", "safetyStock", "categories", "attributes", "createdAt", "updatedAt")
    SELECT 'prd_' || lpad(n::text, 26, '0'), '${OWNER}', 'SKU-' || n, 'sku-' || n, 'Product number ' || n, 'stock', 'active', 'EA', 0, false, false, false,
      'inherit', 0, '{}', '{}', at, at
      FROM (SELECT n, now() - make_interval(secs => n) AS at FROM generate_series(1, ${count}) n) AS many`],
  ['Orders', '/console/warehouse/orders', /\/warehouse\/orders\?/, 100,
    count =>
      `INSERT INTO "Order" ("id", "ownerId", "warehouseId", "number", "externalRef", "type", "status", "allocationStatus", "onHold", "holds", "priority",
        "allowPartialShipment", "attributes",
      "lineCount", "version", "createdAt", "updatedAt")
    SELECT 'ord_' || lpad(n::text, 26, '0'), '${OWNER}', '${WAREHOUSE}', 'SO-' || (1000000 + n), 'WEB-' || n, 'b2c', 'open', 'none', false, '[]', 5, true,
      '{}', 0, 1, at, at
      FROM (SELECT n, now() - make_interval(secs => n) AS at FROM generate_series(1, ${count}) n) AS many`],
  ['Calls', '/console/integration/audit', /\/audit\?/, 50,
    count =>
      `INSERT INTO "Audit" SELECT p.* FROM (SELECT "Audit" AS "row", "seq" FROM "Audit" WHERE "operation" = 'session.create' ORDER BY "seq" DESC LIMIT 1) a
      CROSS JOIN generate_series(1, ${count}) n
      CROSS JOIN LATERAL jsonb_populate_record(a."row", jsonb_build_object('seq', a."seq" + n)) p`]
]

/** Waits until the list has come to rest: no page of it is on its way, and neither its place nor its last row changes any more. */
async function rests (wms: TestApp, page: Page, name: string, asked: Asked): Promise<number> {
  const state = async (): Promise<string> =>
    [asked.pending, await page.evaluate('window.scrollY'), await rowsOf(page, name).last().getAttribute('aria-posinset')].join()
  let previous = ''
  let same = 0
  await wms.waitFor(async () => {
    const now = await state()
    same = now === previous && asked.pending === 0 ? same + 1 : 0
    previous = now
    return same >= 5
  }, `${name}: the list comes to rest`)
  return Number(await page.evaluate('window.scrollY'))
}

/** A row that is opened and closed leaves the list where it was; coming back to the window reads no page of it again. */
async function leavesItsPlace (t: Test, wms: TestApp, page: Page, name: string, asked: Asked): Promise<void> {
  const before = await rests(wms, page, name, asked)
  t.ok(before > 1_000, `${name}: far down (${before})`)
  await page.evaluate('window.dispatchEvent(new Event("visibilitychange")); window.dispatchEvent(new Event("focus"))')
  const row = rowsOf(page, name).getByRole('button').nth(12)
  await row.focus()
  const focused = await rests(wms, page, name, asked)
  await page.keyboard.press('Enter')
  const drawer = page.getByRole('dialog')
  await drawer.waitFor()
  await page.keyboard.press('Escape')
  await drawer.waitFor({ state: 'detached' })
  t.equal(await rests(wms, page, name, asked), focused, `${name}: a row that was opened leaves its place`)
  t.same(asked.urls.length, new Set(asked.urls).size, `${name}: no page was read twice, also when the window is looked at again`)
}

const rowsOf = (page: Page, name: string): Locator => page.getByRole('list', { name }).getByRole('listitem')

/** The pages of one list that the browser has asked for, in their order, and how many are on their way. */
interface Asked { urls: string[], pending: number }

function watchPages (page: Page, api: RegExp): Asked {
  const asked: Asked = { urls: [], pending: 0 }
  page.on('request', request => {
    if (api.test(request.url())) {
      asked.urls.push(request.url())
      asked.pending++
    }
  })
  for (const end of ['requestfinished', 'requestfailed'] as const) {
    page.on(end as 'requestfinished', request => {
      if (api.test(request.url())) asked.pending--
    })
  }
  return asked
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
    const asked = watchPages(page, api)
    await page.goto(path)
    const rows = rowsOf(page, name)
    await rows.first().waitFor()
    t.ok(asked.urls.length <= 2, `${name}: ${asked.urls.length} pages at first`)
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
    await rests(wms, page, name, asked)
    reached = Number(await rows.last().getAttribute('aria-posinset'))
    const pages = asked.urls.length
    t.comment(`${name}: row ${reached} of ${count} after ${pages} pages, at most ${most} rows in the page`)
    t.ok(reached > 100, `${name}: it goes on (${reached})`)
    t.ok(pages * pageSize <= reached + 2 * pageSize, `${name}: it does not load them all (${pages} pages)`)
    await leavesItsPlace(t, wms, page, name, asked)
    t.ok(most <= MOST_ROWS, `${name}: few rows are in the page (${most})`)
    await wms.waitFor(async () => {
      await page.keyboard.press('Home')
      return await rows.first().getAttribute('aria-posinset') === '1'
    }, `${name}: the first row again`)
  }
  t.same(problems, [])
}
