// DELETE /operators/:id
import t from 'tap'
import { ANY, API, boot, PASSWORD } from './setup.js'

t.test('operator.delete', async t => {
  const wms = await boot(t)

  t.test('204 – it is gone, and so are its sessions; its e-mail is free again', async t => {
    const person = await wms.newOperator('operator')
    t.match(await wms.operator.delete(`${API}/operators/${person.id}`), { status: 204, text: '' })
    t.equal((await wms.operator.get(`${API}/operators/${person.id}`)).status, 404)
    t.match(await person.get(ANY), { status: 401, body: { code: 'session.expired' } })
    t.equal(await wms.countSessions(person.id), 0)
    t.match(await wms.signIn(person.email, PASSWORD), { status: 401, body: { code: 'session.invalid_credentials' } })
    t.equal((await wms.operator.post(`${API}/operators`, { email: person.email, name: 'Next', role: 'viewer', password: PASSWORD })).status, 201)
  })

  t.test('400 – an If-Match that is no ETag', async t => {
    const person = await wms.newOperator('operator')
    t.match(await wms.operator.delete(`${API}/operators/${person.id}`, undefined, { 'if-match': '1' }), {
      status: 400, body: { errors: [{ in: 'header', pointer: '/if-match' }] }
    })
  })

  t.test('401 – without a session', async t => {
    t.equal((await wms.anonymous.delete(`${API}/operators/opr_none`)).status, 401)
  })

  t.test('403 – a viewer and an operator can\'t', async t => {
    for (const role of ['viewer', 'operator'] as const) {
      const person = await wms.newOperator(role)
      t.match(await person.delete(`${API}/operators/${person.id}`), { status: 403, body: { code: 'role.insufficient' } })
    }
  })

  t.test('404 – no such operator', async t => {
    t.match(await wms.operator.delete(`${API}/operators/opr_none`), { status: 404, body: { code: 'operator.not_found' } })
  })

  t.test('409 – no one deletes themselves', async t => {
    const admin = await wms.newOperator('admin')
    t.match(await admin.delete(`${API}/operators/${admin.id}`), { status: 409, body: { code: 'operator.own_account' } })
    t.equal((await admin.get(ANY)).status, 200)
  })

  t.test('412 – it was changed since it was read', async t => {
    const person = await wms.newOperator('viewer')
    await wms.operator.patch(`${API}/operators/${person.id}`, { name: 'New name' })
    t.match(await wms.operator.delete(`${API}/operators/${person.id}`, undefined, { 'if-match': '"1"' }), { status: 412, headers: { etag: '"2"' } })
    t.equal((await wms.operator.delete(`${API}/operators/${person.id}`, undefined, { 'if-match': '"2"' })).status, 204)
  })

  t.test('409 – two admins who delete each other at the same moment: one of them remains', async t => {
    const [one, two] = [await wms.newOperator('admin'), await wms.newOperator('admin')]
    await wms.db.query('UPDATE "Operator" SET "enabled" = false WHERE "role" = \'admin\' AND "id" <> ALL($1)', [[one.id, two.id]])
    const answers = await Promise.all([one.delete(`${API}/operators/${two.id}`), two.delete(`${API}/operators/${one.id}`)])
    t.equal(answers.filter(answer => answer.status === 204).length, 1)
    const { rows } = await wms.db.query('SELECT "id" FROM "Operator" WHERE "role" = \'admin\' AND "enabled"')
    t.equal(rows.length, 1)
  })
})
