// GET /operators/:id
import t from 'tap'
import { API, boot } from './setup.js'

t.test('operator.get', async t => {
  const wms = await boot(t)
  const viewer = await wms.newOperator('viewer')

  t.test('200 – with its ETag, without password', async t => {
    const answer = await wms.operator.get(`${API}/operators/${viewer.id}`)
    t.match(answer, { status: 200, headers: { etag: '"1"' }, body: { id: viewer.id, email: viewer.email, role: 'viewer', enabled: true } })
    t.notMatch(answer.text, /password|scrypt/i)
  })

  t.test('400 – an id that is too long', async t => {
    t.match(await wms.operator.get(`${API}/operators/${'x'.repeat(201)}`), { status: 400, body: { errors: [{ in: 'path', pointer: '/id' }] } })
  })

  t.test('401 – without a session', async t => {
    t.equal((await wms.anonymous.get(`${API}/operators/${viewer.id}`)).status, 401)
  })

  t.test('403 – a viewer can\'t, not even itself', async t => {
    t.match(await viewer.get(`${API}/operators/${viewer.id}`), { status: 403, body: { code: 'role.insufficient' } })
  })

  t.test('404 – no such operator', async t => {
    t.match(await wms.operator.get(`${API}/operators/opr_none`), { status: 404, body: { code: 'operator.not_found' } })
  })
})
