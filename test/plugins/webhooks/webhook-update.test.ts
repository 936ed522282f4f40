import t from 'tap'
import { startReceiver } from '../../../src/test-kit/receiver.js'
import { buildWebhookApp, PASSWORD } from './setup.js'

t.test('200 – a merge: what is left out stays, also the password; deliveries that follow obey', async t => {
  const [one, two] = [await startReceiver(t), await startReceiver(t)]
  const wms = await buildWebhookApp(t)
  const hook = await wms.hook({ url: `${one.url}/` })
  const path = `/api/admin/v1/webhooks/${hook.id as string}`
  const changed = await wms.operator.patch(path, { url: `${two.url}/new`, name: 'Moved', auth: { username: 'wms', password: PASSWORD } }, { 'if-match': '"1"' })
  t.match([changed.status, changed.headers.etag, changed.body], [200, '"2"', {
    name: 'Moved', url: `${two.url}/new`, events: ['toy.created'], auth: { username: 'wms', hasPassword: true }
  }])
  await wms.emit(['a'])
  await wms.settled(1)
  t.same([one.ledger.length, two.ledger.length, two.ledger[0]!.path], [0, 1, '/new'])
  t.equal(two.ledger[0]!.headers.authorization, `Basic ${Buffer.from(`wms:${PASSWORD}`).toString('base64')}`)
  await wms.operator.patch(path, { auth: { type: 'basic', username: 'other', password: 'new one' } })
  await wms.emit(['b'])
  await wms.settled(2)
  t.equal(two.ledger[1]!.headers.authorization, `Basic ${Buffer.from('other:new one').toString('base64')}`)
})

t.test('422 – another origin needs the credentials again; another path does not', async t => {
  const [one, two] = [await startReceiver(t), await startReceiver(t)]
  const wms = await buildWebhookApp(t)
  const hook = await wms.hook({ url: `${one.url}/` })
  const path = `/api/admin/v1/webhooks/${hook.id as string}`
  for (const auth of [undefined, { username: 'other' }, { password: 'only' }]) {
    const refused = await wms.operator.patch(path, { url: `${two.url}/`, ...(auth === undefined ? {} : { auth }) })
    t.match([refused.status, refused.body], [422, { code: 'webhook.credentials_required', errors: [{ pointer: '/auth' }] }])
  }
  await wms.operator.post(`${path}/test`)
  t.same([one.ledger.length, two.ledger.length], [1, 0], 'the test went to the old one')
  t.equal((await wms.operator.patch(path, { url: `${one.url}/moved` })).status, 200)
  t.equal((await wms.operator.patch(path, { url: `${two.url}/`, auth: { username: 'new', password: 'the new one' } })).status, 200)
  await wms.operator.post(`${path}/test`)
  t.equal(two.ledger[0]!.headers.authorization, `Basic ${Buffer.from('new:the new one').toString('base64')}`)
})

t.test('400, 403, 404, 412, 422 – what is refused', async t => {
  const wms = await buildWebhookApp(t)
  const hook = await wms.hook({ url: 'http://127.0.0.1:4011/' })
  const path = `/api/admin/v1/webhooks/${hook.id as string}`
  t.equal((await wms.operator.patch(path, { enabled: 'no' })).status, 400)
  t.equal((await wms.operator.patch(path, { id: 'x' })).status, 400)
  t.equal((await wms.operator.patch(path, { url: 'http://10.0.0.1/' })).status, 422)
  t.equal((await wms.operator.patch(path, { events: ['toy.unknown'] })).status, 422)
  t.equal((await wms.operator.patch(path, { name: 'x' }, { 'if-match': '"9"' })).status, 412)
  t.equal((await (await wms.viewer()).patch(path, { name: 'x' })).status, 403)
  t.equal((await wms.operator.patch('/api/admin/v1/webhooks/whk_unknown', { name: 'x' })).status, 404)
  t.same((await wms.operator.get(path)).body, hook, 'nothing has changed')
})
