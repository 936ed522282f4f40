import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { ownIdentity } from '../../src/embedded-postgres/processes.js'
import { startEmbeddedPostgres } from '../../src/embedded-postgres/server.js'
import { claimsIn, onlyLinux, query, startService, temporaryFolder } from './fixtures.js'

const claim = (dataDir: string, identity: string, runFolder = ''): string => {
  const file = path.join(dataDir, `postgres-${identity}-00000000.lock`)
  writeFileSync(file, runFolder)
  return file
}

t.test('a second process – is refused with one line, the first goes on', async t => {
  const dataDir = temporaryFolder(t)
  const first = startService(t, { dataDir })
  const { url } = await first.started()
  const second = startService(t, { dataDir })
  t.same(await second.outcome, {
    failed: `EmbeddedPostgresError: ${dataDir} is in use by process ${first.child.pid}; set DATABASE_URL to run several processes`
  })
  t.same(await query(url, 'SELECT 1 AS n'), [{ n: 1 }])
  t.equal(claimsIn(dataDir).length, 1)
})

t.test('a second call in the same process – is refused too', async t => {
  const dataDir = temporaryFolder(t)
  const first = await startEmbeddedPostgres({ dataDir, log: () => {} })
  t.teardown(first.stop)
  await t.rejects(startEmbeddedPostgres({ dataDir, log: () => {} }), {
    message: `${dataDir} is in use by process ${process.pid}; set DATABASE_URL to run several processes`
  })
  t.same(await query(first.url, 'SELECT 1 AS n'), [{ n: 1 }])
})

t.test('many at the same time, after a crash – exactly one starts', async t => {
  const dataDir = temporaryFolder(t)
  const crashed = startService(t, { dataDir })
  await crashed.started()
  await crashed.kill()
  const services = Array.from({ length: 5 }, () => startService(t, { dataDir }))
  const outcomes = await Promise.all(services.map(({ outcome }) => outcome))
  const winners = outcomes.filter(({ started }) => started !== undefined)
  t.equal(winners.length, 1)
  for (const { failed } of outcomes.filter(({ started }) => started === undefined)) t.match(failed, /is in use by process \d+;/)
  t.same(await query(winners[0]?.started?.url ?? '', 'SELECT 1 AS n'), [{ n: 1 }])
})

t.test('a lock whose process id belongs to another process now – is stale', { skip: onlyLinux }, async t => {
  const dataDir = temporaryFolder(t)
  const [pid, , boot, namespace] = ownIdentity().split('-')
  const stale = claim(dataDir, [pid, '1', boot, namespace].join('-'), '/tmp/lwms-0123456789ab')
  const server = await startEmbeddedPostgres({ dataDir, log: () => {} })
  t.teardown(server.stop)
  t.notOk(existsSync(stale))
})

t.test('a lock of another container – holds while it is refreshed, and not after', { skip: onlyLinux }, async t => {
  const dataDir = temporaryFolder(t)
  const [pid, started, boot] = ownIdentity().split('-')
  const file = claim(dataDir, [pid, started, boot, '1'].join('-'), '/tmp/lwms-0123456789ab')
  const refresh = setInterval(() => utimesSync(file, new Date(), new Date()), 100)
  const refused = startEmbeddedPostgres({ dataDir, log: () => {} })
  await t.rejects(refused, { message: `${dataDir} is in use by process ${pid} of another container; set DATABASE_URL to run several processes` })
  clearInterval(refresh)
  utimesSync(file, new Date(Date.now() - 60_000), new Date(Date.now() - 60_000))
  const server = await startEmbeddedPostgres({ dataDir, log: () => {} })
  await server.stop()
  t.notOk(existsSync(file))
})

t.test('a lock of another container, and a start that is not wanted any more – ends without waiting for it', { skip: onlyLinux }, async t => {
  const dataDir = temporaryFolder(t)
  const [pid, started, boot] = ownIdentity().split('-')
  claim(dataDir, [pid, started, boot, '1'].join('-'))
  const ending = new AbortController()
  const starting = startEmbeddedPostgres({ dataDir, log: () => {}, signal: ending.signal })
  setImmediate(() => { ending.abort(new Error('not any more')) })
  await t.rejects(starting, { message: 'not any more' })
  t.equal(claimsIn(dataDir).length, 1)
})

t.test('a note that leads elsewhere – nothing but a socket folder of this service is removed', { skip: onlyLinux }, async t => {
  const dataDir = temporaryFolder(t)
  const precious = temporaryFolder(t)
  writeFileSync(path.join(precious, 'owner'), 'kept')
  const [pid, , boot, namespace] = ownIdentity().split('-')
  claim(dataDir, [pid, '1', boot, namespace].join('-'), precious)
  const server = await startEmbeddedPostgres({ dataDir, log: () => {} })
  t.teardown(server.stop)
  t.same(readdirSync(precious), ['owner'])
})
