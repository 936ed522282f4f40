import t from 'tap'
import { buildTestApp } from '../../../src/test-kit/service.js'

t.test('200 – the page and all that it loads come from here, under a strict policy, without a row in the audit', async t => {
  const wms = await buildTestApp(t)
  const rows = async (): Promise<unknown> => (await wms.db.query('SELECT count(*) AS "count" FROM "Audit"')).rows
  const before = await rows()
  const page = await wms.anonymous.get('/docs/')
  t.equal(page.status, 200)
  t.match(page.headers['content-security-policy'], /default-src 'none'.*frame-ancestors 'none'/)
  t.notMatch(page.headers['content-security-policy'], /upgrade-insecure-requests/)
  const loaded = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, target]) => target!)
  t.ok(loaded.length >= 4, loaded.join(' '))
  for (const target of loaded) {
    t.notMatch(target, /^(https?:)?\/\//, 'no other host')
    t.equal((await wms.anonymous.get(new URL(target, 'http://wms.test/docs/').pathname)).status, 200, target)
  }
  t.equal((await wms.anonymous.get('/docs/json')).body.openapi, '3.1.0')
  t.match((await wms.anonymous.get('/docs/yaml')).text, /^openapi: 3\.1\.0/)
  t.same(await rows(), before)
})

t.test('404 – while the plugin is off', async t => {
  const wms = await buildTestApp(t)
  await wms.operator.patch('/api/admin/v1/plugins/docs', { enabled: false })
  const strip = (text: string): string => text.replace(/req_\w{26}/, 'req')
  const unknown = strip((await wms.anonymous.get('/nothing')).text)
  for (const path of ['/docs/', '/docs/json', '/docs/yaml', '/docs/operator/json', '/docs/static/swagger-ui.css']) {
    const answer = await wms.anonymous.get(path)
    t.match([answer.status, strip(answer.text)], [404, unknown], path)
  }
})
