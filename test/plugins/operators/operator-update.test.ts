// PATCH /operators/:id
import t from 'tap'
import { ANY, API, boot, FIRST, PASSWORD, type OperatorsApp } from './setup.js'

const NEW = 'another password for testing'

async function firstId (wms: OperatorsApp): Promise<string> {
  return (await wms.operator.get(`${API}/session`)).body.operator.id as string
}

t.test('operator.update', async t => {
  const wms = await boot(t)

  t.test('200 – a new name is a new version and ends no session; the same name again is not', async t => {
    const viewer = await wms.newOperator('viewer')
    const url = `${API}/operators/${viewer.id}`
    t.match(await wms.operator.patch(url, { name: 'New name' }), { status: 200, headers: { etag: '"2"' }, body: { name: 'New name', version: 2 } })
    t.match(await wms.operator.patch(url, { name: 'New name' }), { status: 200, headers: { etag: '"2"' }, body: { version: 2 } })
    t.equal((await viewer.get(ANY)).status, 200)
  })

  t.test('200 – a new role counts from the next sign-in; the sessions of the old one end', async t => {
    const person = await wms.newOperator('viewer')
    t.match(await wms.operator.patch(`${API}/operators/${person.id}`, { role: 'admin' }), { status: 200, body: { role: 'admin', version: 2 } })
    t.match(await person.get(ANY), { status: 401, body: { code: 'session.expired' } })
    const { body } = await wms.signIn(person.email, PASSWORD)
    t.equal((await wms.callerWith({ authorization: `Bearer ${body.token as string}` }).get(`${API}/operators`)).status, 200)
  })

  t.test('200 – disabling ends all sessions and sign-in; enabling brings no session back', async t => {
    const person = await wms.newOperator('viewer')
    t.match(await wms.operator.patch(`${API}/operators/${person.id}`, { enabled: false }), { status: 200, body: { enabled: false } })
    t.equal((await person.get(ANY)).status, 401)
    t.equal(await wms.countSessions(person.id), 0)
    t.equal((await wms.signIn(person.email, PASSWORD)).status, 401)
    t.match(await wms.operator.patch(`${API}/operators/${person.id}`, { enabled: true }), { status: 200, body: { enabled: true, version: 3 } })
    t.equal((await person.get(ANY)).status, 401)
    t.equal((await wms.signIn(person.email, PASSWORD)).status, 201)
  })

  t.test('200 – a new password counts, the old one does not, all sessions end', async t => {
    const person = await wms.newOperator('viewer')
    const answer = await wms.operator.patch(`${API}/operators/${person.id}`, { password: NEW })
    t.match(answer, { status: 200, body: { version: 2 } })
    t.notMatch(answer.text, /password|scrypt/i)
    t.equal((await person.get(ANY)).status, 401)
    t.equal((await wms.signIn(person.email, PASSWORD)).status, 401)
    t.equal((await wms.signIn(person.email, NEW)).status, 201)
  })

  t.test('401 – who is disabled while the password is being checked gets no session', async t => {
    const person = await wms.newOperator('viewer')
    const before = await wms.countSessions(person.id)
    // The row stays locked until after the check of the password, so that the sign-in must decide on what it finds then.
    let isLocked = false
    let release = (): void => {}
    const disabling = wms.db.transaction(async tx => {
      await tx.query('UPDATE "Operator" SET "enabled" = false WHERE "id" = $1', [person.id])
      await new Promise<void>(resolve => {
        release = resolve
        isLocked = true
      })
    })
    await wms.waitFor(() => isLocked, 'the lock')
    const signingIn = wms.signIn(person.email, PASSWORD)
    await wms.waitFor(async () => {
      const { rows } = await wms.db.query('SELECT 1 FROM pg_stat_activity WHERE "wait_event_type" = \'Lock\' AND "query" LIKE \'%lastSignInAt%\'')
      return rows.length > 0
    }, 'the sign-in to wait for the row')
    release()
    await disabling
    t.match(await signingIn, { status: 401, body: { code: 'session.invalid_credentials' } })
    t.equal(await wms.countSessions(person.id), before)
  })

  t.test('400 – each wrong field is named, and nothing to change is refused', async t => {
    const person = await wms.newOperator('viewer')
    for (const [body, pointer] of [
      [{}, ''], [{ role: 'root' }, '/role'], [{ role: null }, '/role'], [{ enabled: 'no' }, '/enabled'], [{ name: ' ' }, '/name'], [{ email: 'a@b' }, '/email'],
      [{ password: 'short' }, '/password'], [{ passwordHash: 'x' }, '/passwordHash'], [{ version: 9 }, '/version']
    ] as const) {
      t.match(await wms.operator.patch(`${API}/operators/${person.id}`, body), { status: 400, body: { errors: [{ pointer }] } }, JSON.stringify(body))
    }
    t.match(await wms.operator.patch(`${API}/operators/${person.id}`, { name: 'x' }, { 'if-match': '1' }), {
      status: 400, body: { errors: [{ in: 'header', pointer: '/if-match' }] }
    })
  })

  t.test('401 – without a session', async t => {
    t.equal((await wms.anonymous.patch(`${API}/operators/opr_none`, { name: 'x' })).status, 401)
  })

  t.test('403 – a viewer and an operator can\'t, not even themselves', async t => {
    for (const role of ['viewer', 'operator'] as const) {
      const person = await wms.newOperator(role)
      t.match(await person.patch(`${API}/operators/${person.id}`, { role: 'admin' }), { status: 403, body: { code: 'role.insufficient' } })
    }
  })

  t.test('404 – no such operator', async t => {
    t.match(await wms.operator.patch(`${API}/operators/opr_none`, { name: 'x' }), { status: 404, body: { code: 'operator.not_found' } })
  })

  t.test('412 – it was changed since it was read', async t => {
    const person = await wms.newOperator('viewer')
    const url = `${API}/operators/${person.id}`
    t.equal((await wms.operator.patch(url, { name: 'One' }, { 'if-match': '"1"' })).status, 200)
    t.match(await wms.operator.patch(url, { name: 'Two' }, { 'if-match': '"1"' }), {
      status: 412, headers: { etag: '"2"' }, body: { code: 'precondition.failed' }
    })
    t.match(await wms.operator.get(url), { body: { name: 'One' } })
  })
})

