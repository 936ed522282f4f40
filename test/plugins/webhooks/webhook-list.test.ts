import t from 'tap'
import { buildWebhookApp } from './setup.js'

t.test('200 – in order of creation, in pages; a viewer may read, deleted ones are gone', async t => {
  const wms = await buildWebhookApp(t)
  const ids: string[] = []
  for (const name of ['A', 'B', 'C', 'D']) ids.push((await wms.hook({ name, url: 'http://127.0.0.1:4011/' })).id)
  await wms.operator.delete(`/api/admin/v1/webhooks/${ids[3]!}`)
  const viewer = await wms.viewer()
  const first = (await viewer.get('/api/admin/v1/webhooks?limit=2')).body
  const second = (await viewer.get(`/api/admin/v1/webhooks?limit=2&cursor=${first.nextCursor as string}`)).body
  t.same([...first.data, ...second.data].map((hook: { id: string }) => hook.id), ids.slice(0, 3))
  t.equal(second.nextCursor, null)
  t.equal((await viewer.get('/api/admin/v1/webhooks?cursor=x')).status, 400)
})

t.test('200 – what changes behind a walker is found from the asOf of its first page', async t => {
  const wms = await buildWebhookApp(t)
  const [first] = [await wms.hook({ name: 'A', url: 'http://127.0.0.1:4011/' }), await wms.hook({ name: 'B', url: 'http://127.0.0.1:4011/' })]
  const page = (await wms.operator.get('/api/admin/v1/webhooks?limit=1')).body
  t.equal((await wms.operator.patch(`/api/admin/v1/webhooks/${first.id}`, { name: 'A, changed behind' })).status, 200)
  const next = (await wms.operator.get(`/api/admin/v1/webhooks?limit=1&cursor=${page.nextCursor as string}`)).body
  t.equal(next.asOf, page.asOf)
  const since = (await wms.operator.get(`/api/admin/v1/webhooks?updatedSince=${next.asOf as string}`)).body
  t.ok(since.data.some((hook: { name: string }) => hook.name === 'A, changed behind'))
})
