// A password, its hash and a session token are in no answer but the sign-in's token.
import t from 'tap'
import { API, boot, FIRST, PASSWORD } from './setup.js'

t.test('no answer of any operation shows a password, a hash or a token', async t => {
  const wms = await boot(t)
  const person = await wms.newOperator('viewer')
  const url = `${API}/operators/${person.id}`
  const rows = (await wms.db.query<{ passwordHash: string }>('SELECT "passwordHash" FROM "Operator"')).rows
  const hashes = (await wms.db.query<{ tokenHash: string }>('SELECT "tokenHash" FROM "OperatorSession"')).rows
  const answers = [
    await wms.signIn(FIRST.email, 'a wrong password'),
    await wms.anonymous.post(`${API}/session`, { email: FIRST.email, password: FIRST.password, extra: 1 }),
    await person.get(`${API}/session`),
    await person.put(`${API}/session/password`, { currentPassword: 'a wrong password', newPassword: PASSWORD }),
    await person.put(`${API}/session/password`, { currentPassword: PASSWORD, newPassword: PASSWORD }),
    await person.get(`${API}/operators`),
    await wms.operator.get(`${API}/operators`),
    await wms.operator.post(`${API}/operators`, { email: 'new@example.com', name: 'New', role: 'viewer', password: PASSWORD }),
    await wms.operator.post(`${API}/operators`, { email: 'new@example.com', name: 'New', role: 'viewer', password: PASSWORD }),
    await wms.operator.get(url),
    await wms.operator.patch(url, { password: PASSWORD }),
    await wms.operator.delete(url),
    await wms.operator.delete(`${API}/session`)
  ]
  t.same(answers.map(answer => answer.status), [401, 400, 200, 422, 204, 403, 200, 201, 409, 200, 200, 204, 204])
  const secrets = [PASSWORD, FIRST.password, 'a wrong password', '$scrypt$', 'wmso_', 'passwordHash', 'tokenHash',
    ...rows.map(row => row.passwordHash), ...hashes.map(row => row.tokenHash)]
  for (const answer of answers) {
    const seen = answer.text + JSON.stringify(answer.headers)
    t.same(secrets.filter(secret => seen.includes(secret)), [])
  }
})
