// GET /session, and with it how every operator route recognises its caller.
import t from 'tap'
import { ANY, API, boot, FIRST, MINUTE } from './setup.js'

t.test('session.get', async t => {
  const wms = await boot(t)
  const open = async (): Promise<string> => (await wms.signIn(FIRST.email, FIRST.password)).body.token as string
  const bearer = (token: string) => wms.callerWith({ authorization: `Bearer ${token}` })
  const cookie = (token: string) => wms.callerWith({ cookie: `theme=dark; session=${token}` })

  t.test('200 – the session and its operator, by Bearer and by cookie, for a viewer too', async t => {
    const viewer = await wms.newOperator('viewer')
    for (const caller of [viewer, cookie(viewer.token)]) {
      const answer = await caller.get(`${API}/session`)
      t.match(answer, { status: 200, headers: { 'cache-control': 'no-store' }, body: { operator: { id: viewer.id, role: 'viewer' } } })
      t.same(Object.keys(answer.body).sort(), ['expiresAt', 'idleExpiresAt', 'operator'])
    }
  })

  t.test('200 – operator null for an outsider, for something that is no session token, and after the session has ended', async t => {
    const token = await open()
    const anonymous = { expiresAt: null, idleExpiresAt: null, operator: null }
    for (
      const caller of [wms.anonymous, bearer('eyJhbGciOiJSUzI1NiJ9.e30.c2ln'), bearer(`wmso_${'A'.repeat(43)}`),
        wms.callerWith({ cookie: 'session=something' })]
    ) {
      t.match(await caller.get(`${API}/session`), { status: 200, headers: { 'cache-control': 'no-store' }, body: anonymous })
    }
    t.equal((await cookie(token).delete(`${API}/session`)).status, 204)
    t.same((await cookie(token).get(`${API}/session`)).body, anonymous)
  })

  t.test('400 – cookie and Bearer that name different sessions; the same one twice is fine', async t => {
    const [one, two] = [await open(), await open()]
    t.match(await bearer(one).get(ANY, { cookie: `session=${two}` }), { status: 400, body: { code: 'session.ambiguous' } })
    t.equal((await bearer(one).get(ANY, { cookie: `session=${one}` })).status, 200)
  })

  t.test('401 session.required – nothing given, or something that is no session token', async t => {
    for (const headers of [
      {}, { authorization: 'Bearer' }, { authorization: 'Basic YTpi' }, { authorization: 'Bearer eyJhbGciOiJSUzI1NiJ9.e30.c2ln' },
      { cookie: 'session=' }, { cookie: 'session=something-of-another-service' }, { cookie: '%00=%;;session' }, { cookie: 'session=%E0%A4%A' }
    ]) {
      t.match(await wms.callerWith(headers).get(ANY), {
        status: 401, headers: { 'www-authenticate': 'Bearer' }, body: { code: 'session.required' }
      }, JSON.stringify(headers))
    }
  })

  t.test('401 session.expired – a token that no one has', async t => {
    t.match(await bearer(`wmso_${'A'.repeat(43)}`).get(ANY), {
      status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' }, body: { code: 'session.expired' }
    })
  })

  t.test('200 – a cookie of another service beside a Bearer, and Basic of a proxy beside our cookie, do not disturb', async t => {
    const token = await open()
    t.equal((await bearer(token).get(ANY, { cookie: 'session=s%3Aother.signature' })).status, 200)
    t.equal((await cookie(token).get(ANY, { authorization: 'Basic YTpi' })).status, 200)
  })

  t.test('401 – of an operator whose row was disabled by hand in the database', async t => {
    const { token, id } = await wms.newOperator('viewer')
    await wms.db.query('UPDATE "Operator" SET "enabled" = false WHERE "id" = $1', [id])
    t.match(await bearer(token).get(ANY), { status: 401, body: { code: 'session.expired' } })
  })

  t.test('401 – 30 minutes without a call end it; calls in between keep it', async t => {
    const token = await open()
    for (let i = 0; i < 3; i++) {
      await wms.advance(29 * MINUTE)
      t.equal((await bearer(token).get(ANY)).status, 200)
    }
    await wms.advance(30 * MINUTE)
    t.match(await bearer(token).get(ANY), { status: 401, body: { code: 'session.expired' } })
  })

  t.test('401 – 12 hours after the sign-in it ends, however much it is used', async t => {
    const token = await open()
    for (let i = 0; i < 25; i++) {
      await wms.advance(28 * MINUTE)
      t.equal((await bearer(token).get(ANY)).status, 200)
    }
    const { body } = await bearer(token).get(`${API}/session`)
    t.equal(body.idleExpiresAt, body.expiresAt, 'use does not carry it beyond its end')
    t.ok(Date.parse(body.expiresAt) - wms.clock.now().getTime() <= 20 * MINUTE)
    await wms.advance(20 * MINUTE)
    t.match(await bearer(token).get(ANY), { status: 401, body: { code: 'session.expired' } })
  })

  t.test('use is written at most once a minute', async t => {
    const token = await open()
    const seen = async (): Promise<number> => {
      const { rows } = await wms.db.query<{ at: Date }>('SELECT max("lastSeenAt") AS "at" FROM "OperatorSession"')
      return rows[0]!.at.getTime()
    }
    const first = await seen()
    await wms.advance(50_000)
    await bearer(token).get(ANY)
    t.equal(await seen(), first)
    await wms.advance(11_000)
    await bearer(token).get(ANY)
    t.ok(await seen() >= first + MINUTE)
  })

  t.test('ended sessions are removed, live ones stay', async t => {
    await open()
    // By the database's clock, which no test moves.
    await wms.db.query('UPDATE "OperatorSession" SET "idleExpiresAt" = now() - interval \'1 second\'')
    const live = await open()
    await wms.waitFor(async () => {
      wms.wakeAll()
      const { rows } = await wms.db.query<{ count: number }>('SELECT count(*)::int AS "count" FROM "OperatorSession"')
      return rows[0]!.count === 1
    }, 'the removal of ended sessions')
    t.equal((await bearer(live).get(ANY)).status, 200)
  })
})
