import t from 'tap'
import { buildWebhookApp } from './setup.js'

t.test('200 – with its ETag and without its password; 404 – unknown and deleted ones', async t => {
  const wms = await buildWebhookApp(t)
  const hook = await wms.hook({ url: 'http://127.0.0.1:4011/' })
  const path = `/api/admin/v1/webhooks/${hook.id as string}`
  const answer = await (await wms.viewer()).get(path)
  t.match([answer.status, answer.headers.etag, answer.body], [200, '"1"', hook])
  t.notOk('password' in answer.body.auth)
  await wms.operator.delete(path)
  for (const gone of [path, '/api/admin/v1/webhooks/whk_unknown']) t.equal((await wms.operator.get(gone)).status, 404)
})
