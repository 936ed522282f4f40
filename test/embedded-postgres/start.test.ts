import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import pg from 'pg'
import { EmbeddedPostgresError, startEmbeddedPostgres, type EmbeddedPostgresOptions } from '../../src/embedded-postgres/server.js'
import { claimsIn, isAlive, leftIn, onlyLinux, processesIn, query, temporaryFolder, until } from './fixtures.js'

const quiet = (dataDir: string, more: Partial<EmbeddedPostgresOptions> = {}): EmbeddedPostgresOptions => ({ dataDir, log: () => {}, ...more })

t.test('first start – a PostgreSQL 18 that answers, durable, in UTF-8 and UTC', async t => {
  const server = await startEmbeddedPostgres(quiet(path.join(temporaryFolder(t), 'not', 'there yet')))
  t.teardown(server.stop)
  const [settings] = await query(server.url, `SELECT current_setting('server_version_num')::int / 10000 AS version,
    current_setting('fsync') || current_setting('full_page_writes') || current_setting('synchronous_commit') AS durable,
    current_setting('TimeZone') AS zone, current_setting('server_encoding') AS encoding, current_setting('max_connections')::int AS connections,
    current_setting('listen_addresses') AS addresses, current_user AS role, current_database() AS database,
    (SELECT datlocprovider::text || ' ' || datlocale FROM pg_database WHERE datname = current_database()) AS locale`)
  t.same(settings, {
    version: 18,
    durable: 'ononon',
    zone: 'UTC',
    encoding: 'UTF8',
    connections: 200,
    addresses: '',
    role: 'wms',
    database: 'wms',
    locale: 'b C.UTF-8'
  })
  const client = new pg.Client(server.connection)
  await client.connect()
  t.same((await client.query('SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user')).rows, [{ rolsuper: false, rolcreatedb: true }])
  await client.query('CREATE TABLE kept (word text)')
  await client.end()
  t.equal(new URL(server.url).searchParams.get('host'), server.connection.host, 'the URL is one that every parser accepts')
  t.ok(server.connection.host.length < 60)
  // What other tests and services of this machine have left is named too.
  t.same(server.announce.filter(line => !line.includes('does not lead there any more')), [], 'the data are in DATA_DIR')
})

t.test('stop – ends everything, can be called again; the second start is fast and keeps the data', async t => {
  const dataDir = temporaryFolder(t)
  const first = await startEmbeddedPostgres(quiet(dataDir))
  await query(first.url, "CREATE TABLE kept AS SELECT 'yes' AS word")
  const open = new pg.Client({ connectionString: first.url })
  open.on('error', () => {})
  await open.connect()
  await Promise.all([first.stop(), first.stop()])
  await first.stop()
  t.notOk(existsSync(first.connection.host), 'no socket folder')
  t.same(claimsIn(dataDir), [], 'no lock')
  if (onlyLinux === false) t.same(processesIn(dataDir), [], 'no process')
  const before = performance.now()
  const second = await startEmbeddedPostgres(quiet(dataDir))
  const tookMs = performance.now() - before
  t.teardown(second.stop)
  t.comment(`the second start took ${tookMs.toFixed()} ms`)
  t.same(await query(second.url, 'SELECT word FROM kept'), [{ word: 'yes' }])
})

t.test('log – gets every line of PostgreSQL by itself, from the start to the stop', async t => {
  const logs: string[] = []
  const server = await startEmbeddedPostgres({ dataDir: temporaryFolder(t), log: line => logs.push(line) })
  await server.stop()
  t.ok(logs.includes('postgres: LOG:  database system is ready to accept connections'))
  t.equal(logs.at(-1), 'postgres: LOG:  database system is shut down')
  t.notOk(logs.some(line => line.includes('\n')))
})

t.test('several folders at once – each has its own server', async t => {
  const servers = await Promise.all([1, 2, 3].map(async () => await startEmbeddedPostgres(quiet(temporaryFolder(t)))))
  for (const [n, server] of servers.entries()) {
    t.teardown(server.stop)
    await query(server.url, `CREATE TABLE own AS SELECT ${n} AS n`)
  }
  for (const [n, server] of servers.entries()) t.same(await query(server.url, 'SELECT n FROM own'), [{ n }])
})

