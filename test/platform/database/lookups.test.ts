// Lookups share connections: each gets its own answer or its own error, and a broken connection is replaced.
import t from 'tap'
import type { Statement } from '../../../src/kernel/contract/database.js'
import { openDatabase } from '../../../src/platform/database/database.js'
import { createDatabase, onServer, serverUrl } from '../../../src/test-kit/databases.js'

const FIND: Statement = { name: 'find', text: 'SELECT $1::int AS "n", pg_backend_pid() AS "pid"', isLookup: true }
const DIVIDE: Statement = { name: 'divide', text: 'SELECT 12 / $1::int AS "n", pg_backend_pid() AS "pid"', isLookup: true }

interface Row { n: number, pid: number }

const { url } = await createDatabase(t)
const db = await openDatabase({ connection: url, poolSize: 3, applicationName: 'lookups', log: () => {} })
t.teardown(async () => await db.close())

const find = async (n: number): Promise<Row> => (await db.query<Row>(FIND, [n])).rows[0]!
const many = async (): Promise<Row[]> => await Promise.all(Array.from({ length: 100 }, async (_, n) => await find(n)))

t.test('a hundred at once: each its own answer, over two connections', async t => {
  const rows = await many()
  t.same(rows.map(row => row.n), Array.from({ length: 100 }, (_, n) => n))
  t.equal(new Set(rows.map(row => row.pid)).size, 2)
})

t.test('an error is its own', async t => {
  const answers = await Promise.allSettled(Array.from({ length: 20 }, async (_, n) => (await db.query<Row>(DIVIDE, [n % 4])).rows[0]!.n))
  answers.forEach((answer, n) => {
    if (n % 4 === 0) t.match(answer, { status: 'rejected', reason: { code: '22012' } })
    else t.match(answer, { status: 'fulfilled', value: Math.trunc(12 / (n % 4)) })
  })
})

t.test('a connection that the server ends is replaced, while it is idle and while it is at work', async t => {
  const before = new Set((await many()).map(row => row.pid))
  const end = async (): Promise<void> => {
    await onServer(
      await serverUrl(), async admin => await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = ANY($1)', [[...before]])
    )
  }
  await end()
  await new Promise(resolve => setTimeout(resolve, 100))
  const after = await many()
  t.same(after.map(row => row.n), Array.from({ length: 100 }, (_, n) => n), 'no one notices')
  t.notOk(after.some(row => before.has(row.pid)))
  const answers = Promise
    .allSettled(Array.from(
      { length: 50 }, async () => (await db.query<Row>({ name: 'slow', text: 'SELECT pg_sleep(0.01)::text, $1::int AS "n"', isLookup: true }, [1])).rows[0]!.n
    ))
  before.clear()
  for (const { pid } of after) before.add(pid)
  await end()
  for (const answer of await answers) if (answer.status === 'rejected') t.match((answer.reason as { code: string }).code, /^(?:57P01|08006)$/)
  t.equal((await many()).length, 100)
})
