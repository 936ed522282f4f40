// POST /operators
import t from 'tap'
import { API, boot, PASSWORD } from './setup.js'

const DRAFT = { email: 'grace@example.com', name: 'Grace Hopper', role: 'operator', password: PASSWORD }

t.test('operator.create', async t => {
  const wms = await boot(t)

  t.test('201 – can sign in at once and has the role that was given', async t => {
    const answer = await wms.operator.post(`${API}/operators`, { ...DRAFT, email: 'Grace@Example.COM' })
    t.equal(answer.status, 201)
    t.match(answer.body, { email: 'grace@example.com', name: 'Grace Hopper', role: 'operator', enabled: true, version: 1, lastSignInAt: null })
    t.match(answer.body.id, /^opr_[0-9A-Z]{26}$/)
    t.equal(answer.headers['etag'], '"1"')
    t.equal(answer.headers['location'], `${API}/operators/${answer.body.id as string}`)
    t.notMatch(answer.text, /password|scrypt/i)
    t.match(await wms.signIn('grace@example.com', PASSWORD), { status: 201, body: { operator: { id: answer.body.id } } })
  })

  t.test('400 – each wrong field is named', async t => {
    for (const [change, pointer] of [
      [{ email: 'grace' }, '/email'], [{ email: 'a b@c' }, '/email'], [{ email: `${'a'.repeat(251)}@b.c` }, '/email'], [{ email: undefined }, '/email'],
      [{ name: '' }, '/name'], [{ name: '   ' }, '/name'], [{ name: 'x'.repeat(201) }, '/name'],
      [{ role: 'root' }, '/role'], [{ role: undefined }, '/role'], [{ password: 'x'.repeat(11) }, '/password'], [{ password: 123456789012 }, '/password'],
      [{ enabled: false }, '/enabled']
    ] as const) {
      t.match(await wms.operator.post(`${API}/operators`, { ...DRAFT, email: 'new@example.com', ...change }), {
        status: 400, body: { code: 'request.invalid', errors: [{ in: 'body', pointer }] }
      }, JSON.stringify(change))
    }
  })

  t.test('401 – without a session', async t => {
    t.match(await wms.anonymous.post(`${API}/operators`, DRAFT), { status: 401, body: { code: 'session.required' } })
  })

  t.test('403 – a viewer and an operator can\'t make operators', async t => {
    for (const role of ['viewer', 'operator'] as const) {
      t.match(await (await wms.newOperator(role)).post(`${API}/operators`, { ...DRAFT, email: 'more@example.com' }), {
        status: 403, body: { code: 'role.insufficient' }
      })
    }
  })

  t.test('409 – the e-mail is taken, in whatever case; also when two ask at the same moment', async t => {
    t.match(await wms.operator.post(`${API}/operators`, { ...DRAFT, email: 'ADMIN@localhost' }), { status: 409, body: { code: 'operator.email_taken' } })
    const answers = await Promise
      .all(['twin@example.com', 'Twin@example.com'].map(async email => await wms.operator.post(`${API}/operators`, { ...DRAFT, email })))
    t.same(answers.map(answer => answer.status).sort(), [201, 409])
  })

  t.test('422 – a password that is too short once its characters are composed', async t => {
    const answer = await wms.operator.post(`${API}/operators`, { ...DRAFT, email: 'short@example.com', password: 'e\u0301'.repeat(6) })
    t.match(answer, { status: 422, body: { code: 'password.length', errors: [{ pointer: '/password' }] } })
  })
})