t.test('tcp – a loopback port that asks for the password', async t => {
  const server = await startEmbeddedPostgres(quiet(temporaryFolder(t), { transport: 'tcp' }))
  t.teardown(server.stop)
  t.equal(server.connection.host, '127.0.0.1')
  t.same(await query(server.url, 'SELECT current_user AS role'), [{ role: 'wms' }])
  await t.rejects(query(server.url.replace(/:[0-9a-f]+@/, ':wrong@'), 'SELECT 1'), { code: '28P01' })
  await t.rejects(query(server.url.replace('wms:', 'postgres:').replace(/:[0-9a-f]+@/, ':wrong@'), 'SELECT 1'), { code: '28P01' })
})

t.test('database – any name, made when it is missing', async t => {
  const dataDir = temporaryFolder(t)
  const first = await startEmbeddedPostgres(quiet(dataDir))
  await first.stop()
  const second = await startEmbeddedPostgres(quiet(dataDir, { database: 'a "b" ö' }))
  t.teardown(second.stop)
  t.same(await query(second.url, 'SELECT current_database() AS name'), [{ name: 'a "b" ö' }])
})

t.test('settings – those of the caller hold, durability and connection are not for sale', async t => {
  const dataDir = temporaryFolder(t)
  const server = await startEmbeddedPostgres(quiet(dataDir, { settings: { max_connections: '20', work_mem: '8MB' } }))
  t.same(await query(server.url, "SELECT current_setting('max_connections') AS connections, current_setting('work_mem') AS memory"),
    [{ connections: '20', memory: '8MB' }])
  await server.stop()
  for (const settings of [{ fsync: 'off' }, { synchronous_commit: 'off' }, { listen_addresses: '*' }, { '-c fsync': 'off' }]) {
    await t.rejects(startEmbeddedPostgres(quiet(dataDir, { settings })), EmbeddedPostgresError)
  }
})

t.test('a start that is not wanted any more – ends initdb and leaves nothing; its reason is the error', { skip: onlyLinux }, async t => {
  const dataDir = path.join(temporaryFolder(t), 'data')
  const ending = new AbortController()
  const starting = startEmbeddedPostgres(quiet(dataDir, { signal: ending.signal }))
  const ended = t.rejects(starting, { message: 'not any more' })
  await until('initdb is at work', () => existsSync(path.join(dataDir, 'postgres.new', 'PG_VERSION')))
  const family = processesIn(dataDir)
  t.not(family.length, 0)
  ending.abort(new Error('not any more'))
  await ended
  t.same(family.filter(isAlive), [])
  t.notOk(existsSync(dataDir))
})

t.test('a wrong setting – the reason is in the message and what PostgreSQL says goes to the log', async t => {
  const dataDir = path.join(temporaryFolder(t), 'data')
  const logs: string[] = []
  const failed = startEmbeddedPostgres({ dataDir, log: line => logs.push(line), settings: { work_mem: 'lots' } })
  await t.rejects(failed, { name: 'EmbeddedPostgresError', message: /^PostgreSQL did not start, exit code 1: invalid value for parameter "work_mem": "lots"$/ })
  t.match(logs.join('\n'), /^postgres: FATAL: +invalid value/m)
  t.same(leftIn(dataDir), ['postgres'])
  if (onlyLinux === false) t.same(processesIn(dataDir), [])
})

t.test('a server that dies – onExit says so once, and nothing is left', { skip: onlyLinux }, async t => {
  const dataDir = temporaryFolder(t)
  const reasons: string[] = []
  const server = await startEmbeddedPostgres(quiet(dataDir, { onExit: reason => reasons.push(reason) }))
  process.kill(Number.parseInt(readFileSync(path.join(server.dataFolder, 'postmaster.pid'), 'utf8'), 10), 'SIGKILL')
  await until('onExit is called', () => reasons.length > 0)
  await server.stop()
  t.same(reasons, ['PostgreSQL ended by itself, signal SIGKILL'])
  t.notOk(existsSync(server.connection.host))
  const again = await startEmbeddedPostgres(quiet(dataDir, { onExit: reason => reasons.push(reason) }))
  await again.stop()
  t.equal(reasons.length, 1, 'a stop that was asked for is no exit')
  t.same(processesIn(dataDir), [])
})
