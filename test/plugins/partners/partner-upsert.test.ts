import t from 'tap'
import { newCode, openPartners, PARTNERS, refusal } from './common.js'

const { sides: { client: { caller } } } = await openPartners(t)

t.test('201, 200 – makes, then replaces: what is left out gets its default', async t => {
  const code = newCode()
  const url = `${PARTNERS}/code:${code}`
  const made = await caller.put(url, { name: 'First', roles: ['supplier'], phone: '1' })
  t.match(made, { status: 201, body: { code, name: 'First', phone: '1', version: 1 } }, made.text)
  t.match(await caller.put(url, { name: 'Second', roles: ['customer'] }), {
    status: 200, body: { id: made.body.id, name: 'Second', roles: ['customer'], phone: null, version: 2 }
  })
  t.match(await caller.put(url, { name: 'Second', roles: ['customer'] }), { status: 200, body: { version: 2 } }, 'the same again')
  await caller.patch(url, { active: false })
  t.match(await caller.put(url, { name: 'Second', roles: ['customer'] }), { status: 200, body: { active: true } }, 'active again')
})

t.test('twenty at once make one', async t => {
  const url = `${PARTNERS}/code:${newCode()}`
  const answers = await Promise.all(Array.from({ length: 20 }, async () => await caller.put(url, { name: 'One', roles: ['supplier'] })))
  t.same(answers.map(({ status }) => status).sort(), [...Array.from({ length: 19 }, () => 200), 201])
  t.equal(new Set(answers.map(({ body }) => body.id)).size, 1)
})

t.test('400, 412 – another name than a code, a version of what there is not', async t => {
  t.same(refusal(await caller.put(`${PARTNERS}/par_x`, { name: 'x', roles: ['supplier'] })), [400, 'request.invalid', '/id'])
  t.equal((await caller.put(`${PARTNERS}/code:${newCode()}`, { name: 'x', roles: ['supplier'] }, { 'if-match': '"1"' })).status, 412)
})
