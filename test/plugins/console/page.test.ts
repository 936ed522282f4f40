// What the console is served as, and what it weighs.
import t from 'tap'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildTestApp } from '../../../src/test-kit/service.js'

const BUILT = 'dist/console'
const FIRST_LOAD_BYTES = 250 * 1024

t.test('the page is at every path below /console, with a policy of its own and no call in the audit', async t => {
  const wms = await buildTestApp(t)
  const before = (await wms.db.query('SELECT FROM "Audit"')).rowCount
  const [one, two] = [await wms.anonymous.get('/console'), await wms.anonymous.get('/console/integration/audit?q=1')]
  for (const page of [one, two]) {
    t.match(page, { status: 200, headers: { 'content-type': /^text\/html/, 'cache-control': 'no-cache', 'x-frame-options': 'DENY' } })
    t.notMatch(page.headers['content-security-policy'], /unsafe/)
    const nonce = /'nonce-([^']+)'/.exec(String(page.headers['content-security-policy']))![1]!
    t.ok(page.text.includes(`content="${nonce}"`))
    t.notMatch(page.text, /<script(?![^>]*src=)|__NONCE__/, 'no inline script')
  }
  t.not(one.headers['content-security-policy'], two.headers['content-security-policy'], 'a nonce is used once')
  const asset = /src="(\/console\/assets\/[^"]+)"/.exec(one.text)![1]!
  t.match(await wms.anonymous.get(asset, { 'accept-encoding': 'br' }), { status: 200, headers: { 'content-encoding': 'br', 'cache-control': /immutable/ } })
  t.equal((await wms.anonymous.get('/console/theme.js')).status, 200)
  t.equal((await wms.db.query('SELECT FROM "Audit"')).rowCount, before, 'pages are no calls')
  const missing = await wms.anonymous.get('/console/assets/missing.js')
  t.match(
    [missing.status, missing.body.code, missing.headers['content-type']], [404, 'route.not_found', /^application\/problem\+json/], 'in the format of every 404'
  )
  t.not((await wms.anonymous.get('/console/assets/..%2f..%2fbuilt')).status, 200)
})

t.test('switched off, it is not there', async t => {
  const wms = await buildTestApp(t)
  await wms.operator.patch('/api/admin/v1/plugins/console', { enabled: false })
  t.equal((await wms.anonymous.get('/console')).status, 404)
  t.equal((await wms.anonymous.get('/console/theme.js')).status, 404)
})

t.test('the first load is light, and nothing of the server is in it', async t => {
  const html = readFileSync(join(BUILT, 'index.html'), 'utf8')
  const first = [...html.matchAll(/(?:src|href)="\/console\/(assets\/[^"]+\.js)"/g)].map(match => match[1]!)
  t.ok(first.length > 0)
  const bytes = first.reduce((sum, file) => sum + readFileSync(join(BUILT, `${file}.gz`)).length, 0)
  t.comment(`${Math.round(bytes / 1024)} KiB of JavaScript, gzip`)
  t.ok(bytes < FIRST_LOAD_BYTES, `${bytes} bytes`)
  for (const file of readdirSync(join(BUILT, 'assets')).filter(name => name.endsWith('.js'))) {
    t.notMatch(readFileSync(join(BUILT, 'assets', file), 'utf8'), /Symbol\.for\("TypeBox|fastify|PrismaClient/, file)
  }
})
