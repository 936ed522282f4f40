import { spawn } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { packageFolder } from '../../src/embedded-postgres/package.js'
import { startEmbeddedPostgres } from '../../src/embedded-postgres/server.js'
import { claimsIn, isAlive, leftIn, needsCopy, noMounts, onlyLinux, processesIn, query, startService, temporaryFolder, until } from './fixtures.js'

t.test('kill -9 of the service – what was committed is there; the first run leaves no process and no folder', { skip: onlyLinux }, async t => {
  const dataDir = temporaryFolder(t)
  const service = startService(t, { dataDir })
  const first = await service.started()
  await query(first.url, 'CREATE TABLE kept (n int)')
  for (let n = 1; n <= 20; n++) await query(first.url, `INSERT INTO kept VALUES (${n})`)
  await service.kill()
  t.equal(claimsIn(dataDir).length, 1)
  const second = await startEmbeddedPostgres({ dataDir, log: () => {} })
  t.notOk(existsSync(first.host), 'the first socket folder is gone')
  t.equal(claimsIn(dataDir).length, 1, 'only its own lock')
  t.same(await query(second.url, 'SELECT count(*)::int AS n FROM kept'), [{ n: 20 }])
  await second.stop()
  t.notOk(existsSync(second.connection.host))
  t.same(claimsIn(dataDir), [])
  t.same(processesIn(dataDir), [])
})

t.test('kill -9 and never started again – PostgreSQL ends by itself', { skip: onlyLinux || noDeathSignal() }, async t => {
  const dataDir = temporaryFolder(t)
  const service = startService(t, { dataDir })
  const { host } = await service.started()
  await service.kill()
  await until('no PostgreSQL is left', () => processesIn(dataDir).length === 0)
  // The start on some other folder takes the socket folder away.
  const other = await startEmbeddedPostgres({ dataDir: temporaryFolder(t), log: () => {} })
  t.teardown(other.stop)
  await until('the socket folder is removed', () => !existsSync(host))
})

t.test(
  'kill -9 where nothing ends PostgreSQL with the service – the next start ends it, and leaves nothing of it',
  { skip: onlyLinux || noMounts() },
  async t => {
    const dataDir = temporaryFolder(t)
    const service = startService(t, { dataDir }, { orphans: true })
    const first = await service.started()
    const postmaster = Number.parseInt(readFileSync(path.join(first.dataFolder, 'postmaster.pid'), 'utf8'), 10)
    await query(first.url, 'CREATE TABLE kept (n int)')
    await service.kill()
    await query(first.url, 'DO $$ BEGIN RAISE LOG \'no one reads this any more\'; END $$')
    const other = await startEmbeddedPostgres({ dataDir: temporaryFolder(t), log: () => {} })
    await other.stop()
    await query(first.url, 'INSERT INTO kept VALUES (1)')
    t.ok(isAlive(postmaster), 'an orphan that can not write its log goes on')
    const logs: string[] = []
    const second = await startEmbeddedPostgres({ dataDir, log: line => logs.push(line) })
    t.equal(logs[0], `stopping the PostgreSQL that an interrupted run has left (process ${postmaster})`)
    t.notOk(isAlive(postmaster))
    t.notOk(existsSync(first.host))
    t.same(await query(second.url, 'SELECT n FROM kept'), [{ n: 1 }])
    await second.stop()
    t.same(leftIn(dataDir), ['postgres'])
    t.same(processesIn(dataDir), [])
  }
)

