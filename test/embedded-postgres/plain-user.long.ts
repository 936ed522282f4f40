import { chownSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import t, { type Test } from 'tap'
import { packageFolder } from '../../src/embedded-postgres/package.js'
import { startEmbeddedPostgres } from '../../src/embedded-postgres/server.js'
import { checkoutIn, compiled } from './checkout.js'
import { claimsIn, deepFolder, onlyRoot, processesIn, query, startService, temporaryFolder, unreachable } from './fixtures.js'

const unprivileged = { uid: 65_534, gid: 65_534 }

t.test('a plain user', { skip: onlyRoot || unreachable(compiled) || unreachable(packageFolder()) }, async t => {
  const ownFolder = (t: Test): string => {
    const folder = temporaryFolder(t, 0o700)
    chownSync(folder, unprivileged.uid, unprivileged.gid)
    return folder
  }

  t.test('DATA_DIR in his own 0700 folder – holds everything, also after kill -9', async t => {
    const dataDir = path.join(ownFolder(t), 'data')
    const first = startService(t, { dataDir }, { user: unprivileged })
    const { url, dataFolder, host } = await first.started()
    t.equal(dataFolder, path.join(dataDir, 'postgres'))
    t.equal(statSync(dataFolder).uid, unprivileged.uid)
    await query(url, 'CREATE TABLE kept (n int)')
    await first.kill()
    const second = startService(t, { dataDir }, { user: unprivileged })
    const again = await second.started()
    t.same(await query(again.url, 'SELECT count(*)::int AS n FROM kept'), [{ n: 0 }])
    await second.stop()
    t.same([existsSync(host), existsSync(again.host), claimsIn(dataDir), processesIn(dataDir)], [false, false, [], []])
  })

  t.test('his data, started by root – PostgreSQL runs as him', async t => {
    const dataDir = path.join(ownFolder(t), 'data')
    const first = startService(t, { dataDir }, { user: unprivileged })
    await first.started()
    await first.stop()
    const server = await startEmbeddedPostgres({ dataDir, log: () => {} })
    t.teardown(server.stop)
    t.same(await query(server.url, 'SELECT 1 AS n'), [{ n: 1 }])
    t.equal(statSync(server.dataFolder).uid, unprivileged.uid)
  })

  t.test('data that root has put into a place – a clear line', async t => {
    const folder = ownFolder(t)
    const dataDir = path.join(folder, 'data')
    mkdirSync(dataDir)
    writeFileSync(path.join(dataDir, 'postgres-place'), '0123456789ab\ninitialised\n')
    for (const file of [dataDir, path.join(dataDir, 'postgres-place')]) chownSync(file, unprivileged.uid, unprivileged.gid)
    const service = startService(t, { dataDir }, { user: unprivileged })
    t.match(await service.outcome, { failed: /was made by root in the place 0123456789ab; start the service as root$/ })
  })

  t.test('a checkout that he can not write, without links – a copy in DATA_DIR', async t => {
    const { file } = checkoutIn(temporaryFolder(t), { links: false })
    const dataDir = ownFolder(t)
    const service = startService(t, { dataDir }, { file, user: unprivileged })
    t.same(await query((await service.started()).url, 'SELECT 1 AS n'), [{ n: 1 }])
    await service.stop()
    t.same(readdirSync(dataDir).sort(), ['postgres', 'postgres-binaries'])
  })

  t.test('checkout and DATA_DIR with a path of 1,200 bytes – work', async t => {
    const base = ownFolder(t)
    const deep = deepFolder(base, 1_200)
    const { file } = checkoutIn(deep, { links: false })
    for (const folder of ancestors(deep, base)) chownSync(folder, unprivileged.uid, unprivileged.gid)
    const service = startService(t, { dataDir: path.join(deep, 'data') }, { file, user: unprivileged })
    const { url, host } = await service.started()
    t.same(await query(url, 'SELECT 1 AS n'), [{ n: 1 }])
    await service.stop()
    t.notOk(existsSync(host))
  })
})

function * ancestors (folder: string, top: string): Generator<string> {
  for (let current = folder; current.length >= top.length; current = path.dirname(current)) yield current
}