t.test('409 – an enabled admin always remains', async t => {
  const wms = await boot(t)
  const first = await firstId(wms)

  t.test('the only admin can be neither demoted nor disabled, but renamed', async t => {
    t.match(await wms.operator.patch(`${API}/operators/${first}`, { role: 'operator' }), { status: 409, body: { code: 'operator.last_admin' } })
    t.match(await wms.operator.patch(`${API}/operators/${first}`, { enabled: false }), { status: 409, body: { code: 'operator.last_admin' } })
    t.equal((await wms.operator.get(ANY)).status, 200, 'its session was not ended by the refused change')
    t.match(await wms.operator.patch(`${API}/operators/${first}`, { name: 'Root', role: 'admin', enabled: true }), { status: 200, body: { name: 'Root' } })
  })

  t.test('a disabled admin does not count', async t => {
    const second = await wms.newOperator('admin')
    t.equal((await wms.operator.patch(`${API}/operators/${second.id}`, { enabled: false })).status, 200)
    t.equal((await wms.operator.patch(`${API}/operators/${first}`, { role: 'viewer' })).status, 409)
  })

  t.test('two admins who demote each other at the same moment: one of them remains', async t => {
    const [one, two] = [await wms.newOperator('admin'), await wms.newOperator('admin')]
    t.equal((await wms.operator.patch(`${API}/operators/${first}`, { role: 'viewer' })).status, 200)
    const answers = await Promise.all([
      one.patch(`${API}/operators/${two.id}`, { role: 'viewer' }), two.patch(`${API}/operators/${one.id}`, { role: 'viewer' })
    ])
    t.equal(answers.filter(answer => answer.status === 200).length, 1)
    const { rows } = await wms.db.query('SELECT "id" FROM "Operator" WHERE "role" = \'admin\' AND "enabled"')
    t.equal(rows.length, 1)
    t.equal((await wms.signIn(FIRST.email, FIRST.password)).body.operator.role, 'viewer')
  })
})