t.test('an orphaned server of an unknown run – is stopped, and its data are kept', { skip: onlyLinux || needsCopy }, async t => {
  const dataDir = temporaryFolder(t)
  const service = startService(t, { dataDir })
  const first = await service.started()
  await query(first.url, 'CREATE TABLE kept (n int)')
  await service.kill()
  await until('the first PostgreSQL is gone', () => processesIn(dataDir).length === 0)
  const { uid, gid } = statSync(first.dataFolder)
  const orphan = spawn(path.join(packageFolder(), 'native/bin/postgres'), ['-D', first.dataFolder, '-c', 'listen_addresses=', '-c',
    `unix_socket_directories=${first.dataFolder}`], { cwd: first.dataFolder, stdio: 'ignore', detached: true, env: {}, uid, gid })
  t.teardown(() => orphan.kill('SIGKILL'))
  await until('the orphan runs', () => /ready/.test(readIfThere(path.join(first.dataFolder, 'postmaster.pid'))))
  const logs: string[] = []
  const second = await startEmbeddedPostgres({ dataDir, log: line => logs.push(line) })
  t.notOk(isAlive(orphan.pid ?? 0))
  t.equal(logs[0], `stopping the PostgreSQL that an interrupted run has left (process ${orphan.pid})`)
  t.same(await query(second.url, 'SELECT count(*)::int AS n FROM kept'), [{ n: 0 }])
  await second.stop()
  t.same(processesIn(dataDir), [])
})

t.test('a stale pid file whose number another process has now – that process is left alone', { skip: onlyLinux }, async t => {
  const dataDir = temporaryFolder(t)
  const first = await startEmbeddedPostgres({ dataDir, log: () => {} })
  await first.stop()
  const { uid, gid } = statSync(first.dataFolder)
  const outsider = spawn('/bin/sleep', ['600'], { stdio: 'ignore', uid, gid })
  t.teardown(() => outsider.kill('SIGKILL'))
  const pidFile = path.join(first.dataFolder, 'postmaster.pid')
  writeFileSync(pidFile, `${outsider.pid}\n${first.dataFolder}\n1700000000\n5432\n/tmp\n\n       42         7\nready   \n`, { mode: 0o600 })
  chownSync(pidFile, uid, gid)
  const second = await startEmbeddedPostgres({ dataDir, log: () => {} })
  t.teardown(second.stop)
  t.same(await query(second.url, 'SELECT 1 AS n'), [{ n: 1 }])
  t.ok(isAlive(outsider.pid ?? 0))
})

t.test('kill -9 in the middle of initdb – the half made folder is never used', { skip: onlyLinux }, async t => {
  const dataDir = temporaryFolder(t)
  const service = startService(t, { dataDir })
  await until('initdb is at work', () => existsSync(path.join(dataDir, 'postgres.new', 'PG_VERSION')))
  await service.kill()
  t.notOk(existsSync(path.join(dataDir, 'postgres')))
  t.ok(existsSync(path.join(dataDir, 'postgres.new')))
  const second = await startEmbeddedPostgres({ dataDir, log: () => {} })
  t.same(await query(second.url, 'SELECT 1 AS n'), [{ n: 1 }])
  await second.stop()
  t.same(leftIn(dataDir), ['postgres'])
  t.same(processesIn(dataDir), [])
})

t.test('a half made folder of long ago – is replaced', async t => {
  const dataDir = temporaryFolder(t)
  mkdirSync(path.join(dataDir, 'postgres.new', 'base'), { recursive: true })
  writeFileSync(path.join(dataDir, 'postgres.new', 'PG_VERSION'), '18\n')
  const server = await startEmbeddedPostgres({ dataDir, log: () => {} })
  t.same(await query(server.url, 'SELECT 1 AS n'), [{ n: 1 }])
  await server.stop()
  t.notOk(existsSync(path.join(dataDir, 'postgres.new')))
})

t.test('a data folder that a crash has left – is recovered', async t => {
  const dataDir = temporaryFolder(t)
  const first = await startEmbeddedPostgres({ dataDir, log: () => {} })
  await query(first.url, 'CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n')
  const postmaster = Number.parseInt(readFileSync(path.join(first.dataFolder, 'postmaster.pid'), 'utf8'), 10)
  process.kill(postmaster, 'SIGKILL')
  await first.stop()
  const moved = path.join(temporaryFolder(t), 'moved')
  renameSync(dataDir, moved)
  const second = await startEmbeddedPostgres({ dataDir: moved, log: () => {} })
  t.teardown(second.stop)
  t.same(await query(second.url, 'SELECT count(*)::int AS n FROM kept'), [{ n: 1000 }])
})

function readIfThere (file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

function noDeathSignal (): string | false {
  return ['/usr/bin/setpriv', '/bin/setpriv'].some(file => existsSync(file)) ? false : 'this system has no setpriv, so only the next start ends an orphan'
}
