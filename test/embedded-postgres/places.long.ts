import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { findHome } from '../../src/embedded-postgres/home.js'
import { startEmbeddedPostgres } from '../../src/embedded-postgres/server.js'
import { claimsIn, onlyRoot, placeOf, processesIn, query, startService, temporaryFolder } from './fixtures.js'

t.test('root, kill -9 under a 0700 folder – the second run finds the data and leaves nothing', { skip: onlyRoot }, async t => {
  const dataDir = path.join(temporaryFolder(t, 0o700), 'data')
  const service = startService(t, { dataDir })
  const first = await service.started()
  const place = placeOf(t, first.dataFolder)
  await query(first.url, 'CREATE TABLE kept (n int)')
  await service.kill()
  const second = await startEmbeddedPostgres({ dataDir, log: () => {} })
  t.same(await query(second.url, 'SELECT count(*)::int AS n FROM kept'), [{ n: 0 }])
  await second.stop()
  t.same([existsSync(first.host), existsSync(second.connection.host), claimsIn(dataDir), processesIn(place)], [false, false, [], []])
})

t.test('root, DATA_DIR moved – its place goes with it; a copy is refused; a lost place is not replaced in silence', { skip: onlyRoot }, async t => {
  const base = temporaryFolder(t, 0o700)
  const [old, moved, copy] = ['old', 'moved', 'copy'].map(name => path.join(base, name)) as [string, string, string]
  const first = await startEmbeddedPostgres({ dataDir: old, log: () => {} })
  const place = placeOf(t, first.dataFolder)
  await first.stop()
  renameSync(old, moved)
  const second = await startEmbeddedPostgres({ dataDir: moved, log: () => {} })
  t.equal(second.dataFolder, first.dataFolder)
  await second.stop()
  cpSync(moved, copy, { recursive: true })
  await t.rejects(startEmbeddedPostgres({ dataDir: copy, log: () => {} }), { message: new RegExp(`^${copy} is a copy of ${moved} and can not share`) })
  rmSync(place, { recursive: true })
  await t.rejects(startEmbeddedPostgres({ dataDir: moved, log: () => {} }), { message: /which is gone; restore it, or delete/ })
  rmSync(path.join(moved, 'postgres-place'))
  const fresh = await startEmbeddedPostgres({ dataDir: moved, log: () => {} })
  placeOf(t, fresh.dataFolder)
  await fresh.stop()
})

t.test('root, a first start that fails under a 0700 folder – leaves no place', { skip: onlyRoot }, async t => {
  const dataDir = path.join(temporaryFolder(t, 0o700), 'data')
  mkdirSync(dataDir)
  const { folder: place } = await findHome(dataDir)
  t.ok(existsSync(place))
  await t.rejects(startEmbeddedPostgres({ dataDir, log: () => {}, settings: { fsync: 'off' } }), { message: /fsync/ })
  t.notOk(existsSync(place))
  t.same(readdirSync(dataDir), [])
})

t.test('root, a umask that closes everything – works', { skip: onlyRoot }, async t => {
  const before = process.umask(0o077)
  t.teardown(() => process.umask(before))
  const server = await startEmbeddedPostgres({ dataDir: path.join(temporaryFolder(t), 'data'), log: () => {} })
  placeOf(t, server.dataFolder)
  t.same(await query(server.url, 'SELECT 1 AS n'), [{ n: 1 }])
  await server.stop()
})

t.test('root, data that belong to root – a clear line', { skip: onlyRoot }, async t => {
  const dataDir = temporaryFolder(t)
  mkdirSync(path.join(dataDir, 'postgres'))
  writeFileSync(path.join(dataDir, 'postgres', 'PG_VERSION'), '18\n')
  await t.rejects(startEmbeddedPostgres({ dataDir, log: () => {} }), {
    message: /belongs to root, and PostgreSQL does not run as root; give it to another user/
  })
})
