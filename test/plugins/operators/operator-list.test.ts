// GET /operators
import t from 'tap'
import { API, boot } from './setup.js'

t.test('operator.list', async t => {
  const wms = await boot(t)
  const people = [await wms.newOperator('viewer'), await wms.newOperator('operator'), await wms.newOperator('admin')]

  t.test('200 – everybody in order of creation, without passwords', async t => {
    const answer = await wms.operator.get(`${API}/operators`)
    t.equal(answer.status, 200)
    t.same(answer.body.data.map((row: { email: string }) => row.email), ['admin@localhost', ...people.map(person => person.email)])
    t.equal(answer.body.nextCursor, null)
    t.ok(Date.parse(answer.body.asOf) <= Date.now())
    t.notMatch(answer.text, /password|scrypt/i)
  })

  t.test('200 – pages hold each operator once', async t => {
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const { body } = await wms.operator.get(`${API}/operators?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`)
      seen.push(...body.data.map((row: { id: string }) => row.id))
      cursor = body.nextCursor as string | null
    }
    t.equal(seen.length, 4)
    t.equal(new Set(seen).size, 4)
  })

  t.test('200 – what changes behind a walker is found from the asOf of its first page', async t => {
    const page = (await wms.operator.get(`${API}/operators?limit=2`)).body
    t.equal((await wms.operator.patch(`${API}/operators/${people[0]!.id}`, { name: 'Changed behind' })).status, 200)
    const next = (await wms.operator.get(`${API}/operators?limit=2&cursor=${page.nextCursor as string}`)).body
    t.equal(next.asOf, page.asOf)
    const since = (await wms.operator.get(`${API}/operators?updatedSince=${next.asOf as string}`)).body
    t.ok(since.data.some((row: { name: string }) => row.name === 'Changed behind'))
  })

  t.test('200 – updatedSince gives those changed at or after it', async t => {
    const changed = await wms.operator.patch(`${API}/operators/${people[0]!.id}`, { name: 'New name' })
    const { body } = await wms.operator.get(`${API}/operators?updatedSince=${changed.body.updatedAt as string}`)
    t.same(body.data.map((row: { id: string }) => row.id), [people[0]!.id])
  })

  t.test('400 – wrong parameters and cursors of other lists', async t => {
    const { body } = await wms.operator.get(`${API}/operators?limit=1`)
    for (const query of [
      'limit=0', 'limit=201', 'limit=x', 'page=2', 'updatedSince=yesterday', 'cursor=abc', `cursor=X${(body.nextCursor as string).slice(1)}`,
      `updatedSince=2026-01-01T00:00:00Z&cursor=${body.nextCursor as string}`
    ]) {
      t.match(await wms.operator.get(`${API}/operators?${query}`), { status: 400, body: { errors: [{ in: 'query' }] } }, query)
    }
  })

  t.test('401 – without a session', async t => {
    t.equal((await wms.anonymous.get(`${API}/operators`)).status, 401)
  })

  t.test('403 – only admins see who else there is', async t => {
    for (const person of people.slice(0, 2)) t.match(await person.get(`${API}/operators`), { status: 403, body: { code: 'role.insufficient' } })
    t.equal((await people[2]!.get(`${API}/operators`)).status, 200)
  })
})
