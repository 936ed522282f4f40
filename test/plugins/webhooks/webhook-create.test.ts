import t from 'tap'
import { buildWebhookApp, everything, PASSWORD } from './setup.js'

const PATH = '/api/admin/v1/webhooks'
const body = (changes: Record<string, unknown> = {}): Record<string, unknown> =>
  ({ name: 'ERP', url: 'http://127.0.0.1:4011/hooks', events: ['toy.created'], auth: { type: 'basic', username: 'wms', password: PASSWORD }, ...changes })

t.test('201 – with its ETag; the password is in no answer and no table', async t => {
  const wms = await buildWebhookApp(t)
  const answer = await wms.operator.post(PATH, body())
  t.match([answer.status, answer.headers.etag], [201, '"1"'], answer.text)
  t.match(answer.body, {
    id: /^whk_/,
    name: 'ERP',
    url: 'http://127.0.0.1:4011/hooks',
    enabled: true,
    ordering: 'none',
    auth: { type: 'basic', username: 'wms', hasPassword: true },
    ownerId: null
  })
  t.notOk(answer.text.includes('ssword:with'))
  t.notOk((await everything(wms)).includes('ssword:with colon'))
})

t.test('400, 422 – each wrong field is named', async t => {
  const wms = await buildWebhookApp(t)
  const auth = { type: 'basic', username: 'wms', password: 'x' }
  const wrong: Array<[Record<string, unknown>, number, RegExp]> = [
    [body({ name: '' }), 400, /^\/name/],
    [body({ url: 5 }), 400, /^\/url/],
    [body({ events: [] }), 400, /^\/events/],
    [body({ auth: { ...auth, type: 'digest' } }), 400, /^\/auth\/type/],
    [body({ auth: { ...auth, username: 'a:b' } }), 400, /^\/auth\/username/],
    [body({ auth: { ...auth, password: 'a\r\nX: y' } }), 400, /^\/auth\/password/],
    [body({ secret: 'x' }), 400, /^\/secret/],
    [body({ ordering: 'always' }), 400, /^\/ordering/],
    [body({ events: ['toy.unknown'] }), 422, /^\/events/],
    [body({ url: 'nonsense' }), 422, /^\/url/],
    [body({ url: 'ftp://example.com' }), 422, /^\/url/],
    [body({ url: 'https://user:pass@example.com/' }), 422, /^\/url/],
    [body({ url: 'http://10.1.2.3/' }), 422, /^\/url/],
    [body({ url: 'https://[::ffff:10.0.0.1]/' }), 422, /^\/url/],
    [body({ url: 'https://169.254.169.254/' }), 422, /^\/url/]
  ]
  for (const [given, status, pointer] of wrong) {
    const answer = await wms.operator.post(PATH, given)
    t.match([answer.status, answer.body.errors?.[0]?.pointer], [status, pointer], answer.text)
  }
  t.equal((await wms.operator.get(PATH)).body.data.length, 0)
})

t.test('422 – loopback and plain http, unless WEBHOOK_ALLOW_CIDRS lists them', async t => {
  const wms = await buildWebhookApp(t, { config: { outboundAllowCidrs: [] } })
  for (const url of ['http://127.0.0.1:4011/', 'https://localhost/', 'https://127.1/', 'https://2130706433/', 'https://[::1]/', 'http://1.1.1.1/']) {
    const answer = await wms.operator.post(PATH, body({ url }))
    t.match([answer.status, answer.body.errors?.[0]?.pointer], [422, '/url'], `${url}: ${answer.text}`)
  }
})

t.test('401, 403', async t => {
  const wms = await buildWebhookApp(t)
  t.equal((await wms.anonymous.post(PATH, body())).status, 401)
  t.equal((await (await wms.viewer()).post(PATH, body())).status, 403)
})

t.test('422 – without an owner, as soon as there are several; null means all of them', async t => {
  const wms = await buildWebhookApp(t)
  const body = { name: 'Shop', url: 'http://127.0.0.1:4011/', events: ['toy.created'], auth: { type: 'basic', username: 'a', password: 'b' } }
  t.match(await wms.operator.post('/api/admin/v1/webhooks', body), { status: 201, body: { ownerId: null } })
  const ownerId = await wms.seedOwner()
  t.match(await wms.operator.post('/api/admin/v1/webhooks', body), { status: 422, body: { code: 'webhook.owner_required', errors: [{ pointer: '/ownerId' }] } })
  for (const owner of [ownerId, null]) {
    t.match(await wms.operator.post('/api/admin/v1/webhooks', { ...body, ownerId: owner }), { status: 201, body: { ownerId: owner } })
  }
})
