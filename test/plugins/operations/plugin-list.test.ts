import t from 'tap'
import { buildTestApp } from '../../../src/test-kit/service.js'
import { plugins } from '../../../plugins/index.js'

t.test('200 – all installed plugins with their switches; off on a fresh install is the integration alone', async t => {
  const wms = await buildTestApp(t, { activate: false })
  const { data } = (await (await wms.newOperator('viewer')).get('/api/admin/v1/plugins')).body
  t.same(data.map((plugin: { id: string }) => plugin.id).sort(), plugins.map(({ id }) => id).sort())
  t.same(data.filter((plugin: { enabled: boolean }) => !plugin.enabled).map((plugin: { id: string }) => plugin.id), ['external-api'])
  const catalog = data.find((plugin: { id: string }) => plugin.id === 'catalog')
  t.match(catalog, { enabled: true, effective: false, waitingFor: ['external-api'], requires: ['external-api'], locked: false })
  t.match(data.find((plugin: { id: string }) => plugin.id === 'operations'), { locked: true, effective: true })
})
