import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { startEmbeddedPostgres } from '../../src/embedded-postgres/server.js'
import { deepFolder, isRoot, leftIn, onlyLinux, processesIn, query, startService, temporaryFolder, unreachable } from './fixtures.js'

const start = async (dataDir: string): ReturnType<typeof startEmbeddedPostgres> => await startEmbeddedPostgres({ dataDir, log: () => {} })

for (const bytes of [150, 700, 1_300]) {
  t.test(`a path with spaces and ${bytes} bytes – works, also the second time`, async t => {
    const dataDir = deepFolder(temporaryFolder(t), bytes)
    const first = await start(dataDir)
    await query(first.url, 'CREATE TABLE kept (n int)')
    await first.stop()
    const second = await start(dataDir)
    t.same(await query(second.url, 'SELECT count(*)::int AS n FROM kept'), [{ n: 0 }])
    await second.stop()
    t.notOk(existsSync(second.connection.host))
  })
}

t.test('a path with what a shell would expand – works', { skip: process.platform === 'win32' && 'such names are not allowed on Windows' }, async t => {
  const dataDir = path.join(temporaryFolder(t), 'it\'s $HOME `id` "quoted" back\\slash')
  const server = await start(dataDir)
  t.same(await query(server.url, 'SELECT 1 AS n'), [{ n: 1 }])
  await server.stop()
  t.ok(existsSync(path.join(dataDir, 'postgres', 'PG_VERSION')))
})

t.test('data of another version – a clear line, and they are not touched', async t => {
  const dataDir = temporaryFolder(t)
  mkdirSync(path.join(dataDir, 'postgres'))
  writeFileSync(path.join(dataDir, 'postgres', 'PG_VERSION'), '16\n')
  if (isRoot) chownSync(path.join(dataDir, 'postgres'), 65_534, 65_534)
  await t.rejects(start(dataDir), {
    name: 'EmbeddedPostgresError',
    message: `${dataDir}/postgres was written by PostgreSQL 16 and this service brings PostgreSQL 18; move the data over with pg_dump, or set DATABASE_URL`
  })
  t.same(leftIn(dataDir), ['postgres'])
  t.same(readdirSync(path.join(dataDir, 'postgres')), ['PG_VERSION'])
})

t.test('something else in the data folder – a clear line, and it is not touched', async t => {
  const dataDir = temporaryFolder(t)
  mkdirSync(path.join(dataDir, 'postgres'))
  writeFileSync(path.join(dataDir, 'postgres', 'notes.txt'), 'mine')
  await t.rejects(start(dataDir), { message: `${dataDir}/postgres is not empty and is not a PostgreSQL database; move it away` })
  t.same(readdirSync(path.join(dataDir, 'postgres')), ['notes.txt'])
})

t.test('DATA_DIR is a file, or lies below one – a clear line', async t => {
  const file = path.join(temporaryFolder(t), 'file')
  writeFileSync(file, '')
  for (const dataDir of [file, path.join(file, 'data')]) {
    await t.rejects(start(dataDir), { name: 'EmbeddedPostgresError', message: `DATA_DIR ${dataDir} is not a folder, or lies below a file` })
  }
})

t.test('DATA_DIR can not be written – a clear line', { skip: onlyLinux }, async t => {
  const dataDir = temporaryFolder(t)
  const closedToNobody = isRoot && unreachable(import.meta.dirname)
  if (closedToNobody !== false) return t.comment(`skipped: root may write everywhere, and as a plain user ${closedToNobody}`)
  if (!isRoot) chmodSync(dataDir, 0o555)
  const service = startService(t, { dataDir: path.join(dataDir, 'data') }, isRoot ? { user: { uid: 65_534, gid: 65_534 } } : {})
  t.same(await service.outcome, { failed: `EmbeddedPostgresError: DATA_DIR ${dataDir}/data can not be written by this user` })
  if (!isRoot) chmodSync(dataDir, 0o755)
})

t.test('a first start that fails – leaves no folder and no process', { skip: onlyLinux }, async t => {
  const base = temporaryFolder(t)
  const dataDir = path.join(base, 'made', 'for it')
  await t.rejects(startEmbeddedPostgres({ dataDir, log: () => {}, settings: { fsync: 'off' } }), { name: 'EmbeddedPostgresError' })
  t.same(readdirSync(base), [])
  t.same(processesIn(base), [])
})

t.test('an empty data folder – is filled', async t => {
  const dataDir = temporaryFolder(t)
  mkdirSync(path.join(dataDir, 'postgres'))
  if (isRoot) chownSync(path.join(dataDir, 'postgres'), 0, 0)
  const server = await start(dataDir)
  t.teardown(server.stop)
  t.same(await query(server.url, 'SELECT 1 AS n'), [{ n: 1 }])
})
