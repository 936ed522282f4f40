// Databases in places that no DATA_DIR leads to any more: named at each start, never removed.
import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { startEmbeddedPostgres } from '../../src/embedded-postgres/server.js'
import { onlyRoot, placeOf, query, startService, temporaryFolder } from './fixtures.js'

t.test('root, DATA_DIR below a 0700 folder is renamed – starts elsewhere and under its old name leave the database, and it is found under its new name', {
  skip: onlyRoot
}, async t => {
  const base = temporaryFolder(t, 0o700)
  const dataDir = path.join(base, 'data')
  const first = await startEmbeddedPostgres({ dataDir, log: () => {} })
  const place = placeOf(t, first.dataFolder)
  await query(first.url, 'CREATE TABLE kept (n int)')
  t.match(first.announce[0], new RegExp(`^PostgreSQL runs as \\w+, who can not reach ${dataDir}; its data are in ${place}$`))
  t.equal(statSync(place).mode & 0o777, 0o700)
  t.not(statSync(place).uid, 0)
  await first.stop()
  // As if this process had ended: one that lives may still work there.
  rmSync(path.join(place, 'owner'))
  renameSync(dataDir, path.join(base, 'renamed'))
  const fresh = await startEmbeddedPostgres({ dataDir, log: () => {} })
  placeOf(t, fresh.dataFolder)
  t.not(fresh.dataFolder, first.dataFolder)
  await fresh.stop()
  const elsewhere = await startEmbeddedPostgres({ dataDir: temporaryFolder(t), log: () => {} })
  await elsewhere.stop()
  for (const { announce } of [fresh, elsewhere]) {
    t.equal(
      announce.filter(line =>
        line ===
          `${place} holds the database of ${dataDir}, which does not lead there any more. If that folder was moved, start with DATA_DIR set to its new name; ` +
            `if the data are not needed, remove them: rm -rf ${place}`
      ).length,
      1
    )
  }
  const found = await startEmbeddedPostgres({ dataDir: path.join(base, 'renamed'), log: () => {} })
  t.equal(found.dataFolder, first.dataFolder)
  t.same(await query(found.url, 'SELECT count(*)::int AS n FROM kept'), [{ n: 0 }])
  t.notOk(found.announce.some(line => line.startsWith(`${place} holds`)), 'one that is in use is not named')
  await found.stop()
})

t.test(
  'root, the service is killed and its DATA_DIR deleted – the database stays and is named; a new DATA_DIR of this name has a new one',
  { skip: onlyRoot },
  async t => {
    const dataDir = path.join(temporaryFolder(t, 0o700), 'data')
    const service = startService(t, { dataDir })
    const { dataFolder } = await service.started()
    const place = placeOf(t, dataFolder)
    await service.kill()
    rmSync(dataDir, { recursive: true })
    const again = await startEmbeddedPostgres({ dataDir, log: () => {} })
    t.teardown(again.stop)
    placeOf(t, again.dataFolder)
    t.not(again.dataFolder, dataFolder)
    t.ok(existsSync(path.join(dataFolder, 'PG_VERSION')))
    t.ok(again.announce.some(line => line.startsWith(`${place} holds the database of ${dataDir}`)))
  }
)

t.test('root, a first start fails in a place that holds a database which its DATA_DIR does not know to be one – it stays', { skip: onlyRoot }, async t => {
  const dataDir = path.join(temporaryFolder(t, 0o700), 'data')
  mkdirSync(dataDir)
  const { findHome } = await import('../../src/embedded-postgres/home.js')
  const home = await findHome(dataDir)
  const place = placeOf(t, home.dataFolder)
  mkdirSync(home.dataFolder)
  await home.discard()
  t.ok(existsSync(path.join(place, 'postgres')))
})
