// Many processes on one database.
import t from 'tap'
import { createDatabase, onServer } from '../../src/test-kit/databases.js'
import { MAIN, PASSWORD, run, signIn, stop } from './process.js'

const KEY = Buffer.alloc(32, 7).toString('base64')

t.test('ten processes that start at once on one database all come up and end in order', async t => {
  const { url } = await createDatabase(t)
  const env = {
    DATABASE_URL: url,
    DATABASE_POOL_SIZE: '4',
    ENCRYPTION_KEY: KEY,
    PUBLIC_URL: 'https://wms.example.com',
    PORT: '0',
    OPERATOR_PASSWORD: PASSWORD,
    PASSWORD_COST: '14',
    LOG_LEVEL: 'warn'
  }
  const all = Array.from({ length: 10 }, () => run(t, process.execPath, [MAIN], env))
  const urls = await Promise.all(all.map(async service => await service.ready()))
  t.equal(new Set(urls).size, 10)
  const counts = await onServer(
    url,
    async client =>
      (await client.query('SELECT (SELECT count(*)::int FROM "Operator") AS "operators", (SELECT count(*)::int FROM "Installation") AS "installations"')).rows
  )
  t.strictSame(counts, [{ operators: 1, installations: 1 }])
  t.equal(await signIn(urls[3]!, PASSWORD), 201)
  t.strictSame(await Promise.all(all.map(stop)), all.map(() => 0))
  const other = run(t, process.execPath, [MAIN], { ...env, ENCRYPTION_KEY: Buffer.alloc(32, 8).toString('base64') })
  t.equal(await other.ended, 1)
  t.match(other.errors(), /^This database belongs to another ENCRYPTION_KEY.*\n$/)
})
