// PUT /session/password: changing one's own password.
import t from 'tap'
import { ANY, API, boot, PASSWORD } from './setup.js'

const NEW = 'another password for testing'

t.test('session.password', async t => {
  const wms = await boot(t)

  t.test('204 – the new password counts, the old one does not; other sessions end, this one stays', async t => {
    const viewer = await wms.newOperator('viewer')
    const other = (await wms.signIn(viewer.email, PASSWORD)).body.token as string
    const answer = await viewer.put(`${API}/session/password`, { currentPassword: PASSWORD, newPassword: NEW })
    t.match(answer, { status: 204, text: '' })
    t.equal((await viewer.get(ANY)).status, 200)
    t.equal((await wms.callerWith({ authorization: `Bearer ${other}` }).get(ANY)).status, 401)
    t.equal((await wms.signIn(viewer.email, PASSWORD)).status, 401)
    t.equal((await wms.signIn(viewer.email, NEW)).status, 201)
  })

  t.test('400 – a missing, unknown or short field is named', async t => {
    const viewer = await wms.newOperator('viewer')
    for (
      const [body, pointer] of [
        [{ newPassword: NEW }, '/currentPassword'],
        [{ currentPassword: PASSWORD }, '/newPassword'],
        [{ currentPassword: PASSWORD, newPassword: 'x'.repeat(11) }, '/newPassword'],
        [{ currentPassword: PASSWORD, newPassword: 'x'.repeat(257) }, '/newPassword'],
        [{ currentPassword: PASSWORD, newPassword: NEW, id: 'opr_1' }, '/id']
      ] as const
    ) {
      t.match(await viewer.put(`${API}/session/password`, body), { status: 400, body: { errors: [{ pointer }] } }, pointer)
    }
    t.equal((await wms.signIn(viewer.email, PASSWORD)).status, 201)
  })

  t.test('401 – without a session', async t => {
    t.equal((await wms.anonymous.put(`${API}/session/password`, { currentPassword: PASSWORD, newPassword: NEW })).status, 401)
  })

  t.test('403 – by cookie from a page of another site', async t => {
    const viewer = await wms.newOperator('viewer')
    const page = wms.callerWith({ cookie: `session=${viewer.token}`, 'sec-fetch-site': 'cross-site' })
    t.match(await page.put(`${API}/session/password`, { currentPassword: PASSWORD, newPassword: NEW }), { status: 403, body: { code: 'csrf.refused' } })
  })

  t.test('422 – a wrong current password changes nothing and does not end the session', async t => {
    const viewer = await wms.newOperator('viewer')
    const answer = await viewer.put(`${API}/session/password`, { currentPassword: 'a wrong password', newPassword: NEW })
    t.match(answer, { status: 422, body: { code: 'password.wrong', errors: [{ in: 'body', pointer: '/currentPassword' }] } })
    t.equal((await viewer.get(ANY)).status, 200)
    t.equal((await wms.signIn(viewer.email, PASSWORD)).status, 201)
  })

  t.test('422 – a new password that is too short once its characters are composed', async t => {
    const viewer = await wms.newOperator('viewer')
    const answer = await viewer.put(`${API}/session/password`, { currentPassword: PASSWORD, newPassword: 'e\u0301'.repeat(6) })
    t.match(answer, { status: 422, body: { code: 'password.length', errors: [{ pointer: '/newPassword' }] } })
  })

  t.test('429 – a stolen session can\'t be used to guess the password', async t => {
    const viewer = await wms.newOperator('viewer')
    const body = { currentPassword: 'a wrong password', newPassword: NEW }
    for (let i = 0; i < 10; i++) t.equal((await viewer.put(`${API}/session/password`, body)).status, 422)
    t.match(await viewer.put(`${API}/session/password`, { ...body, currentPassword: PASSWORD }), { status: 429, body: { code: 'session.too_many_attempts' } })
  })
})
