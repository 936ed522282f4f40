// DELETE /session: signing out; and that changes by cookie come from our own pages.
import t from 'tap'
import { ANY, API, boot, FIRST } from './setup.js'

t.test('session.delete', async t => {
  const wms = await boot(t)
  const open = async (): Promise<string> => (await wms.signIn(FIRST.email, FIRST.password)).body.token as string
  const bearer = (token: string) => wms.callerWith({ authorization: `Bearer ${token}` })
  const cookie = (token: string) => wms.callerWith({ cookie: `session=${token}` })

  t.test('204 – the token is worth nothing at once, the cookie is cleared, other sessions live on', async t => {
    const [gone, other] = [await open(), await open()]
    const answer = await bearer(gone).delete(`${API}/session`)
    t.match(answer, { status: 204, text: '', headers: { 'set-cookie': 'session=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict' } })
    t.match(await bearer(gone).get(ANY), { status: 401, body: { code: 'session.expired' } })
    t.equal((await cookie(gone).get(ANY)).status, 401)
    t.equal((await bearer(gone).delete(`${API}/session`)).status, 401)
    t.equal((await bearer(other).get(ANY)).status, 200)
  })

  t.test('401 – without a session', async t => {
    t.match(await wms.anonymous.delete(`${API}/session`), { status: 401, body: { code: 'session.required' } })
  })

  t.test('403 – by cookie from a page of another site, also of the same registrable domain; the session stays', async t => {
    const token = await open()
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, { origin: 'https://evil.example' }, { origin: 'null' },
      { origin: 'https://wms.test' }, { origin: 'http://wms.test.evil.example' }, { origin: 'http://wms.test', 'sec-fetch-site': 'cross-site' }
    ]) {
      t.match(await cookie(token).delete(`${API}/session`, undefined, headers), { status: 403, body: { code: 'csrf.refused' } }, JSON.stringify(headers))
    }
    t.equal((await cookie(token).get(ANY, { 'sec-fetch-site': 'cross-site' })).status, 200, 'and reading is no change')
  })

  t.test('204 – by cookie from our own page, from the address bar, or by a script that sends neither header', async t => {
    const allowed: Array<Record<string, string>> = [{ 'sec-fetch-site': 'same-origin' }, { 'sec-fetch-site': 'none' }, { origin: 'http://wms.test' }, {}]
    for (const headers of allowed) {
      t.equal((await cookie(await open()).delete(`${API}/session`, undefined, headers)).status, 204, JSON.stringify(headers))
    }
  })

  t.test('204 – by Bearer from anywhere: no page can make a browser send it', async t => {
    t.equal((await bearer(await open()).delete(`${API}/session`, undefined, { origin: 'https://evil.example' })).status, 204)
  })
})
