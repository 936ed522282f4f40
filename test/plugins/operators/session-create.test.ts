// POST /session: signing in.
import t from 'tap'
import { ANY, API, boot, FIRST, HOUR, MINUTE, PASSWORD } from './setup.js'

/** CPU time of the process, in microseconds. */
async function cpuOf (work: () => Promise<unknown>): Promise<number> {
  const start = process.cpuUsage()
  await work()
  return process.cpuUsage(start).user
}

t.test('session.create', async t => {
  const wms = await boot(t)

  t.test('201 – a token, a cookie and who signed in, but no password', async t => {
    const before = wms.clock.now().getTime()
    const answer = await wms.signIn(FIRST.email, FIRST.password, { 'user-agent': 'a browser' })
    t.equal(answer.status, 201)
    t.match(answer.body.token, /^wmso_[0-9A-Za-z]{43}$/)
    t.same(Object.keys(answer.body).sort(), ['expiresAt', 'idleExpiresAt', 'operator', 'token'])
    t.match(answer.body.operator, { email: 'admin@localhost', role: 'admin', enabled: true, version: 1 })
    t.same(Object.keys(answer.body.operator).sort(), ['createdAt', 'email', 'enabled', 'id', 'lastSignInAt', 'name', 'role', 'updatedAt', 'version'])
    t.ok(Date.parse(answer.body.operator.lastSignInAt) >= before)
    t.ok(Math.abs(Date.parse(answer.body.expiresAt) - before - 12 * HOUR) < MINUTE)
    t.ok(Math.abs(Date.parse(answer.body.idleExpiresAt) - before - 30 * MINUTE) < MINUTE)
    t.equal(answer.headers['cache-control'], 'no-store')
    t.equal(answer.headers['set-cookie'], `session=${answer.body.token}; Max-Age=43200; Path=/; HttpOnly; SameSite=Strict`)
  })

  t.test('201 – the database keeps a hash of the token, where it came from, and not the token', async t => {
    const { body } = await wms.signIn(FIRST.email, FIRST.password, { 'user-agent': 'x'.repeat(500), 'x-forwarded-for': '192.0.2.77' })
    const { rows } = await wms.db.query<Record<string, string>>('SELECT * FROM "OperatorSession" WHERE "ip" = $1', ['192.0.2.77'])
    t.equal(rows.length, 1)
    t.equal(rows[0]!['userAgent'], 'x'.repeat(300))
    t.notMatch(JSON.stringify(rows), body.token.slice(5))
  })

  t.test('201 – the e-mail is found without regard to case', async t => {
    t.equal((await wms.signIn('ADMIN@LocalHost', FIRST.password)).status, 201)
  })

  t.test('201 – each sign-in is a session of its own: a token from before is never taken over', async t => {
    const one = await wms.signIn(FIRST.email, FIRST.password)
    const two = await wms.signIn(FIRST.email, FIRST.password, { cookie: `session=${one.body.token as string}` })
    t.not(one.body.token, two.body.token)
    for (const { body } of [one, two]) t.equal((await wms.callerWith({ authorization: `Bearer ${body.token as string}` }).get(ANY)).status, 200)
  })

  t.test('400 – a body that is not e-mail and password', async t => {
    for (const [body, pointer] of [
      [{ email: 'a@b' }, '/password'], [{ password: 'x' }, '/email'], [{ email: 'a@b', password: 'x', role: 'admin' }, '/role'],
      [{ email: 1, password: 'x' }, '/email'], [{ email: 'a@b', password: '' }, '/password'], [{ email: 'a@b', password: ['x'] }, '/password'],
      [{ email: 'a'.repeat(255), password: 'x' }, '/email'], [{ email: 'a@b', password: 'x'.repeat(1025) }, '/password']
    ] as const) {
      const answer = await wms.anonymous.post(`${API}/session`, body)
      t.match(answer, { status: 400, body: { code: 'request.invalid', errors: [{ in: 'body', pointer }] } })
    }
  })

  t.test('401 – unknown e-mail, wrong password and disabled operator: the same answer', async t => {
    const disabled = await wms.newOperator('viewer')
    await wms.operator.patch(`${API}/operators/${disabled.id}`, { enabled: false })
    const answers = [
      await wms.signIn('no one@example.com', PASSWORD),
      await wms.signIn(FIRST.email, 'a wrong password'),
      await wms.signIn(disabled.email, PASSWORD)
    ]
    for (const answer of answers) {
      t.match(answer, { status: 401, headers: { 'www-authenticate': 'Bearer' }, body: { code: 'session.invalid_credentials' } })
      t.equal(answer.headers['set-cookie'], undefined)
    }
    const without = (text: string): string => text.replaceAll(/req_[0-9A-Z]{26}/g, 'req')
    t.equal(new Set(answers.map(answer => without(answer.text))).size, 1)
    t.equal(new Set(answers.map(answer => Object.keys(answer.headers).sort().join())).size, 1)
    t.equal(new Set(answers.map(answer => answer.text.length)).size, 1)
  })

  t.test('401 – hostile e-mails are unknown e-mails', async t => {
    for (const email of ['\' OR 1=1 --', '%', 'admin@localhost ', '\u0131@x', '__proto__']) {
      t.equal((await wms.signIn(email, FIRST.password)).status, 401, email)
    }
  })

  t.test('403 – a page of another site can\'t sign a browser in', async t => {
    t.match(await wms.signIn(FIRST.email, FIRST.password, { origin: 'https://evil.example' }), { status: 403, body: { code: 'csrf.refused' } })
    t.match(await wms.signIn(FIRST.email, FIRST.password, { 'sec-fetch-site': 'cross-site' }), { status: 403, body: { code: 'csrf.refused' } })
  })

  t.test('429 – ten wrong passwords from one address; another address and another operator still sign in', async t => {
    const { email } = await wms.newOperator('viewer')
    const from = { 'x-forwarded-for': '2001:db8:1:2::1' }
    for (let i = 0; i < 10; i++) t.equal((await wms.signIn(email, 'a wrong password', from)).status, 401)
    const refused = await wms.signIn(email, PASSWORD, { 'x-forwarded-for': '2001:db8:1:2:ffff::9' })
    t.match(refused, { status: 429, body: { code: 'session.too_many_attempts' } }, 'the right password too, from anywhere in the /64')
    const [cpuOfOne, cpuOfRefused] = [await cpuOf(async () => await wms.signIn('no one@example.com', PASSWORD)),
      await cpuOf(async () => await wms.signIn(email, PASSWORD, from))]
    t.ok(cpuOfRefused < cpuOfOne / 2, 'and costs no hashing')
    const seconds = Number(refused.headers['retry-after'])
    t.ok(seconds > 800 && seconds <= 900, `Retry-After: ${seconds}`)
    t.equal((await wms.signIn(email.toUpperCase(), PASSWORD, from)).status, 429, 'spelled in upper case')
    t.equal((await wms.signIn(email, PASSWORD, { 'x-forwarded-for': '2001:db8:1:3::1' })).status, 201)
    t.equal((await wms.signIn(FIRST.email, FIRST.password, from)).status, 201)
    await wms.advance(15 * MINUTE)
    t.equal((await wms.signIn(email, PASSWORD, from)).status, 201)
  })

  t.test('429 – many guesses at the same moment are not more guesses', async t => {
    const { email } = await wms.newOperator('viewer')
    const from = { 'x-forwarded-for': '192.0.2.9' }
    const answers = await Promise.all(Array.from({ length: 16 }, async () => await wms.signIn(email, 'a wrong password', from)))
    const judged = answers.filter(answer => answer.status === 401).length
    t.ok(judged >= 10 && judged <= 11, `${judged} were judged: ten, and one that was being hashed beside the tenth`)
    t.equal(judged + answers.filter(answer => answer.status === 429).length, 16)
    t.equal((await wms.signIn(email, PASSWORD, from)).status, 429)
  })

  t.test('two right sign-ins at the same moment both succeed', async t => {
    const answers = await Promise.all([1, 2, 3, 4].map(async () => await wms.signIn(FIRST.email, FIRST.password)))
    t.same(answers.map(answer => answer.status), [201, 201, 201, 201])
    t.equal(new Set(answers.map(answer => answer.body.token)).size, 4)
  })
})

t.test('https – the cookie is Secure and bound to the host', async t => {
  const wms = await boot(t, { config: { publicUrl: 'https://wms.example' } })
  const { body, headers } = await wms.signIn(FIRST.email, FIRST.password)
  t.equal(headers['set-cookie'], `__Host-session=${body.token}; Max-Age=43200; Path=/; HttpOnly; Secure; SameSite=Strict`)
  t.equal((await wms.callerWith({ cookie: `__Host-session=${body.token as string}` }).get(ANY)).status, 200)
  t.equal((await wms.callerWith({ cookie: `session=${body.token as string}` }).get(ANY)).status, 401, 'the unprotected name does not count')
  t.match(await wms.callerWith({ cookie: `__Host-session=${body.token as string}` }).delete(`${API}/session`), {
    status: 204, headers: { 'set-cookie': '__Host-session=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Strict' }
  })
})
